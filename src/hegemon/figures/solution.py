"""The value of a key at which P takes a target: the evaluations that led to it, or a curve of such values."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hegemon.figures import style
from hegemon.figures.frame import put_words
from hegemon.figures.labels import axis_name, literal, setting
from hegemon.figures.placing import EndLabel, label_ends
from hegemon.figures.probability import BAND_ALPHA
from hegemon.figures.selection import MOST_PANELS, spaced

_EVALUATION = "evaluation"
_ZOOM = 5.0  # widths of the interval on each side of the value
_BAR = "#8A8A8A"


def draw(solution: xr.Dataset) -> Figure:
    """Draw what ``solution.nc`` holds.

    Parameters
    ----------
    solution
        `value`, `low` and `high` of a key, along other keys or not, and the evaluations.

    Returns
    -------
    Figure
        For one value: P at all evaluations, and closer to the value. For a curve: the value against the
        other key; a second key gives a line per value, a third a panel per value, a fourth is held.
    """
    with style.applied():
        figure = _curve(solution) if solution["value"].dims else _single(solution)
        names = [str(name) for name in solution["value"].dims]
        missing = int(solution["value"].isnull().sum())
        sides = int((solution["side"] != 0).sum())
        remarks = [f"Arrows: {outside(solution)}"] if names and sides else []
        if names and missing > sides:
            remarks.append(f"No single value: {missing - sides} of {solution['value'].size}")
        heading = f"{key_name(solution)} at which P(hegemon) = {solution.attrs['probability']:g}"
        put_words(figure, solution, heading if names else _words(solution, heading), remarks)
        return figure


def key_name(solution: xr.Dataset) -> str:
    """The key that was solved for, as an axis names it; from 0 to 1 in words where the key has them."""
    attributes = solution.attrs
    units = {"key": attributes["key"], "long_name": attributes["key_title"], "units": attributes["key_unit"]}
    return axis_name(xr.DataArray(0.0, name="key", attrs=units)).partition(" (0 =")[0]


def outside(solution: xr.Dataset) -> str:
    """What the arrows of a curve mean."""
    target = f"{solution.attrs['probability']:g}"
    return f"P above (up) or below (down) {target} all over the searched range"


def _words(solution: xr.Dataset, heading: str) -> str:
    value, low, high = (float(solution[name]) for name in ("value", "low", "high"))
    return (
        f"{heading}: {solution['state'].item()}"
        if np.isnan(value)
        else (f"{heading}: {value:.4g}, {low:.4g} to {high:.4g}")
    )


def _single(solution: xr.Dataset) -> Figure:
    figure = style.new_figure(9.6, 3.7)
    value = float(solution["value"])
    whole, near = figure.subplots(1, 2) if not np.isnan(value) else (figure.add_subplot(), None)
    whole_range = solution.attrs["searched_from"], solution.attrs["searched_to"]
    _evaluations(whole, solution, whole_range)
    whole.set_title("All evaluations")
    whole.set_ylim(bottom=0)
    if near is not None:
        half = _ZOOM * max(float(solution["high"] - solution["low"]), 1e-9)
        first, last = whole_range
        _evaluations(near, solution, (max(value - half, first), min(value + half, last)))
        near.set_title("Near the value")
    return figure


def _evaluations(ax: Axes, solution: xr.Dataset, span: tuple[float, float]) -> None:
    x = solution["x"].values
    shown = (x >= span[0]) & (x <= span[1])
    p, low, high = (solution[name].values[shown] for name in ("p", "p_low", "p_high"))
    bars = np.clip([p - low, high - p], 0, None)
    ax.errorbar(x[shown], p, bars, color=style.COLOURS[0], ecolor=_BAR, elinewidth=0.8, fmt="o", markersize=3)
    ax.axhline(solution.attrs["probability"], color=style.COLOURS[1], linestyle="--", linewidth=1.2)
    ends = float(solution["low"]), float(solution["high"])
    if not np.isnan(ends[0]):
        ax.axvspan(*ends, color=style.COLOURS[2], alpha=BAND_ALPHA, linewidth=0)
        ax.axvline(float(solution["value"]), color=style.COLOURS[2], linewidth=1.0)
    margin = 0.02 * (span[1] - span[0])
    ax.set_xlim(span[0] - margin, span[1] + margin)
    ax.set_xlabel(key_name(solution))
    ax.set_ylabel("P(hegemon)")


def _curve(solution: xr.Dataset) -> Figure:
    dims = [str(name) for name in solution["value"].dims]
    held = {name: solution.sizes[name] // 2 for name in dims[3:]}
    part = solution.isel(held)
    places = spaced(part.sizes[dims[2]], MOST_PANELS) if len(dims) > 2 else [None]
    figure = style.new_figure(3.6 * len(places) + 2.4, 3.7)
    axes = figure.subplots(1, len(places), squeeze=False, sharey=True)[0]
    for ax, place in zip(axes, places, strict=True):
        one = part if place is None else part.isel({dims[2]: place})
        panel(ax, one, *dims[:2])
        if place is not None:
            ax.set_title(literal(setting(part[dims[2]], part[dims[2]].values[place])))
    return figure


def panel(ax: Axes, solution: xr.Dataset, along: str, lines: str | None = None) -> None:
    """Draw the value of the key, with bands, against one other key; a line for each value of a second."""
    numeric = solution[along].dtype.kind in "iuf"
    x = solution[along].values.astype(float) if numeric else np.arange(solution.sizes[along], dtype=float)
    count = 1 if lines is None else solution.sizes[lines]
    ends: list[EndLabel] = []
    for k in spaced(count, style.MOST_LINES):
        one = solution if lines is None else solution.isel({lines: k})
        value, low, high = (one[name].values for name in ("value", "low", "high"))
        _line(ax, len(ends), x, value, low, high, joined=numeric)
        kept = np.flatnonzero(np.isfinite(value))
        name = "" if lines is None else setting(solution[lines], solution[lines].values[k])
        place = int(kept[np.argmax(x[kept])]) if kept.size else 0
        ends.append(
            EndLabel(name, float(x[place]), float(value[place]), style.line_style(len(ends))["color"])
        )
    if not numeric:
        ax.set_xticks(x, [literal(str(v)) for v in solution[along].values])
    elif solution[along].dtype.kind in "iu" and len(x) <= 12:
        ax.set_xticks(x, [f"{v:g}" for v in x])
    ax.set_xlabel(axis_name(solution[along]))
    ax.set_ylabel(key_name(solution))
    _outside(ax, solution, x, lines)
    if lines is not None:
        label_ends(ax, [end for end in ends if np.isfinite(end.y)])


def _outside(ax: Axes, solution: xr.Dataset, x: NDArray[Any], lines: str | None) -> None:
    """Mark where P lies above the target all over the range, at the top, or below it, at the bottom."""
    sides = solution["side"] if lines is None else solution["side"].min(lines)
    ax.set_xlim(*_roomy(x))
    for side, marker, height in ((1, "$\\uparrow$", 0.97), (-1, "$\\downarrow$", 0.03)):
        at = x[sides.values == side]
        ax.plot(
            at,
            np.full(at.shape, height),
            linestyle="none",
            marker=marker,
            markersize=9,
            color=style.COLOURS[1],
            transform=ax.get_xaxis_transform(),
            gid="above" if side > 0 else "below",
        )


def _roomy(x: NDArray[Any]) -> tuple[float, float]:
    margin = 0.04 * (float(x.max() - x.min()) or 1.0)
    return float(x.min()) - margin, float(x.max()) + margin


def _line(
    ax: Axes,
    k: int,
    x: NDArray[Any],
    value: NDArray[Any],
    low: NDArray[Any],
    high: NDArray[Any],
    *,
    joined: bool,
) -> None:
    look = style.line_style(k)
    order = np.argsort(x)
    bars = np.clip([value - low, high - value], 0, None)[:, order]
    if not joined:
        look |= {"linestyle": "none"}
    ax.errorbar(x[order], value[order], bars, capsize=2.5, elinewidth=1.0, **look)
    if joined:
        ax.fill_between(x[order], low[order], high[order], color=look["color"], alpha=BAND_ALPHA, linewidth=0)
