"""Step 4.7: war, its losses, spoils or indemnity, and annexation."""

from __future__ import annotations

from typing import Any

from hegemon_kernels._jit import inlined
from hegemon_kernels.counters import count
from hegemon_kernels.decision import chance_of_winning
from hegemon_kernels.elementary import uniform
from hegemon_kernels.lane_ops import any_lane, fill, select
from hegemon_kernels.sets import bury, contains, in_region, pick


@inlined
def _defenders(p: Any, s: Any, bid: Any, own: Any) -> Any:
    """What the target and the other members of the coalition contribute."""
    total = own
    for k in range(p.N):
        joins = contains(s.coalition, 0, k) & (bid.target != k)
        total = total + select(joins, s.given[k], 0.0)
    return total


@inlined
def fight(p: Any, s: Any, words: Any, focus: Any, bid: Any, word: Any) -> None:
    """Fight the wars that were decided on; all strengths as they stood at the decision."""
    n = p.N
    war = bid.attacks
    won = war & (uniform(word) < chance_of_winning(p, bid.attack, bid.defense))
    lost = war & ~won
    led = focus.index == s.leader[0]
    count(s.wars, war)
    count(s.coalition_wars, war & (focus.E > 0.0))
    count(s.leader_wins, won & led)
    count(s.leader_losses, lost & led)

    kept = 1.0 - p.la
    spared = 1.0 - p.cw
    target_M = pick(s.M, bid.target, n)
    spoils = select(won, p.ta * (pick(s.R, bid.target, n) * spared), 0.0)
    spoils_arms = select(won, p.ta * (target_M * kept), 0.0)
    unit = select(won, spoils / bid.attack, 0.0)
    unit_arms = select(won, spoils_arms / bid.attack, 0.0)
    indemnity = select(lost, p.tl * (focus.R * spared), 0.0)
    own_defense = p.D * target_M
    defenders = _defenders(p, s, bid, own_defense)
    defended = defenders > 0.0
    unit_indemnity = select(defended, indemnity / defenders, 0.0)
    own_attack = focus.M * pick(s.near, bid.target, n)
    region = fill(s.R, 0.0)
    for k in range(n):
        is_focus = war & (focus.index == k)
        is_target = war & (bid.target == k)
        fights = is_focus | is_target
        member = contains(s.coalition, 0, k)
        contributes = select(member, 0.0, s.given[k])
        defends = select(member, s.given[k], 0.0)
        loss = p.la * s.fraction[k]
        if p.rb > 0.0:
            lends = bid.against_leader & (s.lent_fraction[k] > 0.0)
            contributes = select(lends, p.rb * s.lent[k], contributes)
            loss = select(lends, p.la * p.rb * s.lent_fraction[k], loss)
        contributes = select(is_focus, own_attack, contributes)
        defends = select(is_target, own_defense, defends)
        gain = unit * contributes + unit_indemnity * defends
        gain = select(is_target & ~defended, indemnity, gain)
        R = s.R[k]
        M = s.M[k]
        after_R = select(fights, R * spared, R) + gain
        after_R = after_R - select(is_target, spoils, 0.0) - select(is_focus, indemnity, 0.0)
        after_M = M * select(fights, kept, 1.0 - loss) + unit_arms * contributes
        after_M = after_M - select(is_target, spoils_arms, 0.0)
        s.gain[k] = gain
        s.R[k] = select(war, after_R, R)
        s.M[k] = select(war, after_M, M)
        A = s.A[k]
        s.A[k] = select(is_focus, A + p.gA * (1.0 - A), A)
        if in_region(p, k):
            region = region + s.R[k]
    for k in range(n):
        conquest = s.conquest[k] + s.gain[k] / region
        conquest = conquest - select(focus.index == k, indemnity / region, 0.0)
        s.conquest[k] = select(war, conquest, s.conquest[k])
    rest = pick(s.R, bid.target, n)
    annexed = won & ((rest / region < p.an) | (rest == 0.0))
    if any_lane(annexed):
        _annex(p, s, words, focus, bid, annexed, rest, region)
    if p.tracing != 0:
        s.event_won[0] = select(war, select(won, fill(s.leader, 2), 1), 0)
        s.event_annexed[0] = select(annexed, 1, fill(s.leader, 0))


@inlined
def _annex(p: Any, s: Any, words: Any, focus: Any, bid: Any, annexed: Any, rest: Any, region: Any) -> None:
    """Let the state in focus take what is left of its target."""
    rest_M = pick(s.M, bid.target, p.N)
    for k in range(p.N):
        takes = annexed & (focus.index == k)
        s.R[k] = select(takes, s.R[k] + rest, s.R[k])
        s.M[k] = select(takes, s.M[k] + rest_M, s.M[k])
        s.conquest[k] = select(takes, s.conquest[k] + rest / region, s.conquest[k])
    for k in range(p.N):
        falls = annexed & (bid.target == k)
        if any_lane(falls):
            bury(s, p.N, words, k, falls)
