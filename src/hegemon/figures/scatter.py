"""Figures of designs that fill a space: P against each key, one panel a key."""

from __future__ import annotations

import math

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hegemon.figures import listing, probability, style
from hegemon.figures.frame import put_words
from hegemon.figures.labels import axis_name, horizon, literal, plain
from hegemon.figures.selection import is_numeric

MOST_PANELS = 12
_COLUMNS = 4
_FEWEST_POINTS = 12
_FEWEST_VALUES = 8
_MOST_ROWS = 40
_LOGARITHMIC = 30.0  # ratio of the greatest to the least value, beyond which an axis may be logarithmic
_WIDTH, _HEIGHT = 3.1, 2.7


def fills(results: xr.Dataset) -> bool:
    """Whether a list of points is many points with many values of some key: drawn, not chosen one by one.

    Of more points than rows can be told apart, three values are many: the levels of a screening.
    """
    points = results.sizes[listing.POINT]
    fewest = _FEWEST_VALUES if points <= _MOST_ROWS else 3
    if points < _FEWEST_POINTS:
        return False
    return any(
        is_numeric(results, key) and len(np.unique(results[key].values)) >= fewest
        for key in listing.varied(results)
    )


def draw(results: xr.Dataset) -> Figure:
    """Draw P with its interval against each varied key, whatever the others are there."""
    keys = listing.varied(results)
    shown = keys[:MOST_PANELS]
    rows = -(-len(shown) // _COLUMNS)
    columns = -(-len(shown) // rows)
    figure = style.new_figure(_WIDTH * columns + 0.6, _HEIGHT * rows + 1.0)
    axes = figure.subplots(rows, columns, squeeze=False, sharey=True)
    line = probability.Line("", *(results[v].values for v in ("p_emerged", "p_emerged", *_LIMITS)))
    for ax, key in zip(axes.flat, shown, strict=False):
        _panel(ax, results, key, line)
    for ax in axes.flat[len(shown) :]:
        ax.set_visible(False)
    for ax in axes[:, 0]:
        ax.set_ylabel(f"P(hegemon within\n{horizon(results)})")
    axes[0, 0].set_ylim(0, probability.ceiling([line]))
    remarks = [f"{len(shown)} of {len(keys)} keys shown"] if len(shown) < len(keys) else []
    put_words(figure, results, f"{results.sizes[listing.POINT]:,} points", remarks)
    return figure


_LIMITS = ("p_emerged_low", "p_emerged_high")


def _panel(ax: Axes, results: xr.Dataset, key: str, line: probability.Line) -> None:
    places, names = _places(results, key)
    bars = np.clip([line.p - line.low, line.high - line.p], 0, None)
    ax.errorbar(
        places,
        line.p,
        yerr=bars,
        linestyle="none",
        marker="o",
        markersize=3,
        elinewidth=0.7,
        color=style.COLOURS[0],
        ecolor=style.COLOURS[5],
        alpha=min(1.0, 6 / math.sqrt(len(places))),
    )
    ax.set_xlabel(axis_name(results[key]))
    if names:
        ax.set_xticks(range(len(names)), [literal(name) for name in names])
        ax.set_xlim(-0.5, len(names) - 0.5)
    elif places.min() > 0 and places.max() / places.min() > _LOGARITHMIC and _is_even_in_logs(places):
        ax.set_xscale("log")


def _places(results: xr.Dataset, key: str) -> tuple[NDArray[np.float64], list[str]]:
    """Where the points stand along an axis, and the words there, where values are no numbers."""
    values = results[key].values
    if is_numeric(results, key):
        return values.astype(float), []
    words = sorted({plain(value) for value in values})
    return np.array([float(words.index(plain(value))) for value in values]), words


def _is_even_in_logs(values: NDArray[np.float64]) -> bool:
    """Whether values fill a range more evenly in their logarithms than as they are."""
    return _unevenness(np.log(values)) < _unevenness(values)


def _unevenness(values: NDArray[np.float64]) -> float:
    """Greatest distance of their distribution from the uniform one between the ends."""
    ordered = np.sort(values)
    even = (ordered - ordered[0]) / (ordered[-1] - ordered[0])
    return float(np.max(np.abs(even - np.linspace(0, 1, len(even)))))
