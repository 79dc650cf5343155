"""Steps 4.1 to 4.4: the state in focus, and who joins or leaves its sides."""

from __future__ import annotations

import numpy as np

from scalar_numba.accelerate import inline
from scalar_numba.elementary import NONE, THIRTY_TWO, U, exp, fill_normals, ln, philox, uniform
from scalar_numba.power import affinity, aggressiveness, has, inverse, one_bit, social_threat, weigh


@inline
def focus(p, s, word):
    if not p.by_capability:
        return np.int64((word * U(p.N)) >> THIRTY_TWO)
    weigh(p, s)
    whole = 0.0
    for i in range(p.N):
        if not has(p.offshore, i):
            whole += s.C[i]
    bound = uniform(word) * whole
    running = 0.0
    last = 0
    for i in range(p.N):
        if not has(p.offshore, i):
            running += s.C[i]
            if s.R[i] > 0.0:
                last = i
            if running > bound:
                return i
    return last


@inline
def coalition_strength(p, W, squares):
    return p.eC * W + (1.0 - p.eC) * squares * inverse(W)


@inline
def strength_so_far(p, s, c, foes):
    """Projects everybody's arms on c; the strength of the coalition before anybody moves."""
    W = 0.0
    squares = 0.0
    for k in range(p.N):
        x = s.near[c, k] * s.M[k] if p.near else s.M[k]
        s.arms[k] = x
        if has(foes, k):
            W += x
            squares += x * x
    return coalition_strength(p, W, squares)


@inline
def chance_to_stay(p, s, c, year, aligned):
    years = year - s.last[c]
    s.last[c] = year
    if aligned == NONE or years == 0:
        return 1.0
    return exp(years * ln(p.co)) if p.co > 0.0 else 0.0


@inline
def capability_against(p, s, c):
    burden = 0.0
    for i in range(p.N):
        if i != c and s.R[i] > 0.0:
            burden += s.near[c, i] * s.C[i] if p.near else s.C[i]
    return burden


@inline
def bandwagoning_chance(p, s, c, k, near, pledged):
    if has(p.offshore, k):
        return 0.0
    if near * s.M[c] > p.v * (s.M[k] + pledged):
        return p.pB
    return p.pJ if s.M[c] > pledged and has(s.revisionists, k) else 0.0


@inline
def joining_chance(p, s, c, k, near, per_burden, pledged):
    """Of a state that is threatened enough."""
    part = near * s.C[k] * per_burden
    chance = p.eS * (part + p.eP * (1.0 - part))
    return chance * p.eP if pledged >= p.om * s.M[c] else chance


@inline
def align(p, s, c, year, slot, key, replica, row):
    """Who joins or leaves; returns strength and arms of the coalition."""
    foes = s.against[c]
    friends = s.clients[c]
    stay = chance_to_stay(p, s, c, year, foes | friends)
    pledged = strength_so_far(p, s, c, foes)
    if p.sp > 0.0:
        fill_normals(s.z, slot + 17, year, key, replica, p.N)
    w = aggressiveness(p, s, c)
    own = (1.0 - p.wS) * s.Q[c]
    social = social_threat(p, s, c)
    per_burden = -1.0  # found when it is first needed
    drawn = -1  # the block of words at hand
    W = squares = threatened = 0.0
    size = 0
    for k in range(p.N):
        if k == c or s.R[k] == 0.0:
            continue
        near = s.near[c, k] if p.near else 1.0
        e = near * w
        if p.wG > 0.0:
            e = e * affinity(p, s, k, c)
        if p.sp > 0.0:
            e = e * exp(p.sp * s.z[k] - p.sp * p.sp / 2.0)
        Q = s.Q[k]
        e = e * (own + social * Q)  # times the observer's own index: no division
        alarmed = e >= p.th * Q
        arms = s.arms[k]
        if alarmed:
            threatened += arms
        member = has(foes, k)
        client = has(friends, k)
        pb = pj = 0.0
        if not (member or client):
            pb = bandwagoning_chance(p, s, c, k, near, pledged)
            if alarmed:
                if per_burden < 0.0:
                    per_burden = inverse(capability_against(p, s, c))
                pj = joining_chance(p, s, c, k, near, per_burden, pledged)
            if pb == 0.0 and pj == 0.0:
                continue
        if k >> 2 != drawn:
            drawn = k >> 2
            s.words[0], s.words[1], s.words[2], s.words[3] = philox(slot + 1 + drawn, year, key, replica)
        u = uniform(s.words[k & 3])
        if member:
            if u >= stay or not e >= 0.5 * p.th * Q:
                foes ^= one_bit(k)
                continue
        elif client:
            if u >= stay:
                friends ^= one_bit(k)
            continue
        elif u < pb:
            friends |= one_bit(k)
            continue
        elif u < pb + (1.0 - pb) * pj:
            foes |= one_bit(k)
        else:
            continue
        W += arms
        squares += arms * arms
        size += 1
    s.against[c] = foes
    s.clients[c] = friends
    E = coalition_strength(p, W, squares)
    s.crises += 1
    row.coalition_size += size
    if threatened > 0.0:
        s.measured += 1
        row.delivered_efficiency += min(1.0, E / threatened)
    return E, W
