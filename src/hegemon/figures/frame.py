"""The words around the panels: title above, note below."""

from __future__ import annotations

import textwrap

import xarray as xr
from matplotlib.figure import Figure

from hegemon.figures import style
from hegemon.figures.labels import literal, note

_TITLE_SIZE = 11.0


def put_words(
    figure: Figure, results: xr.Dataset, heading: str, remarks: list[str], below: str | None = None
) -> None:
    """Write the title and what is held above the figure; the note on intervals, or `below`, under it."""
    title = ": ".join(filter(None, [str(results.attrs.get("title", "")), heading]))
    if title:
        figure.suptitle(wrapped(figure, title, _TITLE_SIZE), x=0.01, ha="left", fontsize=_TITLE_SIZE)
    words = " ".join([below or note(results), *(f"{r}." for r in remarks)])
    figure.supxlabel(
        wrapped(figure, words, style.NOTE_SIZE), x=0.01, ha="left", fontsize=style.NOTE_SIZE, color="#444444"
    )


def wrapped(figure: Figure, text: str, size: float) -> str:
    """Return the text in lines that fit the figure: a letter is about half as wide as it is high.

    Dollars stand for themselves, and do not begin an equation.
    """
    letters = int(figure.get_size_inches()[0] * 72 / (0.55 * size))
    return literal(textwrap.fill(text, letters))
