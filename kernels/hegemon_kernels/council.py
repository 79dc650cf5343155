"""The council: lanes of all groups whose state in focus may attack decide together, and fight their wars.

Few lanes decide at a time; where each group went through the decision by itself, most of its lanes would
be idle. A lane is copied into a free lane of the council, and what the war has changed is copied back.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hegemon_kernels._jit import inlined
from hegemon_kernels.alignment import Focus
from hegemon_kernels.decision import decide
from hegemon_kernels.lane_ops import any_lane, fill, lane_mask, select
from hegemon_kernels.layout import LAYOUT_NONE, LAYOUT_SHARED
from hegemon_kernels.memory import briefing_rows
from hegemon_kernels.sets import bury_in_lane, pick_set
from hegemon_kernels.trajectory import keep_events
from hegemon_kernels.war import fight


@inlined
def convene(p: Any, c: Any) -> None:
    """Empty the council."""
    c.active[0] = fill(c.active, 0)
    for row in (c.deterred, c.wars, c.coalition_wars, c.leader_wins, c.leader_losses):
        row[0] = fill(c.active, 0)
    if p.tracing != 0:
        for row in (c.event_won, c.annexed):
            row[0] = fill(c.active, 0)


@inlined
def brief(p: Any, s: Any, words: Any, focus: Any, decides: Any, anybody: Any) -> None:
    """Put what the council has to know of the crisis at hand into rows."""
    nobody = fill(s.leader, 0)
    leader = s.leader[0]
    s.focus[0] = focus.index
    s.leads[0] = leader
    s.focus_R[0] = focus.R
    s.focus_M[0] = focus.M
    s.focus_E[0] = focus.E
    s.focus_W[0] = focus.W
    s.focus_A[0] = focus.A
    s.decides[0] = select(decides, 1, nobody)
    s.anybody[0] = select(anybody, 1, nobody)
    for word in range(words):
        s.patronage[word] = pick_set(s.clients, leader, p.N, words, word)
        # Nobody lends a leader anything for attacks on itself.
        s.opponents[word] = select(leader == focus.index, nobody, s.opponents[word])


@inlined
def summon(p: Any, shared: Any, s: Any, c: Any, lane: Any, seat: Any, owner: Any) -> None:
    """Copy what a decision and a war look at from a lane of a group to a seat of the council."""
    n = p.N
    for row in range(briefing_rows(s.focus_R)):
        c.focus_R[row, seat] = s.focus_R[row, lane]
    for i in range(n):
        c.R[i, seat] = s.R[i, lane]
        c.M[i, seat] = s.M[i, lane]
    if p.layout != LAYOUT_NONE:
        leader = np.int64(s.leader[0, lane])
        for i in range(n):
            c.near[i, seat] = s.near[i, lane]
            if p.layout == LAYOUT_SHARED:
                c.near_leader[i, seat] = shared[i * n + leader]
            else:
                c.near_leader[i, seat] = s.proximity[leader + i * n, lane]
    c.active[0, seat] = 1
    c.owner[0, seat] = owner
    if p.tracing != 0:
        for taken, given in ((c.year, s.year), (c.crisis, s.crisis), (c.low, s.low), (c.high, s.high)):
            taken[0, seat] = given[0, lane]


@inlined
def deliberate(p: Any, c: Any, words: Any, trace: Any, lanes: Any) -> Any:
    """Let the council decide, and fight the wars; returns the seats whose lanes have changed."""
    here = c.active[0] != 0
    focus = Focus(here, c.focus[0], c.focus_R[0], c.focus_M[0], c.focus_A[0], c.focus_E[0], c.focus_W[0])
    bid = decide(p, c, words, focus, here & (c.decides[0] != 0), c.anybody[0] != 0)
    if any_lane(bid.attacks):
        fight(p, c, focus, bid)
    if p.tracing != 0:
        keep_events(p, c, words, trace, lanes, lane_mask(here))
    return lane_mask(bid.attacks | (here & (c.deterred[0] != 0)))


@inlined
def report(p: Any, s: Any, c: Any, words: Any, lane: Any, seat: Any) -> None:
    """Copy what the decision and the war have changed from a seat of the council back to its lane."""
    s.deterred[0, lane] = s.deterred[0, lane] + c.deterred[0, seat]
    if c.wars[0, seat] == 0:
        return
    for counter, one in (
        (s.wars, c.wars),
        (s.coalition_wars, c.coalition_wars),
        (s.leader_wins, c.leader_wins),
        (s.leader_losses, c.leader_losses),
    ):
        counter[0, lane] = counter[0, lane] + one[0, seat]
    for k in range(p.N):
        s.R[k, lane] = c.R[k, seat]
        s.M[k, lane] = c.M[k, seat]
        s.conquest[k, lane] = s.conquest[k, lane] + c.gain[k, seat]
    focus = np.int64(c.focus[0, seat])
    s.conquest[focus, lane] = s.conquest[focus, lane] - c.ceded[0, seat]
    s.A[focus, lane] = c.focus_A[0, seat]
    if c.annexed[0, seat] != 0:
        s.conquest[focus, lane] = s.conquest[focus, lane] + c.annexed_share[0, seat]
        bury_in_lane(s, p.N, words, np.int64(c.target[0, seat]), lane)
