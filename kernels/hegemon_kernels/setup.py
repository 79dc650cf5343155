"""The initial system of a replica: resources, types, ideologies, places."""

from __future__ import annotations

from typing import Any

import numpy as np

from hegemon_kernels._jit import inlined, outlined
from hegemon_kernels.draws import PLACE, STATE, draw_ahead
from hegemon_kernels.elementary import exp, normals, uniform
from hegemon_kernels.lane_ops import align_stack, fill, select, set_bit, square_root, word_bits
from hegemon_kernels.layout import LAYOUT_PLANE
from hegemon_kernels.memory import group_at, set_at
from hegemon_kernels.sets import in_region
from hegemon_kernels.threat import index_weights


@outlined
def prepare(point: Any, shares: Any, memory: Any, words: Any, key: Any, first: Any, lanes: Any) -> None:
    """Set up replicas `first`, `first` + 1, ... ahead, one in each lane."""
    align_stack()
    p = point[0]
    s = group_at(memory, 0, p.N)
    n = p.N
    for lane in range(lanes):
        replica = np.uint64(first + lane)
        s.new_low[0, lane] = replica & np.uint64(0xFFFFFFFF)
        s.new_high[0, lane] = replica >> np.uint64(32)
    nobody = fill(s.leader, 0)
    whole = fill(s.R, 0.0)
    for word in range(words):
        revisionists = nobody
        for i in range(word * word_bits(s.against), min(n, (word + 1) * word_bits(s.against))):
            draw_ahead(s, key, STATE + i)
            revisionists = revisionists | select(
                uniform(s.drawn[0]) < _ambition(p, i), set_bit(s.against, i), nobody
            )
            R = fill(s.R, shares[i])
            if p.s0 > 0.0:
                R = R * exp(p.s0 * normals(s.drawn[1], s.drawn[2])[0])
            s.new_R[i] = R
            s.new_ideology[i] = uniform(s.drawn[3])
            whole = whole + R
        s.new_revisionists[word] = revisionists
    for i in range(n):
        s.new_R[i] = s.new_R[i] / whole
    s.new_leader[0] = _first_leader(p, s)
    if p.layout == LAYOUT_PLANE:
        _place(p, s, key)


@inlined
def _ambition(p: Any, i: Any) -> Any:
    """Chance that state `i` is a revisionist; its type may be fixed."""
    if (p.revisionists >> np.uint64(i)) & np.uint64(1) != 0:
        return 1.0
    if (p.seekers >> np.uint64(i)) & np.uint64(1) != 0:
        return 0.0
    return np.float64(p.ph)


@inlined
def _first_leader(p: Any, s: Any) -> Any:
    resources = fill(s.R, 0.0)
    arms = fill(s.R, 0.0)
    for i in range(p.N):
        if in_region(p, i):
            resources = resources + s.new_R[i]
            arms = arms + p.b0 * s.new_R[i]
    a, b = index_weights(p.wC, resources, arms)
    greatest = fill(s.R, -1.0)
    leader = fill(s.leader, 0)
    for i in range(p.N):
        if in_region(p, i):
            C = a * s.new_R[i] + b * (p.b0 * s.new_R[i])
            leader = select(C > greatest, i, leader)
            greatest = select(C > greatest, C, greatest)
    return leader


@inlined
def _place(p: Any, s: Any, key: Any) -> None:
    """Proximities of states that lie uniformly in the unit square (Boulding 1962)."""
    n = p.N
    for i in range(n):
        draw_ahead(s, key, PLACE + i)
        s.z[i] = uniform(s.drawn[0])
        s.u[i] = uniform(s.drawn[1])
    for i in range(n):
        for j in range(n):
            dx = s.z[i] - s.z[j]
            dy = s.u[i] - s.u[j]
            near = exp(-square_root(dx * dx + dy * dy) / p.ell)
            s.new_proximity[i * n + j] = near


@inlined
def admit(p: Any, s: Any, words: Any, lane: Any, source: Any) -> None:
    """Start in `lane` the replica that was set up ahead in lane `source`."""
    n = p.N
    for i in range(n):
        s.R[i, lane] = s.new_R[i, source]
        s.start[i, lane] = s.new_R[i, source]
        s.M[i, lane] = p.b0 * s.new_R[i, source]
        s.A[i, lane] = p.a0
        s.ideology[i, lane] = s.new_ideology[i, source]
        s.q[i, lane] = 0.0
        s.conquest[i, lane] = 0.0
        s.last_crisis[i, lane] = 0
        for word in range(words):
            s.against[set_at(s.against, i) + word, lane] = 0
            s.clients[set_at(s.clients, i) + word, lane] = 0
    for word in range(words):
        s.revisionists[word, lane] = s.new_revisionists[word, source]
    if p.layout == LAYOUT_PLANE:
        for pair in range(n * n):
            s.proximity[pair, lane] = s.new_proximity[pair, source]
    s.low[0, lane] = s.new_low[0, source]
    s.high[0, lane] = s.new_high[0, source]
    s.leader[0, lane] = s.new_leader[0, source]
    s.active[0, lane] = 1
    for counter in (
        s.year,
        s.run,
        s.crisis,
        s.crises,
        s.extinct,
        s.met,
        s.delivered_count,
        s.wars,
        s.coalition_wars,
        s.deterred,
        s.leader_wins,
        s.leader_losses,
        s.leader_changes,
        s.unbalanceable,
        s.unipolar,
        s.bipolar,
        s.spells,
        s.hegemony_years,
        s.first_spell,
        s.in_first_spell,
        s.emerged_year,
        s.hegemon,
    ):
        counter[0, lane] = 0
    for total in (
        s.share_sum,
        s.concentration_sum,
        s.burden_sum,
        s.size_sum,
        s.delivered_sum,
        s.peak_share,
        s.peak_resources,
        s.peak_arms,
        s.peak_bloc,
        s.final_share,
        s.final_concentration,
        s.rho_then,
        s.conquest_then,
    ):
        total[0, lane] = 0.0
