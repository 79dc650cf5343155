"""What a kernel reads and writes: the record of a design point, and the rows of state.

A row holds one number for each lane (replica). Rows of states come first by state, then by lane, in
64-byte-aligned slabs. A set of states is a bit mask; sets of more states than a word has bits take
`words` rows, so that set `i` begins at row `i * words`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from hegemon_kernels.lanes import LANES

MAX_STATES = 64

LAYOUT_NONE, LAYOUT_SHARED, LAYOUT_PLANE = 0, 1, 2

REAL_FIELDS = (
    "s0 ell sig cv ov chi kE wO wS wI a0 gA dA th sp wG b0 bm k r am eI eS eP eC om co ze rb al v pB pJ eB "
    "tb pr nu ph m D ta tl la cw bi sm ri an hs qs wC H"
).split()
INTEGER_FIELDS = "N T ho absorbing layout by_capability region word_bits tracing".split()


@dataclass(frozen=True)
class Point:
    """A design point as kernels read it; made by `pack_point`.

    Attributes
    ----------
    record : structured array, shape (1,)
        The scalars, by their symbols in docs/model.md.
    shares, drift : array, shape (N,)
        Relative initial resources and mean yearly growth.
    proximity : array, shape (N * N,) or (1,)
        Proximities where all replicas share them.
    dtype : numpy.dtype
        Precision of the kernel.
    """

    record: np.ndarray
    shares: np.ndarray
    drift: np.ndarray
    proximity: np.ndarray
    dtype: np.dtype[Any]


class State(NamedTuple):
    """Rows of the lanes' present state, of what they have recorded, and of scratch numbers."""

    # By state.
    R: Any  # resources
    M: Any  # arms
    A: Any  # reputation for aggression
    q: Any  # sanctions carried to next year's growth
    ideology: Any
    start: Any  # initial resources
    conquest: Any  # share of resources gained by war, running
    proximity: Any  # n x n, where it differs between replicas
    # By state, scratch.
    C: Any  # capability
    Q: Any  # threat index
    rate: Any  # growth
    weight: Any  # perceived aggressiveness, times Q
    near: Any  # proximity to the state in focus
    arms: Any  # arms projected on the state in focus, and by it
    fraction: Any  # commitment of members and clients
    given: Any  # arms that they contribute
    near_leader: Any  # proximity to the leader
    lent_fraction: Any  # the same for the coalition against the leader, in another's attack on it
    lent: Any
    gain: Any  # resources gained in the war at hand
    z: Any  # normals, padded to a multiple of 4
    u: Any  # uniforms, padded to a multiple of 4
    # One row each.
    share_sum: Any
    concentration_sum: Any
    burden_sum: Any
    size_sum: Any
    delivered_sum: Any
    peak_share: Any
    peak_resources: Any
    peak_arms: Any
    peak_bloc: Any
    final_share: Any
    final_concentration: Any
    rho_then: Any  # the hegemon's resource share when it emerged
    conquest_then: Any
    event_coalition: Any  # the crisis at hand, for traces
    event_attack: Any
    event_gain: Any
    # Sets.
    against: Any  # n sets: who balances against each
    clients: Any  # n sets: who bandwagons with each
    revisionists: Any
    coalition: Any  # scratch: the sets of the state in focus
    followers: Any
    opponents: Any  # the coalition against the leader
    patronage: Any  # the leader's clients
    # Integers.
    last_crisis: Any  # by state
    active: Any  # whether the lane has a replica
    year: Any  # years completed
    low: Any  # replica index, low and high words
    high: Any
    leader: Any
    run: Any
    crisis: Any  # crises of this year that are over
    crises: Any  # crises of this year
    extinct: Any
    met: Any  # crises that happened
    delivered_count: Any
    wars: Any
    coalition_wars: Any
    deterred: Any
    leader_wins: Any
    leader_losses: Any
    leader_changes: Any
    unbalanceable: Any
    unipolar: Any
    bipolar: Any
    spells: Any
    hegemony_years: Any
    first_spell: Any
    in_first_spell: Any
    emerged_year: Any
    hegemon: Any
    event_focus: Any
    event_decided: Any
    event_target: Any
    event_deterred: Any
    event_won: Any
    event_annexed: Any
    # Systems set up ahead, for lanes to take over.
    new_R: Any
    new_ideology: Any
    new_proximity: Any
    new_revisionists: Any
    new_leader: Any
    new_low: Any
    new_high: Any


_REAL_BY_STATE = (
    "R M A q ideology start conquest C Q rate weight near arms fraction given near_leader "
    "lent_fraction lent gain new_R new_ideology"
).split()
_REAL_PADDED = ["z", "u"]
_REAL_BY_PAIR = ["proximity", "new_proximity"]
_SETS_BY_STATE = ["against", "clients"]
_SETS = ["revisionists", "coalition", "followers", "opponents", "patronage", "new_revisionists"]
_WORD_BY_STATE = ["last_crisis"]
_FIRST_WORD_FIELD = State._fields.index("against")


def _row_count(name: str, states: int, words: int, plane: bool) -> int:
    if name in _REAL_BY_STATE or name in _WORD_BY_STATE:
        return states
    if name in _REAL_PADDED:
        return -(-states // 4) * 4
    if name in _REAL_BY_PAIR:
        return states * states if plane else 1
    if name in _SETS_BY_STATE:
        return states * words
    return words if name in _SETS else 1


def word_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The unsigned integer as wide as a floating-point type."""
    return np.dtype(f"u{dtype.itemsize}")


def set_words(states: int, dtype: np.dtype[Any]) -> int:
    """Words that a set of states takes."""
    return -(-states // (8 * dtype.itemsize))


def allocate(states: int, plane: bool, dtype: np.dtype[Any]) -> State:
    """Zeroed rows for one call of a kernel."""
    lanes = LANES[8 * dtype.itemsize]
    words = set_words(states, dtype)
    row_bytes = lanes * dtype.itemsize
    counts = {name: _row_count(name, states, words, plane) for name in State._fields}
    slab = np.zeros(sum(counts.values()) * row_bytes + 64, np.uint8)
    at = -slab.ctypes.data % 64
    rows = {}
    for name, count in counts.items():
        is_word = name in _WORD_FIELDS
        block = slab[at : at + count * row_bytes]
        rows[name] = block.view(word_type(dtype) if is_word else dtype)
        at += count * row_bytes
    return State(**rows)


_WORD_FIELDS = frozenset(State._fields[_FIRST_WORD_FIELD:]) - {"new_R", "new_ideology", "new_proximity"}


def record_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Structured type of a point's scalars."""
    return np.dtype(
        [(name, dtype) for name in REAL_FIELDS]
        + [(name, np.int64) for name in INTEGER_FIELDS]
        + [("offshore", np.uint64)],
        align=True,
    )
