"""Step 1 of the year: uneven growth, exact rescaling, and elimination of what has withered away."""

from __future__ import annotations

from typing import Any

import numpy as np

from hegemon_kernels._jit import inlined, outlined
from hegemon_kernels.draws import GROWTH, blocks_of, draw, fill_normals
from hegemon_kernels.elementary import exp, ln_normal
from hegemon_kernels.lane_ops import any_lane, fill, float_bits, from_bits, select, word_bits
from hegemon_kernels.sets import bury, in_region

_TINY = 2.0**-100


@inlined
def _bounds(x: Any) -> Any:
    """The region's greatest sum that is not rescaled, and the cap on offshore states relative to it."""
    return (2.0**40, 2.0**100) if word_bits(x) == 64 else (2.0**10, 2.0**50)


@inlined
def _power_of_two_below_inverse(x: Any) -> Any:
    """2^-floor(log2 x), from the exponent bits."""
    if word_bits(x) == 64:
        return from_bits((np.uint64(2046) - (float_bits(x) >> np.uint64(52))) << np.uint64(52))
    return from_bits((np.uint32(254) - (float_bits(x) >> np.uint32(23))) << np.uint32(23))


@outlined
def _rescale(s: Any, n: Any, total: Any, lanes: Any) -> Any:
    """Multiply resources and arms by a power of two that brings the region's sum near 1; exact."""
    factor = select(lanes, _power_of_two_below_inverse(total), 1.0)
    for i in range(n):
        s.R[i] = s.R[i] * factor
        s.M[i] = s.M[i] * factor
    return total * factor


@inlined
def grow(p: Any, drift: Any, s: Any, words: Any, key: Any, fresh: Any) -> None:
    """Grow every living state of the lanes `fresh` by one year."""
    n = p.N
    zero = fill(s.R, 0.0)
    everyone = zero
    region = zero
    living = zero
    for i in range(n):
        R = s.R[i]
        everyone = everyone + R
        living = living + select(R > 0.0, 1.0, zero)
        if in_region(p, i):
            region = region + R
    per_mean = 1.0 / (everyone / living)
    if p.sig > 0.0:
        draw(s, key, GROWTH, blocks_of(n))
        fill_normals(s, n)
    half_variance = p.sig * p.sig / 2.0
    fair = 1.0 / n
    total = zero
    least = fill(s.R, np.inf)
    # Short loops: of long ones too few iterations are in flight to hide their latency.
    for i in range(n):
        R = s.R[i]
        x = p.sig * s.z[i] + drift[i]
        x = x - half_variance
        if p.chi > 0.0:
            x = x - p.chi * (s.M[i] / R - p.b0)
        if p.ov > 0.0:
            above = R / region - fair
            x = x - p.ov * select(above > 0.0, above, zero)
        s.rate[i] = x
    if p.cv > 0.0:
        for i in range(n):
            s.rate[i] = s.rate[i] - p.cv * ln_normal(s.R[i] * per_mean)
    for i in range(n):
        s.rate[i] = exp(s.rate[i] - s.q[i])
    for i in range(n):
        R = s.R[i]
        M = s.M[i]
        grows = fresh & (R > 0.0)
        R = select(grows, R * s.rate[i], R)
        s.R[i] = R
        s.M[i] = select(grows & (M > R), R, M)
        s.q[i] = select(fresh, 0.0, s.q[i])
        A = s.A[i]
        s.A[i] = select(fresh, p.a0 + (A - p.a0) * (1.0 - p.dA), A)
        least = select(grows & (R < least), R, least)
        if in_region(p, i):
            total = total + R
    _tidy(p, s, words, fresh, total, least)


@inlined
def _tidy(p: Any, s: Any, words: Any, fresh: Any, total: Any, least: Any) -> None:
    """Rescale where sums run out of bounds; eliminate the withered; both are rare."""
    n = p.N
    large, vast = _bounds(total)
    outside = fresh & (total > 0.0) & ((total < 1.0 / large) | (total > large))
    withered = fresh & ((least < _TINY * total) | (least == 0.0))
    if any_lane(outside):
        total = _rescale(s, n, total, outside)
    if p.offshore != np.uint64(0):
        for i in range(n):
            if not in_region(p, i):
                over = fresh & (s.R[i] > vast * total)
                s.R[i] = select(over, vast * total, s.R[i])
                s.M[i] = select(over & (s.M[i] > s.R[i]), s.R[i], s.M[i])
    if any_lane(withered):
        _eliminate_withered(p, s, words, fresh, total)


@outlined
def _eliminate_withered(p: Any, s: Any, words: Any, fresh: Any, total: Any) -> None:
    n = p.N
    remaining = fill(s.R, 0.0)
    for i in range(n):
        bury(s, n, words, i, fresh & (s.R[i] < _TINY * total))
        # A state that shrank to nothing at all still has bits in others' sets.
        bury(s, n, words, i, fresh & (s.R[i] == 0.0))
        if in_region(p, i):
            remaining = remaining + s.R[i]
    s.extinct[0] = select(fresh & (remaining == 0.0), 1, s.extinct[0])
