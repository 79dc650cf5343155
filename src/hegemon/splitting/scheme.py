"""What is fixed before the first repetition: levels, strata of beginnings, and the effort for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST_EFFORT = 10
"""Replicas a level of a stratum."""


@dataclass(frozen=True)
class Scheme:
    """How a design point is split.

    Attributes
    ----------
    levels : tuple of float
        Ascending capability shares of the leader; emergence follows after the last.
    cuts : tuple of float
        Ascending shares at the end of the first year, between which the strata of beginnings lie.
    efforts : tuple of int
        Replicas a level, of each stratum.
    beginnings : int
        Beginnings drawn in each repetition.
    """

    levels: tuple[float, ...]
    cuts: tuple[float, ...]
    efforts: tuple[int, ...]
    beginnings: int

    @property
    def effort(self) -> int:
        """Replicas a level, of all strata."""
        return sum(self.efforts)


def shared_out(effort: int, wanted: Sequence[float]) -> tuple[int, ...]:
    """Effort by stratum: half of it in equal parts, since what is wanted is known roughly, half as wanted."""
    parts, total = np.asarray(wanted, float), float(np.sum(wanted))
    even = np.full(len(parts), 1 / len(parts))
    shares = even if total <= 0 else 0.5 * even + 0.5 * parts / total
    efforts = np.maximum(LEAST_EFFORT, np.floor(shares * effort).astype(int))
    efforts[efforts.argmax()] += effort - efforts.sum()
    return tuple(efforts.tolist())
