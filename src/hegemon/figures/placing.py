"""Names written at the right-hand ends of lines, moved apart where they would overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from hegemon.figures.labels import literal

_LINE_SPACING = 1.25
_SIZE = 9.2  # points
_GAP = 0.035  # of the panel's width, between the axis and the names


@dataclass(frozen=True)
class EndLabel:
    """The name of a line, the point (data units) at which the line ends, and the line's colour."""

    text: str
    x: float
    y: float
    colour: str


def spread(wanted: ArrayLike, gap: float, low: float, high: float) -> NDArray[np.float64]:
    """Return places near `wanted`, at least `gap` apart, in their order, within [low, high] if they fit.

    The places minimise the sum of squared moves (pool adjacent violators on wanted_i - i gap).
    """
    y = np.asarray(wanted, dtype=float)
    order = np.argsort(y, kind="stable")
    steps = gap * np.arange(len(y))
    placed = _isotonic(y[order] - steps)
    ceiling = max(low, high - (steps[-1] if len(y) else 0.0))
    result = np.empty_like(y)
    result[order] = np.clip(placed, low, ceiling) + steps
    return result


def _isotonic(values: NDArray[np.float64]) -> NDArray[np.float64]:
    blocks: list[list[float]] = []  # [sum, count]
    for value in values:
        blocks.append([float(value), 1.0])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += count
    return np.array([total / count for total, count in blocks for _ in range(int(count))])


def label_ends(ax: Axes, labels: Sequence[EndLabel]) -> None:
    """Write each label beside the panel, with a thin leader from the line's end.

    Call it after the limits of the axes are set: places are worked out in the panel's height.
    """
    if not labels:
        return
    figure = ax.get_figure(root=True)
    height = ax.get_position().height * (figure.get_size_inches()[1] if figure else 4.0)
    ends = ax.transAxes.inverted().transform(ax.transData.transform([(e.x, e.y) for e in labels]))
    places = spread(ends[:, 1], _LINE_SPACING * _SIZE / 72 / max(height, 0.1), 0.02, 0.98)
    for label, (x, y), place in zip(labels, ends, places, strict=True):
        ax.plot(
            [x + 0.008, 1 + 0.8 * _GAP],
            [y, place],
            transform=ax.transAxes,
            color=label.colour,
            linewidth=0.6,
            clip_on=False,
            gid="leader",
            label="_leader",
        )
        ax.text(
            1 + _GAP,
            place,
            literal(label.text),
            transform=ax.transAxes,
            color=label.colour,
            fontsize=_SIZE,
            ha="left",
            va="center",
            gid="end-label",
        )
