"""Step 1 of the year: growth, and the range of numbers kept."""

from __future__ import annotations

import numpy as np

from scalar_numba.accelerate import inline, seldom
from scalar_numba.elementary import FIFTY_TWO, NONE, U, bits, exp_flat, fill_normals, from_bits, ln_flat
from scalar_numba.power import add_up, eliminate, has


@inline
def grow(p, s, year, key, replica):
    n = p.N
    region = s.resources
    everyone = region
    if p.offshore != NONE:
        everyone = 0.0
        for i in range(n):
            everyone += s.R[i]
    per_mean = 1.0 / (everyone / s.alive)
    if p.sig > 0.0:
        fill_normals(s.z, 0, year, key, replica, n)
    sig, chi, ov, cv, b0, a0, dA = p.sig, p.chi, p.ov, p.cv, p.b0, p.a0, p.dA
    half_variance = sig * sig / 2.0
    for i in range(n):
        x = p.drift[i]
        if sig > 0.0:
            x = x + sig * s.z[i] - half_variance
        if chi > 0.0:
            x = x - chi * (s.M[i] / s.R[i] - b0)
        if ov > 0.0:
            x = x - ov * max(0.0, s.R[i] / region - 1.0 / n)
        if cv > 0.0:
            x = x - cv * ln_flat(s.R[i] * per_mean)
        s.C[i] = exp_flat(x - s.q[i])
    resources = 0.0
    arms = 0.0
    least = np.inf
    for i in range(n):
        R = s.R[i]
        if R > 0.0:
            R = R * s.C[i]
            M = min(s.M[i], R)
            s.R[i] = R
            s.M[i] = M
            s.q[i] = 0.0
            s.A[i] = a0 + (s.A[i] - a0) * (1.0 - dA)
            least = min(least, R)
            if not has(p.offshore, i):
                resources += R
                arms += M
    s.resources = resources
    s.all_arms = arms
    if least < 2.0**-100 * resources or resources < 2.0**-40 or resources > 2.0**40 or p.offshore != NONE:
        keep_in_range(p, s)


@seldom
def keep_in_range(p, s):
    n = p.N
    whole = s.resources
    if whole > 0.0 and (whole < 2.0**-40 or whole > 2.0**40):
        scale = from_bits((U(2046) - (bits(whole) >> FIFTY_TWO)) << FIFTY_TWO)
        for i in range(n):
            s.R[i] *= scale
            s.M[i] *= scale
        whole *= scale
    for i in range(n):
        if has(p.offshore, i):
            s.R[i] = min(s.R[i], 2.0**100 * whole)
            s.M[i] = min(s.M[i], s.R[i])
        if s.R[i] == 0.0 or s.R[i] < 2.0**-100 * whole:
            eliminate(p, s, i)  # the long dead too: that changes nothing but the counts
    s.alive = 0
    s.alive_region = 0
    for i in range(n):
        if s.R[i] > 0.0:
            s.alive += 1
            if not has(p.offshore, i):
                s.alive_region += 1
    add_up(p, s)
