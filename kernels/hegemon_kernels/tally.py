"""Rows of outcomes to integers: counts and fixed-point sums, whose addition is exact in any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.typing import signature

from hegemon_kernels._jit import entry, inlined, intrinsic
from hegemon_kernels.outcomes import OUTCOME_DTYPE

FIXED_POINT = 2**30
"""Shares are summed as multiples of its inverse."""

LARGEST = 64.0
"""Greater values count as this, so that squares of 2^21 rows stay below 2^63; only the military burden of
arms that outlive their economy can be greater."""

TALLY_COLUMNS = tuple(name for name in OUTCOME_DTYPE.names or () if name not in ("replica", "emerged"))

# A gain may be negative, and a flag is 0 where there is no spell: there another column tells.
_BY_SPELLS = ("share_gain", "conquest_gain", "first_spell_censored")
# Added and taken away, it rounds to the nearest whole number, half to even, as `rint` does.
_ROUND = 1.5 * 2.0**52


@dataclass(frozen=True)
class Tally:
    """Counts and sums over replicas of one design point.

    Attributes
    ----------
    replicas, emerged : int
        Replicas, and those in which a hegemon emerged.
    year_counts : int64 array, shape (T + 1,)
        Replicas in which a hegemon emerged in each year; index 0 is unused.
    valid : int64 array, shape (columns,)
        Rows that have a value, by column of `TALLY_COLUMNS`.
    sums, squares : int64 array, shape (columns,)
        Sums of x and x^2; of rounded multiples of 1 / `FIXED_POINT` in floating-point columns.
    """

    replicas: int
    emerged: int
    year_counts: np.ndarray
    valid: np.ndarray
    sums: np.ndarray
    squares: np.ndarray

    def merge(self, other: Tally) -> Tally:
        """The tally of both sets of replicas."""
        return Tally(
            self.replicas + other.replicas,
            self.emerged + other.emerged,
            self.year_counts + other.year_counts,
            self.valid + other.valid,
            self.sums + other.sums,
            self.squares + other.squares,
        )


def _places() -> np.ndarray:
    """Of each column: its first byte in a row, its bytes (8: float64), whether `spells` tells of values."""
    of = [(_first_byte(name), OUTCOME_DTYPE[name].itemsize, name in _BY_SPELLS) for name in TALLY_COLUMNS]
    return np.array(of, np.int64)


def _first_byte(name: str) -> int:
    fields: Any = OUTCOME_DTYPE.fields
    return int(fields[name][1])


_PLACES = _places()
_SPELLS = _first_byte("spells")


@intrinsic
def _read(typing: Any, data: Any, at: Any, like: Any) -> Any:
    """The number of the type of `like` that begins at byte `at` of an array of bytes, aligned or not."""

    def read(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kind = context.get_value_type(like)
        begin = context.make_array(data)(context, builder, args[0]).data
        place = builder.bitcast(builder.gep(begin, [args[1]]), ir.PointerType(kind))
        return builder.load(place, align=1)

    return signature(like, data, types.int64, like), read


@inlined
def _add_reals(data: Any, size: int, at: int, spells: int, to: Any) -> None:
    count, total, squares = np.int64(0), np.int64(0), np.int64(0)
    for row in range(0, len(data), size):
        x = _read(data, row + at, 0.0)
        if _read(data, row + spells, np.int32(0)) > 0 if spells >= 0 else x >= 0.0:
            x = min(max(x, -LARGEST), LARGEST)
            count += 1
            total += np.int64(x * FIXED_POINT + _ROUND - _ROUND)
            squares += np.int64(x * x * FIXED_POINT + _ROUND - _ROUND)
    to[0], to[1], to[2] = count, total, squares


@inlined
def _add_integers(data: Any, size: int, at: int, spells: int, to: Any, like: Any) -> None:
    count, total, squares = np.int64(0), np.int64(0), np.int64(0)
    for row in range(0, len(data), size):
        x = np.int64(_read(data, row + at, like))
        there = np.int64(_read(data, row + spells, np.int32(0)) > 0 if spells >= 0 else x >= 0)
        count += there
        total += there * x
        squares += there * x * x
    to[0], to[1], to[2] = count, total, squares


@entry
def _add_columns(data: Any, size: int, places: Any, found: Any) -> None:
    """Values, sum and sum of squares of the columns at `places`, into the rows of `found`."""
    for column in range(len(places)):
        at, width = places[column, 0], places[column, 1]
        spells = _SPELLS if places[column, 2] else -1
        if width == 8:
            _add_reals(data, size, at, spells, found[column])
        elif width == 4:
            _add_integers(data, size, at, spells, found[column], np.int32(0))
        elif width == 2:
            _add_integers(data, size, at, spells, found[column], np.int16(0))
        else:
            _add_integers(data, size, at, spells, found[column], np.int8(0))


def tally(rows: np.ndarray, horizon: int) -> Tally:
    """Count and sum the rows of one design point.

    Parameters
    ----------
    rows : structured array, shape (count,)
        Of type `OUTCOME_DTYPE`.
    horizon : int
        Years simulated at most, T.

    Returns
    -------
    Tally
    """
    years = rows["year"][rows["emerged"] == 1]
    found = np.zeros((len(TALLY_COLUMNS), 3), np.int64)
    _add_columns(np.ascontiguousarray(rows).view(np.uint8), OUTCOME_DTYPE.itemsize, _PLACES, found)
    valid, sums, squares = found.T.copy()
    return Tally(len(rows), len(years), np.bincount(years, minlength=horizon + 1), valid, sums, squares)
