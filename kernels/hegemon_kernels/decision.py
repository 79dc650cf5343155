"""Step 4.6: the sides' contributions, the expected gain of every target, the bid or its deterrence."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from hegemon_kernels._jit import inlined
from hegemon_kernels.counters import count
from hegemon_kernels.elementary import counts, exp, inverse, normals, power
from hegemon_kernels.lane_ops import fill, select, set_bit, word_bits
from hegemon_kernels.layout import LAYOUT_NONE
from hegemon_kernels.memory import set_at
from hegemon_kernels.provision import provide, provided_fraction
from hegemon_kernels.sets import contains, contains_in_lanes, in_region, pick, pick_set


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
    for word in range(words):
        s.opponents[word] = pick_set(s.against, leader, p.N, words, word)
    if p.al >= 1.0:
        return anybody, anybody
    alarmed = focus.here & (focus.index != leader) & (pick(s.C, leader, p.N) > p.al)
    return (alarmed & contains_in_lanes(s.opponents, 0, words, focus.index)) | anybody, anybody


@inlined
def find_patrons(p: Any, s: Any, words: Any, index: Any) -> None:
    """Set of the states that the state `index` of each lane bandwagons with."""
    bits = word_bits(s.clients)
    for word in range(words):
        patrons = fill(s.leader, 0)
        for j in range(word * bits, min(p.N, (word + 1) * bits)):
            follows = contains_in_lanes(s.clients, set_at(s.clients, j), words, index)
            patrons = patrons | select(follows, set_bit(s.clients, j), fill(s.leader, 0))
        s.patrons[word] = patrons


@inlined
def _commit(p: Any, c: Any, focus: Any) -> Any:
    """Contributions of members and clients, into their rows; the strength of the clients."""
    n = p.N
    behind = focus.M
    for k in range(n):
        behind = behind + select(contains(c.followers, 0, k), c.near[k] * c.M[k], 0.0)
    per_member = inverse(focus.W)
    per_client = inverse(behind)
    strength = fill(c.R, 0.0)
    for k in range(n):
        member = contains(c.coalition, 0, k)
        client = contains(c.followers, 0, k)
        arms = c.near[k] * c.M[k]
        efficiency = select(member, fill(c.R, p.eC), p.eB)
        share = arms * select(member, per_member, per_client)
        fraction = select(member | client, share + efficiency * (1.0 - share), 0.0)
        given = fraction * arms
        c.fraction[k] = fraction
        c.given[k] = given
        strength = strength + select(client, given, 0.0)
    if p.eC < 0.0:
        _commit_privately(p, c, c.coalition, focus.E)
    if p.eB < 0.0:
        for k in range(n):
            arms = select(contains(c.followers, 0, k), c.near[k] * c.M[k], 0.0)
            c.lent[k] = select(focus.index == k, focus.M, arms)
        provide(p, c.lent, c.strength)
        strength = _commit_privately(p, c, c.followers, c.strength[0])
    return strength


@inlined
def _commit_privately(p: Any, c: Any, side: Any, E: Any) -> Any:
    """Contributions of a side that provides E in all, into their rows where they are not given; their sum."""
    strength = fill(c.R, 0.0)
    for k in range(p.N):
        belongs = contains(side, 0, k)
        arms = c.near[k] * c.M[k]
        fraction = select(belongs, provided_fraction(p, E, arms), c.fraction[k])
        c.fraction[k] = fraction
        c.given[k] = fraction * arms
        strength = strength + select(belongs, fraction * arms, 0.0)
    return strength


@inlined
def _lend(p: Any, c: Any, focus: Any) -> Any:
    """Contributions of the coalition against the leader to another's attack on it; their strength."""
    n = p.N
    if p.rb == 0.0 and p.pr == 0.0:
        return fill(c.R, 0.0)
    W = fill(c.R, 0.0)
    for k in range(n):
        arms = select(contains(c.opponents, 0, k), c.near_leader[k] * c.M[k], 0.0)
        c.lent[k] = arms
        W = W + arms
    per_arms = inverse(W)
    if p.eC < 0.0:
        provide(p, c.lent, c.strength)
    strength = fill(c.R, 0.0)
    for k in range(n):
        member = contains(c.opponents, 0, k)
        lends = member & (focus.index != k) & ~contains(c.coalition, 0, k) & ~contains(c.followers, 0, k)
        arms = c.near_leader[k] * c.M[k]
        share = arms * per_arms
        committed = share + p.eC * (1.0 - share)
        if p.eC < 0.0:
            committed = provided_fraction(p, c.strength[0], arms)
        fraction = select(lends, committed, 0.0)
        lent = fraction * arms
        c.lent_fraction[k] = fraction
        c.lent[k] = lent
        strength = strength + lent
    return p.rb * strength


@inlined
def odds_against(p: Any, defense: Any, per_attack: Any) -> Any:
    """Odds against the attacker (Tullock 1980), from the inverse of a positive attack."""
    return power(defense * per_attack, p.m)


@inlined
def decide(p: Any, c: Any, words: Any, focus: Any, decides: Any, anybody: Any) -> Bid:
    """Choose the target of the greatest expected gain, or refrain; counts the deterred."""
    n = p.N
    leader = c.leads[0]
    followers = _commit(p, c, focus)
    rollback = _lend(p, c, focus)
    blur = fill(c.R, p.bi)
    if p.sm > 0.0:
        blur = blur + p.sm * normals(c.w2[0], c.w3[0])[0]
    blur = exp(blur)
    guards = focus.here & (leader != focus.index)
    guards = guards & ~contains_in_lanes(c.coalition, 0, words, leader)
    guards = guards & ~contains_in_lanes(c.followers, 0, words, leader)
    guard_arms = pick(c.M, leader, n)

    # Where place does not count, all targets but the leader face the same attack.
    alone = focus.M + followers
    helped = alone
    if p.layout != LAYOUT_NONE:
        helped = focus.M * pick(c.near, leader, n) + followers
    helped = helped + rollback
    exists = counts(alone * blur)
    exists_helped = counts(helped * blur)
    per_alone = inverse(alone * blur)
    per_helped = inverse(helped * blur)

    best = fill(c.R, -np.inf)
    target = fill(c.leader, 0)
    attack = fill(c.R, 0.0)
    defense = attack
    wish = p.ri * focus.R
    price = p.tl * focus.R
    loss = (p.tl + p.cw) * focus.R
    hurdle = (p.tl + p.cw + p.ri) * focus.R
    tempted = decides & ~decides
    eligible = tempted
    for j in range(n):
        if in_region(p, j):
            R = c.R[j]
            M = c.M[j]
            is_leader = leader == j
            allowed = decides & (anybody | is_leader) & (focus.index != j) & (R > 0.0)
            allowed = allowed & ~contains(c.followers, 0, j)
            allowed = allowed & ~contains(c.patrons, 0, j)
            if p.layout != LAYOUT_NONE:
                alone = focus.M * c.near[j] + followers
                exists = counts(alone * blur)
                per_alone = inverse(alone * blur)
            force = select(is_leader, helped, alone)
            own = p.D * M
            held = own + focus.E - select(contains(c.coalition, 0, j), c.given[j], 0.0)
            held = select(held > 0.0, held, 0.0)
            if p.pr > 0.0:
                guarded = guards & contains(c.patronage, 0, j)
                guard = select(guarded, p.pr * (c.near_leader[j] * guard_arms), 0.0)
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
    count(c.deterred, deterred)
    if p.tracing != 0:
        c.event_attack[0] = focus.M + followers
        c.event_gain[0] = select(eligible, best, np.nan)
        c.event_decided[0] = select(eligible, 1, fill(c.leader, 0))
        c.event_target[0] = select(attacks, target + 1, 0)
        c.event_deterred[0] = select(deterred, 1, fill(c.leader, 0))
    return Bid(target, attacks, attack, defense, attacks & (target == leader))
