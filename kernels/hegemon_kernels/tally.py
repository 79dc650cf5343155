"""Rows of outcomes to integers: counts and fixed-point sums, whose addition is exact in any order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hegemon_kernels.outcomes import OUTCOME_DTYPE

FIXED_POINT = 2**30
"""Shares are summed as multiples of its inverse."""

LARGEST = 64.0
"""Greater values count as this, so that squares of 2^21 rows stay below 2^63; only the military burden of
arms that outlive their economy can be greater."""

TALLY_COLUMNS = tuple(name for name in OUTCOME_DTYPE.names or () if name not in ("replica", "emerged"))


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


def _has_value(rows: np.ndarray, name: str) -> np.ndarray:
    if name in ("share_gain", "conquest_gain", "first_spell_censored"):
        # A gain may be negative, and a flag is 0 where there is no spell: another column tells.
        return np.asarray(rows["spells"] > 0)
    return np.asarray(rows[name] >= 0)


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
    valid, sums, squares = (np.zeros(len(TALLY_COLUMNS), np.int64) for _ in range(3))
    for column, name in enumerate(TALLY_COLUMNS):
        x = rows[name][_has_value(rows, name)]
        valid[column] = len(x)
        if x.dtype.kind == "f":
            x = np.clip(x, -LARGEST, LARGEST)
            sums[column] = np.rint(x * FIXED_POINT).astype(np.int64).sum()
            squares[column] = np.rint(x * x * FIXED_POINT).astype(np.int64).sum()
        else:
            whole = x.astype(np.int64)
            sums[column] = whole.sum()
            squares[column] = (whole * whole).sum()
    return Tally(len(rows), len(years), np.bincount(years, minlength=horizon + 1), valid, sums, squares)
