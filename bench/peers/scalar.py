"""Scalar Numba: plain loops compiled by `njit`, one replica after the other, cached on disk.

Tried for speed: the global generator of `np.random` (Mersenne Twister) makes it 1.6 times slower than the
`np.random.Generator` used here; a xoshiro256+ written out and fastmath changed it by less than the noise.
"""

from __future__ import annotations

import math
from dataclasses import astuple, fields

import numpy as np
from numba import njit

from peers.interface import Outcome, Parameters

MOST = 64  # states
NUMBERS = np.dtype([(field.name, "i8" if field.type == "int" else "f8") for field in fields(Parameters)])
STATE = np.dtype(
    [(name, "f8", MOST) for name in ("R", "M", "A", "q", "C", "Q", "f", "given")]
    + [(name, "i8", MOST) for name in ("against", "clients", "last")]  # sets of states are bit masks
    + [(name, "i8") for name in ("revisionists", "leader", "run", "wars")]
)

jit = njit(error_model="numpy")


@jit
def has(states, k):
    return (states >> k) & 1 != 0


@jit
def weigh(p, s):
    """Capability and threat index of everybody; they add up to 1."""
    resources = arms = 0.0
    for i in range(p.N):
        resources += s.R[i]
        arms += s.M[i]
    a, b = (1 - p.wC) / resources, p.wC / arms
    aq, bq = (1 - p.wO) / resources, p.wO / arms
    for i in range(p.N):
        s.C[i] = a * s.R[i] + b * s.M[i]
        s.Q[i] = aq * s.R[i] + bq * s.M[i]


@jit
def strongest(p, s):
    leader = 0
    for i in range(p.N):
        if s.C[i] > s.C[leader]:
            leader = i
    return leader


@jit
def count_living(p, s):
    living = 0
    for i in range(p.N):
        living += s.R[i] > 0
    return living


@jit
def aggressiveness(p, s, i):
    return 1 - p.wI + p.wI * s.A[i]


@jit
def found(p, s, rng):
    s.revisionists = 0
    whole = 0.0
    for i in range(p.N):
        s.R[i] = math.exp(p.s0 * rng.standard_normal())
        whole += s.R[i]
        if rng.random() < p.ph:
            s.revisionists |= 1 << i
    for i in range(p.N):
        s.R[i] /= whole
        s.M[i] = p.b0 * s.R[i]
        s.A[i] = p.a0
        s.q[i] = 0.0
        s.against[i] = s.clients[i] = s.last[i] = 0
    s.run = s.wars = 0
    weigh(p, s)
    s.leader = strongest(p, s)


@jit
def grow(p, s, rng):
    """Step 1."""
    whole = 0.0
    for i in range(p.N):
        whole += s.R[i]
    mean = whole / count_living(p, s)
    for i in range(p.N):
        if s.R[i] > 0:
            x = p.sig * rng.standard_normal() - p.sig**2 / 2 - p.chi * (s.M[i] / s.R[i] - p.b0)
            x -= p.cv * math.log(s.R[i] / mean) + s.q[i]
            s.R[i] *= math.exp(x)
            s.M[i] = min(s.M[i], s.R[i])
            s.q[i] = 0.0
            s.A[i] = p.a0 + (s.A[i] - p.a0) * (1 - p.dA)


@jit
def arm(p, s):
    """Step 2: the greatest threat to each is the greatest of all, or the second to the one it comes from."""
    weigh(p, s)
    first = second = 0.0
    source = -1
    for i in range(p.N):
        x = aggressiveness(p, s, i) * s.Q[i]
        if x > first:
            first, second, source = x, first, i
        elif x > second:
            second = x
    for i in range(p.N):
        if s.R[i] > 0:
            above = max(0.0, (second if i == source else first) / s.Q[i] - p.th)
            burden = min(p.bm, p.b0 * (1 + p.eI * p.k * above))
            s.M[i] += p.r * (burden * s.R[i] - s.M[i])
            s.R[i] *= 1 + p.eI * p.kE * min(1.0, above)


@jit
def threat(p, s, c):
    """(x, y) such that c threatens a state of index Q by (x + y Q) / Q."""
    shown = aggressiveness(p, s, c) * s.Q[c]
    living = count_living(p, s)
    social = p.wS * (living - 1) / (1 - s.Q[c]) if living > 1 else 0.0
    return (1 - p.wS) * shown, social * shown


@jit
def balance_softly(p, s):
    """Step 3."""
    h = s.leader
    if s.R[h] == 0:
        return
    weigh(p, s)
    own, social = threat(p, s, h)
    aligned = s.against[h] | s.clients[h] | (1 << h)
    refusing = 0.0
    for k in range(p.N):
        if s.R[k] > 0 and not has(aligned, k) and own + social * s.Q[k] >= p.th * s.Q[k]:
            refusing += s.C[k]
    s.q[h] += p.ze * aggressiveness(p, s, h) * refusing


@jit
def coalition_strength(p, W, squares):
    return p.eC * W + (1 - p.eC) * squares / W if W > 0 else 0.0


@jit
def align(p, s, rng, c, year):
    """Steps 4.2 to 4.4; returns the strength of the coalition."""
    foes, friends = s.against[c], s.clients[c]
    stay = p.co ** (year - s.last[c])
    s.last[c] = year
    W = squares = 0.0
    for k in range(p.N):
        if has(foes, k):
            W += s.M[k]
            squares += s.M[k] ** 2
    pledged = coalition_strength(p, W, squares)
    own, social = threat(p, s, c)
    W = squares = 0.0
    for k in range(p.N):
        if k == c or s.R[k] == 0:
            continue
        e = own + social * s.Q[k]
        level = p.th * s.Q[k]
        u = rng.random()
        if has(foes, k):
            if u >= stay or e < level / 2:
                foes ^= 1 << k
        elif has(friends, k):
            if u >= stay:
                friends ^= 1 << k
        else:
            pb = pj = 0.0
            if s.M[c] > p.v * (s.M[k] + pledged):
                pb = p.pB
            elif has(s.revisionists, k) and s.M[c] > pledged:
                pb = p.pJ
            if e >= level:
                share = s.C[k] / (1 - s.C[c])
                pj = p.eS * (share + p.eP * (1 - share))
                if pledged >= p.om * s.M[c]:
                    pj *= p.eP
            if u < pb:
                friends |= 1 << k
            elif u < pb + (1 - pb) * pj:
                foes |= 1 << k
        if has(foes, k):
            W += s.M[k]
            squares += s.M[k] ** 2
    s.against[c], s.clients[c] = foes, friends
    commit(p, s, foes, W, p.eC)
    return coalition_strength(p, W, squares)


@jit
def commit(p, s, members, W, efficiency):
    """What each member of a side with arms W gives; returns what they give together."""
    strength = 0.0
    for k in range(p.N):
        if has(members, k):
            share = s.M[k] / W
            s.f[k] = share + efficiency * (1 - share)
            s.given[k] = s.f[k] * s.M[k]
            strength += s.given[k]
    return strength


@jit
def arms_of(p, s, members):
    total = 0.0
    for k in range(p.N):
        if has(members, k):
            total += s.M[k]
    return total


@jit
def lend(p, s, h, lenders):
    """What others in the coalition against the leader give to an attack on it."""
    commit(p, s, lenders, arms_of(p, s, s.against[h]), p.eC)
    strength = 0.0
    for k in range(p.N):
        if has(lenders, k):
            s.f[k] *= p.rb
            s.given[k] *= p.rb
            strength += s.given[k]
    return strength


@jit
def decide(p, s, rng, c, E):
    """Step 4.6."""
    h, foes, friends = s.leader, s.against[c], s.clients[c]
    if has(s.revisionists, c):
        allowed = ~(friends | (1 << c))
    elif c != h and has(s.against[h], c) and s.C[h] > p.al:
        allowed = (1 << h) & ~friends
    else:
        return
    alone = s.M[c]
    if friends:
        alone += commit(p, s, friends, s.M[c] + arms_of(p, s, friends), p.eB)
    wards = lenders = 0
    rollback = 0.0
    if c != h:
        lenders = s.against[h] & ~(foes | friends | (1 << c))
        if lenders:
            rollback = lend(p, s, h, lenders)
        if not has(foes | friends, h):
            wards = s.clients[h]
    blur = math.exp(p.sm * rng.standard_normal())
    best = p.ri * s.R[c]
    target = -1
    attack = defense = 0.0
    for j in range(p.N):
        if has(allowed, j) and s.R[j] > 0 and not has(s.clients[j], c):
            a = alone + rollback if j == h else alone
            d = p.D * s.M[j] + E
            if has(foes, j):
                d = max(0.0, d - s.given[j])
            if has(wards, j):
                d += p.pr * s.M[h]
            chance = 1 / (1 + (d / (a * blur)) ** 3)
            gain = chance * (p.ta * s.R[j] + p.tl * s.R[c]) - (p.tl + p.cw) * s.R[c]
            if gain > best:
                best, target, attack, defense = gain, j, a, d
    if target >= 0:
        helpers = friends | lenders if target == h else friends
        fight(p, s, rng, c, target, foes & ~(1 << target), helpers, attack, defense)


@jit
def fight(p, s, rng, c, j, foes, helpers, attack, defense):
    """Step 4.7."""
    own, own_defense = s.M[c], p.D * s.M[j]
    s.wars += 1
    s.A[c] += p.gA * (1 - s.A[c])
    for k in range(p.N):
        if k in (c, j):
            s.M[k] *= 1 - p.la
            s.R[k] *= 1 - p.cw
        elif has(foes | helpers, k):
            s.M[k] *= 1 - p.la * s.f[k]
    if rng.random() < 1 / (1 + (defense / attack) ** 3):
        share_spoils(p, s, c, j, helpers, own, attack)
    else:
        share_indemnity(p, s, c, j, foes, own_defense)


@jit
def share_spoils(p, s, c, j, helpers, own, attack):
    resources, arms = p.ta * s.R[j], p.ta * s.M[j]
    s.R[j] -= resources
    s.M[j] -= arms
    s.R[c] += resources * own / attack
    s.M[c] += arms * own / attack
    whole = 0.0
    for k in range(p.N):
        if has(helpers, k):
            s.R[k] += resources * s.given[k] / attack
            s.M[k] += arms * s.given[k] / attack
        whole += s.R[k]
    if s.R[j] < p.an * whole:
        s.R[c] += s.R[j]
        s.M[c] += s.M[j]
        s.R[j] = s.M[j] = s.q[j] = 0.0
        s.against[j] = s.clients[j] = 0
        for i in range(p.N):
            s.against[i] &= ~(1 << j)
            s.clients[i] &= ~(1 << j)


@jit
def share_indemnity(p, s, c, j, foes, own):
    indemnity = p.tl * s.R[c]
    defended = own
    for k in range(p.N):
        if has(foes, k):
            defended += s.given[k]
    s.R[c] -= indemnity
    s.R[j] += indemnity * own / defended
    for k in range(p.N):
        if has(foes, k):
            s.R[k] += indemnity * s.given[k] / defended


@jit
def hold_crisis(p, s, rng, year):
    """Step 4."""
    c = int(rng.random() * p.N)
    if s.R[c] == 0:
        return
    weigh(p, s)
    E = align(p, s, rng, c, year)
    for k in range(p.N):
        if has(s.clients[c], k):
            tribute = p.tb * s.R[k]
            s.R[k] -= tribute
            s.R[c] += tribute
    decide(p, s, rng, c, E)


@jit
def crown(p, s):
    """Step 6; whether a hegemon has emerged."""
    weigh(p, s)
    leader = strongest(p, s)
    s.run = 0 if s.C[leader] < p.H else s.run + 1 if leader == s.leader else 1
    s.leader = leader
    return s.run >= p.ho


@njit(cache=True, error_model="numpy")
def run(numbers, states, rng, rows):
    p, s = numbers[0], states[0]
    for row in rows:
        found(p, s, rng)
        emerged, year = False, 0
        while year < p.T and not emerged:
            year += 1
            grow(p, s, rng)
            arm(p, s)
            balance_softly(p, s)
            for _ in range(int(p.nu * p.N + rng.random())):
                hold_crisis(p, s, rng, year)
            emerged = crown(p, s)
        row[0], row[1], row[2], row[3] = emerged, year, s.wars, count_living(p, s)


def simulate(parameters: Parameters, replicas: int, seed: int, dtype: str = "float64") -> Outcome:
    """Simulate that many replicas."""
    rows = np.zeros((replicas, 4), np.int64)
    rng = np.random.default_rng(seed)
    run(np.array([astuple(parameters)], NUMBERS), np.zeros(1, STATE), rng, rows)
    return Outcome.of(*rows.T)
