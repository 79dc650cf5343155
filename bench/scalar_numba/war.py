"""Step 4.7: war, its losses, spoils and indemnities."""

from __future__ import annotations

from scalar_numba.accelerate import inline
from scalar_numba.elementary import NONE, exp, ln, uniform
from scalar_numba.power import add_up, counts, eliminate, has, inverse, one_bit


@inline
def odds_against(p, defense, per_attack):
    """Odds against an attacker whose strength has this inverse."""
    ratio = defense * per_attack
    if p.m == 3.0:
        return ratio * ratio * ratio
    if p.m == 2.0:
        return ratio * ratio
    if p.m == 1.0:
        return ratio
    return exp(p.m * ln(ratio))


@inline
def fight(p, s, c, j, E, attack, defense, lenders, word, row):
    """Step 4.7: losses, then spoils or indemnity."""
    n = p.N
    foes = s.against[c] & ~one_bit(j)
    friends = s.clients[c]
    if j != s.leader:
        lenders = NONE
    own_attack = s.M[c] * s.near[c, j] if p.near else s.M[c]
    own_defense = p.D * s.M[j]
    odds = odds_against(p, defense, inverse(attack))
    won = counts(attack) and uniform(word) < 1.0 / (1.0 + odds)
    led = c == s.leader
    row.wars += 1
    row.coalition_wars += E > 0.0
    row.leader_wins += led and won
    row.leader_losses += led and not won
    s.A[c] += p.gA * (1.0 - s.A[c])
    s.M[c] *= 1.0 - p.la
    s.M[j] *= 1.0 - p.la
    for k in range(n):
        if has(foes | friends, k):
            s.M[k] *= 1.0 - p.la * s.f[k]
        elif has(lenders, k):
            s.M[k] *= 1.0 - p.la * p.rb * s.lent_f[k]
    s.R[c] *= 1.0 - p.cw
    s.R[j] *= 1.0 - p.cw
    s.stale = 2
    if won:
        share_spoils(p, s, c, j, own_attack, attack, friends, lenders)
    else:
        share_indemnity(p, s, c, j, own_defense, foes)


@inline
def share_spoils(p, s, c, j, own, attack, friends, lenders):
    resources = p.ta * s.R[j]
    arms = p.ta * s.M[j]
    s.R[j] -= resources
    s.M[j] -= arms
    unit = resources * inverse(attack)
    unit_arms = arms * inverse(attack)
    for k in range(p.N):
        if k == c:
            x = own
        elif has(friends, k):
            x = s.given[k]
        elif has(lenders, k):
            x = p.rb * s.lent[k]
        else:
            continue
        s.R[k] += unit * x
        s.M[k] += unit_arms * x
    add_up(p, s)
    per_whole = 1.0 / s.resources
    for k in range(p.N):
        if k == c:
            s.conquest[k] += unit * own * per_whole
        elif has(friends, k):
            s.conquest[k] += unit * s.given[k] * per_whole
        elif has(lenders, k):
            s.conquest[k] += unit * (p.rb * s.lent[k]) * per_whole
    if s.R[j] == 0.0 or s.R[j] * per_whole < p.an:
        s.R[c] += s.R[j]
        s.M[c] += s.M[j]
        s.conquest[c] += s.R[j] * per_whole
        eliminate(p, s, j)


@inline
def share_indemnity(p, s, c, j, own, foes):
    indemnity = p.tl * s.R[c]
    s.R[c] -= indemnity
    total = own
    for k in range(p.N):
        if has(foes, k):
            total += s.given[k]
    unit = indemnity * inverse(total)
    own_gain = unit * own if counts(total) else indemnity
    s.R[j] += own_gain
    for k in range(p.N):
        if has(foes, k):
            s.R[k] += unit * s.given[k]
    add_up(p, s)
    per_whole = 1.0 / s.resources
    s.conquest[j] += own_gain * per_whole
    for k in range(p.N):
        if has(foes, k):
            s.conquest[k] += unit * s.given[k] * per_whole
    s.conquest[c] -= indemnity * per_whole
