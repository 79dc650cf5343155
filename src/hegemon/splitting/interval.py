"""The interval of a probability from independent repetitions, whose estimates are skewed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

_LEAST_FREEDOM = 2.0


@dataclass(frozen=True)
class Interval:
    """Mean of repetitions, its standard error and its limits; the last three NaN where they do not exist."""

    mean: float
    error: float
    low: float
    high: float


def interval(estimates: NDArray[np.float64], confidence: float) -> Interval:
    """Mean of independent, unbiased, non-negative estimates with an interval.

    Student's t on the logarithm of the mean, with two corrections for what the estimates show of their
    distribution. Degrees of freedom are those that the variance has by the kurtosis (Satterthwaite's idea);
    the upper limit is moved up by Johnson's correction for as much of the skewness as the logarithm leaves,
    which takes care of 1.5 times the coefficient of variation. docs/rare.md has the measured coverage.

    Parameters
    ----------
    estimates : float64 array, shape (repetitions,)
        One from each repetition.
    confidence : float
        Nominal coverage.

    Returns
    -------
    Interval
        Where all estimates are 0, with low 0 and no error and no upper limit; of one repetition, the mean
        alone.
    """
    count, mean = len(estimates), float(np.mean(estimates))
    if count < 2 or mean == 0.0:
        return Interval(mean, np.nan, 0.0 if mean == 0.0 else np.nan, np.nan)
    off = (estimates - mean) / mean
    second = float(np.mean(off**2))
    if second == 0.0:
        return Interval(mean, 0.0, mean, mean)
    skewness, kurtosis = float(np.mean(off**3)) / second**1.5, float(np.mean(off**4)) / second**2
    relative = np.sqrt(second / (count - 1))  # standard error per mean
    freedom = min(max(2 * count / max(kurtosis - 1, 1.0), _LEAST_FREEDOM), count - 1.0)
    t = float(special.stdtrit(freedom, 0.5 + confidence / 2))
    left = max(0.0, skewness - 1.5 * np.sqrt(second * count / (count - 1)))
    shift = left * (1 + 2 * t * t) / (6 * np.sqrt(count))
    high = mean * float(np.exp((t + shift) * relative))
    return Interval(mean, mean * float(relative), mean * float(np.exp(-t * relative)), min(1.0, high))
