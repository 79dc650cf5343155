"""Figures of lists of points that vary several keys."""

from __future__ import annotations

import textwrap

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hegemon.figures import listing, probability, scatter, style, survival
from hegemon.figures.frame import put_words
from hegemon.figures.labels import axis_name, horizon, literal, setting
from hegemon.figures.selection import MOST_CURVES, spaced

_MOST_ROWS = 40


def draw(results: xr.Dataset) -> Figure:
    """Draw one line per key where keys are varied one at a time; points that fill a space against each key;
    any others one row per point.
    """
    design = listing.one_at_a_time(results)
    if design is not None and len(design.lines) <= style.MOST_LINES:
        return _one_at_a_time(results, design)
    return scatter.draw(results) if scatter.fills(results) else _rows(results)


def _one_at_a_time(results: xr.Dataset, design: listing.OneAtATime) -> Figure:
    figure = style.new_figure(10.2, 3.9)
    left, right = figure.subplots(1, 2)
    probability.draw(left, design.lines)
    keys = list(design.places)
    left.set_xlabel(axis_name(results[keys[0]]) if len(keys) == 1 else "Value of the key that is varied")
    left.set_ylabel(f"P(hegemon within {horizon(results)})")
    left.set_xlim(min(c.x.min() for c in design.lines), max(c.x.max() for c in design.lines))
    left.set_ylim(0, probability.ceiling(design.lines))
    left.set_title("One key varied, the others at the base")
    probability.name_lines(left, design.lines)
    curves = []
    for key, places in design.places.items():
        part = results.isel({listing.POINT: int(places[-1])})
        curves.append(survival.curve(part, setting(results[key], part[key].item())))
    looks = [{k: v for k, v in style.line_style(i).items() if k != "marker"} for i in range(len(curves))]
    survival.draw(right, curves, looks=looks)
    right.set_title("How long it takes: each key at its greatest")
    put_words(figure, results, f"base {design.base}", [])
    return figure


def _rows(results: xr.Dataset) -> Figure:
    names = listing.point_names(results)
    places = spaced(len(names), _MOST_ROWS)
    figure = style.new_figure(11.0, max(3.9, 1.4 + 0.24 * len(places)))
    left, right = figure.subplots(1, 2)
    _dots(left, results, places, names)
    chosen = spaced(len(names), MOST_CURVES)
    survival.draw(right, [survival.curve(results.isel({listing.POINT: i}), f"point {i}") for i in chosen])
    right.set_title("How long it takes")
    remarks = [] if len(places) == len(names) else [f"{len(places)} of {len(names)} points shown"]
    put_words(figure, results, "", remarks)
    return figure


def _dots(ax: Axes, results: xr.Dataset, places: list[int], names: list[str]) -> None:
    p, low, high = (results[v].values[places] for v in ("p_emerged", "p_emerged_low", "p_emerged_high"))
    rows = np.arange(len(places), dtype=float)
    bars = np.clip([p - low, high - p], 0, None)
    ax.errorbar(p, rows, xerr=bars, color=style.COLOURS[0], marker="o", linestyle="none", capsize=3)
    short = [textwrap.shorten(names[i], listing.LONGEST, placeholder="…") for i in places]
    ax.set_yticks(rows, [literal(f"{short[k]}  ({i})") for k, i in enumerate(places)])
    ax.invert_yaxis()
    ax.set_xlim(0, probability.ceiling([probability.Line("", rows, p, low, high)]))
    ax.set_xlabel(f"P(hegemon within {horizon(results)})")
    ax.set_title("How often a hegemon emerges")
