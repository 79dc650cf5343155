"""The phase diagram: P over two keys, with its contours and the line at which it takes one value."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from hegemon.errors import RequestError
from hegemon.figures import style
from hegemon.figures.frame import put_words
from hegemon.figures.labels import axis_name, horizon, setting
from hegemon.figures.selection import is_numeric

_SIZE = (6.8, 4.8)
_LEVELS = np.linspace(0, 1, 11)
_COLOURS = "cividis"  # grows evenly in lightness for every kind of colour vision
_LIGHT = 0.55  # P from which colours are so light that letters on them are black
_LINE = style.COLOURS[1]


def phase(
    results: xr.Dataset, x: str | None = None, y: str | None = None, probability: float = 0.5, **at: Any
) -> Figure:
    """Draw P over two swept keys of a grid.

    Parameters
    ----------
    results
        What `Run.results` holds.
    x, y
        Dimensions along the axes; the first two numeric ones that have several values if not given.
    probability
        Where the critical line is drawn: the contour of P at this value, and dashed where the lower and the
        upper limit of P's interval take it.
    **at
        Values of further dimensions; the middle ones if not given.

    Returns
    -------
    Figure
        Colours and thin contours in steps of 0.1, interpolated between the design points, which are dots.

    Raises
    ------
    RequestError
        If the results have no two such dimensions, or no such value.
    """
    if not 0 < probability < 1:
        raise RequestError(f"probability = {probability}: must be between 0 and 1")
    along, up = _axes(results, x, y)
    part, held = _held(results, {along, up}, at)
    with style.applied():
        figure = style.new_figure(*_SIZE)
        ax = figure.add_subplot()
        crosses = _draw(ax, part.sortby([along, up]), along, up, probability)
        ax.set_xlabel(axis_name(results[along]))
        ax.set_ylabel(axis_name(results[up]))
        _key(figure, ax, results)
        line = f"Thick: P = {probability:g}; dashed: the limits of its interval."
        if not crosses:
            line = f"P = {probability:g} is nowhere crossed."
        words = f"{line} Dots: design points; colours between them are interpolated."
        put_words(figure, results, f"at {held}" if held else "", [], words)
        return figure


def _axes(results: xr.Dataset, x: str | None, y: str | None) -> tuple[str, str]:
    dims = [str(d) for d in results["p_emerged"].dims]
    usable = [d for d in dims if results.sizes[d] > 1 and d in results.coords and is_numeric(results, d)]
    usable = [d for d in usable if d != "point"]
    for name in (x, y):
        if name is not None and name not in usable:
            raise RequestError(f"{name}: no dimension of several numbers; there are: {_words(usable)}")
    if x is not None and x == y:
        raise RequestError(f"x and y are both {x}")
    free = [d for d in usable if d not in (x, y)]
    chosen = [name if name is not None else free.pop(0) if free else None for name in (x, y)]
    if chosen[0] is None or chosen[1] is None:
        raise RequestError(
            f"a phase diagram needs a grid over two keys of several numbers; there are: {_words(usable)} "
            "(of a list of points `hegemon sensitivity --map` draws one)"
        )
    return chosen[0], chosen[1]


def _words(names: list[str]) -> str:
    return ", ".join(names) or "none"


def _held(results: xr.Dataset, kept: set[str], at: dict[str, Any]) -> tuple[xr.Dataset, str]:
    """The results at one value of every other dimension, and those values in words."""
    others = [str(d) for d in results["p_emerged"].dims if str(d) not in kept]
    for name in at:
        if name not in others:
            raise RequestError(f"{name}: no dimension to hold; there are: {_words(others)}")
    places = {name: _place(results, name, at) for name in others}
    words = [setting(results[name], results[name].values[place]) for name, place in places.items()]
    return results.isel(places), ", ".join(words)


def _place(results: xr.Dataset, name: str, at: dict[str, Any]) -> int:
    if name not in at:
        return int(results.sizes[name] // 2)
    values = results[name].values.tolist()
    if at[name] not in values:
        raise RequestError(
            f"{name} = {at[name]}: no value of the run; there are: {_words(list(map(str, values)))}"
        )
    return int(values.index(at[name]))


def _draw(ax: Axes, part: xr.Dataset, along: str, up: str, probability: float) -> bool:
    x, y = part[along].values.astype(float), part[up].values.astype(float)
    p, low, high = (
        part[v].transpose(up, along).values for v in ("p_emerged", "p_emerged_low", "p_emerged_high")
    )
    colours, norm = _scale()
    ax.contourf(x, y, p, levels=_LEVELS, cmap=colours, norm=norm)
    levels = [level for level in _LEVELS[1:-1] if abs(level - probability) > 1e-9]
    lines = ax.contour(x, y, p, levels=levels, colors="white", linewidths=0.6)
    inks = ["white" if level < _LIGHT else "black" for level in levels]
    ax.clabel(lines, fontsize=style.NOTE_SIZE, fmt="%.1f", colors=inks)
    crosses = _contour(ax, x, y, p, probability, linewidths=2.6)
    for limit in (low, high):
        _contour(ax, x, y, limit, probability, linewidths=1.2, linestyles="dashed")
    dots = np.meshgrid(x, y)
    ax.plot(dots[0], dots[1], ".", color="white", markersize=2.2, clip_on=False)
    ax.grid(visible=False)
    return crosses


def _contour(
    ax: Axes, x: NDArray[Any], y: NDArray[Any], values: NDArray[Any], level: float, **look: Any
) -> bool:
    """Draw one contour with a white edge, if it is anywhere."""
    if not np.nanmin(values) < level < np.nanmax(values):
        return False
    drawn = ax.contour(x, y, values, levels=[level], colors=_LINE, **look)
    drawn.set_path_effects([withStroke(linewidth=float(look["linewidths"]) + 1.4, foreground="white")])
    return True


def _scale() -> tuple[ListedColormap, BoundaryNorm]:
    from matplotlib import colormaps

    steps = len(_LEVELS) - 1
    colours = ListedColormap(colormaps[_COLOURS](np.linspace(0, 1, steps)))
    return colours, BoundaryNorm(_LEVELS, steps)


def _key(figure: Figure, ax: Axes, results: xr.Dataset) -> None:
    colours, norm = _scale()
    bar = figure.colorbar(ScalarMappable(norm, colours), ax=ax, ticks=_LEVELS[::2])
    bar.set_label(f"P(hegemon within {horizon(results)})")
    bar.outline.set_visible(False)
