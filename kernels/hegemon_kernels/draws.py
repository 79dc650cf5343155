"""The registry of random draws: which slot of the counter each mechanism reads (docs/model.md).

A draw belongs to its address (slot, year, replica), never to the order of calls.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from hegemon_kernels._jit import inlined
from hegemon_kernels.elementary import radius, turn, uniform
from hegemon_kernels.philox import philox

# Year word 0: the initial system.
STATE = 0  # + i: type (word 0), dispersion (1, 2), ideology (3) of state i
PLACE = 64  # + i: position of state i in the plane (0, 1)

# Year word t + 1.
GROWTH = 0  # + i // 4: words (0, 1) for states 4 (i // 4) and + 1, (2, 3) for + 2 and + 3
YEAR = 32  # 0: secession, 1: which state secedes, 2: number of crises
CRISIS = 64  # * (o + 1), crisis o: 0: focus, 1: outcome of a war, (2, 3): misjudgment
ALIGNMENT = 1  # further: + k // 4, word k % 4 of state k
MISPERCEPTION = 17  # further: + k // 4, as for growth

_GOLDEN = 0x9E3779B97F4A7C15
_64 = (1 << 64) - 1


class Stream(NamedTuple):
    """Where draws are made: one year of one replica in each lane."""

    key: Any
    year: Any
    low: Any
    high: Any
    like: Any


@inlined
def draw(stream: Any, slot: Any) -> Any:
    """Four words at a slot, one number or one in each lane."""
    zero = stream.year ^ stream.year
    return philox(zero + np.uint64(slot), stream.year, stream.low, stream.high, stream.key, stream.like)


@inlined
def draw_in_lanes(stream: Any, slots: Any) -> Any:
    """Four words at a slot of each lane's own."""
    return philox(slots, stream.year, stream.low, stream.high, stream.key, stream.like)


@inlined
def fill_uniforms(rows: Any, stream: Any, slots: Any, n: Any) -> None:
    """Uniforms for states 0 .. n - 1, four to a block, from slots of each lane's own."""
    for block in range((n + 3) // 4):
        w0, w1, w2, w3 = draw_in_lanes(stream, slots + np.uint64(block))
        i = 4 * block
        rows[i] = uniform(w0)
        rows[i + 1] = uniform(w1)
        rows[i + 2] = uniform(w2)
        rows[i + 3] = uniform(w3)


@inlined
def fill_normals(rows: Any, stream: Any, slots: Any, n: Any) -> None:
    """Standard normals for states 0 .. n - 1; two neighbours share two words."""
    fill_uniforms(rows, stream, slots, n)
    # Short loops keep more of their iterations in flight.
    for pair in range((n + 1) // 2):
        rows[2 * pair] = radius(rows[2 * pair])
    for pair in range((n + 1) // 2):
        cosine, sine = turn(rows[2 * pair + 1])
        rows[2 * pair + 1] = rows[2 * pair] * sine
        rows[2 * pair] = rows[2 * pair] * cosine


def _mix(z: int) -> int:
    """Finaliser of splitmix64 (Steele, Lea & Flood 2014)."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _64
    return z ^ (z >> 31)


def stream_key(seed: int, point: int, stage: int = 0) -> int:
    """Key of the generator for one design point.

    Parameters
    ----------
    seed : int
        Seed of the experiment, 0 to 2^64 - 1.
    point : int
        Identity of the design point, 64 bits; 0 under common random numbers.
    stage : int
        0 in plain Monte Carlo, 1, 2, ... in splitting.

    Returns
    -------
    int
        64 bits.
    """
    key = _mix((seed + _GOLDEN) & _64)
    key = _mix(((key ^ point) + _GOLDEN) & _64)
    return _mix(((key ^ stage) + _GOLDEN) & _64)
