"""The scheme, chosen by a pilot whose replicas are thrown away: estimates that use it stay unbiased."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hegemon.splitting import starts
from hegemon.splitting.climbing import Climber, Ends, Streams
from hegemon.splitting.scheme import Scheme, shared_out
from hegemon.splitting.stages import TOP, continued, systematic

SHARE = 0.2
"""Share of a stage's replicas that should reach its level: near it the variance for an effort is least."""
PART, CHANCE, MORE = 1 / 3, 0.01, 4
"""Where the uppermost stratum has more than this part of P, hegemons emerge there too with less than this
chance, and it has fewer beginnings than clones, still rarer beginnings carry P: so many times as many are
drawn.
"""
MOST_LEVELS = 100
MOST_REPLICAS = 1000
"""Of a stage and stratum of a pilot: levels need not be exact."""
_BLOCK = 4096


@dataclass
class _Stratum:
    """A stratum of beginnings in a pilot.

    Attributes
    ----------
    entered
        Replicas that stand at the level.
    weight
        Probability to get there from all beginnings.
    drawn
        Beginnings that lie in it.
    variance
        Sum over levels of (1 - p)/p: the relative variance that one replica a level would have.
    """

    entered: Ends
    weight: float
    drawn: int
    variance: float = 0.0
    ends: Ends = field(init=False)

    def climb(self, climber: Climber, streams: Streams, stage: int, number: int, level: float) -> None:
        """Go on from where the replicas stand."""
        count = len(self.entered.shares)
        parents = systematic(count, MOST_REPLICAS, streams.uniform(stage, number, -1))
        key = streams.pilot(1 + stage)
        self.ends = continued(climber, key, number * MOST_REPLICAS, level, self.entered, parents)

    def enter(self, which: NDArray[np.bool_]) -> None:
        """Stand where some of the replicas ended."""
        part = float(which.mean())
        self.weight *= part
        self.variance += (1 - part) / part if part else 0.0
        self.entered = self.ends.take(which)


def choose(climber: Climber, threshold: float, effort: int, streams: Streams) -> Scheme:
    """Levels of the leader's capability share, strata of beginnings and efforts of a design point.

    Each level is the share that `SHARE` of what stands at the one before, counted by probability, still
    passes, whenever until the horizon; none lies above `threshold`, and there are none where P is not small.

    Where much of P comes from the uppermost stratum, and hegemons are rare there too, the estimate is as good
    as the best beginnings are many: then more are drawn, and all is chosen anew.

    Parameters
    ----------
    climber : Climber
        The system.
    threshold : float
        Capability share that makes a hegemon.
    effort : int
        Replicas a level of the estimate.
    streams : Streams
        Random numbers; a pilot has its own.
    """
    count = starts.factor(climber.horizon) * effort
    scheme, heavy = _chosen(climber, threshold, effort, streams, count)
    if heavy:
        scheme, _ = _chosen(climber, threshold, effort, streams, MORE * count)
    return scheme


def _chosen(
    climber: Climber, threshold: float, effort: int, streams: Streams, count: int
) -> tuple[Scheme, bool]:
    """A scheme with so many beginnings, and whether P comes from few of them."""
    cuts, strata = _begin(climber, count, streams)
    levels: list[float] = []
    while True:
        stage, alive = len(levels), [part for part in strata if part.weight > 0]
        for number, part in enumerate(strata):
            if part.weight > 0:
                part.climb(climber, streams, stage, number, TOP)
        level = _next(alive, levels[-1] if levels else 0.0, threshold) if stage < MOST_LEVELS else None
        if level is None:
            break
        levels.append(level)
        for number, part in enumerate(strata):
            if part.weight > 0:
                part.climb(climber, streams, stage, number, level)  # the same paths, as far as that
                part.enter(part.ends.reached(level))
    for part in alive:
        part.enter(part.ends.emerged)
    wanted = [part.weight * np.sqrt(part.variance) for part in strata]
    scheme, top = Scheme(tuple(levels), cuts, shared_out(effort, wanted), count), strata[-1]
    whole, few = sum(part.weight for part in strata), len(strata) > 1 and top.drawn < scheme.efforts[-1]
    return scheme, few and PART * whole < top.weight < CHANCE * top.drawn / count


def _begin(climber: Climber, count: int, streams: Streams) -> tuple[tuple[float, ...], list[_Stratum]]:
    """Cuts of the strata, and the strata that any beginning lies in."""
    key = streams.pilot(0)
    blocks = [(begin, min(_BLOCK, count - begin)) for begin in range(0, count, _BLOCK)]
    cuts = starts.cuts_of(np.concatenate([climber.climb(key, begin, 0.0, n).shares for begin, n in blocks]))
    begun = starts.draw(climber, key, 0, count, cuts, [MOST_REPLICAS] * (len(cuts) + 1))
    found = [
        _Stratum(ends, float(number / count), int(number))
        for ends, number in zip(begun.ends, begun.counts, strict=True)
        if ends is not None
    ]
    return cuts, found


def _next(strata: list[_Stratum], below: float, threshold: float) -> float | None:
    """The level that follows; None where emergence does."""
    weights = np.concatenate([np.full(len(part.ends.peaks), part.weight) for part in strata])
    ends = Ends.joined([part.ends for part in strata])
    wanted = SHARE * weights.sum()
    if (weights * ends.emerged).sum() >= wanted or below >= threshold:
        return None
    peaks = np.where(ends.emerged, np.maximum(ends.peaks, threshold), ends.peaks)
    order = np.argsort(-peaks, kind="stable")
    place = int(np.searchsorted(np.cumsum(weights[order]), wanted))
    level = float(peaks[order[place]])
    if level <= below:  # many stand where their parent stood: the next step that any has taken
        above = peaks[peaks > below]
        if not above.size:
            return None
        level = float(above.min())
    return min(level, threshold)
