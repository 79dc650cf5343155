"""Step 4.6: whom the state in focus may attack, what it expects to gain, and whether it does."""

from __future__ import annotations

import numpy as np

from scalar_numba.accelerate import inline
from scalar_numba.alignment import align, focus
from scalar_numba.elementary import NONE, exp, normals, philox
from scalar_numba.power import counts, has, inverse, one_bit, weigh
from scalar_numba.war import fight, odds_against


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
        per_arms = inverse(W)
        for k in range(p.N):
            if has(foes, k):
                share = s.arms[k] * per_arms
                s.f[k] = share + p.eC * (1.0 - share)
                s.given[k] = s.f[k] * s.arms[k]
    friends = s.clients[c]
    if friends == NONE:
        return 0.0
    behind = s.M[c]
    for k in range(p.N):
        if has(friends, k):
            behind += s.arms[k]
    per_arms = inverse(behind)
    strength = 0.0
    for k in range(p.N):
        if has(friends, k):
            share = s.arms[k] * per_arms
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
    per_arms = inverse(W)
    strength = 0.0
    for k in range(p.N):
        if has(lenders, k):
            arms = s.near[h, k] * s.M[k] if p.near else s.M[k]
            share = arms * per_arms
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
    R = s.R[c]
    M = s.M[c]
    price = p.tl * R
    loss = (p.tl + p.cw) * R
    wish = p.ri * R
    best = -np.inf
    target = -1
    attack = defense = 0.0
    alone = M + followers
    per_alone = inverse(alone * blur)
    for j in range(p.N):
        if has(allowed, j) and s.R[j] > 0.0 and not has(s.clients[j], c):
            if p.near:
                alone = M * s.near[c, j] + followers
                per_alone = inverse(alone * blur)
            a = alone
            per = per_alone
            if j == h and rollback > 0.0:
                a = alone + rollback
                per = inverse(a * blur)
            d = p.D * s.M[j] + E
            if has(foes, j):
                d = d - s.given[j]
            d = max(0.0, d) + protection(p, s, h, wards, j)
            chance = 1.0 / (1.0 + odds_against(p, d, per)) if counts(a * blur) else 0.0
            gain = chance * (p.ta * s.R[j] + price) - loss
            if gain > best:
                best = gain
                target = j
                attack = a
                defense = d
    if best > wish:
        fight(p, s, c, target, E, attack, defense, lenders, words[1], row)
        return
    hurdle = (p.tl + p.cw + p.ri) * R
    for j in range(p.N):
        if has(allowed, j) and s.R[j] > 0.0 and not has(s.clients[j], c):
            if p.near:
                alone = M * s.near[c, j] + followers
                per_alone = inverse(alone * blur)
            if counts(alone * blur):
                d = p.D * s.M[j] + protection(p, s, h, wards, j)
                if p.ta * s.R[j] + price > hurdle * (1.0 + odds_against(p, d, per_alone)):
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
