"""Elementary functions and random numbers of the reference, transcribed from docs/model.md.

Nothing here calls libm: the project's own polynomials give the same bits on every machine. `sqrt` is exact
to rounding by IEEE 754.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable

Words = tuple[int, int, int, int]
WordSource = Callable[[int, int, int], Words]

INF = math.inf
LN2_HI = 6.93147180369123816490e-01
LN2_LO = 1.90821492927058770002e-10
INVERSE_LN2 = 1.4426950408889634
HALF_PI = 1.5707963267948966
ROUNDER = 6755399441055744.0  # 1.5 * 2^52: adding and subtracting it rounds to the nearest integer

MASK32 = 0xFFFFFFFF
MASK64 = 0xFFFFFFFFFFFFFFFF
SQRT_HALF_BITS = 0x3FE6A09E667F3BCD
ONE_BITS = 0x3FF0000000000000
MANTISSA = 0x000FFFFFFFFFFFFF
SMALLEST_NORMAL = 2.0**-1022

L1 = 6.666666666666735130e-01
L2 = 3.999999999940941908e-01
L3 = 2.857142874366239149e-01
L4 = 2.222219843214978396e-01
L5 = 1.818357216161805012e-01
L6 = 1.531383769920937332e-01
L7 = 1.479819860511658591e-01

S1 = -1.66666666666666324348e-01
S2 = 8.33333333332248946124e-03
S3 = -1.98412698298579493134e-04
S4 = 2.75573137070700676789e-06
S5 = -2.50507602534068634195e-08
S6 = 1.58969099521155010221e-10

C1 = 4.16666666666666019037e-02
C2 = -1.38888888888741095749e-03
C3 = 2.48015872894767294178e-05
C4 = -2.75573143513906633035e-07
C5 = 2.08757232129817482790e-09
C6 = -1.13596475577881948265e-11

INVERSE_FACTORIAL = [1 / math.factorial(i) for i in range(14)]  # true division rounds correctly


def total(values: Iterable[float]) -> float:
    """Sum from 0.0 in the order given (the built-in `sum` compensates from Python 3.12 on)."""
    result = 0.0
    for value in values:
        result = result + value
    return result


def to_bits(x: float) -> int:
    """The pattern of a double as an integer."""
    return int(struct.unpack("<Q", struct.pack("<d", x))[0])


def from_bits(bits: int) -> float:
    """The double of a pattern."""
    return float(struct.unpack("<d", struct.pack("<Q", bits))[0])


def ln(x: float) -> float:
    """Natural logarithm; anything below the smallest normal number gives -inf."""
    if x < SMALLEST_NORMAL:
        return -INF
    if x == INF:
        return INF
    h = to_bits(x) + (ONE_BITS - SQRT_HALF_BITS)
    k = float((h >> 52) - 1023)
    f = from_bits((h & MANTISSA) + SQRT_HALF_BITS) - 1
    s = f / (f + 2)
    z = s * s
    w = z * z
    t1 = w * (L2 + w * (L4 + w * L6))
    t2 = z * (L1 + w * (L3 + w * (L5 + w * L7)))
    rest = t1 + t2
    hf = (0.5 * f) * f
    return k * LN2_HI - ((hf - (s * (hf + rest) + k * LN2_LO)) - f)


def exp(x: float) -> float:
    """Exponential; overflows to inf above 709 and underflows to 0 below -708."""
    if x > 709:
        return INF
    if x < -708:
        return 0.0
    c = INVERSE_FACTORIAL
    t = x * INVERSE_LN2 + ROUNDER
    n = t - ROUNDER
    r = (x - n * LN2_HI) - n * LN2_LO
    r2 = r * r
    r4 = r2 * r2
    q0 = (c[2] + r * c[3]) + (c[4] + r * c[5]) * r2
    q1 = (c[6] + r * c[7]) + (c[8] + r * c[9]) * r2
    q2 = (c[10] + r * c[11]) + (c[12] + r * c[13]) * r2
    q = q0 + r4 * (q1 + q2 * r4)
    e = 1 + (r + q * r2)
    return e * from_bits((int(n) + 1023) << 52)


def sincos(u: float) -> tuple[float, float]:
    """Sine and cosine of 2 pi u, for u in (0, 1)."""
    t = u * 4 + ROUNDER
    n = t - ROUNDER
    y = (u * 4 - n) * HALF_PI
    z = y * y
    sine = y + (y * z) * (S1 + z * (S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)))))
    cosine = 1 - (0.5 * z - (z * z) * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6))))))
    quadrant = int(n) & 3
    return [(sine, cosine), (cosine, -sine), (-sine, -cosine), (-cosine, sine)][quadrant]


def philox4x32_10(counter: Words, key: tuple[int, int]) -> Words:
    """Ten rounds of Philox (Salmon et al. 2011) on four 32-bit counter words with two key words."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        first = 0xD2511F53 * c0
        second = 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (
            (second >> 32) ^ c1 ^ k0,
            second & MASK32,
            (first >> 32) ^ c3 ^ k1,
            first & MASK32,
        )
        k0 = (k0 + 0x9E3779B9) & MASK32
        k1 = (k1 + 0xBB67AE85) & MASK32
    return c0, c1, c2, c3


def mix(z: int) -> int:
    """The finaliser of splitmix64."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK64
    return z ^ (z >> 31)


def stream_key(seed: int, point: int, stage: int = 0) -> int:
    """The 64-bit key of a stream of random numbers."""
    golden = 0x9E3779B97F4A7C15
    h = mix((seed + golden) & MASK64)
    h = mix(((h ^ point) + golden) & MASK64)
    return mix(((h ^ stage) + golden) & MASK64)


def uniform(word: int) -> float:
    """A number in (0, 1) from one word."""
    return (word + 0.5) * 2.0**-32


def index_below(word: int, n: int) -> int:
    """An integer in 0..n-1 from one word."""
    return (word * n) >> 32


def normals(a: int, b: int) -> tuple[float, float]:
    """Two standard normal numbers from two words (Box & Muller 1958), the cosine one first."""
    radius = math.sqrt(-2.0 * ln(uniform(a)))
    sine, cosine = sincos(uniform(b))
    return radius * cosine, radius * sine


class Draws:
    """The random words of one replica, each by its address (slot, year word)."""

    def __init__(self, key: int, replica: int, words: WordSource | None = None) -> None:
        self._key = (key & MASK32, key >> 32)
        self._replica = replica
        self._words = words or self._philox
        self._kept: dict[tuple[int, int], Words] = {}

    def _philox(self, slot: int, year: int, replica: int) -> Words:
        return philox4x32_10((slot, year, replica & MASK32, replica >> 32), self._key)

    def words(self, slot: int, year: int) -> Words:
        """The four words of a slot."""
        if (slot, year) not in self._kept:
            if len(self._kept) > 1000:  # addresses never come back after a year
                self._kept.clear()
            self._kept[slot, year] = self._words(slot, year, self._replica)
        return self._kept[slot, year]

    def packed_word(self, first_slot: int, year: int, k: int) -> int:
        """State k's word, where four states share a slot."""
        return self.words(first_slot + k // 4, year)[k % 4]

    def packed_normal(self, first_slot: int, year: int, k: int) -> float:
        """State k's normal number, where four states share a slot."""
        words = self.words(first_slot + k // 4, year)
        a, b = words[:2] if k % 4 < 2 else words[2:]
        return normals(a, b)[k % 2]
