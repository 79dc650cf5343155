"""Step 6 of the year: the new leader, spells of hegemony, and what is recorded at the year's end."""

from __future__ import annotations

from typing import Any

from hegemon_kernels._jit import inlined
from hegemon_kernels.counters import add, count, raise_peak
from hegemon_kernels.lane_ops import any_lane, fill, select, square_root
from hegemon_kernels.sets import contains, in_region, pick, pick_set
from hegemon_kernels.threat import fill_proximity, index_weights, region_sums


@inlined
def crown(p: Any, shared: Any, s: Any, words: Any, done: Any) -> Any:
    """Close the year in the lanes `done`; returns the lanes in which hegemony has just emerged."""
    n = p.N
    resources, arms = region_sums(p, s)
    a, b = index_weights(p.wC, resources, arms)
    first = fill(s.R, -1.0)
    second = fill(s.R, -1.0)
    squares = fill(s.R, 0.0)
    leader = fill(s.leader, 0)
    for i in range(n):
        C = a * s.R[i] + b * s.M[i]
        s.C[i] = C
        if in_region(p, i):
            squares = squares + C * C
            leads = C > first
            lesser = select(leads, first, C)
            second = select(lesser > second, lesser, second)
            first = select(leads, C, first)
            leader = select(leads, i, leader)
    fair = 1.0 / p.region
    concentration = (squares - fair) / (1.0 - fair)
    concentration = square_root(select(concentration > 0.0, concentration, 0.0))
    add(s.share_sum, done, first)
    add(s.concentration_sum, done, concentration)
    add(s.burden_sum, done, arms / resources)
    s.final_share[0] = select(done, first, s.final_share[0])
    s.final_concentration[0] = select(done, concentration, s.final_concentration[0])
    count(s.unipolar, done & (first >= 0.5))
    count(s.bipolar, done & ~(first >= 0.5) & (second >= 0.25))
    changed = leader != s.leader[0]
    count(s.leader_changes, done & changed)
    rho = _weigh_leader(p, shared, s, words, done, leader, first, resources, arms)

    run = select(changed, fill(s.leader, 0), s.run[0])
    run = select(first >= p.H, run + 1, 0)
    s.run[0] = select(done, run, s.run[0])
    s.leader[0] = select(done, leader, s.leader[0])
    s.year[0] = s.year[0] + select(done, 1, fill(s.year, 0))
    return _count_spells(p, s, done, run, leader, rho)


@inlined
def _weigh_leader(
    p: Any, shared: Any, s: Any, words: Any, done: Any, leader: Any, share: Any, resources: Any, arms: Any
) -> Any:
    """Peaks of the leader and its bloc, and whether the rest could balance it; its resource share."""
    n = p.N
    fill_proximity(p, shared, s, leader, s.near)
    zero = fill(s.R, 0.0)
    for word in range(words):
        s.followers[word] = pick_set(s.clients, leader, n, words, word)
    R = zero
    M = zero
    others = zero
    bloc = share
    for k in range(n):
        leads = leader == k
        R = select(leads, s.R[k], R)
        M = select(leads, s.M[k], M)
        others = others + select(leads, 0.0, s.near[k] * s.M[k])
        bloc = bloc + select(contains(s.followers, 0, k), s.C[k], zero)
    rho = R / resources
    raise_peak(s.peak_share, done, share)
    raise_peak(s.peak_resources, done, rho)
    raise_peak(s.peak_arms, done & (arms > 0.0), M / arms)
    raise_peak(s.peak_bloc, done, bloc)
    count(s.unbalanceable, done & (M > others))
    return rho


@inlined
def _count_spells(p: Any, s: Any, done: Any, run: Any, leader: Any, rho: Any) -> Any:
    """Update the spells of hegemony; returns the lanes in which the first has just been reached."""
    nothing = fill(s.run, 0)
    reached = done & (run == p.ho)
    continues = done & (run > p.ho)
    emerged = reached & (s.spells[0] == 0)
    added = select(reached, p.ho, select(continues, 1, nothing))
    s.hegemony_years[0] = s.hegemony_years[0] + added
    s.spells[0] = s.spells[0] + select(reached, 1, nothing)
    s.in_first_spell[0] = select(
        done, select((run >= p.ho) & (s.spells[0] == 1), 1, nothing), s.in_first_spell[0]
    )
    s.first_spell[0] = s.first_spell[0] + select(s.in_first_spell[0] != 0, added, nothing)
    if any_lane(emerged):
        s.emerged_year[0] = select(emerged, s.year[0], s.emerged_year[0])
        s.hegemon[0] = select(emerged, leader, s.hegemon[0])
        s.rho_then[0] = select(emerged, rho, s.rho_then[0])
        s.conquest_then[0] = select(emerged, pick(s.conquest, leader, p.N), s.conquest_then[0])
    return emerged
