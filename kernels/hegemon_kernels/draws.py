"""The registry of random draws: which slot of the counter each mechanism reads (docs/model.md).

A draw belongs to its address (slot, year, replica), never to the order of calls.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hegemon_kernels._jit import inlined, outlined
from hegemon_kernels.elementary import radius, turn, uniform
from hegemon_kernels.lane_ops import align_stack, fill, widen
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


@outlined
def fill_words(rows: Any, slot: Any, year: Any, low: Any, high: Any, key: Any, blocks: Any) -> None:
    """Four words a block into `rows`; the counter of the first block is in the rows given.

    Compiled once, not where it is called: its code is long, and what calls it is longer than what a
    processor keeps at hand.
    """
    align_stack()
    for block in range(blocks):
        at = widen(slot[0]) + np.uint64(block)
        w0, w1, w2, w3 = philox(at, widen(year[0]), widen(low[0]), widen(high[0]), key, year[0])
        i = 4 * block
        rows[i] = w0
        rows[i + 1] = w1
        rows[i + 2] = w2
        rows[i + 3] = w3


@inlined
def draw(s: Any, key: Any, slot: Any, blocks: Any) -> None:
    """Words of the year that each lane is in, from a slot on, one number or one in each lane."""
    s.slot[0] = fill(s.slot, slot)
    s.now[0] = s.year[0] + 1
    fill_words(s.drawn, s.slot, s.now, s.low, s.high, key, blocks)


@inlined
def draw_ahead(s: Any, key: Any, slot: Any) -> None:
    """Words of the initial systems that are being set up, at a slot."""
    s.slot[0] = fill(s.slot, slot)
    s.now[0] = fill(s.now, 0)
    fill_words(s.drawn, s.slot, s.now, s.new_low, s.new_high, key, 1)


@inlined
def blocks_of(n: Any) -> Any:
    """Blocks that hold a word for each of `n` states."""
    return (n + 3) // 4


@inlined
def fill_normals(s: Any, n: Any) -> None:
    """Standard normals for states 0 .. n - 1 from the words drawn; two neighbours share two words."""
    # Short loops keep more of their iterations in flight.
    for pair in range((n + 1) // 2):
        s.z[2 * pair] = radius(uniform(s.drawn[2 * pair]))
    for pair in range((n + 1) // 2):
        cosine, sine = turn(uniform(s.drawn[2 * pair + 1]))
        s.z[2 * pair + 1] = s.z[2 * pair] * sine
        s.z[2 * pair] = s.z[2 * pair] * cosine


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
