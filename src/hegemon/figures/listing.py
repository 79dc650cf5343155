"""Designs given as a list of points: how to draw them.

A list over one key is that key's axis. A list in which each point departs from a common base in one key at
most (one factor at a time) gives a line per key. Any other list is drawn point by point.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon.figures.labels import plain, setting, short_name
from hegemon.figures.probability import Line

POINT = "point"
LONGEST = 70
"""Characters of the name of a point, beyond which it has only what is unusual."""


def is_list(results: xr.Dataset) -> bool:
    """Whether the results have the single dimension of a list of points."""
    return results["p_emerged"].dims == (POINT,)


def varied(results: xr.Dataset) -> list[str]:
    """Return the swept keys, by the names of their coordinates along the points, that take several values."""
    names = [str(n) for n, c in results.coords.items() if c.dims == (POINT,) and n != POINT]
    return [n for n in names if len({_kind(v) for v in results[n].values}) > 1]


def along_one_key(results: xr.Dataset) -> xr.Dataset | None:
    """Return the results along their only varied key, in its order; None where there are several."""
    keys = varied(results)
    if len(keys) != 1:
        return None
    return results.swap_dims({POINT: keys[0]}).drop_vars(POINT, errors="ignore").sortby(keys[0])


@dataclass(frozen=True)
class OneAtATime:
    """A design that varies one key at a time around a base.

    Attributes
    ----------
    lines
        P along each key.
    base
        The base in words.
    places
        For each key the places of its points, in the order of the line.
    """

    lines: list[Line]
    base: str
    places: dict[str, NDArray[np.int64]]


def one_at_a_time(results: xr.Dataset) -> OneAtATime | None:
    """Return the design as one line per key, or None where it is no such design or a key is not numeric."""
    keys = varied(results)
    columns = {k: results[k].values for k in keys}
    if not keys or any(c.dtype.kind not in "iuf" for c in columns.values()):
        return None
    bases = {k: _base(c) for k, c in columns.items()}
    at_base = {k: (c == bases[k]) | np.isnan(c) for k, c in columns.items()}
    departures = sum((~b).astype(int) for b in at_base.values())
    if np.max(departures) > 1:
        return None
    places = {k: _ordered(columns[k], at_base, k) for k in keys}
    lines = [_line(results, k, places[k], bases[k]) for k in keys]
    return OneAtATime(lines, ", ".join(setting(results[k], bases[k]) for k in keys), places)


def point_names(results: xr.Dataset) -> list[str]:
    """Return a name for each point of a list, from what is varied.

    Where names would be long, each has only what is another value than most points have.
    """
    words = {k: [f"{short_name(results[k])} {plain(v)}" for v in results[k].values] for k in varied(results)}
    names = [", ".join(row) for row in zip(*words.values(), strict=True)]
    if max(map(len, names), default=0) > LONGEST:
        usual = {k: _usual(own) for k, own in words.items()}
        odd = [[own[i] for k, own in words.items() if own[i] != usual[k]] for i in range(len(names))]
        names = [", ".join(row) or "the usual values" for row in odd]
    return names or [f"point {i}" for i in range(results.sizes[POINT])]


def _usual(words: list[str]) -> str | None:
    """What more than half of the points have; None where nothing is."""
    word, count = Counter(words).most_common(1)[0]
    return word if 2 * count > len(words) else None


def _base(column: NDArray[Any]) -> float:
    known = [float(v) for v in column if not np.isnan(v)]
    return Counter(known).most_common(1)[0][0]


def _ordered(column: NDArray[Any], at_base: dict[str, NDArray[np.bool_]], key: str) -> NDArray[np.int64]:
    """Places of the points that vary `key`, and of the first point at the base, by value."""
    own = np.flatnonzero(~at_base[key])
    centre = np.flatnonzero(np.logical_and.reduce(list(at_base.values())))[:1]
    places = np.concatenate([own, centre])
    return places[np.argsort(np.nan_to_num(column[places], nan=_base(column)), kind="stable")]


def _line(results: xr.Dataset, key: str, places: NDArray[np.int64], base: float) -> Line:
    part = results.isel({POINT: places})
    x = np.nan_to_num(part[key].values.astype(float), nan=base)
    return Line(
        short_name(results[key]),
        x,
        *(part[v].values for v in ("p_emerged", "p_emerged_low", "p_emerged_high")),
    )


def _kind(value: Any) -> Any:
    return "missing" if isinstance(value, float | np.floating) and np.isnan(value) else plain(value)
