"""Figures as addresses that stand in the page themselves."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hegemon.figures import style
from hegemon.report import parts

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PIXELS = 96  # of an inch, as CSS has it
_MOST_SVG = 600_000  # bytes; beyond, thousands of points are better kept as an image
_DPI = 110


def figure(
    drawn: Figure, alt: str, caption: str = "", charts: Sequence[Mapping[str, Any]] = ()
) -> parts.Figure:
    """A figure of a page from one of matplotlib."""
    width = round(float(drawn.get_size_inches()[0]) * _PIXELS)
    return parts.Figure(source(drawn), alt, caption, width, charts)


def source(figure: Figure) -> str:
    """The figure as a ``data:`` address: SVG, which is sharp at any size, or PNG where that would be vast.

    As an image it can neither run scripts nor load anything. Equal figures give equal text.
    """
    drawn = _drawn(figure, "svg")
    kind = "svg+xml"
    if len(drawn) > _MOST_SVG:
        drawn, kind = _drawn(figure, "png"), "png"
    return f"data:image/{kind};base64,{base64.b64encode(drawn).decode()}"


def _drawn(figure: Figure, kind: str) -> bytes:
    buffer = io.BytesIO()
    with style.applied():
        figure.savefig(buffer, format=kind, metadata=style.metadata(f".{kind}"), dpi=_DPI)
    return buffer.getvalue()
