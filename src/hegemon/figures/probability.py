"""The panel that answers the question: how often a hegemon emerges, against the key that was swept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from numpy.typing import NDArray

from hegemon.figures import style
from hegemon.figures.labels import axis_name, horizon, literal, moving_with, plain, setting
from hegemon.figures.placing import EndLabel, label_ends
from hegemon.figures.selection import Selection, at, is_numeric, line_places

BAND_ALPHA = 0.22
_MOST_MARKERS = 25


@dataclass(frozen=True)
class Line:
    """One line of P with its band: values along the axis, all of one length."""

    name: str
    x: NDArray[np.float64]
    p: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def collect(results: xr.Dataset, selection: Selection) -> list[Line]:
    """Return the lines of one panel; `results` has no dimensions but the axis and the lines."""
    axis = str(selection.axis)
    numeric = is_numeric(results, axis)
    x = results[axis].values.astype(float) if numeric else np.arange(results.sizes[axis], dtype=float)
    order = np.argsort(x, kind="stable")
    lines = []
    for i in line_places(results, selection.lines):
        part = results if i is None else at(results, **{str(selection.lines): i})
        name = "" if i is None else setting(results[selection.lines], results[selection.lines].values[i])
        p, low, high = (part[v].values[order] for v in ("p_emerged", "p_emerged_low", "p_emerged_high"))
        lines.append(Line(name, x[order], p, low, high))
    return lines


def draw(ax: Axes, lines: Sequence[Line]) -> None:
    """Draw each line with its markers and its band."""
    for k, line in enumerate(lines):
        _joined(ax, k, line, line.p)
        _band(ax, k, line, line.low)


def draw_points(ax: Axes, lines: Sequence[Line]) -> None:
    """Draw points with bars, not joined, for values that are no numbers; a legend names the kinds."""
    for k, line in enumerate(lines):
        look = style.line_style(k) | {"linestyle": "none"}
        bars = np.clip([line.p - line.low, line.high - line.p], 0, None)
        shift = 0.08 * (k - (len(lines) - 1) / 2)
        ax.errorbar(line.x + shift, line.p, yerr=bars, capsize=3, label=literal(line.name), **look)
    if len(lines) > 1:
        ax.legend(loc="best")


def draw_logarithmic(ax: Axes, lines: Sequence[Line], floor: float) -> None:
    """Draw the lines on a logarithmic axis that starts at `floor`.

    A point without a single hegemon has no place there: an arrow stands at its upper limit.
    """
    ax.set_yscale("log")
    ax.set_ylim(floor, 1.0)
    for k, line in enumerate(lines):
        _joined(ax, k, line, np.where(line.p > 0, line.p, np.nan))
        _band(ax, k, line, np.maximum(line.low, floor))
        none = line.p == 0
        if none.any():
            ax.plot(
                line.x[none],
                line.high[none],
                linestyle="none",
                marker=r"$\downarrow$",
                markersize=9,
                color=style.line_style(k)["color"],
                label="_upper limit",
                gid="upper-limit",
                clip_on=False,
                zorder=3,
            )


def _joined(ax: Axes, k: int, line: Line, p: NDArray[np.float64]) -> None:
    every = max(1, round(len(line.x) / _MOST_MARKERS))
    ax.plot(
        line.x,
        p,
        label=literal(line.name) or "P(hegemon)",
        markevery=every,
        clip_on=False,
        zorder=3,
        **style.line_style(k),
    )


def _band(ax: Axes, k: int, line: Line, bottom: NDArray[np.float64]) -> None:
    colour = style.line_style(k)["color"]
    ax.fill_between(line.x, bottom, line.high, color=colour, alpha=BAND_ALPHA, linewidth=0)


def finish(ax: Axes, results: xr.Dataset, axis: str, lines: Sequence[Line], *, named: bool = True) -> None:
    """Name the axes, set their limits and name the lines."""
    _horizontal(ax, results, axis, lines)
    ax.set_ylabel(f"P(hegemon within {horizon(results)})")
    if ax.get_yscale() == "linear":
        ax.set_ylim(0, ceiling(lines))
    if named:
        name_lines(ax, lines)


def name_lines(ax: Axes, lines: Sequence[Line]) -> None:
    """Write the name of each line at its end; a single line needs none, nor does a panel with a legend."""
    if len(lines) > 1 and ax.get_legend() is None:
        label_ends(ax, [_end(k, line) for k, line in enumerate(lines)])


def ceiling(lines: Sequence[Line]) -> float:
    """Return a round upper limit for a probability axis that starts at 0."""
    highest = max(
        (float(np.nanmax(line.high)) for line in lines if np.isfinite(line.high).any()), default=1.0
    )
    steps = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0]
    return next((step for step in steps if step >= highest * 1.02), 1.0)


def _end(k: int, line: Line) -> EndLabel:
    known = np.flatnonzero(np.isfinite(line.p))
    i = known[-1] if len(known) else -1
    return EndLabel(
        line.name, float(line.x[i]), float(np.nan_to_num(line.p[i])), style.line_style(k)["color"]
    )


def _horizontal(ax: Axes, results: xr.Dataset, axis: str, lines: Sequence[Line]) -> None:
    ax.set_xlabel(axis_name(results[axis]) + moving_with(results, axis))
    values = results[axis].values
    if not is_numeric(results, axis):
        names = [plain(v) for v in values]
        slanted = sum(map(len, names)) > 40
        turn, side = (30, "right") if slanted else (0, "center")
        ax.set_xticks(range(len(names)), [literal(name) for name in names], rotation=turn, ha=side)
        ax.set_xlim(-0.5, len(names) - 0.5)
        return
    if values.dtype.kind in "iu" and len(values) <= 8:
        ax.set_xticks(np.sort(values))
    finite = values[np.isfinite(values)]
    if finite.min() < finite.max():
        ax.set_xlim(finite.min(), finite.max())
