"""What the replicas of two runs tell of each other at the same place: pair by pair, or independently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hegemon.comparison.matching import Side
from hegemon.contrasts.together import across
from hegemon.estimates import paired, unpaired

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimated:
    """Of some pairs of points: difference, limits, p value, and whether replicas were paired."""

    difference: Floats
    low: Floats
    high: Floats
    p_value: Floats
    replicas_first: Counts
    replicas_second: Counts


def shared(first: Side, second: Side, pairs: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Of each pair of points, whether both runs simulated them with the same random numbers.

    With common random numbers and one seed these are the same everywhere; with random numbers of each point's
    own they are where the points are one model.
    """
    one, other = first.job.spec, second.job.spec
    if one.seed != other.seed or one.common_random_numbers != other.common_random_numbers:
        return np.zeros(len(pairs), bool)
    if one.common_random_numbers:
        return np.ones(len(pairs), bool)
    points, others = first.job.design.points, second.job.design.points
    return np.array([points[a].identity == others[b].identity for a, b in pairs])


def pair_by_pair(first: Side, second: Side, pairs: Sequence[tuple[int, int]], z: float) -> Estimated:
    """Estimates from the replicas that both runs have, each compared with its twin."""
    both, own, twin, n = across(first.job, second.job, pairs)
    only, later = own - both, twin - both
    low, high = paired.difference_interval(only, later, n, z)
    return Estimated((later - only) / n, low, high, paired.mcnemar(only, later), n, n)


def independent(first: Side, second: Side, pairs: Sequence[tuple[int, int]], z: float) -> Estimated:
    """Estimates from the counts of both runs."""
    x, n, y, m = (
        side.results[name].values.ravel()[[pair[end] for pair in pairs]]
        for end, side in enumerate((first, second))
        for name in ("emerged", "replicas")
    )
    low, high = unpaired.difference_interval(x, n, y, m, z)
    return Estimated(y / m - x / n, low, high, unpaired.fisher(x, n, y, m), n, m)
