"""Means and standard errors from exact integer sums."""

from __future__ import annotations

import math
from collections.abc import Sequence


def mean_and_error(count: int, total: int, squares: int, unit: int = 1) -> tuple[float, float]:
    """Mean and its standard error, each rounded once at the end.

    Parameters
    ----------
    count : int
        Number of values.
    total, squares : int
        Sums of the values and of their squares, each times `unit`, exact.
    unit : int
        1 for integers, 2^30 for fixed point.

    Returns
    -------
    mean, error : float
        NaN where there is no value; the error is NaN below two values.
    """
    if count == 0:
        return math.nan, math.nan
    mean = total / (unit * count)  # Python rounds a quotient of integers correctly, however long they are
    if count == 1:
        return mean, math.nan
    # Fixed point rounds each square by itself, so a constant column may come out a hair below zero.
    spread = max(0, count * squares * unit - total * total)
    return mean, math.sqrt(spread / (unit * unit * count * count * (count - 1)))


def means_and_errors(
    counts: Sequence[int], totals: Sequence[int], squares: Sequence[int], unit: int = 1
) -> tuple[list[float], list[float]]:
    """`mean_and_error` of many cells: the list of means and the list of errors."""
    cells = zip(counts, totals, squares, strict=True)
    pairs = [mean_and_error(count, total, square, unit) for count, total, square in cells]
    return [mean for mean, _ in pairs], [error for _, error in pairs]
