"""The order of the year, its end, and the loop over replicas."""

from __future__ import annotations

import numpy as np

from scalar_numba.accelerate import entry, inline
from scalar_numba.arms import arm, balance_softly
from scalar_numba.decision import hold_crisis
from scalar_numba.elementary import THIRTY_TWO, U, exp, philox, uniform
from scalar_numba.founding import found
from scalar_numba.growth import grow
from scalar_numba.hegemony import crown
from scalar_numba.power import has, weigh


@inline
def secede(p, s, w0, w1):
    h = s.leader
    dead = p.region - s.alive_region
    if s.R[h] == 0.0 or dead == 0:
        return
    weigh(p, s)
    if uniform(w0) >= p.hs * s.C[h]:
        return
    rank = np.int64((w1 * U(dead)) >> THIRTY_TWO)
    for d in range(p.N):
        if s.R[d] == 0.0 and not has(p.offshore, d):
            if rank == 0:
                s.R[d] = p.qs * s.R[h]
                s.M[d] = p.qs * s.M[h]
                s.R[h] -= s.R[d]
                s.M[h] -= s.M[d]
                s.A[d] = p.a0
                s.q[d] = 0.0
                s.alive += 1
                s.alive_region += 1
                s.stale = 2
                return
            rank -= 1


@inline
def live_one_year(p, s, year, key, replica, row):
    """Whether somebody in the region lived through the year's growth."""
    grow(p, s, year, key, replica)
    if s.alive_region == 0:
        return False
    arm(p, s)
    balance_softly(p, s)
    if p.nu > 0.0 or p.hs > 0.0:
        w0, w1, w2, _ = philox(32, year, key, replica)
        for o in range(int(p.nu * p.N + uniform(w2))):
            hold_crisis(p, s, o, year, key, replica, row)
        if p.hs > 0.0:
            secede(p, s, w0, w1)
    return True


@inline
def clear(row, replica):
    row.replica = replica
    row.emerged = 0
    row.year = row.hegemon = row.initial_rank = row.revisionist = row.first_spell = -1
    row.share_gain = row.conquest_gain = row.final_share = row.final_concentration = -1.0
    row.wars = row.coalition_wars = row.deterred = row.leader_wins = row.leader_losses = 0
    row.peak_share = row.peak_resources = row.peak_arms = row.peak_bloc = 0.0
    row.average_share = row.concentration = row.burden = 0.0
    row.coalition_size = row.delivered_efficiency = 0.0
    row.leader_changes = row.years_unbalanceable = row.spells = row.years_hegemony = 0
    row.years_unipolar = row.years_bipolar = row.years_multipolar = 0


@inline
def close(p, s, years, row):
    """Turn running sums into means."""
    row.survivors = s.alive
    row.average_share = row.average_share / years if years > 0 else -1.0
    row.concentration = row.concentration / years if years > 0 else -1.0
    row.burden = row.burden / years if years > 0 else -1.0
    crises = s.crises
    measured = s.measured
    row.coalition_size = row.coalition_size / crises if crises > 0 else -1.0
    row.delivered_efficiency = row.delivered_efficiency / measured if measured > 0 else -1.0
    row.first_spell_censored = row.spells == 1 and s.run >= p.ho


@entry
def run(point, state, key, first, rows):
    p = point[0]
    s = state[0]
    for i in range(p.N):
        for j in range(p.N):
            s.near[i, j] = p.proximity[i, j]
    for index in range(len(rows)):
        row = rows[index]
        replica = U(first + index)
        clear(row, first + index)
        found(p, s, key, replica)
        years = 0
        while years < p.T:
            if not live_one_year(p, s, years + 1, key, replica, row):
                break
            years += 1
            if crown(p, s, years, row) and p.absorbing:
                break
        close(p, s, years, row)


@entry
def exponentials(distances, reach, out):
    for i in range(len(distances)):
        for j in range(len(distances)):
            out[i, j] = 1.0 if i == j else exp(-distances[i, j] / reach)
