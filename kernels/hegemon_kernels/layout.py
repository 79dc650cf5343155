"""What a kernel reads and writes: the record of a design point, and the rows of state.

A row holds one number for each lane (replica). A set of states is a bit mask, in one word or two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

MAX_STATES = 64

LAYOUT_NONE, LAYOUT_SHARED, LAYOUT_PLANE = 0, 1, 2

REAL_FIELDS = (
    "s0 ell sig cv ov chi kE wO wS wI a0 gA dA th sp wG b0 bm k r am eI eS eP eC om co ze rb al v pB pJ eB "
    "tb pr nu ph m D ta tl la cw bi sm ri an hs qs wC H ow level"
).split()
INTEGER_FIELDS = "N T ho absorbing layout by_capability region word_bits tracing olson".split()
SET_FIELDS = "offshore revisionists seekers".split()


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
    """Rows of a group of lanes: their present state and what they have recorded, and scratch numbers."""

    # Kept, by state.
    R: Any  # resources
    M: Any  # arms
    A: Any  # reputation for aggression
    q: Any  # sanctions carried to next year's growth
    ideology: Any
    start: Any  # initial resources
    conquest: Any  # share of resources gained by war, running
    against: Any  # sets: who balances against each
    clients: Any  # sets: who bandwagons with each
    last_crisis: Any
    # Kept, by pair of states.
    proximity: Any  # where it differs between replicas
    # Kept, one row each.
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
    revisionists: Any  # set
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
    # Scratch, by state.
    C: Any  # capability
    Q: Any  # threat index
    rate: Any  # growth
    weight: Any  # perceived aggressiveness, times Q
    near: Any  # proximity to the state in focus
    arms: Any  # arms projected on the state in focus
    burden: Any  # what each would bear of balancing
    join: Any  # chance that a neutral state takes a side
    follow: Any  # chance that it bandwagons
    stay: Any  # chance that a member stays
    z: Any  # normals
    u: Any  # uniforms
    fraction: Any  # commitment of members and clients
    given: Any  # arms that they contribute
    near_leader: Any  # proximity to the leader
    lent_fraction: Any  # the same for the coalition against the leader, in another's attack on it
    lent: Any
    gain: Any  # resources gained in the war at hand
    new_R: Any  # systems set up ahead, for lanes to take over
    new_ideology: Any
    # Scratch, by pair of states.
    new_proximity: Any
    # Scratch, one row each.
    ceded: Any
    annexed_share: Any
    event_attack: Any
    event_gain: Any
    strength: Any  # what states provide between them
    ln_cohesion: Any
    # The crisis at hand, as the council hears of it.
    focus_R: Any
    focus_M: Any
    focus_E: Any
    focus_W: Any
    focus_A: Any
    coalition: Any  # sets of the state in focus
    followers: Any
    patrons: Any  # set of the states that it bandwagons with
    opponents: Any  # the coalition against the leader
    patronage: Any  # the leader's clients
    threatened: Any  # set of those whom it threatens, for traces
    focus: Any
    leads: Any  # the leader
    anybody: Any  # whether it may attack anybody
    decides: Any
    w1: Any
    w2: Any
    w3: Any
    # Further scratch, one row each.
    new_revisionists: Any
    new_leader: Any
    new_low: Any
    new_high: Any
    slot: Any  # where lanes draw: slot and year word of the counter
    now: Any
    drawn: Any  # the words drawn there
    owner: Any  # of a lane in council: the lane that it stands for
    target: Any
    event_decided: Any
    event_target: Any
    event_deterred: Any
    annexed: Any
    event_won: Any


@cache
def record_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Structured type of a point's scalars."""
    return np.dtype(
        [(name, dtype) for name in REAL_FIELDS]
        + [(name, np.int64) for name in INTEGER_FIELDS]
        + [(name, np.uint64) for name in SET_FIELDS],
        align=True,
    )
