"""Statements about many estimates at once: the greatest of correlated normal errors, and stepwise tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hegemon.estimates.proportions import normal_quantile

Floats = NDArray[np.float64]
DRAWS = 200_000
_CELLS = 1 << 20  # normal numbers at a time: 8 MB


def correlation(covariance: Floats) -> Floats:
    """Correlations of estimates; one without variance is taken as independent of the others.

    So an estimate at 0 or 1, whose error cannot be seen, makes a band wider and never narrower.
    """
    scale = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    scale[scale <= 1e-12 * max(float(scale.max(initial=0.0)), 1e-150)] = 0.0
    inverse = np.divide(1.0, scale, where=scale > 0, out=np.zeros_like(scale))
    found: Floats = np.clip(covariance * np.outer(inverse, inverse), -1.0, 1.0)
    np.fill_diagonal(found, 1.0)
    return found


def critical_value(
    correlations: Floats, confidence: float, random: np.random.Generator, draws: int | None = None
) -> tuple[float, float]:
    """c with P(max |Z_i| <= c) = `confidence` for normal Z of given correlations, by Monte Carlo.

    Parameters
    ----------
    correlations : float64 array, shape (k, k)
    confidence : float
        Joint coverage.
    random : numpy.random.Generator
        Seeded, so that the same request gives the same bits.
    draws : int, optional
        Vectors Z; `DRAWS` if not given.

    Returns
    -------
    value, error : float
        c, never below the normal quantile nor above Bonferroni's; and its standard error.

    References
    ----------
    T. Hothorn, F. Bretz and P. Westfall, "Simultaneous inference in general parametric models", Biometrical
    Journal 50 (2008).
    """
    size = len(correlations)
    least, most = normal_quantile(confidence), normal_quantile(1 - (1 - confidence) / max(size, 1))
    if size <= 1:
        return least, 0.0
    draws = draws or DRAWS
    values, vectors = np.linalg.eigh(correlations)
    factor = vectors * np.sqrt(np.maximum(values, 0.0))
    greatest = np.empty(draws)
    rows = max(1, _CELLS // size)
    for begin in range(0, draws, rows):
        stop = min(begin + rows, draws)
        greatest[begin:stop] = np.abs(random.standard_normal((stop - begin, size)) @ factor.T).max(axis=1)
    value = float(np.quantile(greatest, confidence))
    # Half the distance between order statistics one standard error of a share away on each side.
    step = np.sqrt(confidence * (1 - confidence) / draws)
    ends = np.quantile(greatest, [confidence - step, min(confidence + step, 1.0)])
    return min(max(value, least), most), float(ends[1] - ends[0]) / 2


def holm(p_values: Floats) -> Floats:
    """Holm's adjusted p values: rejecting those at most alpha errs anywhere with chance at most alpha.

    References
    ----------
    S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6 (1979).
    """
    order = np.argsort(p_values, kind="stable")
    steps = p_values[order] * np.arange(len(p_values), 0, -1)
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
