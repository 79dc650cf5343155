"""Step 4.7: war, its losses, spoils or indemnity, and annexation."""

from __future__ import annotations

from typing import Any, NamedTuple

from hegemon_kernels._jit import inlined
from hegemon_kernels.counters import count
from hegemon_kernels.decision import odds_against
from hegemon_kernels.elementary import counts, inverse, uniform
from hegemon_kernels.lane_ops import any_lane, fill, select
from hegemon_kernels.sets import contains, in_region


class Target(NamedTuple):
    """The state attacked in each lane."""

    R: Any
    M: Any
    near: Any  # to the attacker
    defense: Any  # its own part in its defense
    defenders: Any  # all parts


@inlined
def _find_target(p: Any, c: Any, bid: Any) -> Target:
    zero = fill(c.R, 0.0)
    R, M, near, others = zero, zero, zero, zero
    for k in range(p.N):
        chosen = bid.target == k
        R = select(chosen, c.R[k], R)
        M = select(chosen, c.M[k], M)
        near = select(chosen, c.near[k], near)
    own = p.D * M
    others = own
    for k in range(p.N):
        joins = contains(c.coalition, 0, k) & (bid.target != k)
        others = others + select(joins, c.given[k], zero)
    return Target(R, M, near, own, others)


@inlined
def fight(p: Any, c: Any, focus: Any, bid: Any) -> None:
    """Fight the wars that were decided on; all strengths as they stood at the decision."""
    n = p.N
    war = bid.attacks
    per_attack = inverse(bid.attack)
    odds = odds_against(p, bid.defense, per_attack)
    won = war & counts(bid.attack) & (uniform(c.w1[0]) < 1.0 / (1.0 + odds))
    lost = war & ~won
    led = focus.index == c.leads[0]
    c.target[0] = bid.target
    c.focus_A[0] = focus.A + p.gA * (1.0 - focus.A)
    count(c.wars, war)
    count(c.coalition_wars, war & (focus.E > 0.0))
    count(c.leader_wins, won & led)
    count(c.leader_losses, lost & led)

    kept = 1.0 - p.la
    spared = 1.0 - p.cw
    target = _find_target(p, c, bid)
    spoils = select(won, p.ta * (target.R * spared), 0.0)
    spoils_arms = select(won, p.ta * (target.M * kept), 0.0)
    unit = spoils * per_attack
    unit_arms = spoils_arms * per_attack
    indemnity = select(lost, p.tl * (focus.R * spared), 0.0)
    defended = counts(target.defenders)
    unit_indemnity = indemnity * inverse(target.defenders)
    own_attack = focus.M * target.near
    region = fill(c.R, 0.0)
    rest = region
    rest_M = region
    for k in range(n):
        is_focus = war & (focus.index == k)
        is_target = war & (bid.target == k)
        fights = is_focus | is_target
        member = contains(c.coalition, 0, k)
        given = c.given[k]
        contributes = select(member, 0.0, given)
        defends = select(member, given, 0.0)
        loss = p.la * c.fraction[k]
        if p.rb > 0.0:
            lends = bid.against_leader & (c.lent_fraction[k] > 0.0)
            contributes = select(lends, p.rb * c.lent[k], contributes)
            loss = select(lends, p.la * p.rb * c.lent_fraction[k], loss)
        contributes = select(is_focus, own_attack, contributes)
        defends = select(is_target, target.defense, defends)
        gain = unit * contributes + unit_indemnity * defends
        gain = select(is_target & ~defended, indemnity, gain)
        R = c.R[k]
        M = c.M[k]
        after_R = select(fights, R * spared, R) + gain
        after_R = after_R - select(is_target, spoils, select(is_focus, indemnity, 0.0))
        after_M = M * select(fights, kept, 1.0 - loss) + unit_arms * contributes
        after_M = after_M - select(is_target, spoils_arms, 0.0)
        rest = select(is_target, after_R, rest)
        rest_M = select(is_target, after_M, rest_M)
        after_R = select(war, after_R, R)
        c.gain[k] = gain
        c.R[k] = after_R
        c.M[k] = select(war, after_M, M)
        if in_region(p, k):
            region = region + after_R
    per_region = 1.0 / region
    for k in range(n):
        c.gain[k] = c.gain[k] * per_region
    c.ceded[0] = select(lost, indemnity * per_region, 0.0)
    share = rest * per_region
    annexed = won & ((share < p.an) | (rest == 0.0))
    c.annexed[0] = select(annexed, 1, fill(c.leader, 0))
    c.annexed_share[0] = share
    if any_lane(annexed):
        _annex(p, c, focus, bid, annexed, rest, rest_M)
    if p.tracing != 0:
        c.event_won[0] = select(war, select(won, fill(c.leader, 2), 1), 0)


@inlined
def _annex(p: Any, c: Any, focus: Any, bid: Any, annexed: Any, rest: Any, rest_M: Any) -> None:
    """Let the state in focus take what is left of its target."""
    for k in range(p.N):
        takes = annexed & (focus.index == k)
        c.R[k] = select(takes, c.R[k] + rest, c.R[k])
        c.M[k] = select(takes, c.M[k] + rest_M, c.M[k])
