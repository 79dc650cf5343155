"""How many repetitions: a fixed number, or as many as an interval of the wanted width takes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hegemon.splitting.interval import interval

FIRST, GROWTH = 24, 1.5
MOST = 1500
"""Most repetitions that a wanted width can take."""
MOST_EMPTY = 122
"""Repetitions after which no more are made where none has seen a hegemon."""
WIDTH = 0.5
"""Width of the interval, as a share of the estimate, to reach where nothing else is asked."""


def schedule() -> Iterator[int]:
    """Numbers of repetitions at which the width is looked at: few, and the same in every run."""
    count = float(FIRST)
    while round(count) <= MOST:
        yield round(count)
        count = np.ceil(count * GROWTH)


def wanted(
    estimates: NDArray[np.float64], repetitions: int | None, confidence: float, width: float = WIDTH
) -> int:
    """Number of repetitions that an estimate rests on, given those that there are.

    Parameters
    ----------
    estimates : float64 array, shape (repetitions made,)
        Estimates of the probability, in the order of the repetitions.
    repetitions : int or None
        A fixed number; None to go on until the width is reached.
    confidence, width : float
        Of the interval; the width as a share of the estimate.

    Returns
    -------
    int
        The first look with an interval that is narrow enough or, where none of those made is, the next: it is
        final if no more are wanted than there are.
    """
    if repetitions is not None:
        return repetitions
    count = FIRST
    for count in schedule():
        if count > len(estimates) or settled(estimates[:count], confidence, width):
            break
    return count


def settled(estimates: NDArray[np.float64], confidence: float, width: float = WIDTH) -> bool:
    """Whether an interval is narrow enough, or there is no hope that it will be."""
    if not estimates.any():
        return len(estimates) >= MOST_EMPTY
    found = interval(estimates, confidence)
    return bool(found.high - found.low <= width * found.mean)
