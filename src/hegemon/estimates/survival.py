"""Survival over years, from the histogram of the years of emergence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hegemon.estimates.proportions import normal_quantile, wilson

Floats = NDArray[np.float64]
_CELLS = 1 << 15  # at a time: what is in between stays in cache, however many curves there are


def kaplan_meier(
    emerged: NDArray[np.int64], replicas: NDArray[np.int64], confidence: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Kaplan and Meier's estimate with Greenwood's band on the log-log scale.

    Replicas that do not emerge are censored at the horizon and never before, so that the product of the
    factors (at risk - emerged) / at risk telescopes to (replicas - emerged so far) / replicas, and
    Greenwood's sum of emerged / (at risk (at risk - emerged)) to 1 / (left at the end of the year) - 1 /
    replicas: both come from integers, without rounding errors that grow over the years.

    Parameters
    ----------
    emerged : int64 array, shape (..., T + 1)
        Number that emerged in each year; index 0 is the start.
    replicas : int64 array, shape (...)
        Number at risk at the start, at least 1.
    confidence : float
        Nominal pointwise coverage.

    Returns
    -------
    survival, low, high : float64 arrays, shape (..., T + 1)
        Where none or all have emerged the log-log scale has no finite point: there the limits are Wilson's,
        but for the start, where survival is 1 by definition.

    References
    ----------
    E. L. Kaplan and P. Meier, JASA 53 (1958); J. D. Kalbfleisch and R. L. Prentice, "The Statistical Analysis
    of Failure Time Data" (1980), for the log-log band.
    """
    flat, trials = emerged.reshape(-1, emerged.shape[-1]), replicas.reshape(-1)
    curves = np.empty((3, *flat.shape))
    rows = max(1, _CELLS // flat.shape[1])
    for begin in range(0, len(flat), rows):
        some = slice(begin, begin + rows)
        curves[:, some] = _curves(flat[some], trials[some], confidence)
    survival, low, high = curves.reshape(3, *emerged.shape)
    return survival, low, high


def _curves(
    emerged: NDArray[np.int64], replicas: NDArray[np.int64], confidence: float
) -> tuple[Floats, Floats, Floats]:
    n = replicas[..., np.newaxis]
    left = n - np.cumsum(emerged, axis=-1)
    survival = left / n
    low, high = wilson(left, n, confidence)
    inner = (left > 0) & (left < n)
    theta = -np.log(survival, where=inner, out=np.ones_like(survival))
    variance = np.divide(1.0, left, where=inner, out=np.zeros_like(survival)) - np.where(inner, 1.0 / n, 0.0)
    spread = np.exp(normal_quantile(confidence) * np.sqrt(np.maximum(variance, 0.0)) / theta)
    low = np.where(inner, np.exp(-theta * spread), low)
    high = np.where(inner, np.exp(-theta / spread), high)
    low[..., 0] = 1.0
    return survival, low, high
