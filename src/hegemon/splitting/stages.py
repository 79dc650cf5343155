"""One repetition of fixed-effort splitting: from the beginnings, level by level, to emergence.

Each stage simulates the same number of replicas. Those that reach the level are the parents of the next: each
has the same expected number of clones, so that the product of the shares that reached their level is an
unbiased estimate, with levels that were fixed beforehand, of the probability to pass all (docs/rare.md).
Strata of beginnings are split each by itself, and their products add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hegemon.splitting import starts
from hegemon.splitting.climbing import Climber, Ends, Integers, Streams, Truths
from hegemon.splitting.scheme import Scheme

TOP = float("inf")
"""The level above all: only emergence ends a replica."""


@dataclass(frozen=True)
class Counts:
    """What is kept of repetitions, by stratum and, but for the first, by stage; integers but for the gains.

    Attributes
    ----------
    beginnings : int64 array, shape (..., strata)
        Beginnings that lie in the stratum.
    started, reached, passed : int64 arrays, shape (..., strata, stages)
        Replicas of the stage, those that reached its level, and those of them that had it from the start,
        since their parent had jumped over it.
    years : int64 array
        Years simulated.
    entrances : int64 array
        States to start from: one a parent.
    ancestors, ancestor_squares : int64 arrays
        Beginnings from which those that reached the level descend, and the sum of squares of how many descend
        from each.
    sibling_pairs, reached_pairs : int64 arrays
        Ordered pairs of clones of one parent, and those of which both reached the level.
    far_started, far_reached, late_started, late_reached : int64 arrays
        Clones of the parents that had overshot their level by more than the median, and of those that reached
        it in a year after the median.
    year_sum, year_squares : int64 arrays
        Sum and sum of squares of the years in which the level was reached.
    conquerors : int64 array
        Hegemons that won at least half of their gain in wars, at the last stage.
    gain_sum, conquest_sum : float64 arrays
        Sums of what hegemons gained in resource share, and what of that in wars, at the last stage.
    """

    beginnings: Integers
    started: Integers
    reached: Integers
    passed: Integers
    years: Integers
    entrances: Integers
    ancestors: Integers
    ancestor_squares: Integers
    sibling_pairs: Integers
    reached_pairs: Integers
    far_started: Integers
    far_reached: Integers
    late_started: Integers
    late_reached: Integers
    year_sum: Integers
    year_squares: Integers
    conquerors: Integers
    gain_sum: NDArray[np.float64]
    conquest_sum: NDArray[np.float64]

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(field.name for field in fields(cls))

    @classmethod
    def empty(cls, *shape: int) -> Counts:
        """All zero; the shape is that of columns by stage."""
        own = {name: shape[:-1] if name == "beginnings" else shape for name in cls.names()}
        return cls(**{name: np.zeros(own[name], float if name in _REAL else np.int64) for name in own})

    def part(self, repetitions: slice) -> Counts:
        """Some of the repetitions."""
        return Counts(**{name: getattr(self, name)[repetitions] for name in self.names()})

    @classmethod
    def joined(cls, parts: Iterable[tuple[int, Counts]]) -> Counts | None:
        """Of stretches, each with the number of its first repetition, those from 0 on to the first gap."""
        whole: list[Counts] = []
        done = 0
        for first, counts in sorted(parts, key=lambda part: part[0]):
            if first > done:
                break
            whole.append(counts)
            done = first + len(counts.started)
        if not whole:
            return None
        return cls(**{name: np.concatenate([getattr(part, name) for part in whole]) for name in cls.names()})


_REAL = ("gain_sum", "conquest_sum")
Kept = dict[str, NDArray[Any]]


def systematic(parents: int, clones: int, uniform: float) -> Integers:
    """Parents of the clones: each has ``clones / parents`` in expectation, rounded down or up.

    Parameters
    ----------
    parents, clones : int
        How many there are.
    uniform : float
        A uniform number in [0, 1), which alone decides.

    Returns
    -------
    int64 array, shape (clones,)
        In ascending order. Relatives lie side by side, so that a family too has its expected number to within
        one.
    """
    places = (np.arange(clones) + uniform) * (parents / clones)
    return np.minimum(places.astype(np.int64), parents - 1)


def repeat(
    climber: Climber,
    scheme: Scheme,
    streams: Streams,
    repetition: int,
    check: Callable[[], None] = lambda: None,
) -> Counts:
    """Counts of one repetition, by stratum and stage.

    Parameters
    ----------
    climber : Climber
        The system.
    scheme : Scheme
        How it is split.
    streams : Streams
        Random numbers.
    repetition : int
        Its number: all that it draws is addressed by it.
    check : callable, optional
        Called before each stage; may raise.
    """
    check()
    counts = Counts.empty(len(scheme.efforts), len(scheme.levels) + 1)
    drawn = scheme.beginnings
    begun = starts.draw(climber, streams.climb(0), repetition * drawn, drawn, scheme.cuts, scheme.efforts)
    counts.beginnings[:] = begun.counts
    first = repetition * scheme.effort
    for stratum, (effort, entered) in enumerate(zip(scheme.efforts, begun.ends, strict=True)):
        if entered is not None:
            own = {name: getattr(counts, name)[stratum] for name in Counts.names()}
            _Ascent(climber, scheme, streams, repetition, stratum, effort, first, check).go(own, entered)
        first += effort
    return counts


@dataclass(frozen=True)
class _Ascent:
    """One stratum in one repetition."""

    climber: Climber
    scheme: Scheme
    streams: Streams
    repetition: int
    stratum: int
    effort: int
    first: int
    check: Callable[[], None]

    def go(self, kept: Kept, entered: Ends) -> None:
        below, ancestors = 0.0, np.arange(len(entered.shares))
        for stage, level in enumerate((*self.scheme.levels, TOP)):
            self.check()
            uniform = self.streams.uniform(stage, self.stratum, self.repetition)
            parents = systematic(len(entered.shares), self.effort, uniform)
            key = self.streams.climb(1 + stage)
            ends = continued(self.climber, key, self.first, level, entered, parents)
            reached = ends.reached(level)
            _tell(kept, stage, ends, reached, entered, parents)
            _tell_families(kept, stage, entered, parents, reached, below, level)
            ancestors = ancestors[parents][reached]
            _, sizes = np.unique(ancestors, return_counts=True)
            kept["ancestors"][stage] = len(sizes)
            kept["ancestor_squares"][stage] = (sizes * sizes).sum()
            if not reached.any():
                return
            entered, below = ends.take(reached), level
        _tell_routes(kept, entered)


def continued(climber: Climber, key: int, first: int, level: float, entered: Ends, parents: Integers) -> Ends:
    """Ends of a stage: clones of parents that are there already, or at their end, are not simulated."""
    over = (entered.years >= climber.horizon) | (entered.years == 0)  # a region may die in its first year
    still = (entered.reached(level) | over)[parents]
    going = parents[~still]
    ends = climber.climb(key, first, level, len(going), entered.snapshots, going)
    if not still.any():
        return ends
    return Ends.placed(len(parents), [(~still, ends), (still, entered.take(parents[still]))])


def _tell(kept: Kept, stage: int, ends: Ends, reached: Truths, entered: Ends, parents: Integers) -> None:
    years = ends.years[reached]
    kept["started"][stage] = len(reached)
    kept["reached"][stage] = reached.sum()
    kept["years"][stage] = (ends.years - entered.years[parents]).sum()
    kept["year_sum"][stage] = years.sum()
    kept["year_squares"][stage] = (years * years).sum()


def _tell_families(
    kept: Kept,
    stage: int,
    entered: Ends,
    parents: Integers,
    reached: Truths,
    below: float,
    level: float,
) -> None:
    clones = np.bincount(parents)
    lucky = np.bincount(parents[reached], minlength=len(clones))
    over = entered.shares - below
    far, late = (over > np.median(over))[parents], (entered.years > np.median(entered.years))[parents]
    found = {
        "passed": entered.reached(level)[parents].sum(),
        "entrances": len(entered.shares),
        "sibling_pairs": (clones * (clones - 1)).sum(),
        "reached_pairs": (lucky * (lucky - 1)).sum(),
        "far_started": far.sum(),
        "far_reached": (far & reached).sum(),
        "late_started": late.sum(),
        "late_reached": (late & reached).sum(),
    }
    for name, value in found.items():
        kept[name][stage] = value


def _tell_routes(kept: Kept, hegemons: Ends) -> None:
    kept["gain_sum"][-1] = hegemons.gains.sum()
    kept["conquest_sum"][-1] = hegemons.conquests.sum()
    kept["conquerors"][-1] = (hegemons.conquests >= 0.5 * hegemons.gains).sum()
