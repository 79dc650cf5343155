"""Step 6: the new leader, and what is recorded at the year's end."""

from __future__ import annotations

import math

from scalar_numba.accelerate import inline
from scalar_numba.power import has, weigh, weights


@inline
def crown(p, s, year, row):
    """The new leader, and what is recorded at the year's end; returns whether a hegemon has emerged."""
    weigh(p, s)
    n = p.N
    first = -1.0
    second = -1.0
    squares = 0.0
    leader = 0
    for i in range(n):
        if not has(p.offshore, i):
            C = s.C[i]
            squares += C * C
            if C > first:
                second = first
                first = C
                leader = i
            elif C > second:
                second = C
    fair = 1.0 / p.region
    con = math.sqrt(max(0.0, (squares - fair) / (1.0 - fair)))
    resources = s.resources
    arms = s.all_arms
    row.average_share += first
    row.concentration += con
    row.burden += arms / resources
    row.final_share = first
    row.final_concentration = con
    if first >= 0.5:
        row.years_unipolar += 1
    elif second >= 0.25:
        row.years_bipolar += 1
    else:
        row.years_multipolar += 1
    weigh_leader(p, s, leader, first, row)
    run = s.run
    if leader != s.leader:
        row.leader_changes += 1
        s.leader = leader
        run = 0
    run = run + 1 if first >= p.H else 0
    s.run = run
    return run >= p.ho and count_spell(p, s, year, run, row)


@inline
def weigh_leader(p, s, leader, share, row):
    """Peaks of the leader and its bloc, and whether the rest could balance it."""
    others = 0.0
    bloc = share
    clients = s.clients[leader]
    for k in range(p.N):
        if k != leader:
            others += s.near[leader, k] * s.M[k] if p.near else s.M[k]
        if has(clients, k):
            bloc += s.C[k]
    row.years_unbalanceable += s.M[leader] > others
    row.peak_share = max(row.peak_share, share)
    row.peak_resources = max(row.peak_resources, s.R[leader] / s.resources)
    if s.all_arms > 0.0:
        row.peak_arms = max(row.peak_arms, s.M[leader] / s.all_arms)
    row.peak_bloc = max(row.peak_bloc, bloc)


@inline
def count_spell(p, s, year, run, row):
    if run > p.ho:
        row.years_hegemony += 1
        if row.spells == 1:
            row.first_spell = run
        return False
    row.spells += 1
    row.years_hegemony += p.ho
    if row.spells > 1:
        return False
    h = s.leader
    row.first_spell = run
    row.emerged = 1
    row.year = year
    row.hegemon = h
    row.revisionist = has(s.revisionists, h)
    row.initial_rank, share = beginnings(p, s, h)
    row.share_gain = s.R[h] / s.resources - share
    row.conquest_gain = s.conquest[h]
    return True


@inline
def beginnings(p, s, h):
    """Initial rank and resource share of the hegemon."""
    resources = arms = 0.0
    for i in range(p.N):
        if not has(p.offshore, i):
            resources += s.start[i]
            arms += p.b0 * s.start[i]
    a, b = weights(p.wC, resources, arms)
    own = a * s.start[h] + b * (p.b0 * s.start[h])
    rank = 1
    for i in range(p.N):
        C = a * s.start[i] + b * (p.b0 * s.start[i])
        if not has(p.offshore, i) and (C > own or (C == own and i < h)):
            rank += 1
    return rank, s.start[h] / resources
