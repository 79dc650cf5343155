"""The headline figure: P(hegemon) against balancing efficiency, and beside it the survival curves."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hegemon.figures import listing, points, probability, style, survival
from hegemon.figures.frame import put_words
from hegemon.figures.labels import horizon, literal, setting
from hegemon.figures.selection import (
    MOST_CURVES,
    MOST_PANELS,
    Selection,
    at,
    choose,
    held_words,
    is_numeric,
    spaced,
    thinned,
)

# Inches; printed over the full width of a page the smallest letters stay above 5 points.
_SIZES = {False: (9.6, 3.7), True: (11.4, 3.7)}
_SINGLE_SIZE = (6.5, 3.7)
_ROWS_HEIGHT = 6.5
_PANEL_WIDTH = 3.3
_RARE = 0.01
_COMMON = 0.05


def headline(results: xr.Dataset) -> Figure:
    """Draw the figure of a run from its estimates.

    Parameters
    ----------
    results
        What `Run.results` holds: `p_emerged`, `survival` and their limits over the swept keys (and `year`).

    Returns
    -------
    Figure
        With one key swept: P against it, beside survival curves. A second key gives a line per value, a
        third a panel per value, and a further one is held at its middle value, which the title names.
        Without a sweep: the survival curve with P in its title. Where P falls below 0.01, the same lines on
        a logarithmic axis too. Of lists of points see `hegemon.figures.listing`.
    """
    with style.applied():
        if listing.is_list(results):
            along = listing.along_one_key(results)
            return points.draw(results) if along is None else _grid(along)
        return _grid(results)


def _grid(results: xr.Dataset) -> Figure:
    selection = choose(results)
    shown = at(results, **selection.held)
    remarks = thinned(results, selection)
    if selection.axis is None:
        figure = _single(shown)
    elif selection.panels is None:
        figure = _pair(shown, selection)
    else:
        figure = _panels(shown, selection)
    held = held_words(results, selection.held)
    put_words(figure, results, f"at {held}" if held else "", remarks)
    return figure


def _single(results: xr.Dataset) -> Figure:
    figure = style.new_figure(*_SINGLE_SIZE)
    ax = figure.add_subplot()
    survival.draw(ax, [survival.curve(results, "")])
    p, low, high = (float(results[v]) for v in ("p_emerged", "p_emerged_low", "p_emerged_high"))
    ax.set_title(f"P(hegemon within {horizon(results)}) = {p:.4g}, {low:.4g} to {high:.4g}")
    return figure


def _pair(results: xr.Dataset, selection: Selection) -> Figure:
    axis = str(selection.axis)
    lines = probability.collect(results, selection)
    numeric = is_numeric(results, axis)
    tail = numeric and needs_tail(lines)
    figure = style.new_figure(*_SIZES[tail])
    axes = figure.subplots(1, 3 if tail else 2, squeeze=False)[0]
    _draw_lines(axes[0], lines, numeric)
    probability.finish(axes[0], results, axis, lines)
    axes[0].set_title("How often a hegemon emerges")
    if tail:
        draw_tail(axes[1], results, axis, lines)
    _survival(axes[-1], results, selection)
    return figure


def _panels(results: xr.Dataset, selection: Selection) -> Figure:
    dim, axis = str(selection.panels), str(selection.axis)
    places = spaced(results.sizes[dim], MOST_PANELS)
    figure = style.new_figure(_PANEL_WIDTH * len(places) + 0.8, _ROWS_HEIGHT)
    axes = figure.subplots(2, len(places), squeeze=False, sharey="row")
    numeric = is_numeric(results, axis)
    lines = [probability.collect(at(results, **{dim: i}), selection) for i in places]
    bottom = min(survival.lower_limit(curves(at(results, **{dim: i}), selection)) for i in places)
    for k, place in enumerate(places):
        part, last = at(results, **{dim: place}), k == len(places) - 1
        _draw_lines(axes[0, k], lines[k], numeric)
        probability.finish(axes[0, k], part, axis, lines[k], named=False)
        axes[0, k].set_title(literal(setting(results[dim], results[dim].values[place])))
        _survival(axes[1, k], part, selection, named=last, bottom=bottom)
    axes[0, 0].set_ylim(0, max(probability.ceiling(each) for each in lines))
    probability.name_lines(axes[0, -1], lines[-1])
    for ax in axes[:, 1:].flat:
        ax.set_ylabel("")
    return figure


def _draw_lines(ax: Axes, lines: list[probability.Line], numeric: bool) -> None:
    (probability.draw if numeric else probability.draw_points)(ax, lines)


def needs_tail(lines: list[probability.Line]) -> bool:
    """Whether P spans so much that small values cannot be read from an axis that starts at 0."""
    lowest = min(float(np.nanmin(c.high)) for c in lines)
    return lowest < _RARE and max(float(np.nanmax(c.p)) for c in lines) > _COMMON


def draw_tail(ax: Axes, results: xr.Dataset, axis: str, lines: list[probability.Line]) -> None:
    """Draw the lines once more on a logarithmic axis."""
    smallest = min(float(np.nanmin(np.where(c.p > 0, c.p, c.high))) for c in lines)
    floor = 10.0 ** np.floor(np.log10(smallest))
    probability.draw_logarithmic(ax, lines, floor)
    probability.finish(ax, results, axis, lines)
    ax.set_title(
        "The same, logarithmic" + (" (arrow: none seen)" if any((c.p == 0).any() for c in lines) else "")
    )


def _survival(
    ax: Axes, results: xr.Dataset, selection: Selection, *, named: bool = True, bottom: float | None = None
) -> None:
    survival.draw(ax, curves(results, selection), named=named, bottom=bottom)
    place = _middle(results, selection)
    words = (
        ""
        if place is None
        else f": {setting(results[selection.lines], results[selection.lines].values[place])}"
    )
    ax.set_title(f"How long it takes{words}")


def _middle(results: xr.Dataset, selection: Selection) -> int | None:
    return None if selection.lines is None else results.sizes[selection.lines] // 2


def curves(results: xr.Dataset, selection: Selection) -> list[survival.Curve]:
    """Return the survival curves of a panel: along the axis, at the middle one of the lines."""
    axis = str(selection.axis)
    place = _middle(results, selection)
    part = results if place is None else at(results, **{str(selection.lines): place})
    values = results[axis].values
    return [
        survival.curve(at(part, **{axis: i}), setting(results[axis], values[i]))
        for i in spaced(len(values), MOST_CURVES)
    ]
