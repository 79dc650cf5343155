"""Two proportions seen on the same replicas: their difference and ratio, and McNemar's test.

A replica is counted by what happened in it at the first point and at the second: `both`, `first` only,
`second` only, or neither, of all `trials`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom

from hegemon.estimates.inversion import limits, root

Floats = NDArray[np.float64]
_FARTHEST = 60.0  # ln of the greatest ratio: beyond any that counts can tell


def difference_interval(
    first: ArrayLike, second: ArrayLike, trials: ArrayLike, z: ArrayLike
) -> tuple[Floats, Floats]:
    """Tango's score interval of the second proportion less the first.

    Parameters
    ----------
    first, second : integer arrays
        Discordant pairs: the event at the first point only, at the second only.
    trials : integer array
        Pairs, at least 1.
    z : float array
        Normal quantile of the confidence.

    Returns
    -------
    low, high : float64 arrays
        Of positive width, with no discordant pair too.

    References
    ----------
    T. Tango, "Equivalence test and confidence interval for the difference in proportions for the
    paired-sample design", Statistics in Medicine 17 (1998).
    """
    c, b, n, z = _floats(first, second, trials, z)

    def inside(d: Floats) -> NDArray[np.bool_]:
        q = root(2 * n, (2 * n - b + c) * d - b - c, -c * d * (1 - d))
        kept: NDArray[np.bool_] = (b - c - n * d) ** 2 <= z * z * n * np.maximum(2 * q + d * (1 - d), 0.0)
        return kept

    return limits(inside, (b - c) / n, -1.0, 1.0)


def ratio_interval(
    both: ArrayLike, first: ArrayLike, second: ArrayLike, trials: ArrayLike, z: ArrayLike
) -> tuple[Floats, Floats]:
    """Score interval of the second proportion over the first.

    Parameters
    ----------
    both, first, second, trials, z
        As `difference_interval`; `both`: pairs with the event at both points.

    Returns
    -------
    low, high : float64 arrays
        0 below where the second point has no event, inf above where the first has none.

    References
    ----------
    N.-S. Tang, M.-L. Tang and I. S. F. Chan, "On tests of equivalence via non-unity relative risk for
    matched-pair design", Statistics in Medicine 22 (2003); M. W. Fagerland, S. Lydersen and P. Laake,
    "Recommended tests and confidence intervals for paired binomial proportions", ibid. 33 (2014).
    """
    a, x21, x12, n, z = _floats(both, first, second, trials, z)
    some = a + x12 + x21

    def inside(log: Floats) -> NDArray[np.bool_]:
        t = np.exp(log)
        p21 = root(n * (1 + t), (a + x21) * t * t - (a + x12 + 2 * x21), x21 * (1 - t) * some / n)
        spread = np.maximum(n * (1 + t) * p21 + some * (t - 1), 0.0)
        kept: NDArray[np.bool_] = (a + x12 - t * (a + x21)) ** 2 <= z * z * spread
        return kept

    return ratio_limits(inside, a + x12, a + x21)


def ratio_limits(
    inside: Callable[[Floats], NDArray[np.bool_]], above: Floats, below: Floats
) -> tuple[Floats, Floats]:
    """Limits of a ratio from a test of its logarithm; (0, inf) where there is no event at all."""
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.clip(np.nan_to_num(np.log(above) - np.log(below), nan=0.0), -_FARTHEST, _FARTHEST)
    low, high = limits(inside, centre, -_FARTHEST, _FARTHEST)
    low = np.where(above == 0, 0.0, np.exp(low))
    high = np.where(below == 0, np.inf, np.exp(high))
    return low, high


def mcnemar(first: ArrayLike, second: ArrayLike) -> Floats:
    """Two-sided mid-p value of McNemar's exact test: whether both points have one probability.

    Given the discordant pairs, those with the event at the second point only are binomial with chance 1/2.
    The mid-p value counts what was seen by half; it keeps its level nearly everywhere, where the plain exact
    value is far too cautious (Fagerland, Lydersen & Laake 2013, BMC Medical Research Methodology 13). 1 where
    there is no discordant pair.
    """
    c, b = _floats(first, second)
    tail, total = np.minimum(b, c), b + c
    value = 2 * binom.cdf(tail, total, 0.5) - binom.pmf(tail, total, 0.5)
    return np.asarray(np.where(b == c, 1.0, np.minimum(value, 1.0)), np.float64)


def rise(first: ArrayLike, second: ArrayLike) -> Floats:
    """One-sided exact p value that the second probability is not the greater: McNemar's, without mid-p, so
    that it never rejects more often than it says. 1 where there is no discordant pair.
    """
    c, b = _floats(first, second)
    return np.where(b == 0, 1.0, binom.sf(b - 1, b + c, 0.5))


def _floats(*arrays: ArrayLike) -> list[Floats]:
    return list(np.broadcast_arrays(*(np.asarray(array, np.float64) for array in arrays)))
