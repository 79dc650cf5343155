"""The code blocks of README and of the documentation, and what stands above them.

A comment right above a block says what a test does with it, where that is not to run it:

    <!-- not run: the reason -->    nothing, but what can be checked without running it is
    <!-- part of: path -->          its lines stand so in that file of the project
    <!-- file: name -->             it is written to that file, for the blocks below
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.relative_to(ROOT) for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])

RUN = ("console", "python", "sh", "toml")
"""Languages that are run, or read as an experiment."""
SHOWN = ("", "text")
"""Not code: what a program prints, a formula, a tree of files."""
ELSEWHERE = ("r",)
"""Run by a test of their own, where there is such a program."""

_MARK = r"(?:<!-- (?P<mark>not run|part of|file): (?P<word>.+?) -->\n)?"
_BLOCK = re.compile(_MARK + r"^(?P<fence>```+)(?P<language>[^\n]*)\n(?P<text>.*?)^(?P=fence)$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """One block: where it is, its language, its text, and the comment above it."""

    page: Path
    line: int
    language: str
    text: str
    mark: str
    word: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page that are not directives of the documentation."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        if not found["language"].startswith("{"):
            line = text.count("\n", 0, found.start("fence")) + 1
            yield Block(
                page, line, found["language"], found["text"], found["mark"] or "", found["word"] or ""
            )


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with the output below it."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, output = part.partition("\n")
        yield command, output
