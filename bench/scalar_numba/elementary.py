"""Elementary functions and random numbers of docs/model.md, for one number at a time."""

from __future__ import annotations

import math

import numpy as np

from scalar_numba.accelerate import inline

U = np.uint64
LN2_HI, LN2_LO = 6.93147180369123816490e-01, 1.90821492927058770002e-10
L1, L2, L3, L4, L5, L6, L7 = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
S1, S2, S3, S4, S5, S6 = (
    -1.66666666666666324348e-01,
    8.33333333332248946124e-03,
    -1.98412698298579493134e-04,
    2.75573137070700676789e-06,
    -2.50507602534068634195e-08,
    1.58969099521155010221e-10,
)
C1, C2, C3, C4, C5, C6 = (
    4.16666666666666019037e-02,
    -1.38888888888741095749e-03,
    2.48015872894767294178e-05,
    -2.75573143513906633035e-07,
    2.08757232129817482790e-09,
    -1.13596475577881948265e-11,
)
E2, E3, E4, E5, E6, E7, E8, E9, E10, E11, E12, E13 = (1.0 / math.factorial(k) for k in range(2, 14))
INVERSE_LN2 = 1.4426950408889634
ROUNDER = 6755399441055744.0  # 1.5 * 2^52
HALF_PI = 1.5707963267948966
SMALLEST_NORMAL = 2.0**-1022
SQRT_HALF_BITS = U(0x3FE6A09E667F3BCD)
SHIFT_BITS = U(0x3FF0000000000000 - 0x3FE6A09E667F3BCD)
ONE_BITS = U(0x3FF0000000000000)
MANTISSA = U(0x000FFFFFFFFFFFFF)
LOW = U(0xFFFFFFFF)
NONE, ONE, TWO, THIRTY_TWO, FIFTY_TWO, SIXTY_TWO = U(0), U(1), U(2), U(32), U(52), U(62)


@inline
def bits(x):
    return np.float64(x).view(np.uint64)


@inline
def from_bits(word):
    return np.uint64(word).view(np.float64)


@inline
def ln_normal(x):
    h = bits(x) + SHIFT_BITS
    k = np.float64(np.int64(h >> FIFTY_TWO) - 1023)
    f = from_bits((h & MANTISSA) + SQRT_HALF_BITS) - 1.0
    s = f / (f + 2.0)
    z = s * s
    w = z * z
    t1 = w * (L2 + w * (L4 + w * L6))
    t2 = z * (L1 + w * (L3 + w * (L5 + w * L7)))
    half = 0.5 * f * f
    return k * LN2_HI - ((half - (s * (half + (t1 + t2)) + k * LN2_LO)) - f)


@inline
def ln(x):
    if x < SMALLEST_NORMAL:
        return -np.inf
    if x == np.inf:
        return x
    return ln_normal(x)


@inline
def ln_flat(x):
    y = ln_normal(x)
    return -np.inf if x < SMALLEST_NORMAL else (y if x < np.inf else x)


@inline
def exp(x):
    if x > 709.0:
        return np.inf
    if x < -708.0:
        return 0.0
    t = x * INVERSE_LN2 + ROUNDER
    n = t - ROUNDER
    r = (x - n * LN2_HI) - n * LN2_LO
    r2 = r * r
    r4 = r2 * r2
    q0 = (E2 + r * E3) + (E4 + r * E5) * r2
    q1 = (E6 + r * E7) + (E8 + r * E9) * r2
    q2 = (E10 + r * E11) + (E12 + r * E13) * r2
    q = q0 + r4 * (q1 + q2 * r4)
    return (1.0 + (r + q * r2)) * from_bits((bits(t) << FIFTY_TWO) + ONE_BITS)


@inline
def exp_flat(x):
    t = x * INVERSE_LN2 + ROUNDER
    n = t - ROUNDER
    r = (x - n * LN2_HI) - n * LN2_LO
    r2 = r * r
    r4 = r2 * r2
    q0 = (E2 + r * E3) + (E4 + r * E5) * r2
    q1 = (E6 + r * E7) + (E8 + r * E9) * r2
    q2 = (E10 + r * E11) + (E12 + r * E13) * r2
    q = q0 + r4 * (q1 + q2 * r4)
    y = (1.0 + (r + q * r2)) * from_bits((bits(t) << FIFTY_TWO) + ONE_BITS)
    return np.inf if x > 709.0 else (0.0 if x < -708.0 else y)


@inline
def uniform(word):
    return (np.float64(np.int64(word)) + 0.5) * 2.0**-32


@inline
def normals(first, second):
    radius = math.sqrt(-2.0 * ln_normal(uniform(first)))
    u = uniform(second)
    t = u * 4.0 + ROUNDER
    y = (u * 4.0 - (t - ROUNDER)) * HALF_PI
    z = y * y
    sine = y + (y * z) * (S1 + z * (S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)))))
    cosine = 1.0 - (0.5 * z - (z * z) * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6))))))
    quadrant = bits(t)
    odd = (quadrant & ONE) != NONE
    # Signs by bits: a branch on a random quadrant would be mispredicted half of the time.
    first_sign = ((quadrant + ONE) & TWO) << SIXTY_TWO
    second_sign = (quadrant & TWO) << SIXTY_TWO
    one = from_bits(bits(sine if odd else cosine) ^ first_sign)
    other = from_bits(bits(cosine if odd else sine) ^ second_sign)
    return radius * one, radius * other


@inline
def philox(slot, year, key, replica):
    c0, c1, c2, c3 = U(slot), U(year), replica & LOW, replica >> THIRTY_TWO
    k0, k1 = key & LOW, key >> THIRTY_TWO
    for _ in range(10):
        p0 = c0 * U(0xD2511F53)
        p1 = c2 * U(0xCD9E8D57)
        c0, c1, c2, c3 = (p1 >> THIRTY_TWO) ^ c1 ^ k0, p1 & LOW, (p0 >> THIRTY_TWO) ^ c3 ^ k1, p0 & LOW
        k0 = (k0 + U(0x9E3779B9)) & LOW
        k1 = (k1 + U(0xBB67AE85)) & LOW
    return c0, c1, c2, c3


@inline
def fill_normals(z, first_slot, year, key, replica, n):
    for block in range((n + 3) >> 2):
        w0, w1, w2, w3 = philox(first_slot + block, year, key, replica)
        i = 4 * block
        z[i], z[i + 1] = normals(w0, w1)
        if i + 2 < n:
            z[i + 2], z[i + 3] = normals(w2, w3)
