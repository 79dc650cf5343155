"""The initial system of a replica."""

from __future__ import annotations

import math

from scalar_numba.accelerate import inline
from scalar_numba.elementary import NONE, exp, normals, philox, uniform
from scalar_numba.power import has, one_bit, weigh


@inline
def settle(p, s, key, replica):
    """Proximities of random places in the unit square."""
    for i in range(p.N):
        w0, w1, _, _ = philox(64 + i, 0, key, replica)
        s.Q[i] = uniform(w0)
        s.C[i] = uniform(w1)
    for i in range(p.N):
        s.near[i, i] = 1.0
        for j in range(i):
            dx = s.Q[i] - s.Q[j]
            dy = s.C[i] - s.C[j]
            near = exp(-math.sqrt(dx * dx + dy * dy) / p.ell)
            s.near[i, j] = near
            s.near[j, i] = near


@inline
def found(p, s, key, replica):
    """The initial system."""
    whole = 0.0
    s.revisionists = NONE
    for i in range(p.N):
        w0, w1, w2, w3 = philox(i, 0, key, replica)
        if uniform(w0) < p.ph:
            s.revisionists |= one_bit(i)
        s.R[i] = p.shares[i]
        if p.s0 > 0.0:
            s.R[i] *= exp(p.s0 * normals(w1, w2)[0])
        s.ideology[i] = uniform(w3)
        whole += s.R[i]
    for i in range(p.N):
        s.R[i] /= whole
        s.start[i] = s.R[i]
        s.M[i] = p.b0 * s.R[i]
        s.A[i] = p.a0
        s.q[i] = 0.0
        s.conquest[i] = 0.0
        s.last[i] = 0
        s.against[i] = NONE
        s.clients[i] = NONE
    if p.plane:
        settle(p, s, key, replica)
    s.run = s.crises = s.measured = 0
    s.alive = p.N
    s.alive_region = p.region
    s.stale = 2
    weigh(p, s)
    most = -1.0
    for i in range(p.N):
        if not has(p.offshore, i) and s.C[i] > most:
            most = s.C[i]
            s.leader = i
