"""Intervals by inverting a test: the values that it keeps, found by bisection in many cells at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_HALVINGS = 64


def limits(
    inside: Callable[[Floats], NDArray[np.bool_]], centre: Floats, low: float, high: float
) -> tuple[Floats, Floats]:
    """Ends of the set of values that a test keeps: an interval around `centre`, within [low, high].

    Parameters
    ----------
    inside : callable
        Whether values, an array of the shape of `centre`, are kept; each cell's set must be an interval.
    centre : float64 array
        A value of each cell that is kept.
    low, high : float
        Ends of the range of values.
    """
    ends = []
    for end in (low, high):
        kept, lost = centre.astype(float), np.full(centre.shape, end)
        whole = inside(lost)
        for _ in range(_HALVINGS):
            middle = (kept + lost) / 2
            fits = inside(middle)
            kept, lost = np.where(fits, middle, kept), np.where(fits, lost, middle)
        ends.append(np.where(whole, end, kept))
    return ends[0], ends[1]


def root(a: Floats, b: Floats, c: Floats) -> Floats:
    """The greater root of a x^2 + b x + c, without loss of digits; at least 0. a > 0; c <= 0 or b <= 0."""
    wide = np.sqrt(np.maximum(b * b - 4 * a * c, 0.0))
    below = b + wide
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where(b > 0, np.where(below > 0, -2 * c / below, 0.0), (wide - b) / (2 * a))
    return np.maximum(found, 0.0)
