"""Steps 2 and 3: internal and soft balancing."""

from __future__ import annotations

from scalar_numba.accelerate import inline
from scalar_numba.power import affinity, aggressiveness, has, one_bit, social_threat, weigh, weights


@inline
def greatest_threat(p, s, i):
    """To state i, where place or ideology count."""
    most = 0.0
    for j in range(p.N):
        if j != i and s.R[j] > 0.0:
            x = s.arms[j]
            if p.near:
                x = s.near[i, j] * x
            if p.wG > 0.0:
                x = x * affinity(p, s, i, j)
            most = max(most, x * s.Q[j])
    return most


@inline
def arm(p, s):
    n = p.N
    aq, bq = weights(p.wO, s.resources, s.all_arms)
    alike = not p.near and p.wG == 0.0
    first = 0.0
    second = 0.0
    for i in range(n):
        s.Q[i] = aq * s.R[i] + bq * s.M[i]
        s.arms[i] = aggressiveness(p, s, i)
        if alike:
            x = s.arms[i] * s.Q[i]
            s.arms[i] = x
            if x > first:
                second = first
                first = x
            elif x > second:
                second = x
    buildup = p.eI * p.k
    effort = p.eI * p.kE
    resources = 0.0
    arms = 0.0
    for i in range(n):
        R = s.R[i]
        if R > 0.0:
            others = second if s.arms[i] == first else first
            most = others if alike else greatest_threat(p, s, i)
            above = max(0.0, most / s.Q[i] - p.th)
            wanted = 1.0
            if p.am > 0.0 and has(s.revisionists, i):
                wanted = 1.0 + p.am
            burden = min(p.bm, p.b0 * (wanted + buildup * above))
            M = s.M[i]
            M = M + p.r * (burden * R - M)
            R = R * (1.0 + effort * min(1.0, above))
            s.M[i] = M
            s.R[i] = R
            if not has(p.offshore, i):
                resources += R
                arms += M
    s.resources = resources
    s.all_arms = arms
    s.stale = 1


@inline
def balance_softly(p, s):
    h = s.leader
    if p.ze == 0.0 or s.R[h] == 0.0:
        return
    weigh(p, s)
    w = aggressiveness(p, s, h)
    own = (1.0 - p.wS) * s.Q[h]
    social = social_threat(p, s, h)
    aligned = s.against[h] | s.clients[h] | one_bit(h)
    refusing = 0.0
    for k in range(p.N):
        if s.R[k] > 0.0 and not has(aligned, k):
            x = w
            if p.near:
                x = s.near[h, k] * x
            if p.wG > 0.0:
                x = x * affinity(p, s, k, h)
            if x * (own + social * s.Q[k]) >= p.th * s.Q[k]:
                refusing += s.C[k]
    s.q[h] += p.ze * w * refusing
