"""The look of every figure: one place for colours, lines, markers, sizes and how a file is written.

Lines differ in colour, in dash and in marker at once, so that a figure survives a black-and-white printer and
colour-blind readers. Colours are those of Okabe & Ito (2008), "Color universal design", in an order
whose greys also differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import style as mpl_style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

COLOURS = ("#000000", "#D55E00", "#0072B2", "#CC79A7", "#009E73", "#6E6E6E")
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (6, 1.5, 1.2, 1.5)),
    (0, (1.2, 1.2)),
    (0, (9, 2)),
    (0, (3, 1, 1, 1)),
)
MARKERS = ("o", "s", "^", "D", "v", "P")
# Dark to light: reads as an order in colour and in grey, and stays visible on white.
ORDERED = ("#1B1044", "#2A4B8D", "#1F7F8C", "#3B9A5F", "#9A8200", "#C9641F")

MOST_LINES = len(COLOURS)
NOTE_SIZE = 8.0
_SCREEN_DPI = 110

RC: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.labelsize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.6,
    "lines.markersize": 4.5,
    "legend.frameon": False,
    "savefig.dpi": 200,
    "svg.hashsalt": "hegemon",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
}

# What a writer would stamp on a file by itself: times and versions, which make equal figures unequal.
_METADATA: dict[str, dict[str, None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Producer": None, "Creator": None},
}
FORMATS = tuple(_METADATA)


def metadata(kind: str) -> dict[str, None]:
    """Return what keeps a writer of files of this suffix from stamping times and versions on them."""
    return _METADATA[kind]


@contextmanager
def applied() -> Iterator[None]:
    """Put the style in force, over matplotlib's own defaults and not over a user's matplotlibrc."""
    with mpl_style.context(["default", RC]):
        yield


class Shown(Figure):
    """A figure that a notebook shows where it is the value of a cell, with or without pyplot."""

    def _repr_png_(self) -> bytes:
        written = BytesIO()
        with applied():
            self.savefig(written, format="png", dpi=_SCREEN_DPI, metadata=metadata(".png"))
        return written.getvalue()


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of `width` by `height` inches with its own Agg canvas."""
    figure = Shown(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def line_style(index: int) -> dict[str, Any]:
    """Return colour, dash and marker of the line with this `index` among unordered kinds."""
    k = index % MOST_LINES
    return {"color": COLOURS[k], "linestyle": DASHES[k], "marker": MARKERS[k]}


def ordered_style(index: int, count: int) -> dict[str, Any]:
    """Return colour and dash of curve `index` of `count` curves that have an order."""
    steps = np.linspace(0, len(ORDERED) - 1, max(count, 1)).round().astype(int)
    k = int(steps[index % len(steps)])
    return {"color": ORDERED[k], "linestyle": DASHES[index % len(DASHES)]}


def save(figure: Figure, path: str | Path) -> Path:
    """Write `figure` to `path`, in the format of its suffix: .png, .svg or .pdf.

    Equal figures give equal bytes: no time and no version is written.

    Raises
    ------
    ValueError
        Where the suffix is none of these.
    """
    target = Path(path)
    kind = target.suffix.lower()
    if kind not in _METADATA:
        raise ValueError(
            f"{target}: a figure is written as {', '.join(FORMATS)}; {kind or 'no suffix'!r} is none of them"
        )
    with applied():
        figure.savefig(target, format=kind[1:], metadata=_METADATA[kind])
    return target
