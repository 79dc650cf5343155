"""Intervals for a proportion that hold however often one looks: a confidence sequence."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

CONCENTRATION = 1000.0
"""Of the mixture, in replicas: intervals are sharpest, for their number of replicas, from some thousands."""
_STEPS = 64  # of a bisection; a limit is then as exact as its logarithm of evidence
_SERIES = 10.0  # where Stirling's series is exact to 1e-12


def log_evidence(p: ArrayLike, q: ArrayLike, successes: ArrayLike, failures: ArrayLike) -> Floats:
    """Logarithm of the evidence against the probability `p`, a test martingale while more trials come in.

    It is the beta-binomial likelihood of the data, under a Beta distribution with mean `p` and
    `CONCENTRATION`, over the binomial one under `p` itself. If `p` is the true probability, its mean is 1
    after each trial, whence by Ville's inequality it ever reaches 1 / alpha with probability alpha at most.

    Parameters
    ----------
    p, q : float arrays
        Above 0 and below 1; together 1. Both, since near 1 a number does not tell how far it is from there.
    successes, failures : integer arrays that broadcast with them
        Counts.

    Returns
    -------
    float64 array

    Notes
    -----
    The logarithm is convex in `p`: it is a sum of terms -log p + log(r p + i) = log(r + i / p), each convex,
    and of the same in 1 - p. So the values of `p` with less evidence than a bound are an interval.

    Likelihoods of 10^9 trials are huge numbers that nearly cancel. With Stirling's formula they are taken
    apart into a relative entropy, which `log1p` gives without loss, and small corrections.

    References
    ----------
    J. Ville, "Étude critique de la notion de collectif" (1939). H. Robbins, "Statistical methods related to
    the law of the iterated logarithm", Annals of Mathematical Statistics 41 (1970). S. R. Howard, A. Ramdas,
    J. McAuliffe and J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of
    Statistics 49 (2021), for the beta-binomial mixture.
    """
    given = (np.asarray(values, np.float64) for values in (p, q, successes, failures))
    p, q, s, f = np.broadcast_arrays(*given)
    r = CONCENTRATION
    a, b, whole = r * p + s, r * q + f, r + s + f
    beyond = s * q - f * p  # successes beyond those that p expects
    entropy = a * np.log1p(beyond / (whole * p)) + b * np.log1p(-beyond / (whole * q))
    spread = 0.5 * np.log(r * p / a * (r * q / b) * (whole / r))
    rest = _rest(a) + _rest(b) - _rest(whole) - _rest(r * p) - _rest(r * q) + _rest(np.asarray(r))
    found: Floats = entropy + spread + rest
    return found


def _rest(x: Floats) -> Floats:
    """log Gamma(x) without (x - 1/2) log x - x + log(2 pi) / 2."""
    from scipy.special import gammaln

    large = np.maximum(x, _SERIES)
    square = 1 / (large * large)
    series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / large
    small = x < _SERIES
    if not small.any():
        return np.asarray(series)
    y = np.where(small, x, 1.0)
    return np.where(small, gammaln(y) - (y - 0.5) * np.log(y) + y - 0.5 * np.log(2 * np.pi), series)


def confidence_sequence(
    successes: ArrayLike, trials: ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Interval that holds the true probability after all trials at once, with probability `confidence`.

    So one may look at it as often as one likes, and stop for whatever reason: at the stop it still has its
    coverage, which is exact (never below `confidence`), not asymptotic. It depends on the counts alone.

    Parameters
    ----------
    successes, trials : integer arrays that broadcast together
        Counts; cells with no trials give (0, 1).
    confidence : float
        Coverage, between 0 and 1.

    Returns
    -------
    low, high : float64 arrays
        Limits; exactly 0 where nothing succeeded and exactly 1 where everything did. They hold successes /
        trials, and are wider the greater `confidence`.
    """
    s, n = np.broadcast_arrays(np.asarray(successes, np.int64), np.asarray(trials, np.int64))
    pairs, back = np.unique(np.stack([s.ravel(), (n - s).ravel()]), axis=1, return_inverse=True)
    bound = -math.log1p(-confidence)
    low, _ = _lower(pairs[0], pairs[1], bound)
    _, high = _lower(pairs[1], pairs[0], bound)
    back = back.reshape(s.shape)
    return low[back], high[back]


def _lower(s: NDArray[np.int64], f: NDArray[np.int64], bound: float) -> tuple[Floats, Floats]:
    """Lower limits of p and what is left to 1, by bisection below s / (s + f), where evidence falls with p.

    The smaller of the two is what is halved, so that each is exact however small.
    """
    some = s > 1  # after one success no p > 0, however small, has any evidence against it
    s, f = s[some], f[some]
    n, few = s + f, s <= f
    inside, outside = np.where(few, s, f) / n, np.where(few, 0.0, 1.0)
    for _ in range(_STEPS if s.size else 0):
        middle = (outside + inside) / 2
        p, q = np.where(few, middle, 1 - middle), np.where(few, 1 - middle, middle)
        wrong = log_evidence(p, q, s, f) >= bound
        outside, inside = np.where(wrong, middle, outside), np.where(wrong, inside, middle)
    limits = np.zeros((2, *some.shape))
    limits[1] = 1.0
    limits[:, some] = np.where(few, outside, 1 - outside), np.where(few, 1 - outside, outside)
    return limits[0], limits[1]
