"""Measured coverage of the intervals, a module for each kind of estimate; `bench/cover.py` runs them.

A module has

* ``PAGE``: the page of docs/ that shows its tables;
* ``REPETITIONS``: how often each case is tried in the study whose record is kept;
* ``study(repetitions, seed, tell)``: tries it and returns what was found, as JSON values;
* ``tables(found)``: Markdown by the name of its place in the page.

The folder is not named `coverage`: Numba takes anything of that name on the path for the coverage library.
"""

from __future__ import annotations

from collections.abc import Sequence


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; the first column is words, the others are numbers."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
