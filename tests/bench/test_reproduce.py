"""Every figure and generated part of the documentation has one command that makes it, and it exists."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import cover
import markers
import page_figures
import published
import pytest
import reproduce
from published import ENTRIES, ROOT, Entry

MADE = [make for entry in ENTRIES for make in entry.makes]
COMMANDS = [words for entry in ENTRIES for words in entry.commands]


class Parsed(Exception):
    """Raised in place of the work."""


@pytest.fixture
def only_parse(monkeypatch: pytest.MonkeyPatch) -> None:
    real = argparse.ArgumentParser.parse_args

    def parse(self: argparse.ArgumentParser, *arguments: Any) -> Any:
        real(self, *arguments)
        raise Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse)


def call(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    script = ROOT / "bench" / words[0]
    assert script.is_file(), f"no {script}"
    monkeypatch.setattr(sys, "argv", [str(script), *words[1:]])
    import_module(script.stem).main()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.usefixtures("only_parse")
def test_every_command_exists(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Parsed):
        call(words, monkeypatch)


@pytest.mark.usefixtures("only_parse")
def test_a_command_that_does_not_exist_is_noticed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        call(("cover.py", "--drawn"), monkeypatch)
    assert "--drawn" in capsys.readouterr().err
    with pytest.raises(AssertionError, match="no_such"):
        call(("no_such.py",), monkeypatch)


def test_every_image_and_every_generated_part_has_one_command() -> None:
    found = list(published.shown())
    assert len(found) > 100
    assert sorted(set(found) - set(MADE)) == []
    assert sorted(make for make in MADE if MADE.count(make) > 1) == []


def test_every_command_makes_what_is_there() -> None:
    assert [make for make in MADE if not published.content(make)] == []
    shown = set(published.shown())
    assert sorted(make for make in MADE if not make.endswith(".json") and make not in shown) == []
    records = {path.relative_to(ROOT).as_posix() for path in (ROOT / "bench" / "results").rglob("*.json")}
    assert records == {make for make in MADE if make.endswith(".json")}


def test_every_file_of_figures_is_shown() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "figures").rglob("*.*")}
    assert files == {make for make in MADE if make.startswith("docs/figures/")}


def test_a_part_that_begins_has_a_command_too() -> None:
    begun = {
        f"{path.relative_to(ROOT).as_posix()}#{name}"
        for path in published.texts()
        for name in re.findall(r"<!-- begin (.+?) -->", path.read_text(encoding="utf-8"))
    }
    assert len(begun) > 60
    assert sorted(begun - set(MADE)) == []


def test_an_image_without_a_command_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "docs" / "deep").mkdir(parents=True)
    (tmp_path / "README.md").write_text("![a](docs/figures/a.png)\n")
    parts = "<!-- begin x-y -->\none\n<!-- end x-y -->\n<!-- top -->\ntwo\n<!-- end of top -->\n"
    (tmp_path / "docs" / "deep" / "page.md").write_text(f"![b](../figures/b.png)\n{parts}")
    found = ["docs/figures/a.png", "docs/figures/b.png", "docs/deep/page.md#x-y", "docs/deep/page.md#top"]
    assert sorted(published.shown(tmp_path)) == sorted(found)
    assert published.content("docs/deep/page.md#x-y", tmp_path) == b"\none\n"
    assert published.content("docs/deep/page.md#top", tmp_path) == b"\ntwo\n"
    assert published.content("docs/figures/b.png", tmp_path) == b""


def test_parts_and_figures_are_all_asked_for() -> None:
    names = [entry.name for entry in ENTRIES]
    assert len(set(names)) == len(names)
    assert {name.removeprefix("coverage-") for name in names if name.startswith("coverage-")} == set(
        cover.parts()
    )
    assert {words[1] for words in COMMANDS if words[0] == "page_figures.py"} == set(page_figures.ALL)
    assert {entry.same for entry in ENTRIES} <= set(published.SAME)


def test_the_published_table_is_that_of_the_entries() -> None:
    text = reproduce.PAGE.read_text()
    assert markers.fill(text, {"published": reproduce.table()}) == text


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project with a command that writes what it is told, fails if told so, and counts its calls."""
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "put.py").write_text(
        "import sys\nopen('calls', 'a').write(sys.argv[1] + '\\n')\n"
        "if sys.argv[2] == 'fail': sys.exit('it broke')\n"
        "open(sys.argv[1], 'w').write(sys.argv[2])\n"
    )
    return tmp_path


def entry(name: str, text: str) -> Entry:
    return Entry(name, (("put.py", f"{name}.png", text),), (f"{name}.png",), "bits", "")


def calls(checkout: Path) -> list[str]:
    return (checkout / "calls").read_text().split()


def test_a_failure_stops_nothing_and_what_is_done_is_not_done_again(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "b.png").write_text("two")
    three = [entry("a", "fail"), entry("b", "two"), entry("c", "three")]
    assert reproduce.run(three, checkout / "kept", root=checkout) == ["a"]
    said = capsys.readouterr().out
    assert "it broke" in said
    assert "as published" in said
    assert "differs: c.png" in said
    assert reproduce.run(three, checkout / "kept", root=checkout) == ["a"]
    assert "done before" in capsys.readouterr().out
    assert calls(checkout) == ["a.png", "b.png", "c.png", "a.png"]


def test_what_is_gone_or_was_made_otherwise_is_made_again(checkout: Path) -> None:
    one = entry("a", "one")
    for prepare in (
        lambda: None,
        lambda: (checkout / "a.png").unlink(),
        lambda: (checkout / "bench" / "new.py").write_text("x = 1\n"),
    ):
        prepare()
        assert reproduce.run([one], checkout / "kept", root=checkout) == []
    reproduce.run([one], checkout / "kept", fresh=True, root=checkout)
    reproduce.run([entry("a", "other")], checkout / "kept", root=checkout)
    assert len(calls(checkout)) == 5
    assert (checkout / "a.png").read_text() == "other"


def test_what_is_asked_for_is_listed_and_what_is_unknown_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert reproduce.main(["--list", "tutorial"]) == 0
    assert "page_figures.py tutorial" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        reproduce.main(["tutorail"])
    assert "no entry tutorail" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["phase", "sobol_design", "survival_routes", "tutorial"])
def test_figures_of_pages_are_made_small(name: str, tmp_path: Path) -> None:
    page_figures.main(
        [
            name,
            "--replicas",
            "16",
            "--workers",
            "1",
            "--to",
            f"{tmp_path / 'to'}",
            "--runs",
            f"{tmp_path / 'runs'}",
        ]
    )
    (made,) = [each for each in ENTRIES if each.name == name]
    wanted = {Path(make).relative_to("docs/figures").as_posix() for make in made.makes}
    assert {
        path.relative_to(tmp_path / "to").as_posix() for path in (tmp_path / "to").rglob("*.png")
    } == wanted


def test_small_figures_never_take_the_place_of_those_published(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        page_figures.main(["phase", "--replicas", "16"])
    assert "--to DIR" in capsys.readouterr().err


def test_make_gallery_runs_the_gallery_or_all() -> None:
    def told(*words: str) -> str:
        command = ["make", "--no-print-directory", "--dry-run", "gallery", *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-1].strip()

    assert told() == ".venv/bin/python bench/make_gallery.py"
    assert told("PAGE=threat", "LIST=1") == ".venv/bin/python bench/make_gallery.py threat --list"
    assert told("ALL=1", "ONLY=tutorial phase") == ".venv/bin/python bench/reproduce.py tutorial phase"
    assert told("ALL=1", "LIST=1").split() == [".venv/bin/python", "bench/reproduce.py", "--list"]


def test_an_interruption_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*arguments: Any, **options: Any) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(reproduce, "run", interrupted)
    assert reproduce.main(["tutorial"]) == 130
    assert capsys.readouterr().err == "interrupted; the same command goes on\n"
