"""What a page is made of: tables, figures, facts and sections, as text that is not yet escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_ROWS = 400
"""Most rows of a table; the rest is told of and left to `hegemon export`."""


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes
    ----------
    caption : str
    header : sequence of str
    rows : sequence of rows of text
    heads : int
        Columns at the left that name the row.
    words : bool
        Whether cells are words, which begin at the left, and not numbers.
    left_out : int
        Rows that were left out.
    """

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    heads: int = 1
    words: bool = False
    left_out: int = 0


def table(
    caption: str, header: Sequence[str], rows: Sequence[Sequence[str]], heads: int = 1, words: bool = False
) -> Table:
    """A table of which the first `MOST_ROWS` rows are kept."""
    kept = [["–" if cell == "-" else cell for cell in row] for row in rows[:MOST_ROWS]]
    return Table(caption, header, kept, heads, words, max(len(rows) - MOST_ROWS, 0))


@dataclass(frozen=True)
class Figure:
    """A figure.

    Attributes
    ----------
    source : str
        The drawing, as a ``data:`` address.
    alt : str
        What it shows, for those who do not see it.
    caption : str
    width : int
        In CSS pixels.
    charts : sequence of mappings
        The same for a browser that runs scripts; see `hegemon.report.charts`.
    """

    source: str
    alt: str
    caption: str
    width: int
    charts: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Source:
    """Text that is shown as it stands, and may be saved as a file; folded away where it is long."""

    title: str
    text: str
    name: str = ""

    @property
    def folded(self) -> bool:
        """Whether it is shown on request only."""
        return bool(self.name)


Block = str | Table | Figure | Source


@dataclass(frozen=True)
class Section:
    """A section of a page: text, tables and figures, one after the other."""

    id: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Page:
    """A page.

    Attributes
    ----------
    title, kind : str
        What it is about; "report" or "comparison".
    lead : sequence of str
        The question and the answer, a paragraph each.
    sections : sequence of Section
    made_by : str
        The program that made the numbers.
    """

    title: str
    kind: str
    lead: Sequence[str]
    sections: Sequence[Section]
    made_by: str
