"""Snapshots: all that a lane keeps of its replica, copied out and taken up again by other replicas.

What multilevel splitting needs: a replica that has climbed to a level is continued several times, each
time with draws of its own (Glasserman, Heidelberger, Shahabuddin & Zajic 1999).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from hegemon_kernels._jit import inlined


class Climb(NamedTuple):
    """Arrays of a climb from one level to the next; all empty in plain simulation."""

    starts: Any  # snapshots to go on from, shape (n, size)
    parents: Any  # which of them each replica continues, shape (count,); empty: none
    snapshots: Any  # filled where each replica ends, shape (count, size); empty: nothing is kept
    shares: Any  # filled: the leader's capability share there, shape (count,)
    years: Any  # filled: years completed, shape (count,)


def no_climb(dtype: np.dtype[Any]) -> Climb:
    """Arrays for a simulation that neither continues replicas nor keeps them."""
    nothing = np.empty((0, 0), dtype)
    return Climb(nothing, np.empty(0, np.int64), nothing, np.empty(0), np.empty(0, np.int32))


@inlined
def keep_replica(memory: Any, s: Any, group: Any, lane: Any, lanes: Any, climb: Any, place: Any) -> None:
    """Copy all that a lane keeps into row `place` of the snapshots."""
    start = (2 * memory.scratch + group * memory.kept) * lanes + lane
    for row in range(memory.kept):
        climb.snapshots[place, row] = memory.slab[start + row * lanes]
    climb.shares[place] = s.final_share[0, lane]
    climb.years[place] = s.year[0, lane]


@inlined
def resume_replica(
    memory: Any, s: Any, group: Any, lane: Any, lanes: Any, climb: Any, parent: Any, replica: Any
) -> None:
    """Go on in a lane from a snapshot, under the index of a replica whose draws are its own."""
    start = (2 * memory.scratch + group * memory.kept) * lanes + lane
    for row in range(memory.kept):
        memory.slab[start + row * lanes] = climb.starts[parent, row]
    s.low[0, lane] = replica & 0xFFFFFFFF
    s.high[0, lane] = replica >> 32
    s.active[0, lane] = 1
