"""Capability, the threat index, proximity, shared ideology: what the other mechanisms measure states by."""

from __future__ import annotations

from typing import Any

from hegemon_kernels._jit import inlined
from hegemon_kernels.lane_ops import absolute, fill, gather, gather_shared, select
from hegemon_kernels.layout import LAYOUT_NONE, LAYOUT_SHARED
from hegemon_kernels.sets import in_region


@inlined
def region_sums(p: Any, s: Any) -> Any:
    """Resources and arms of the region."""
    resources = fill(s.R, 0.0)
    arms = fill(s.R, 0.0)
    for i in range(p.N):
        if in_region(p, i):
            resources = resources + s.R[i]
            arms = arms + s.M[i]
    return resources, arms


@inlined
def index_weights(weight: Any, resources: Any, arms: Any) -> Any:
    """Coefficients (a, b) of an index a R + b M with the military weight given; sums over the region."""
    armed = arms > 0.0
    a = select(armed, fill(resources, 1.0 - weight), 1.0) / resources
    b = select(armed, weight / arms, 0.0)
    return a, b


@inlined
def measure(p: Any, s: Any, resources: Any, arms: Any) -> Any:
    """Capability C and threat index Q of every state, into their rows, from what the region has in all."""
    a, b = index_weights(p.wC, resources, arms)
    aq, bq = index_weights(p.wO, resources, arms)
    for i in range(p.N):
        s.C[i] = a * s.R[i] + b * s.M[i]
        s.Q[i] = aq * s.R[i] + bq * s.M[i]


@inlined
def measure_threat(p: Any, s: Any) -> Any:
    """The threat index Q alone."""
    resources, arms = region_sums(p, s)
    aq, bq = index_weights(p.wO, resources, arms)
    for i in range(p.N):
        s.Q[i] = aq * s.R[i] + bq * s.M[i]


@inlined
def aggressiveness(p: Any, reputation: Any) -> Any:
    """How aggressive a state seems, from its reputation."""
    return p.wI * reputation + (1.0 - p.wI)


@inlined
def affinity(p: Any, one: Any, other: Any) -> Any:
    """What a threat is multiplied by between two ideologies."""
    return 1.0 - p.wG * (1.0 - absolute(one - other))


@inlined
def proximity(p: Any, shared: Any, s: Any, i: Any, j: Any) -> Any:
    """Proximity of two states, in every lane."""
    if p.layout == LAYOUT_NONE:
        return fill(s.R, 1.0)
    if p.layout == LAYOUT_SHARED:
        return fill(s.R, shared[i * p.N + j])
    return s.proximity[i * p.N + j]


@inlined
def fill_proximity(p: Any, shared: Any, s: Any, index: Any, near: Any) -> None:
    """Proximity of every state to the state `index` of each lane, into the rows `near`."""
    if p.layout == LAYOUT_SHARED:
        for k in range(p.N):
            near[k] = gather_shared(near, shared, index + k * p.N)
    elif p.layout != LAYOUT_NONE:
        for k in range(p.N):
            near[k] = gather(s.proximity, index + k * p.N)


@inlined
def threat_terms(p: Any, s: Any, index: Any, Q: Any) -> Any:
    """What a state looks like to others: (x, y) such that it threatens one of index Q by (x + y Q) / Q."""
    n = p.N
    zero = fill(s.R, 0.0)
    others = zero
    living = zero
    for k in range(n):
        if in_region(p, k):
            living = living + select(s.R[k] > 0.0, 1.0, zero)
            others = others + select(index == k, 0.0, s.Q[k])
    dyadic = (1.0 - p.wS) * Q
    shared = p.wS * (living - 1.0) * Q / others
    return dyadic, select((living > 1.0) & (others > 0.0), shared, 0.0)
