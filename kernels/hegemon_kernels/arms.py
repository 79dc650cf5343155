"""Steps 2 and 3 of the year: internal balancing (arming, effort) and soft balancing against the leader."""

from __future__ import annotations

from typing import Any

from hegemon_kernels._jit import inlined
from hegemon_kernels.lane_ops import fill, select
from hegemon_kernels.layout import LAYOUT_NONE
from hegemon_kernels.provision import provide, provided_fraction
from hegemon_kernels.sets import contains, in_region, pick_set
from hegemon_kernels.threat import (
    affinity,
    aggressiveness,
    fill_proximity,
    measure_threat,
    proximity,
    threat_terms,
)


@inlined
def _greatest_two(s: Any, n: Any) -> Any:
    first = fill(s.R, 0.0)
    second = fill(s.R, 0.0)
    for i in range(n):
        x = s.weight[i]
        lesser = select(x > first, first, x)
        first = select(x > first, x, first)
        second = select(lesser > second, lesser, second)
    return first, second


@inlined
def _greatest_on(p: Any, shared: Any, s: Any, i: Any) -> Any:
    """Greatest threat to state `i`, before division by its own index, where place or ideology count."""
    greatest = fill(s.R, 0.0)
    for j in range(p.N):
        if j != i:
            x = proximity(p, shared, s, i, j) * s.weight[j]
            if p.wG > 0.0:
                x = x * affinity(p, s.ideology[i], s.ideology[j])
            x = x * s.Q[j]
            greatest = select(x > greatest, x, greatest)
    return greatest


@inlined
def _excess(p: Any, shared: Any, s: Any, i: Any, greatest_two: Any) -> Any:
    """How far the greatest threat to state `i` is above the threshold; `greatest_two` where all are alike."""
    first, second = greatest_two
    alike = p.layout == LAYOUT_NONE and p.wG == 0.0
    greatest = select(s.weight[i] == first, second, first) if alike else _greatest_on(p, shared, s, i)
    above = greatest / s.Q[i] - p.th
    return select(above > 0.0, above, 0.0)


@inlined
def _share_burden(p: Any, shared: Any, s: Any, greatest_two: Any) -> None:
    """Let the threatened provide a common defense from their resources; its strength goes into its row."""
    for i in range(p.N):
        threatened = (s.R[i] > 0.0) & (_excess(p, shared, s, i, greatest_two) > 0.0)
        s.given[i] = select(threatened, s.R[i], 0.0)
    provide(p, s.given, s.strength)


@inlined
def arm(p: Any, shared: Any, s: Any, fresh: Any) -> Any:
    """Move arms towards what threats and ambition want, and let the threatened make an effort.

    Returns the region's resources and arms.
    """
    n = p.N
    measure_threat(p, s)
    alike = p.layout == LAYOUT_NONE and p.wG == 0.0
    for i in range(n):
        w = aggressiveness(p, s.A[i])
        s.weight[i] = w * s.Q[i] if alike else w
    greatest_two = _greatest_two(s, n)
    if p.olson != 0:
        _share_burden(p, shared, s, greatest_two)
    zero = fill(s.R, 0.0)
    resources = zero
    all_arms = zero
    buildup = p.eI * p.k
    effort = p.eI * p.kE
    for i in range(n):
        above = _excess(p, shared, s, i, greatest_two)
        R = s.R[i]
        M = s.M[i]
        arms = fresh & (R > 0.0)
        wanted = fill(s.R, 1.0)
        if p.am > 0.0:
            wanted = select(contains(s.revisionists, 0, i), 1.0 + p.am, wanted)
        if p.olson != 0:
            fraction = provided_fraction(p, s.strength[0], R)
            wanted = p.b0 * (wanted + buildup * fraction * above)
            realised = effort * fraction
        else:
            wanted = p.b0 * (wanted + buildup * above)
            realised = fill(s.R, effort)
        wanted = select(wanted > p.bm, p.bm, wanted)
        M = select(arms, M + p.r * (wanted * R - M), M)
        R = select(arms, R * (1.0 + realised * select(above > 1.0, 1.0, above)), R)
        s.M[i] = M
        s.R[i] = R
        if in_region(p, i):
            resources = resources + R
            all_arms = all_arms + M
    return resources, all_arms


@inlined
def sanction(p: Any, shared: Any, s: Any, words: Any, fresh: Any) -> None:
    """Soft balancing: next year's growth that the leader loses to the threatened who do not oppose it."""
    n = p.N
    leader = s.leader[0]
    zero = fill(s.R, 0.0)
    R, A, Q, ideology = zero, zero, zero, zero
    for i in range(n):
        leads = leader == i
        R = select(leads, s.R[i], R)
        A = select(leads, s.A[i], A)
        Q = select(leads, s.Q[i], Q)
        if p.wG > 0.0:
            ideology = select(leads, s.ideology[i], ideology)
    for word in range(words):
        s.coalition[word] = pick_set(s.against, leader, n, words, word)
        s.followers[word] = pick_set(s.clients, leader, n, words, word)
    w = aggressiveness(p, A)
    dyadic, relative = threat_terms(p, s, leader, Q)
    fill_proximity(p, shared, s, leader, s.near)
    refusing = zero
    for k in range(n):
        x = s.near[k] * w
        if p.wG > 0.0:
            x = x * affinity(p, s.ideology[k], ideology)
        x = x * (dyadic + relative * s.Q[k])
        aligned = contains(s.coalition, 0, k) | contains(s.followers, 0, k)
        refuses = (s.R[k] > 0.0) & (leader != k) & (x >= p.th * s.Q[k]) & ~aligned
        refusing = refusing + select(refuses, s.C[k], zero)
    penalty = p.ze * w * refusing
    sanctioned = fresh & (R > 0.0)
    for i in range(n):
        s.q[i] = select(sanctioned & (leader == i), s.q[i] + penalty, s.q[i])
