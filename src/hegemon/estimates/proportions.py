"""Intervals for proportions."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray


def normal_quantile(confidence: float) -> float:
    """z with P(|Z| <= z) = `confidence` for a standard normal Z."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(
    successes: ArrayLike, trials: ArrayLike, confidence: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson's score interval.

    Parameters
    ----------
    successes, trials : integer arrays that broadcast together
        Counts; cells with no trials give (0, 1), which is all that is known.
    confidence : float
        Nominal coverage, between 0 and 1.

    Returns
    -------
    low, high : float64 arrays
        Limits; exactly 0 where nothing succeeded and exactly 1 where everything did.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    return wilson_at(successes, trials, normal_quantile(confidence))


def wilson_at(
    successes: ArrayLike, trials: ArrayLike, z: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson's interval with limits `z` standard errors away, as `wilson` has it."""
    k, n = np.broadcast_arrays(np.asarray(successes, np.float64), np.asarray(trials, np.float64))
    z = np.asarray(z, np.float64)
    some = np.maximum(n, 1)
    p = k / some
    scale = 1 + z * z / some
    middle = (p + z * z / (2 * some)) / scale
    half = z * np.sqrt(p * (1 - p) / some + (z / (2 * some)) ** 2) / scale
    low = np.where(k == 0, 0.0, middle - half)
    high = np.where(k == n, 1.0, middle + half)
    return low, high


def exact_at(
    successes: ArrayLike, trials: ArrayLike, z: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Clopper and Pearson's limits, each with the error that a normal number beyond `z` has.

    Where few succeed Wilson's lower limit is too high once `z` is large, as in bands for many points at once;
    these limits never err more often than they say.

    References
    ----------
    C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
    binomial", Biometrika 26 (1934).
    """
    from scipy.special import betaincinv, ndtr

    k, n = np.broadcast_arrays(np.asarray(successes, np.float64), np.asarray(trials, np.float64))
    tail = ndtr(-np.asarray(z, np.float64))
    low = np.where(k == 0, 0.0, betaincinv(np.maximum(k, 1), n - k + 1, tail))
    high = np.where(k == n, 1.0, betaincinv(k + 1, np.maximum(n - k, 1), 1 - tail))
    return low, high
