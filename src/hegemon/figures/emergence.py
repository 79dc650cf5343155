"""When hegemons emerge: a ridge for each value of a swept key, whose area is P."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hegemon.figures import listing, style
from hegemon.figures.frame import put_words
from hegemon.figures.labels import literal, plain, setting, short_name
from hegemon.figures.selection import Selection, at, choose, held_words, spaced

_MOST_RIDGES = 11
_MOST_BINS = 40
_WIDTH, _ROW, _REST = 6.5, 0.48, 1.5
_OVERLAP = 1.3  # heights of a row that the highest ridge takes


def emergence(results: xr.Dataset) -> Figure:
    """Draw when hegemons emerge, a ridge for each value along the main axis of the sweep.

    Parameters
    ----------
    results
        What `Run.results` holds.

    Returns
    -------
    Figure
        Histograms over equal spans of years, all of one scale, so that areas compare as P does; a dot on
        each baseline is the year by which half of its hegemons have emerged. Other keys are held at their
        middle values, which the title names.
    """
    results = _along_key(results)
    selection = choose(results)
    held = dict(selection.held)
    held |= {d: results.sizes[d] // 2 for d in (selection.lines, selection.panels) if d is not None}
    part = at(results, **held)
    with style.applied():
        figure = _ridges(part, selection)
        words = held_words(results, held)
        remarks = []
        if selection.axis and results.sizes[selection.axis] > _MOST_RIDGES:
            remarks = [f"{_MOST_RIDGES} of {results.sizes[selection.axis]} values shown"]
        put_words(figure, results, f"at {words}" if words else "", remarks, _about(part))
        return figure


def _along_key(results: xr.Dataset) -> xr.Dataset:
    """A list over one key along that key; any other as it is."""
    along = listing.along_one_key(results) if listing.is_list(results) else None
    return results if along is None else along


def _about(part: xr.Dataset) -> str:
    return (
        "A ridge's area is P(hegemon), on one scale for all; dot: the year by which half of its hegemons "
        f"have emerged. {_span(part)} years a step."
    )


def _span(part: xr.Dataset) -> int:
    """Years in a step: a whole number, and a round one where there are many years."""
    years = int(part["year"].values[-1])
    return next((n for n in (1, 2, 5, 10, 20, 50, 100) if years <= n * _MOST_BINS), -(-years // _MOST_BINS))


def _ridges(part: xr.Dataset, selection: Selection) -> Figure:
    axis = selection.axis
    count = 1 if axis is None else part.sizes[axis]
    places = spaced(count, _MOST_RIDGES)
    figure = style.new_figure(_WIDTH, _ROW * len(places) + _REST)
    ax = figure.add_subplot()
    ones = [part if axis is None else at(part, **{axis: i}) for i in places]
    steps = [_histogram(one, _span(part)) for one in ones]
    highest = max(float(mass.max(initial=0.0)) for _, mass in steps) or 1.0
    for row, (one, (edges, mass)) in enumerate(zip(ones, steps, strict=True)):
        look = style.ordered_style(row, len(places))["color"]
        _ridge(ax, len(places) - 1 - row, edges, mass * (_OVERLAP / highest), look, _half(one))
    names = ["all" if axis is None else _name(part, axis, i) for i in places]
    _finish(ax, part, names, [float(one["p_emerged"]) for one in ones])
    if axis is not None:
        ax.set_ylabel(short_name(part[axis]) if axis in part.coords else axis)
    return figure


def _name(part: xr.Dataset, axis: str, place: int) -> str:
    return plain(part[axis].values[place]) if axis != "point" else setting(part[axis], place)


def _histogram(one: xr.Dataset, span: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Edges of spans of years, and the probability that a hegemon emerges in each."""
    known = np.isfinite(one["survival"].values)
    years, survival = one["year"].values[known].astype(float), one["survival"].values[known]
    edges = np.unique(np.append(np.arange(0, years[-1], span), years[-1]))
    left = np.interp(edges, years, survival)
    mass = -np.diff(left) / (np.diff(edges) / span)  # a shorter last span is drawn as high as it is dense
    return edges, np.clip(mass, 0.0, None)


def _half(one: xr.Dataset) -> float | None:
    """The year by which half of the hegemons have emerged."""
    survival = one["survival"].values
    survival = survival[np.isfinite(survival)]
    gone = 1 - survival
    return float(one["year"].values[np.argmax(gone >= gone[-1] / 2)]) if gone[-1] > 0 else None


def _ridge(
    ax: Axes, base: int, edges: NDArray[Any], heights: NDArray[Any], colour: str, half: float | None
) -> None:
    front = 10.0 - 0.1 * base  # lower rows stand in front of higher ones
    ax.stairs(base + heights, edges, baseline=base, fill=True, color=colour, zorder=front)
    ax.stairs(base + heights, edges, baseline=base, color="white", linewidth=0.9, zorder=front + 0.01)
    ax.plot([edges[0], edges[-1]], [base, base], color=colour, linewidth=1.0, zorder=front + 0.02)
    if half is not None:
        ax.plot([half], [base], "o", mfc="white", mec="black", markersize=5, zorder=30.0)


def _finish(ax: Axes, part: xr.Dataset, names: list[str], p: list[float]) -> None:
    rows = len(names)
    ax.set_yticks(range(rows), [literal(name) for name in names[::-1]])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.15, rows - 1 + _OVERLAP + 0.05)
    ax.set_xlim(0, float(part["year"].values[-1]))
    ax.set_xlabel("Year from the start")
    ax.set_title("When hegemons emerge")
    ax.grid(visible=False, axis="y")
    ax.spines["left"].set_visible(False)
    for row, value in enumerate(p):
        ax.text(
            1.02,
            rows - 1 - row,
            f"P = {value:.3f}" if value >= 0.001 else f"P = {value:.1e}" if value > 0 else "P = 0",
            transform=ax.get_yaxis_transform(),
            va="center",
        )
