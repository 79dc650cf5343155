"""What a reader would do with a page: type its commands and run its code, in one directory, small."""

from __future__ import annotations

import doctest
import re
import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

import rscript
from documentation.pages import ROOT, Block, blocks, commands
from hegemon import config
from hegemon.cli import main

REPLICAS = 64
# What makes a command small, or harmless: of an option that is given twice the last one counts.
SMALL = {
    "run": ["--replicas", str(REPLICAS), "--workers", "1"],
    "sensitivity": ["--replicas", "8", "--samples", "8", "--workers", "1"],
    "submit": ["--dry-run"],
    "verify": ["--workers", "1"],
}


LONG = {"rare": "tests/rare", "selftest": "tests/selftest", "solve": "tests/solving"}
"""Commands that take long whatever they are given: only understood here, and run by these tests."""


class Reader:
    """One reader with a directory, who does all that a page says, block by block.

    Parameters
    ----------
    folder : Path
        The directory; the working directory too.
    given : callable
        Puts a run that pages take for granted into the directory, by its name.
    """

    def __init__(self, folder: Path, given: Callable[[str, Path], None]) -> None:
        self.folder = folder
        self.names: dict[str, Any] = {"__name__": "__main__"}
        (folder / "configs").symlink_to(ROOT / "configs")
        self._given = given

    def read(self, page: Path, languages: tuple[str, ...]) -> None:
        """Do what the page says in these languages."""
        found = list(blocks(page))
        code = "\n".join(block.text for block in found if block.mark != "not run")
        own = set(re.findall(r"hegemon init (\w+)", code))
        for name in sorted(set(re.findall(r"\bruns/[a-z0-9-]+|\b[a-z]+\.toml\b", code))):
            if Path(name).stem not in own:
                self._given(name, self.folder)
        for block in sorted(found, key=lambda block: block.mark != "file"):
            try:
                self.do(block, languages)
            except Exception as error:
                raise AssertionError(f"{block.place}: {error}") from error

    def do(self, block: Block, languages: tuple[str, ...]) -> None:
        """Do what one block says, or what the comment above it says about it."""
        if block.mark == "part of":
            assert _lines(block.text) in _lines((ROOT / block.word).read_text()), f"not in {block.word}"
        elif block.mark == "file":
            (self.folder / block.word).write_text(block.text)
        elif block.mark == "not run":
            self._check(block)
        elif block.language in languages:
            getattr(self, block.language)(block.text)

    def _check(self, block: Block) -> None:
        """What can be checked of a block that is not run."""
        if block.language == "python":
            compile(block.text, block.place, "exec")
        elif block.language == "sh":
            for words in map(_words, block.text.splitlines()):
                if words[:1] == ["hegemon"]:
                    understood(words)

    def console(self, text: str) -> None:
        """Type the commands, and compare what comes out."""
        for command, expected in commands(text):
            done = self.hegemon(_words(command))
            found = done.stdout if done.exit_code == 0 else done.output
            same = doctest.OutputChecker().check_output(expected, found, doctest.ELLIPSIS)
            assert same, f"{command}\n{found}"

    def sh(self, text: str) -> None:
        """Type the commands, small; of a pipe the first."""
        for line in text.replace("\\\n", " ").splitlines():
            words = _words(line)
            if words[1:] and words[1] in LONG:
                understood(words)
            elif words:
                done = self.hegemon([*_before_pipe(words), *SMALL.get(words[1], [])])
                assert done.exit_code == 0, f"{line}: status {done.exit_code}\n{done.output}"

    def r(self, text: str) -> None:
        """Run it in R."""
        rscript.run(f"{text}\nfound <- TRUE", folder=self.folder)

    def python(self, text: str) -> None:
        """Run the code, small, with the names of the blocks above."""
        small = re.sub(r"\b(replicas=)\d[\d_]*", rf"\g<1>{REPLICAS}", text)
        exec(compile(small, "page", "exec"), self.names)

    def toml(self, text: str) -> None:
        """Read it as an experiment, and keep it under its name."""
        name = tomllib.loads(text).get("experiment", {}).get("name", "block")
        path = self.folder / f"{name}.toml"
        path.write_text(text)
        config.load(path)

    def hegemon(self, words: list[str]) -> Result:
        """Call the command line."""
        assert words[0] == "hegemon", f"{words[0]}: no command of ours; say why it is not run"
        return CliRunner().invoke(main, words[1:], prog_name="hegemon")


def understood(words: list[str]) -> None:
    """Fail where the command line would not take these words."""
    command = main.commands[words[1]]
    with command.make_context(words[1], _before_pipe(words)[2:]) as context:
        assert not context.args


def _before_pipe(words: list[str]) -> list[str]:
    return words[: min([words.index(mark) for mark in ("|", ">", "2>") if mark in words], default=len(words))]


def _words(line: str) -> list[str]:
    words = shlex.split(line, comments=True)
    return [words[0].removeprefix(".venv/bin/"), *words[1:]] if words else []


def _lines(text: str) -> str:
    """Lines without their indentation."""
    return "\n".join(line.strip() for line in text.strip().splitlines())
