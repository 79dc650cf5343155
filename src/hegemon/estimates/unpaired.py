"""Two proportions seen on independent replicas: their difference and ratio, and Fisher's test."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import hypergeom

from hegemon.estimates.paired import ratio_limits
from hegemon.estimates.proportions import wilson_at

Floats = NDArray[np.float64]


def difference_interval(
    first: ArrayLike, trials: ArrayLike, second: ArrayLike, others: ArrayLike, z: ArrayLike
) -> tuple[Floats, Floats]:
    """Newcombe's hybrid of Wilson's intervals, of the second proportion less the first.

    Parameters
    ----------
    first, trials : integer arrays
        Events and replicas at the first point.
    second, others : integer arrays
        At the second.
    z : float array
        Normal quantile of the confidence.

    References
    ----------
    R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
    Medicine 17 (1998), method 10.
    """
    x, n, y, m, z = _floats(first, trials, second, others, z)
    (low1, high1), (low2, high2) = wilson_at(x, n, z), wilson_at(y, m, z)
    p, q = x / n, y / m
    low = q - p - np.sqrt((q - low2) ** 2 + (high1 - p) ** 2)
    high = q - p + np.sqrt((high2 - q) ** 2 + (p - low1) ** 2)
    return low, high


def ratio_interval(
    first: ArrayLike, trials: ArrayLike, second: ArrayLike, others: ArrayLike, z: ArrayLike
) -> tuple[Floats, Floats]:
    """Koopman's score interval of the second proportion over the first.

    Parameters
    ----------
    first, trials, second, others, z
        As `difference_interval`.

    Returns
    -------
    low, high : float64 arrays
        0 below where the second point has no event, inf above where the first has none.

    References
    ----------
    P. A. R. Koopman, "Confidence intervals for the ratio of two binomial proportions", Biometrics 40 (1984).
    """
    x, n, y, m, z = _floats(first, trials, second, others, z)

    def inside(log: Floats) -> NDArray[np.bool_]:
        t = np.exp(log)  # p2 = t p1; p1 is the smaller root of a quadratic
        b = t * (m + x) + y + n
        p1 = 2 * (x + y) / (b + np.sqrt(np.maximum(b * b - 4 * (n + m) * t * (x + y), 0.0)))
        p2 = np.minimum(t * p1, 1.0)
        spread = t * t * p1 * (1 - p1) / n + p2 * (1 - p2) / m
        kept: NDArray[np.bool_] = (y / m - t * x / n) ** 2 <= z * z * np.maximum(spread, 0.0)
        return kept

    return ratio_limits(inside, y / m, x / n)


def fisher(first: ArrayLike, trials: ArrayLike, second: ArrayLike, others: ArrayLike) -> Floats:
    """Two-sided mid-p value of Fisher's exact test, twice the smaller side: one probability at both."""
    x, n, y, m = _floats(first, trials, second, others)
    law = hypergeom(n + m, x + y, m)
    exactly = law.pmf(y) / 2
    value = 2 * np.minimum(law.cdf(y) - exactly, law.sf(y) + exactly)
    return np.where(x + y == 0, 1.0, np.minimum(value, 1.0))


def rise(first: ArrayLike, trials: ArrayLike, second: ArrayLike, others: ArrayLike) -> Floats:
    """One-sided exact p value that the second probability is not the greater: Fisher's, without mid-p."""
    x, n, y, m = _floats(first, trials, second, others)
    return np.where(y == 0, 1.0, hypergeom.sf(y - 1, n + m, x + y, m))


def _floats(*arrays: ArrayLike) -> list[Floats]:
    return list(np.broadcast_arrays(*(np.asarray(array, np.float64) for array in arrays)))
