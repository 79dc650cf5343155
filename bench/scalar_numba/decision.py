"""Step 4.6: whom the state in focus may attack, what it expects to gain, and whether it does."""

from __future__ import annotations

import numpy as np

from scalar_numba.accelerate import inline
from scalar_numba.alignment import align, focus
from scalar_numba.elementary import NONE, exp, normals, philox
from scalar_numba.power import has, one_bit, weigh
from scalar_numba.war import chance_of_winning, fight


@inline
def may_attack(p, s, c):
    """The states that c may attack, as a mask."""
    h = s.leader
    allowed = NONE
    if has(s.revisionists, c):
        allowed = ~(p.offshore | s.clients[c] | one_bit(c))
    elif c != h and has(s.against[h], c) and p.al < 1.0 and s.C[h] > p.al:
        allowed = one_bit(h) & ~s.clients[c]
    return allowed


@inline
def commit(p, s, c, W):
    """Contributions of members and clients; returns the strength of the clients."""
    foes = s.against[c]
    if foes != NONE:
        for k in range(p.N):
            if has(foes, k):
                share = s.arms[k] / W if W > 0.0 else 0.0
                s.f[k] = share + p.eC * (1.0 - share)
                s.given[k] = s.f[k] * s.arms[k]
    friends = s.clients[c]
    if friends == NONE:
        return 0.0
    behind = s.M[c]
    for k in range(p.N):
        if has(friends, k):
            behind += s.arms[k]
    strength = 0.0
    for k in range(p.N):
        if has(friends, k):
            share = s.arms[k] / behind if behind > 0.0 else 0.0
            s.f[k] = share + p.eB * (1.0 - share)
            s.given[k] = s.f[k] * s.arms[k]
            strength += s.given[k]
    return strength


@inline
def lend(p, s, c, h, lenders):
    """Contributions of the coalition against the leader to another's attack on it; their strength."""
    opponents = s.against[h]
    W = 0.0
    for k in range(p.N):
        if has(opponents, k):
            W += s.near[h, k] * s.M[k] if p.near else s.M[k]
    strength = 0.0
    for k in range(p.N):
        if has(lenders, k):
            arms = s.near[h, k] * s.M[k] if p.near else s.M[k]
            share = arms / W if W > 0.0 else 0.0
            s.lent_f[k] = share + p.eC * (1.0 - share)
            s.lent[k] = s.lent_f[k] * arms
            strength += s.lent[k]
    return p.rb * strength


@inline
def protection(p, s, h, wards, j):
    """Arms with which the leader defends its client j."""
    if not has(wards, j):
        return 0.0
    arms = s.near[h, j] * s.M[h] if p.near else s.M[h]
    return p.pr * arms


@inline
def own_side(p, s, c, j, followers):
    return s.M[c] * s.near[c, j] + followers if p.near else s.M[c] + followers


@inline
def expected_gain(p, s, c, j, attack, defense):
    chance = chance_of_winning(p, attack, defense)
    return chance * p.ta * s.R[j] - (1.0 - chance) * p.tl * s.R[c] - p.cw * s.R[c]


@inline
def decide(p, s, c, E, W, allowed, words, row):
    """Step 4.6; fights the war if there is one."""
    h = s.leader
    foes = s.against[c]
    followers = commit(p, s, c, W)
    wards = lenders = NONE
    rollback = 0.0
    if c != h:
        if p.pr > 0.0 and not has(foes | s.clients[c], h):
            wards = s.clients[h]
        if p.rb > 0.0:
            lenders = s.against[h] & ~(foes | s.clients[c] | one_bit(c))
            if lenders != NONE:
                rollback = lend(p, s, c, h, lenders)
    blur = p.bi
    if p.sm > 0.0:
        blur = blur + p.sm * normals(words[2], words[3])[0]
    blur = exp(blur)
    wish = p.ri * s.R[c]
    best = -np.inf
    target = -1
    attack = defense = 0.0
    for j in range(p.N):
        if has(allowed, j) and s.R[j] > 0.0 and not has(s.clients[j], c):
            a = own_side(p, s, c, j, followers)
            if j == h:
                a = a + rollback
            d = p.D * s.M[j] + E
            if has(foes, j):
                d = d - s.given[j]
            d = max(0.0, d) + protection(p, s, h, wards, j)
            gain = expected_gain(p, s, c, j, a * blur, d)
            if gain > best:
                best = gain
                target = j
                attack = a
                defense = d
    if best > wish:
        fight(p, s, c, target, E, attack, defense, lenders, words[1], row)
    elif foes != NONE or rollback > 0.0:  # else nobody balances, and there is nothing to be deterred by
        for j in range(p.N):
            if has(allowed, j) and s.R[j] > 0.0 and not has(s.clients[j], c):
                d = p.D * s.M[j] + protection(p, s, h, wards, j)
                if expected_gain(p, s, c, j, own_side(p, s, c, j, followers) * blur, d) > wish:
                    row.deterred += 1
                    return


@inline
def hold_crisis(p, s, o, year, key, replica, row):
    slot = 64 * (o + 1)
    words = philox(slot, year, key, replica)
    c = focus(p, s, words[0])
    if s.R[c] == 0.0 or has(p.offshore, c):
        return
    weigh(p, s)
    E, W = align(p, s, c, year, slot, key, replica, row)
    friends = s.clients[c]
    if friends != NONE and p.tb > 0.0:
        for k in range(p.N):
            if has(friends, k):
                tribute = p.tb * s.R[k]
                s.R[k] -= tribute
                s.R[c] += tribute
        s.stale = 2
    allowed = may_attack(p, s, c)
    if allowed != NONE:
        decide(p, s, c, E, W, allowed, words, row)
