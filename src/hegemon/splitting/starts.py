"""Beginnings: many systems simulated for one year, sorted by the leader's share into strata.

A system that begins with a great power may owe its hegemony to that: one in ten thousand beginnings may carry
half of the probability. Beginnings are cheap, one year each, so many are drawn; each stratum of them is then
split by itself, with clones of its own, and counts by its share of all beginnings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hegemon.splitting.climbing import Climber, Ends, Integers

MOST_FACTOR = 400
"""Most beginnings that are drawn, per replica of a level."""
PARTS = (0.1, 0.01, 0.001, 0.0001, 0.00001)
"""Of beginnings that lie above a cut."""
_BLOCK = 4096
_LEAST = 20  # beginnings above a cut


@dataclass(frozen=True)
class Starts:
    """Beginnings of one repetition, by stratum.

    Attributes
    ----------
    counts : int64 array, shape (strata,)
        How many of all that were drawn lie in each stratum.
    ends : list of Ends or None
        The first of each stratum at the end of their first year; None where there are none.
    """

    counts: Integers
    ends: list[Ends | None]


def draw(
    climber: Climber, key: int, first: int, count: int, cuts: Sequence[float], most: Sequence[int]
) -> Starts:
    """Simulate `count` replicas for a year.

    Parameters
    ----------
    climber : Climber
        The system.
    key, first : int
        Where their random numbers are.
    count : int
        Of replicas.
    cuts : sequence of float
        Ascending capability shares of the leader that divide the strata.
    most : sequence of int, length strata
        How many of each stratum are kept: the first, which are as good as any.
    """
    counts: Integers = np.zeros(len(cuts) + 1, np.int64)
    parts: list[list[Ends]] = [[] for _ in counts]
    for begin in range(0, count, _BLOCK):
        ends = climber.climb(key, first + begin, 0.0, min(_BLOCK, count - begin))
        strata = np.searchsorted(cuts, ends.shares, side="right")
        for stratum, part in enumerate(parts):
            inside = np.flatnonzero(strata == stratum)
            room = max(0, most[stratum] - int(counts[stratum]))
            counts[stratum] += len(inside)
            if room and len(inside):
                part.append(ends.take(inside[:room]))
    return Starts(counts, [Ends.joined(part) if part else None for part in parts])


def factor(horizon: int) -> int:
    """Beginnings that are drawn per replica of a level: they take as many years as it takes at most."""
    return min(MOST_FACTOR, horizon)


def cuts_of(shares: NDArray[np.float64]) -> tuple[float, ...]:
    """Shares that `PARTS` of the beginnings reach.

    Fewer where so few lie above that their number would be mere chance, or where many share one value.
    """
    shares = np.sort(shares)
    found: list[float] = []
    for part in PARTS:
        above = int(part * len(shares))
        if above >= _LEAST:
            cut = float(shares[-above])
            if cut > max([float(shares[0]), *found]):
                found.append(cut)
    return tuple(found)
