"""Sobol' indices of outputs that are themselves estimates: the noise of the replicates is taken out.

Estimators are those of SALib (Saltelli et al. 2010 for the first order, Jansen 1999 for the total), on the
same designs, and equal its numbers where no noise is given. With noise, y + e stands where y should: e has
mean 0 and a variance v that the replicas of each point tell, and is independent from point to point. Then

    variance     (1/2N) sum (a - m)^2 + (b - m)^2    is too great by the mean of v
    total        (1/2N) sum (a - c_i)^2              is too great by half the mean of v(a) + v(c_i)
    first order  (1/N)  sum (b - m) (c_i - a)        is right: its three noises are independent

with a, b, c_i the outputs at A, B and A with column i of B, and m their common mean. What is too much is
subtracted. Where two of the points are one and the same (a key with few values), their noise is the same too,
and is treated so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Indices", "resampled", "sobol_indices"]

Array = NDArray[np.float64]
RESAMPLES = 1000
_CELLS = 1 << 20  # of weights in memory


@dataclass(frozen=True)
class Indices:
    """First- and total-order indices of one output.

    Attributes
    ----------
    first, total : float arrays, shape (keys,)
        Estimates; NaN where the output does not vary beyond its noise. They may be negative, by chance.
    first_low, first_high, total_low, total_high : float arrays, shape (keys,)
        Bootstrap intervals.
    first_raw, total_raw : float arrays, shape (keys,)
        As SALib has them: without regard to noise.
    mean : float
        Of the output over the ranges.
    variance : float
        Of the output over the ranges, without noise.
    noise : float
        Mean variance of one point's estimate.
    """

    first: Array
    first_low: Array
    first_high: Array
    first_raw: Array
    total: Array
    total_low: Array
    total_high: Array
    total_raw: Array
    mean: float
    variance: float
    noise: float

    @property
    def noise_share(self) -> float:
        """Share of the variance between points that is noise of the replicas, 0 to 1 or more by chance."""
        whole = self.variance + self.noise
        return self.noise / whole if whole > 0 else 0.0


def sobol_indices(
    values: Array,
    variances: Array | None = None,
    same: NDArray[np.int64] | None = None,
    *,
    confidence: float = 0.95,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Indices:
    """Estimate Sobol' indices.

    Parameters
    ----------
    values : float array, shape (samples, keys + 2)
        Output at A, at A with each column from B, and at B, row by row: a Saltelli design.
    variances : float array, same shape, optional
        Unbiased estimates of the variance of each value; no noise if not given.
    same : int array, same shape, optional
        Equal numbers where two values are of one and the same point; all different if not given.
    confidence : float
        Of the bootstrap intervals.
    seed : int
        Of the bootstrap.
    resamples : int
        How often the rows of the design are drawn again.

    Notes
    -----
    Rows of the design are drawn with replacement, all points of a row together, and indices are estimated
    from each such sample, noise taken out as above. Limits are those of the normal law with the spread of
    these estimates, as in SALib.
    """
    noise = np.zeros_like(values) if variances is None else variances
    sums = _rows(values - values.mean(), noise, same)
    count, keys = len(values), values.shape[1] - 2
    found = _ratios(sums.mean(axis=0), keys, corrected=True)
    raw = _ratios(sums.mean(axis=0), keys, corrected=False)
    spread = _spread(sums, keys, seed, resamples)
    half = _quantile(confidence) * spread
    first, total = found[:keys], found[keys:]
    means = sums.mean(axis=0)
    variance, level = _variance(means)
    return Indices(
        first=first,
        first_low=first - half[:keys],
        first_high=first + half[:keys],
        first_raw=raw[:keys],
        total=total,
        total_low=total - half[keys:],
        total_high=total + half[keys:],
        total_raw=raw[keys:],
        mean=float(values[:, [0, -1]].mean()),
        variance=float((variance - level) * count / max(count - 0.5, 0.5)),
        noise=float(level),
    )


def _rows(values: Array, noise: Array, same: NDArray[np.int64] | None) -> Array:
    """What each row of the design adds: means of these columns give everything.

    Columns: a + b, a^2 + b^2, v(a) + v(b); then for each key b (c - a), its noise, (a - c)^2, its noise.
    """
    a, b, inner = values[:, 0], values[:, -1], values[:, 1:-1]
    noise_a, noise_b, noise_c = noise[:, 0], noise[:, -1], noise[:, 1:-1]
    one = np.arange(values.size).reshape(values.shape) if same is None else same
    like_a, like_b = one[:, 1:-1] == one[:, :1], one[:, 1:-1] == one[:, -1:]
    both = (one[:, 0] == one[:, -1])[:, np.newaxis]
    columns = [
        (a + b)[:, np.newaxis],
        (a * a + b * b)[:, np.newaxis],
        (noise_a + noise_b)[:, np.newaxis],
        b[:, np.newaxis] * (inner - a[:, np.newaxis]),
        noise_b[:, np.newaxis] * (like_b.astype(float) - both),
        (a[:, np.newaxis] - inner) ** 2,
        np.where(like_a, 0.0, noise_a[:, np.newaxis] + noise_c),
    ]
    return np.concatenate(columns, axis=1)


def _variance(means: Array) -> tuple[Array, Array]:
    """Variance of the outputs at A and B, and the part of it that is noise."""
    return means[..., 1] / 2 - (means[..., 0] / 2) ** 2, means[..., 2] / 2


def _ratios(means: Array, keys: int, *, corrected: bool) -> Array:
    """First- and total-order indices, from means over the rows of a design; shape (..., 2 keys)."""
    covariance, excess, jumps, jump_noise = (
        means[..., 3 + place * keys : 3 + (place + 1) * keys] for place in range(4)
    )
    whole, noise = _variance(means)
    if corrected:
        covariance, jumps, whole = covariance - excess, jumps - jump_noise, whole - noise
    parts = np.concatenate([covariance, jumps / 2], axis=-1)
    scale = np.where(whole > 0, whole, np.nan)[..., np.newaxis]
    ratios: Array = parts / scale
    return ratios


def _spread(sums: Array, keys: int, seed: int, resamples: int) -> Array:
    """Standard deviation of the indices over samples of the rows."""
    drawn = [
        _ratios(weights @ sums, keys, corrected=True) for weights in resampled(len(sums), seed, resamples)
    ]
    whole = np.concatenate(drawn)
    known = np.isfinite(whole).all(axis=1)
    if known.sum() < 2 or known.mean() < 0.5:
        return np.full(2 * keys, np.nan)
    spread: Array = np.std(whole[known], axis=0, ddof=1)
    return spread


def resampled(count: int, seed: int, resamples: int) -> Iterator[Array]:
    """Yield weights of rows drawn with replacement, shape (some, count): each row of weights adds up to 1.

    Rows are drawn with words of Philox, which NumPy promises not to change.
    """
    source = np.random.Philox(key=seed)
    some = max(1, _CELLS // count)
    for begin in range(0, resamples, some):
        size = min(some, resamples - begin)
        rows = (source.random_raw(size * count) % np.uint64(count)).astype(np.int64)
        rows += np.repeat(np.arange(size) * count, count)
        yield np.bincount(rows, minlength=size * count).reshape(size, count) / count


def _quantile(confidence: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + confidence / 2)
