"""Every code block of README and of the documentation is run, or says why it is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from documentation.pages import ELSEWHERE, PAGES, RUN, SHOWN, Block, blocks
from documentation.running import Reader

Given = Callable[[str, Path], None]

CODE = [page for page in PAGES if any(block.language in RUN or block.mark for block in blocks(page))]
R = [page for page in PAGES if any(block.language == "r" for block in blocks(page))]


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: Given) -> Reader:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("hegemon.storage.pieces.os.fsync", lambda descriptor: None)
    return Reader(tmp_path, given)


@pytest.mark.parametrize("page", CODE, ids=str)
def test_what_a_page_says_works(page: Path, reader: Reader) -> None:
    reader.read(page, RUN)


@pytest.mark.r
@pytest.mark.parametrize("page", R, ids=str)
def test_what_a_page_says_to_r_works(page: Path, reader: Reader) -> None:
    reader.read(page, (*RUN, "r"))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_block_is_known_or_says_why_it_is_not_run(page: Path) -> None:
    for block in blocks(page):
        assert block.mark or block.language in (*RUN, *SHOWN, *ELSEWHERE), f"{block.place}: {block.language}"
        assert block.mark != "not run" or len(block.word.split()) >= 3, f"{block.place}: why?"
        assert block.mark or not (block.language in SHOWN and "\n$ " in f"\n{block.text}"), (
            f"{block.place}: a console"
        )


def block(language: str, text: str, mark: str = "", word: str = "") -> Block:
    return Block(Path("README.md"), 1, language, text, mark, word)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (block("sh", "hegemon sumary runs/spoils\n"), "No such command 'sumary'"),
        (block("sh", "hegemon validate spoils.toml --replica 5\n", "not run", "no time for it"), "--replica"),
        (block("sh", "make coffee\n"), "make: no command of ours"),
        (block("console", "$ hegemon validate spoils.toml\nspoils.toml: well\n"), "experiment  spoils"),
        (block("python", "import hegemon\nhegemon.Experiment(seed=-1)\n"), "seed"),
        (block("python", "this is no code\n", "not run", "no time for it"), "invalid syntax"),
        (block("toml", "[model.war]\nspoil = 0.2\n"), r"did you mean .model\.war\.spoils"),
        (block("python", "types = 1\n", "part of", "src/hegemon/parameters/war.py"), "not in src"),
    ],
)
def test_what_does_not_work_is_noticed(wrong: Block, message: str, reader: Reader, given: Given) -> None:
    given("spoils.toml", reader.folder)
    with pytest.raises(Exception, match=message):
        reader.do(wrong, RUN)


def test_pages_are_found() -> None:
    assert {Path("README.md"), Path("docs/tutorial.md"), Path("docs/runs.md")} <= set(CODE)
    assert len(CODE) > 15
