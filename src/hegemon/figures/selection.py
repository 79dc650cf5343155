"""What of a sweep a figure shows: which key runs along the axis, which makes lines, panels, or is held."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from hegemon.figures.labels import full_key, setting
from hegemon.figures.style import MOST_LINES

HEADLINE_KEY = "balancing.efficiency"
MOST_PANELS = 3
MOST_CURVES = 5


@dataclass(frozen=True)
class Selection:
    """The part that each dimension of the sweep plays in a figure.

    Attributes
    ----------
    axis
        The dimension along the horizontal axis; None where nothing was swept.
    lines, panels
        The dimensions that give one line, and one panel, per value.
    held
        Dimensions that are shown at one place only, with that place.
    """

    axis: str | None
    lines: str | None = None
    panels: str | None = None
    held: dict[str, int] = field(default_factory=dict)


def is_numeric(results: xr.Dataset, name: str) -> bool:
    """Whether a dimension's values are finite numbers: what can run along an axis."""
    values = results[name].values
    return values.dtype.kind in "iuf" and bool(np.isfinite(values).all())


def choose(results: xr.Dataset) -> Selection:
    """Give each swept dimension its part: efficiency, else the first numeric key, runs along the axis.

    The next key makes lines, the one after that panels, and any further key is held at its middle value;
    a key with a single value is never given a part.
    """
    dims = [str(d) for d in results["p_emerged"].dims]
    held = {d: 0 for d in dims if results.sizes[d] == 1}
    free = [d for d in dims if d not in held]
    if not free:
        return Selection(None, held=held)
    axis = _axis(results, free)
    rest = [d for d in free if d != axis]
    held |= {d: results.sizes[d] // 2 for d in rest[2:]}
    lines, panels = ([*rest, None, None])[:2]
    return Selection(axis, lines, panels, held)


def _axis(results: xr.Dataset, free: list[str]) -> str:
    numeric = [d for d in free if is_numeric(results, d)]
    headline = [d for d in numeric if full_key(results[d]) == HEADLINE_KEY]
    return (headline or numeric or free)[0]


def spaced(size: int, most: int) -> list[int]:
    """Return at most `most` indices below `size`, evenly spaced, ends included."""
    return sorted({int(i) for i in np.linspace(0, size - 1, min(size, most)).round()})


def line_places(results: xr.Dataset, dim: str | None, most: int = MOST_LINES) -> list[int | None]:
    """Return the places of a dimension to draw; a single None where there is no such dimension."""
    return [None] if dim is None else list(spaced(results.sizes[dim], most))


def at(results: xr.Dataset, **places: int | None) -> xr.Dataset:
    """Return the results at given places of some dimensions; None leaves a dimension alone."""
    return results.isel({d: i for d, i in places.items() if i is not None})


def held_words(results: xr.Dataset, held: dict[str, int]) -> str:
    """Return the held dimensions in words, empty where there are none."""
    return ", ".join(setting(results[d], results[d].values[i]) for d, i in held.items())


def thinned(results: xr.Dataset, selection: Selection) -> list[str]:
    """Return a sentence for each dimension of which only some values are drawn."""
    limits = {selection.lines: MOST_LINES, selection.panels: MOST_PANELS}
    return [
        f"{most} of {results.sizes[dim]} values of {full_key(results[dim])} shown"
        for dim, most in limits.items()
        if dim is not None and results.sizes[dim] > most
    ]
