"""Sets of states as bit masks in rows: membership, removal, and the numbers of one state in each lane."""

from __future__ import annotations

from typing import Any

import numpy as np

from hegemon_kernels._jit import inlined, outlined
from hegemon_kernels.lane_ops import fill, select, set_bit, word_bits
from hegemon_kernels.memory import set_at

_1 = np.uint64(1)
_0 = np.uint64(0)


@inlined
def in_region(p: Any, i: Any) -> Any:
    """Whether state `i` is not an offshore balancer."""
    return ((p.offshore >> np.uint64(i)) & _1) == _0


@inlined
def contains(sets: Any, first: Any, k: Any) -> Any:
    """Whether the set that begins at row `first` holds state `k`, by lane."""
    return (sets[first + k // word_bits(sets)] & set_bit(sets, k)) != 0


@inlined
def contains_in_lanes(sets: Any, first: Any, words: Any, index: Any) -> Any:
    """Whether the set that begins at row `first` holds the state `index` of each lane."""
    word = sets[first]
    if words > 1:
        beyond = index >= word_bits(sets)
        word = select(beyond, sets[first + 1], word)
        index = select(beyond, index - word_bits(sets), index)
    return ((word >> index) & 1) != 0


@inlined
def pick(rows: Any, index: Any, n: Any) -> Any:
    """The number of state `index` of each lane (one-hot selects: cheaper than a gather for few states)."""
    value = rows[0]
    for i in range(1, n):
        value = select(index == i, rows[i], value)
    return value


@inlined
def pick_set(sets: Any, index: Any, n: Any, words: Any, word: Any) -> Any:
    """Word `word` of the set of state `index` of each lane."""
    value = sets[word]
    for i in range(1, n):
        value = select(index == i, sets[set_at(sets, i) + word], value)
    return value


@outlined
def bury(s: Any, n: Any, words: Any, i: Any, gone: Any) -> None:
    """Eliminate state `i` in the lanes `gone`: no resources, no arms, in nobody's set, its own sets empty."""
    s.R[i] = select(gone, 0.0, s.R[i])
    s.M[i] = select(gone, 0.0, s.M[i])
    s.q[i] = select(gone, 0.0, s.q[i])
    for word in range(words):
        s.against[set_at(s.against, i) + word] = select(gone, 0, s.against[set_at(s.against, i) + word])
        s.clients[set_at(s.clients, i) + word] = select(gone, 0, s.clients[set_at(s.clients, i) + word])
    keep = ~select(gone, set_bit(s.against, i), fill(s.against, 0))
    at = i // word_bits(s.against)
    for k in range(n):
        s.against[set_at(s.against, k) + at] = s.against[set_at(s.against, k) + at] & keep
        s.clients[set_at(s.clients, k) + at] = s.clients[set_at(s.clients, k) + at] & keep


@inlined
def bury_in_lane(s: Any, n: Any, words: Any, i: Any, lane: Any) -> None:
    """Eliminate state `i` in one lane."""
    s.R[i, lane] = 0.0
    s.M[i, lane] = 0.0
    s.q[i, lane] = 0.0
    for word in range(words):
        s.against[set_at(s.against, i) + word, lane] = 0
        s.clients[set_at(s.clients, i) + word, lane] = 0
    keep = ~set_bit(s.against, i)
    at = i // word_bits(s.against)
    for k in range(n):
        s.against[set_at(s.against, k) + at, lane] = s.against[set_at(s.against, k) + at, lane] & keep
        s.clients[set_at(s.clients, k) + at, lane] = s.clients[set_at(s.clients, k) + at, lane] & keep
