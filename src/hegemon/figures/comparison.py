"""Two runs in one figure: P of both, the difference, and survival at one place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hegemon.figures import probability, style, survival
from hegemon.figures.frame import wrapped
from hegemon.figures.labels import axis_name, full_key, literal, plain, setting
from hegemon.figures.probability import Line
from hegemon.figures.selection import HEADLINE_KEY, spaced

NAMES = ("first run", "second run")
_MOST_ROWS = 30


@dataclass(frozen=True)
class Shown:
    """The pairs of points that a figure shows.

    Attributes
    ----------
    axis : str or None
        The key along the axis; None where none is a number of several values.
    places : int array
        Pairs, in the order of the axis.
    held : str
        What is held at its middle value, in words.
    middle : int
        The pair of which survival is shown.
    """

    axis: str | None
    places: NDArray[np.int64]
    held: str
    middle: int


def choose(found: xr.Dataset) -> Shown:
    """Choose the axis: efficiency, else the first number; further keys are held at their middle values."""
    keys = [str(name) for name in found.coords if not str(name).startswith("point_")]
    numbers = [
        key for key in keys if found[key].dtype.kind in "iuf" and len(np.unique(found[key].values)) > 1
    ]
    size = found.sizes["pair"]
    headline = [key for key in numbers if full_key(found[key]) == HEADLINE_KEY]
    for axis in [*headline, *numbers]:
        others = [key for key in keys if key != axis]
        middle = size // 2
        same = np.ones(size, bool)
        for key in others:
            same &= found[key].values == found[key].values[middle]
        places = np.flatnonzero(same)
        if len(places) > 1:
            order = np.argsort(found[axis].values[places], kind="stable")
            places = places[order]
            held = ", ".join(setting(found[key], found[key].values[middle]) for key in others)
            return Shown(axis, places, held, int(places[len(places) // 2]))
    return Shown(None, np.array(spaced(size, _MOST_ROWS)), "", size // 2)


def lines(found: xr.Dataset, shown: Shown) -> list[Line]:
    """P of both runs, as lines."""
    x = _along(found, shown)
    return [
        Line(name, x, *(found[f"{kind}_{word}"].values[shown.places] for kind in ("p", "p_low", "p_high")))
        for name, word in zip(NAMES, ("first", "second"), strict=True)
    ]


def difference(found: xr.Dataset, shown: Shown) -> Line:
    """The difference of P, as a line."""
    names = ("difference", "difference_low", "difference_high")
    return Line("difference", _along(found, shown), *(found[name].values[shown.places] for name in names))


def curves(found: xr.Dataset, shown: Shown, first: xr.Dataset, second: xr.Dataset) -> list[survival.Curve]:
    """Survival in both runs at the middle place."""
    drawn = []
    for name, word, results in zip(NAMES, ("first", "second"), (first, second), strict=True):
        place = int(found[f"point_{word}"].values[shown.middle])
        dims = [dim for dim in results["p_emerged"].dims if dim != "year"]
        index = np.unravel_index(place, results["p_emerged"].shape) if dims else ()
        at = {dim: int(i) for dim, i in zip(dims, index, strict=True)}
        drawn.append(survival.curve(results.isel(at), name))
    return drawn


def comparison(found: xr.Dataset, first: xr.Dataset, second: xr.Dataset) -> Figure:
    """Draw P of both runs with bands, the difference with its interval, and survival in both.

    Parameters
    ----------
    found
        What `Run.compare` estimates.
    first, second
        `Run.results` of both.
    """
    shown = choose(found)
    with style.applied():
        height = 3.7 if shown.axis else max(3.7, 1.6 + 0.26 * len(shown.places))
        figure = style.new_figure(11.4, height)
        left, middle, right = figure.subplots(1, 3)
        both, own = lines(found, shown), difference(found, shown)
        if shown.axis:
            _along_axis(left, middle, found, shown.axis, both, own)
        else:
            _by_row(left, middle, found, shown, both, own)
        left.set_title("P(hegemon)")
        middle.set_title("Second less first")
        looks = [{k: v for k, v in style.line_style(i).items() if k != "marker"} for i in range(2)]
        drawn = curves(found, shown, first, second)
        survival.draw(right, drawn, named=False, looks=looks)
        right.set_title(
            "How long it takes" + (f", at {_words(found, shown)}" if _words(found, shown) else "")
        )
        left.legend(loc="best", fontsize=8)
        held = f"At {shown.held}. " if shown.held else ""
        note = f"{held}First: {found.attrs['first']}. Second: {found.attrs['second']}. Intervals by point."
        text = wrapped(figure, note, style.NOTE_SIZE)
        figure.supxlabel(text, x=0.01, ha="left", fontsize=style.NOTE_SIZE, color="#444444")
    return figure


def _along(found: xr.Dataset, shown: Shown) -> NDArray[np.float64]:
    if shown.axis is None:
        return np.arange(len(shown.places), dtype=float)
    return np.asarray(found[shown.axis].values[shown.places], float)


def _words(found: xr.Dataset, shown: Shown) -> str:
    if shown.axis is None:
        return ""
    return setting(found[shown.axis], found[shown.axis].values[shown.middle])


def _along_axis(left: Axes, middle: Axes, found: xr.Dataset, axis: str, both: list[Line], own: Line) -> None:
    probability.draw(left, both)
    left.set_ylim(0, probability.ceiling(both))
    probability.draw(middle, [own])
    middle.axhline(0, color="#555555", linewidth=0.8)
    for ax in (left, middle):
        ax.set_xlabel(axis_name(found[axis]))
        ax.set_xlim(own.x.min(), own.x.max())


def _by_row(left: Axes, middle: Axes, found: xr.Dataset, shown: Shown, both: list[Line], own: Line) -> None:
    """A row per pair, for keys that are no numbers."""
    keys = [str(name) for name in found.coords if not str(name).startswith("point_")]
    names = [", ".join(plain(found[key].values[i]) for key in keys) for i in shown.places]
    for k, line in enumerate(both):
        _bars(left, line, line.x + 0.16 * (k - 0.5), k)
    _bars(middle, own, own.x, 0)
    middle.axvline(0, color="#555555", linewidth=0.8)
    left.set_yticks(own.x, [literal(name) for name in names])
    middle.set_yticks(own.x, [""] * len(names))
    left.set_xlim(0, probability.ceiling(both))
    for ax in (left, middle):
        ax.set_ylim(len(names) - 0.5, -0.5)


def _bars(ax: Axes, line: Line, rows: NDArray[np.float64], k: int) -> None:
    bars = np.clip([line.p - line.low, line.high - line.p], 0, None)
    look = style.line_style(k) | {"linestyle": "none"}
    ax.errorbar(line.p, rows, xerr=bars, capsize=3, label=literal(line.name), **look)
