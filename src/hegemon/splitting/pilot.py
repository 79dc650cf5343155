"""Levels, chosen by a pilot whose replicas are thrown away: the estimates that use them stay unbiased."""

from __future__ import annotations

import numpy as np

from hegemon.splitting.climbing import Climber, Ends, Streams
from hegemon.splitting.stages import TOP, continued, systematic

SHARE = 0.2
"""Share of a stage's replicas that should reach its level: near it the variance for an effort is least."""
MOST_LEVELS = 100
MOST_REPLICAS = 2000
"""Of a pilot's stage: levels need not be exact."""


def choose(climber: Climber, threshold: float, effort: int, streams: Streams) -> tuple[float, ...]:
    """Ascending levels of the leader's capability share, none above `threshold`; none where P is not small.

    Each is the share that `SHARE` of the replicas which stand at the one before still pass, whenever until
    the horizon.

    Parameters
    ----------
    climber : Climber
        The system.
    threshold : float
        Capability share that makes a hegemon.
    effort : int
        Replicas per stage of the estimate.
    streams : Streams
        Random numbers; a pilot has its own.
    """
    count, levels = min(effort, MOST_REPLICAS), list[float]()
    entered: Ends | None = None
    while len(levels) < MOST_LEVELS:
        stage = len(levels)
        parents = None
        if entered is not None:
            parents = systematic(len(entered.shares), count, streams.uniform(stage, -1))
        key = streams.pilot(stage)
        ends = continued(climber, key, 0, TOP, count, entered, parents)
        level = _next(ends, levels[-1] if levels else 0.0, threshold)
        if level is None:
            break
        levels.append(level)
        ends = continued(climber, key, 0, level, count, entered, parents)  # the same paths, as far as that
        entered = ends.take(ends.reached(level))
    return tuple(levels)


def _next(ends: Ends, below: float, threshold: float) -> float | None:
    """The level that follows; None where emergence does."""
    wanted = max(1, round(SHARE * len(ends.peaks)))
    if ends.emerged.sum() >= wanted or below >= threshold:
        return None
    peaks = np.sort(np.where(ends.emerged, np.maximum(ends.peaks, threshold), ends.peaks))
    level = float(peaks[-wanted])
    if level <= below:  # many stand where their parent stood: the next step that any has taken
        above = peaks[peaks > below]
        if not above.size:
            return None
        level = float(above[0])
    return min(level, threshold)
