"""A table of text: columns with names, and the numbers in it at the length that tells something."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hegemon.runs import Run

_LONGEST = 30  # characters of a swept value
_GAP = "  "


@dataclass(frozen=True)
class Table:
    """Names of columns and rows of text, all aligned to the right; to the left where they are words."""

    header: tuple[str, ...]
    rows: list[tuple[str, ...]]
    left: bool = False

    def lines(self) -> list[str]:
        """The header and the rows as lines of equal columns."""
        widths = [max(map(len, column)) for column in zip(self.header, *self.rows, strict=True)]
        place = str.ljust if self.left else str.rjust
        return [
            _GAP.join(place(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in (self.header, *self.rows)
        ]


def estimates(run: Run, most: int | None = None) -> Table:
    """The estimates of a run, a row per design point: swept keys, counts, P, its limits, mean year.

    Of the first `most` design points, if that is given.
    """
    results = run.results
    names = [label.name for label in run.design.coordinates]
    columns = ("replicas", "emerged", "p_emerged", "p_emerged_low", "p_emerged_high", "mean_year")
    flat = [results[name].values.ravel()[:most].tolist() for name in columns]
    places = digits(max(flat[0]))
    missed = results["precision_reached"].values.ravel()[:most] == 0 if "precision_reached" in results else []
    rows = [
        (*swept(run, i), f"{n:,}", f"{k:,}", *(f"{x:.{places}f}" for x in (p, low, high)), year_text(year))
        for i, (n, k, p, low, high, year) in enumerate(zip(*flat, strict=True))
    ]
    header = (*names, "replicas", "emerged", "P", "low", "high", "mean year")
    if any(missed):
        rows = [(*row, "*" if mark else "") for row, mark in zip(rows, missed, strict=True)]
        header = (*header, "")
    return Table(header, rows)


def swept(run: Run, index: int) -> tuple[str, ...]:
    """The swept values of a design point, as text."""
    return tuple(value_text(value) for value in run.design.points[index].values.values())


def digits(replicas: int) -> int:
    """Decimals that show one hegemon more or less among so many replicas."""
    return min(max(3, math.ceil(math.log10(max(replicas, 1)))), 9)


def year_text(year: float) -> str:
    """A mean year; a dash where no hegemon emerged."""
    return f"{year:.1f}" if math.isfinite(year) else "-"


def value_text(value: Any) -> str:
    """A swept value as short text."""
    from hegemon.toml import toml_value

    text = f"{value:.12g}" if isinstance(value, float) else str(value)
    if isinstance(value, bool | tuple | list):
        text = toml_value(value)
    elif value is None:  # not given
        text = "-"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
