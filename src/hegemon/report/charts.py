"""What the interactive charts show, as plain values for the script of the page.

A chart is a mapping: ``title``, ``x`` (name, values), ``y`` (name, limits), ``series`` (name, dash, colours
on light and on dark ground, values, limits of the band), ``step`` and ``logarithmic``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from hegemon.figures import comparison as compared
from hegemon.figures import listing, probability, style, survival
from hegemon.figures.figure import curves, needs_tail
from hegemon.figures.labels import axis_name, horizon, moving_with, setting
from hegemon.figures.selection import MOST_PANELS, Selection, at, choose, is_numeric, spaced

Chart = Mapping[str, Any]

_KINDS_ON_DARK = ("#FFFFFF", "#FF9A52", "#6CB8F0", "#EBADD0", "#3DD1A0", "#B5B5B5")
_ORDERED_ON_DARK = ("#C8BFFF", "#8FB3FF", "#6FD0DC", "#8FDDA8", "#E5D060", "#FFB080")


def headline(results: xr.Dataset) -> list[Chart]:
    """The charts of the headline figure; none for lists of points, and for keys that are no numbers."""
    if listing.is_list(results):
        along = listing.along_one_key(results)
        if along is None:
            return []
        results = along
    selection = choose(results)
    shown = at(results, **selection.held)
    if selection.axis is None:
        return [_survival([survival.curve(shown, "no hegemon yet")], "How long it takes")]
    if not is_numeric(shown, selection.axis):
        return []
    found = []
    for part, words in _panels(shown, selection):
        found += _probability(part, selection, words)
        found.append(_survival(curves(part, selection), _titled("How long it takes", words, part, selection)))
    return found


def comparison(found: xr.Dataset, first: xr.Dataset, second: xr.Dataset) -> list[Chart]:
    """The charts of two runs: P of both, the difference, survival at the middle place."""
    shown = compared.choose(found)
    if shown.axis is None:
        return []
    both, own = compared.lines(found, shown), compared.difference(found, shown)
    x = {"name": axis_name(found[shown.axis]), "values": _numbers(own.x)}
    least, most = float(min(own.low.min(), 0)), float(max(own.high.max(), 0))
    room = 0.05 * (most - least)
    held = f": {shown.held}" if shown.held else ""
    plain = {"x": x, "step": False, "logarithmic": False}
    place = setting(found[shown.axis], found[shown.axis].values[shown.middle])
    return [
        {
            "title": f"How often a hegemon emerges{held}",
            "y": {"name": "P(hegemon)", "limits": [0, probability.ceiling(both)]},
            "series": _kinds(both),
            **plain,
        },
        {
            "title": f"Second run less first{held}",
            "y": {"name": "Difference of P", "limits": [least - room, most + room]},
            "series": _kinds([own]),
            **plain,
        },
        _survival(compared.curves(found, shown, first, second), f"How long it takes: {place}", kinds=True),
    ]


def _kinds(lines: Sequence[probability.Line]) -> list[dict[str, Any]]:
    """Lines in the colours of kinds that have no order."""
    return [
        {
            "name": line.name or "P(hegemon)",
            "light": style.line_style(k)["color"],
            "dark": _KINDS_ON_DARK[k % len(_KINDS_ON_DARK)],
            "dash": _dash(k),
            "y": _numbers(line.p),
            "low": _numbers(line.low),
            "high": _numbers(line.high),
        }
        for k, line in enumerate(lines)
    ]


def _panels(results: xr.Dataset, selection: Selection) -> list[tuple[xr.Dataset, str]]:
    dim = selection.panels
    if dim is None:
        return [(results, "")]
    places = spaced(results.sizes[dim], MOST_PANELS)
    return [(at(results, **{dim: i}), setting(results[dim], results[dim].values[i])) for i in places]


def _titled(title: str, words: str, part: xr.Dataset, selection: Selection) -> str:
    """The title with what is held: the panel, and the middle one of the lines."""
    line = selection.lines
    middle = [] if line is None else [setting(part[line], part[line].values[part.sizes[line] // 2])]
    held = ", ".join(filter(None, [words, *middle]))
    return f"{title}: {held}" if held else title


def _probability(part: xr.Dataset, selection: Selection, words: str) -> list[Chart]:
    axis = str(selection.axis)
    lines = probability.collect(part, selection)
    title = f"How often a hegemon emerges{f': {words}' if words else ''}"
    chart = {
        "title": title,
        "x": {"name": axis_name(part[axis]) + moving_with(part, axis), "values": _numbers(lines[0].x)},
        "y": {"name": f"P(hegemon within {horizon(part)})", "limits": [0, probability.ceiling(lines)]},
        "series": _kinds(lines),
        "step": False,
        "logarithmic": False,
    }
    if not needs_tail(lines):
        return [chart]
    seen = [float(p) for line in lines for p in line.p if p > 0]
    limits = [10.0 ** np.floor(np.log10(min(seen, default=1e-3))), 1.0]
    tail = {"title": f"{title}, logarithmic", "logarithmic": True}
    return [chart, chart | tail | {"y": {"name": "P(hegemon)", "limits": limits}}]


def _survival(found: Sequence[survival.Curve], title: str, kinds: bool = False) -> Chart:
    """Survival curves, in the colours of an order or of `kinds` that have none."""
    longest = max(found, key=lambda curve: len(curve.years))
    size = len(longest.years)
    series = []
    for k, curve in enumerate(found):
        step = int(np.linspace(0, len(style.ORDERED) - 1, max(len(found), 1)).round()[k])
        light, dark = (style.COLOURS, _KINDS_ON_DARK) if kinds else (style.ORDERED, _ORDERED_ON_DARK)
        place = k if kinds else step
        series.append(
            {
                "name": curve.name,
                "light": light[place],
                "dark": dark[place],
                "dash": _dash(k),
                **{
                    name: _numbers(column, size)
                    for name, column in (("y", curve.survival), ("low", curve.low), ("high", curve.high))
                },
            }
        )
    return {
        "title": title,
        "x": {"name": "Year from the start", "values": _numbers(longest.years)},
        "y": {"name": "P(no hegemon yet)", "limits": [survival.lower_limit(found), 1]},
        "series": series,
        "step": True,
        "logarithmic": False,
    }


def _dash(index: int) -> list[float]:
    """The dash of a line, in pixels; none for a full one."""
    dash = style.DASHES[index % len(style.DASHES)]
    return [] if dash == "-" else [2.0 * length for length in dash[1]]


def _numbers(column: ArrayLike, size: int = 0) -> list[float | None]:
    """Numbers to six digits; null where there is none, and to fill up."""
    values = np.asarray(column, float).tolist()
    found = [float(f"{each:.6g}") if np.isfinite(each) else None for each in values]
    return [*found, *[None] * (size - len(found))]
