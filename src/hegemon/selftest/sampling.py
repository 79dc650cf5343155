"""Samples from the kernel, and the tests that hold them against exact answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import stats

import hegemon_kernels as hk
from hegemon.selftest import SEED

# Chance that a check fails although its law holds; two-sided, for each check.
FALSE_ALARM = 1e-6


def run(values: Mapping[str, Any], replicas: int, seed: int = SEED) -> np.ndarray:
    """Outcome rows of the first `replicas` replicas."""
    rows = np.zeros(replicas, dtype=hk.OUTCOME_DTYPE)
    hk.simulate(hk.pack_point(values), hk.stream_key(seed, 0), 0, rows)
    return rows


def follow(values: Mapping[str, Any], replicas: int, seed: int = SEED) -> Any:
    """Trajectories of the first `replicas` replicas."""
    return hk.trace(hk.pack_point(values), hk.stream_key(seed, 0), 0, replicas)


def proportion_agrees(successes: int, trials: int, p: float) -> bool:
    """Exact binomial test."""
    return bool(stats.binomtest(successes, trials, p).pvalue > FALSE_ALARM)


def counts_agree(counts: Sequence[int] | np.ndarray, probabilities: Sequence[float] | np.ndarray) -> bool:
    """Pearson's chi-square test of all cells, the rest of the probability among them."""
    expected = np.asarray(probabilities) * np.sum(counts)
    if expected.min() < 10:
        raise ValueError("a cell is too small for the chi-square approximation; pool it")
    return bool(stats.chisquare(counts, expected).pvalue > FALSE_ALARM)


def mean_agrees(sample: np.ndarray, mean: float) -> bool:
    """Normal test of a mean of many independent bounded numbers."""
    error = sample.std(ddof=1) / np.sqrt(len(sample))
    return bool(abs(sample.mean() - mean) < stats.norm.isf(FALSE_ALARM / 2) * error)


def pool(years: np.ndarray, chances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts of emergence by year, with the chance of each cell; never emerged (year -1) is the last cell.

    `chances[y]` is the chance to emerge in year y; cells under 20 expected go to the neighbour.
    """
    counts = [int(np.sum(years == y)) for y in range(len(chances))] + [int(np.sum(years == -1))]
    cells = [*chances, 1 - np.sum(chances)]
    pooled: list[list[float]] = [[0, 0.0]]
    for count, chance in zip(counts, cells, strict=True):
        if pooled[-1][1] * len(years) >= 20:
            pooled.append([0, 0.0])
        pooled[-1][0] += count
        pooled[-1][1] += chance
    if pooled[-1][1] * len(years) < 20:
        last = pooled.pop()
        pooled[-1][0] += last[0]
        pooled[-1][1] += last[1]
    return np.array([c for c, _ in pooled]), np.array([p for _, p in pooled])
