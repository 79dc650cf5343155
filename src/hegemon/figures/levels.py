"""The figure of a splitting: how probable each level is, and when it is reached."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from hegemon.figures import style
from hegemon.figures.frame import put_words
from hegemon.figures.labels import literal, setting
from hegemon.figures.selection import MOST_CURVES, spaced

_SIZE = (9.6, 3.9)
_GAP = 0.06  # of the width, between the highest level and emergence


def levels(results: xr.Dataset) -> Figure:
    """Draw the levels of `hegemon.rare`.

    Parameters
    ----------
    results
        What `Rare.results` holds.

    Returns
    -------
    Figure
        On the left the probability to reach each level and, on the far right, that a hegemon emerges, with
        bands; on the right the mean year in which they are reached. A line per design point; of many points,
        some.
    """
    with style.applied():
        points = _points(results)
        chosen = [points[k] for k in spaced(len(points), MOST_CURVES)]
        figure = style.new_figure(*_SIZE)
        left, right = figure.subplots(1, 2)
        edge = _edge([point for _, point in chosen])
        for place, (label, point) in enumerate(chosen):
            look = style.ordered_style(place, len(chosen))
            _draw(left, point, edge, look, label, ("p_level", "p_level_low", "p_level_high"))
            _draw_years(right, point, edge, look)
        _finish(left, edge, "probability to reach it", "How probable each level is")
        left.set_yscale("log")
        _finish(right, edge, "mean year in which it is reached", "When it is reached")
        right.set_ylim(bottom=0)
        if len(chosen) > 1:
            left.legend(fontsize=style.NOTE_SIZE, loc="lower left")
        remarks = [] if len(chosen) == len(points) else [f"{len(chosen)} of {len(points)} design points"]
        put_words(figure, results, "", remarks, _about(results))
        return figure


def _about(results: xr.Dataset) -> str:
    counts = results.repetitions.values
    low, high = int(counts.min()), int(counts.max())
    repetitions = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    effort = int(results.replicas.values.max())
    return (
        f"Bands: {results.attrs['interval']}; {repetitions} repetitions of {effort:,} replicas a level; "
        f"seed {results.attrs['seed']}."
    )


def _points(results: xr.Dataset) -> list[tuple[str, xr.Dataset]]:
    dims = [str(dim) for dim in results.p_emerged.dims]
    found = []
    for place in np.ndindex(*results.p_emerged.shape):
        here = results.isel(dict(zip(dims, place, strict=True)))
        names = [str(name) for name in here.coords if name not in ("stage", "stratum", "point")]
        found.append((", ".join(setting(here[name], here[name].values[()]) for name in names), here))
    return found


def _edge(points: list[xr.Dataset]) -> float:
    """Where emergence is drawn: beyond the highest level of all."""
    shares = np.concatenate([point.level.values for point in points])
    shares = shares[np.isfinite(shares)]
    if not shares.size:
        return 1.0
    return float(shares.max() + max(_GAP * (shares.max() - shares.min()), 0.01))


def _places(point: xr.Dataset, edge: float) -> tuple[Any, slice]:
    steps = int(point.stages)
    return np.append(point.level.values[: steps - 1], edge), slice(0, steps)


def _draw(
    ax: Axes, point: xr.Dataset, edge: float, look: dict[str, Any], label: str, names: tuple[str, str, str]
) -> None:
    x, part = _places(point, edge)
    y, low, high = (
        np.where(point[name].values[part] > 0, point[name].values[part], np.nan) for name in names
    )
    ax.plot(x[:-1], y[:-1], marker=".", label=literal(label) or None, **look)
    ax.fill_between(x, low, high, color=look["color"], alpha=0.18, linewidth=0)
    ax.plot(x[-2:], y[-2:], color=look["color"], linestyle=":")
    ax.plot(x[-1], y[-1], marker="*", markersize=10, color=look["color"])


def _draw_years(ax: Axes, point: xr.Dataset, edge: float, look: dict[str, Any]) -> None:
    x, part = _places(point, edge)
    years = point.mean_entry.values[part]
    ax.plot(x[:-1], years[:-1], marker=".", **look)
    ax.plot(x[-2:], years[-2:], color=look["color"], linestyle=":")
    ax.plot(x[-1], years[-1], marker="*", markersize=10, color=look["color"])


def _finish(ax: Axes, edge: float, what: str, title: str) -> None:
    ax.set_title(title)
    ax.set_ylabel(what)
    ax.set_xlabel("capability share of the leader; star: a hegemon emerges")
    ticks = [tick for tick in ax.get_xticks() if tick < edge - 0.005]
    ax.set_xticks(ticks)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.4g}"))
