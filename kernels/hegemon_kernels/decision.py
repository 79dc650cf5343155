"""Step 4.6: the sides' contributions, the expected gain of every target, the bid or its deterrence."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from hegemon_kernels._jit import inlined
from hegemon_kernels.alignment import counts, inverse
from hegemon_kernels.counters import count
from hegemon_kernels.elementary import exp, normals, power
from hegemon_kernels.lane_ops import fill, select
from hegemon_kernels.layout import LAYOUT_NONE
from hegemon_kernels.sets import contains, contains_in_lanes, in_region, pick, pick_set
from hegemon_kernels.threat import fill_proximity


class Bid(NamedTuple):
    """What the state in focus of each lane decides."""

    target: Any
    attacks: Any
    attack: Any  # strengths on the chosen target
    defense: Any
    against_leader: Any  # lanes in which the leader is the target


@inlined
def may_decide(p: Any, s: Any, words: Any, focus: Any) -> Any:
    """Lanes in which the state in focus may attack, and those in which it may attack anybody."""
    leader = s.leader[0]
    anybody = focus.here & contains_in_lanes(s.revisionists, 0, words, focus.index)
    if p.al >= 1.0:
        return anybody, anybody
    alarmed = focus.here & (focus.index != leader) & (pick(s.C, leader, p.N) > p.al)
    for word in range(words):
        s.opponents[word] = pick_set(s.against, leader, p.N, words, word)
    return (alarmed & contains_in_lanes(s.opponents, 0, words, focus.index)) | anybody, anybody


@inlined
def _commit(p: Any, s: Any, focus: Any) -> Any:
    """Contributions of members and clients, into their rows; the strength of the clients."""
    n = p.N
    behind = focus.M
    for k in range(n):
        behind = behind + select(contains(s.followers, 0, k), s.arms[k], 0.0)
    per_member = inverse(focus.W)
    per_client = inverse(behind)
    strength = fill(s.R, 0.0)
    for k in range(n):
        member = contains(s.coalition, 0, k)
        client = contains(s.followers, 0, k)
        arms = s.arms[k]
        efficiency = select(member, fill(s.R, p.eC), p.eB)
        share = arms * select(member, per_member, per_client)
        fraction = select(member | client, share + efficiency * (1.0 - share), 0.0)
        given = fraction * arms
        s.fraction[k] = fraction
        s.given[k] = given
        strength = strength + select(client, given, 0.0)
    return strength


@inlined
def _lend(p: Any, shared: Any, s: Any, words: Any, focus: Any) -> Any:
    """Contributions of the coalition against the leader to another's attack on it; their strength."""
    n = p.N
    leader = s.leader[0]
    if p.rb == 0.0 and p.pr == 0.0:
        return fill(s.R, 0.0)
    fill_proximity(p, shared, s, leader, s.near_leader)
    # An eliminated leader has no coalition against it, and is nobody's target.
    other = focus.here & (leader != focus.index)
    for word in range(words):
        members = fill(s.leader, 0)
        for i in range(n):
            members = select(other & (leader == i), s.against[i * words + word], members)
        s.opponents[word] = members
    W = fill(s.R, 0.0)
    for k in range(n):
        W = W + select(contains(s.opponents, 0, k), s.near_leader[k] * s.M[k], 0.0)
    per_arms = inverse(W)
    strength = fill(s.R, 0.0)
    for k in range(n):
        member = contains(s.opponents, 0, k)
        lends = member & (focus.index != k) & ~contains(s.coalition, 0, k) & ~contains(s.followers, 0, k)
        arms = s.near_leader[k] * s.M[k]
        share = arms * per_arms
        fraction = select(lends, share + p.eC * (1.0 - share), 0.0)
        lent = fraction * arms
        s.lent_fraction[k] = fraction
        s.lent[k] = lent
        strength = strength + lent
    return p.rb * strength


@inlined
def odds_against(p: Any, defense: Any, per_attack: Any) -> Any:
    """Odds against the attacker (Tullock 1980), from the inverse of a positive attack."""
    return power(defense * per_attack, p.m)


@inlined
def decide(
    p: Any, shared: Any, s: Any, words: Any, focus: Any, decides: Any, anybody: Any, w2: Any, w3: Any
) -> Bid:
    """Choose the target of the greatest expected gain, or refrain; counts the deterred."""
    n = p.N
    leader = s.leader[0]
    followers = _commit(p, s, focus)
    rollback = _lend(p, shared, s, words, focus)
    blur = fill(s.R, p.bi)
    if p.sm > 0.0:
        blur = blur + p.sm * normals(w2, w3)[0]
    blur = exp(blur)
    guards = focus.here & (leader != focus.index)
    guards = guards & ~contains_in_lanes(s.coalition, 0, words, leader)
    guards = guards & ~contains_in_lanes(s.followers, 0, words, leader)
    guard_arms = pick(s.M, leader, n)
    if p.pr > 0.0:
        for word in range(words):
            s.patronage[word] = pick_set(s.clients, leader, n, words, word)

    # Where place does not count, all targets but the leader face the same attack.
    alone = focus.M + followers
    helped = alone
    if p.layout != LAYOUT_NONE:
        helped = focus.M * pick(s.near, leader, n) + followers
    helped = helped + rollback
    exists = counts(alone * blur)
    exists_helped = counts(helped * blur)
    per_alone = inverse(alone * blur)
    per_helped = inverse(helped * blur)

    best = fill(s.R, -np.inf)
    target = fill(s.leader, 0)
    attack = fill(s.R, 0.0)
    defense = attack
    wish = p.ri * focus.R
    price = p.tl * focus.R
    loss = (p.tl + p.cw) * focus.R
    hurdle = (p.tl + p.cw + p.ri) * focus.R
    tempted = decides & ~decides
    eligible = tempted
    for j in range(n):
        if in_region(p, j):
            R = s.R[j]
            M = s.M[j]
            is_leader = leader == j
            allowed = decides & (anybody | is_leader) & (focus.index != j) & (R > 0.0)
            allowed = allowed & ~contains(s.followers, 0, j)
            allowed = allowed & ~contains_in_lanes(s.clients, j * words, words, focus.index)
            if p.layout != LAYOUT_NONE:
                alone = focus.M * s.near[j] + followers
                exists = counts(alone * blur)
                per_alone = inverse(alone * blur)
            force = select(is_leader, helped, alone)
            own = p.D * M
            held = own + focus.E - select(contains(s.coalition, 0, j), s.given[j], 0.0)
            held = select(held > 0.0, held, 0.0)
            if p.pr > 0.0:
                guarded = guards & contains(s.patronage, 0, j)
                guard = select(guarded, p.pr * (s.near_leader[j] * guard_arms), 0.0)
                held = held + guard
                own = own + guard
            stake = p.ta * R + price
            odds = odds_against(p, held, select(is_leader, per_helped, per_alone))
            attacking = (is_leader & exists_helped) | (~is_leader & exists)
            gain = select(attacking, 1.0 / (1.0 + odds), 0.0) * stake - loss
            better = allowed & (gain > best)
            best = select(better, gain, best)
            target = select(better, j, target)
            attack = select(better, force, attack)
            defense = select(better, held, defense)
            # Nobody resisting, the same comparison multiplied by 1 + odds.
            odds = odds_against(p, own, per_alone)
            tempted = tempted | (allowed & exists & (stake > hurdle * (1.0 + odds)))
            eligible = eligible | allowed
    attacks = decides & (best > wish)
    deterred = tempted & ~attacks
    count(s.deterred, deterred)
    if p.tracing != 0:
        s.event_attack[0] = focus.M + followers
        s.event_gain[0] = select(eligible, best, np.nan)
        s.event_decided[0] = select(eligible, 1, fill(s.leader, 0))
        s.event_target[0] = select(attacks, target + 1, 0)
        s.event_deterred[0] = select(deterred, 1, fill(s.leader, 0))
    return Bid(target, attacks, attack, defense, attacks & (target == leader))
