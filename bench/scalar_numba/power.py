"""Sets of states as bit masks, and the indices of power."""

from __future__ import annotations

from scalar_numba.accelerate import inline
from scalar_numba.elementary import NONE, ONE, U


@inline
def one_bit(k):
    return ONE << U(k)


@inline
def has(mask, k):
    return ((mask >> U(k)) & ONE) != NONE


@inline
def counts(x):
    """Whether an amount is enough to divide by."""
    return x >= 2.0**-900


@inline
def inverse(x):
    return 1.0 / x if counts(x) else 0.0


@inline
def add_up(p, s):
    """Sums of R and M over the region."""
    resources = 0.0
    arms = 0.0
    for i in range(p.N):
        if not has(p.offshore, i):
            resources += s.R[i]
            arms += s.M[i]
    s.resources = resources
    s.all_arms = arms


@inline
def weights(w, resources, arms):
    if arms > 0.0:
        return (1.0 - w) / resources, w / arms
    return 1.0 / resources, 0.0


@inline
def weigh(p, s):
    """Capability and threat index of everybody, unless they are still good."""
    if s.stale == 2:
        add_up(p, s)
    if s.stale != 0:
        a, b = weights(p.wC, s.resources, s.all_arms)
        aq, bq = weights(p.wO, s.resources, s.all_arms)
        for i in range(p.N):
            s.C[i] = a * s.R[i] + b * s.M[i]
            s.Q[i] = aq * s.R[i] + bq * s.M[i]
        s.stale = 0


@inline
def aggressiveness(p, s, j):
    return p.wI * s.A[j] + (1.0 - p.wI)


@inline
def affinity(p, s, i, j):
    return 1.0 - p.wG * (1.0 - abs(s.ideology[i] - s.ideology[j]))


@inline
def social_threat(p, s, c):
    """The part of the threat of c that is the same for all."""
    if p.wS == 0.0 or s.alive_region < 2:
        return 0.0
    others = 0.0
    for j in range(p.N):
        if j != c and not has(p.offshore, j):
            others += s.Q[j]
    return p.wS * (s.alive_region - 1) * s.Q[c] / others if others > 0.0 else 0.0


@inline
def eliminate(p, s, i):
    s.R[i] = 0.0
    s.M[i] = 0.0
    s.q[i] = 0.0
    s.against[i] = NONE
    s.clients[i] = NONE
    others = ~one_bit(i)
    for j in range(p.N):
        s.against[j] &= others
        s.clients[j] &= others
    s.alive -= 1
    if not has(p.offshore, i):
        s.alive_region -= 1
