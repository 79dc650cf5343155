"""exp, ln, sine and cosine of the project's own: the same bits on every machine.

Made of + - * / and bit operations in the order that docs/model.md writes out. In double precision they
take a number or a vector (ln and the sines after fdlibm, Sun Microsystems 1993; exp a Taylor polynomial
in Estrin's order), in single precision a vector (after Cephes, Moshier 1989).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.core import types
from numba.extending import overload

from hegemon_kernels._jit import STRICT, inlined
from hegemon_kernels.lane_ops import float_bits, from_bits, select, square_root, word_bits

_U = np.uint64
_V = np.uint32

# Double precision.
_LN2_HI, _LN2_LO = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_L1, _L2, _L3, _L4, _L5, _L6, _L7 = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
_S1, _S2, _S3, _S4, _S5, _S6 = (
    -1.66666666666666324348e-01,
    8.33333333332248946124e-03,
    -1.98412698298579493134e-04,
    2.75573137070700676789e-06,
    -2.50507602534068634195e-08,
    1.58969099521155010221e-10,
)
_C1, _C2, _C3, _C4, _C5, _C6 = (
    4.16666666666666019037e-02,
    -1.38888888888741095749e-03,
    2.48015872894767294178e-05,
    -2.75573143513906633035e-07,
    2.08757232129817482790e-09,
    -1.13596475577881948265e-11,
)
_E2, _E3, _E4, _E5, _E6, _E7, _E8, _E9, _E10, _E11, _E12, _E13 = (
    1.0 / math.factorial(k) for k in range(2, 14)
)
_LOG2E = 1.4426950408889634
_ROUND = 6755399441055744.0  # 1.5 * 2^52: adding it rounds to an integer, left in the low bits
_HALF_PI = 1.5707963267948966
_SMALLEST = 2.0**-1022
_INFINITY = math.inf
_SQRT_HALF = _U(0x3FE6A09E667F3BCD)
_SHIFT = _U(0x3FF0000000000000 - 0x3FE6A09E667F3BCD)
_ONE = _U(0x3FF0000000000000)
_MANTISSA = _U(0x000FFFFFFFFFFFFF)
_TWO52_BITS = _U(0x4330000000000000)
_TWO52 = 4503599627370496.0
_TWO52_BIASED = _TWO52 + 1023.0
_TWO52_LESS_HALF = _TWO52 - 0.5
_WORD = 2.0**-32
_U1, _U2, _U52, _U62 = _U(1), _U(2), _U(52), _U(62)

# Single precision.
_FS1, _FS2, _FS3 = -1.6666654611e-1, 8.3321608736e-3, -1.9515295891e-4
_FC1, _FC2, _FC3 = 4.166664568298827e-2, -1.388731625493765e-3, 2.443315711809948e-5
_FL = (
    7.0376836292e-2,
    -1.1514610310e-1,
    1.1676998740e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
)
_FL0, _FL1, _FL2, _FL3, _FL4, _FL5, _FL6, _FL7, _FL8 = _FL
_FE0, _FE1, _FE2, _FE3, _FE4, _FE5 = (
    1.9875691500e-4,
    1.3981999507e-3,
    8.3334519073e-3,
    4.1665795894e-2,
    1.6666665459e-1,
    5.0000001201e-1,
)
_FLN2_HI, _FLN2_LO = 0.693359375, -2.12194440e-4
_FROUND = 12582912.0  # 1.5 * 2^23
_FBIASED = 8388608.0 + 127.0
_FSMALLEST = 2.0**-126
_FSQRT_HALF = _V(0x3F3504F3)
_FSHIFT = _V(0x3F800000 - 0x3F3504F3)
_FONE = _V(0x3F800000)
_FMANTISSA = _V(0x007FFFFF)
_TWO23_BITS = _V(0x4B000000)
_ONE_LESS = 1.0 - 2.0**-24
_V1, _V2, _V9, _V23, _V30 = _V(1), _V(2), _V(9), _V(23), _V(30)


@inlined
def _ln_double(x: Any) -> Any:
    shifted = float_bits(x) + _SHIFT
    k = from_bits((shifted >> _U52) | _TWO52_BITS) - _TWO52_BIASED
    f = from_bits((shifted & _MANTISSA) + _SQRT_HALF) - 1.0
    s = f / (f + 2.0)
    z = s * s
    w = z * z
    t1 = w * (_L2 + w * (_L4 + w * _L6))
    t2 = z * (_L1 + w * (_L3 + w * (_L5 + w * _L7)))
    half = 0.5 * f * f
    return k * _LN2_HI - ((half - (s * (half + (t1 + t2)) + k * _LN2_LO)) - f)


@inlined
def _ln_single(x: Any) -> Any:
    shifted = float_bits(x) + _FSHIFT
    k = from_bits((shifted >> _V23) | _TWO23_BITS) - _FBIASED
    f = from_bits((shifted & _FMANTISSA) + _FSQRT_HALF) - 1.0
    z = f * f
    high = (f * _FL0 + _FL1) * z + (f * _FL2 + _FL3)
    low = (f * _FL4 + _FL5) * z + (f * _FL6 + _FL7)
    y = ((high * (z * z) + low) * f + _FL8) * f * z
    y = k * _FLN2_LO + y - 0.5 * z
    return k * _FLN2_HI + (f + y)


@inlined
def _exp_double(x: Any) -> Any:
    t = x * _LOG2E + _ROUND
    n = t - _ROUND
    r = (x - n * _LN2_HI) - n * _LN2_LO
    r2 = r * r
    r4 = r2 * r2
    q0 = (_E2 + r * _E3) + (_E4 + r * _E5) * r2
    q1 = (_E6 + r * _E7) + (_E8 + r * _E9) * r2
    q2 = (_E10 + r * _E11) + (_E12 + r * _E13) * r2
    q = q0 + r4 * (q1 + q2 * r4)
    value = (1.0 + (r + q * r2)) * from_bits((float_bits(t) << _U52) + _ONE)
    return select(x > 709.0, _INFINITY, select(x < -708.0, 0.0, value))


@inlined
def _exp_single(x: Any) -> Any:
    t = x * _LOG2E + _FROUND
    n = t - _FROUND
    r = (x - n * _FLN2_HI) - n * _FLN2_LO
    z = r * r
    q = ((r * _FE0 + _FE1) * z + (r * _FE2 + _FE3)) * z + (r * _FE4 + _FE5)
    value = (1.0 + (q * z + r)) * from_bits((float_bits(t) << _V23) + _FONE)
    return select(x > 88.0, _INFINITY, select(x < -87.0, 0.0, value))


@inlined
def _turn_double(u: Any) -> Any:
    t = u * 4.0 + _ROUND
    y = (u * 4.0 - (t - _ROUND)) * _HALF_PI
    quadrant = float_bits(t)
    z = y * y
    sine = y + (y * z) * (_S1 + z * (_S2 + z * (_S3 + z * (_S4 + z * (_S5 + z * _S6)))))
    cosine = 1.0 - (0.5 * z - (z * z) * (_C1 + z * (_C2 + z * (_C3 + z * (_C4 + z * (_C5 + z * _C6))))))
    odd = (quadrant & _U1) != _U(0)
    first = float_bits(select(odd, sine, cosine)) ^ (((quadrant + _U1) & _U2) << _U62)
    second = float_bits(select(odd, cosine, sine)) ^ ((quadrant & _U2) << _U62)
    return from_bits(first), from_bits(second)


@inlined
def _turn_single(u: Any) -> Any:
    t = u * 4.0 + _FROUND
    y = (u * 4.0 - (t - _FROUND)) * _HALF_PI
    quadrant = float_bits(t)
    z = y * y
    sine = y + (y * z) * (_FS1 + z * (_FS2 + z * _FS3))
    cosine = 1.0 - (0.5 * z - (z * z) * (_FC1 + z * (_FC2 + z * _FC3)))
    odd = (quadrant & _V1) != _V(0)
    first = float_bits(select(odd, sine, cosine)) ^ (((quadrant + _V1) & _V2) << _V30)
    second = float_bits(select(odd, cosine, sine)) ^ ((quadrant & _V2) << _V30)
    return from_bits(first), from_bits(second)


@inlined
def _uniform_double(word: Any) -> Any:
    return (from_bits(word | _TWO52_BITS) - _TWO52_LESS_HALF) * _WORD


@inlined
def _uniform_single(word: Any) -> Any:
    return from_bits((word >> _V9) | _FONE) - _ONE_LESS


@inlined
def _saturated_ln_double(x: Any) -> Any:
    return select(x < _SMALLEST, -_INFINITY, select(x < _INFINITY, _ln_double(x), x))


@inlined
def _saturated_ln_single(x: Any) -> Any:
    return select(x < _FSMALLEST, -_INFINITY, select(x < _INFINITY, _ln_single(x), x))


def ln_normal(x: Any) -> Any:
    """Natural logarithm of a positive normal number."""


def ln(x: Any) -> Any:
    """Natural logarithm of any number from 0 to infinity; -inf below the smallest normal number."""


def exp(x: Any) -> Any:
    """Exponential; inf above 709 and 0 below -708 (single precision: 88 and -87)."""


def turn(u: Any) -> Any:
    """Cosine and sine of 2 pi u, for u in (0, 1)."""


def uniform(word: Any) -> Any:
    """The number in (0, 1) that a 32-bit word stands for."""


def _by_precision(function: Any, double: Any, single: Any) -> None:
    @overload(function, jit_options={"forceinline": True, **STRICT})  # type: ignore[untyped-decorator]
    def choose(x: Any) -> Any:
        wide = getattr(x, "element", x) in (types.float64, types.uint64)
        chosen = double if wide else single

        def call(x: Any) -> Any:
            return chosen(x)

        return call


_by_precision(ln_normal, _ln_double, _ln_single)
_by_precision(ln, _saturated_ln_double, _saturated_ln_single)
_by_precision(exp, _exp_double, _exp_single)
_by_precision(turn, _turn_double, _turn_single)
_by_precision(uniform, _uniform_double, _uniform_single)


@inlined
def radius(u: Any) -> Any:
    """Length of a pair of independent standard normals, from a uniform (Box & Muller 1958)."""
    return square_root(-2.0 * ln_normal(u))


@inlined
def normals(first: Any, second: Any) -> Any:
    """Two independent standard normals (cosine first, then sine) from two words (Box & Muller 1958)."""
    length = radius(uniform(first))
    cosine, sine = turn(uniform(second))
    return length * cosine, length * sine


@inlined
def power(x: Any, exponent: Any) -> Any:
    """`x` to the exponent, x >= 0; exponents 1, 2 and 3 are exact products."""
    if exponent == 1.0:
        return x
    if exponent == 2.0:
        return x * x
    if exponent == 3.0:
        return x * x * x
    return exp(exponent * ln(x))


@inlined
def counts(x: Any) -> Any:
    """Whether an amount is enough to divide by; what is smaller counts as nothing."""
    return x >= (2.0**-900 if word_bits(x) == 64 else 2.0**-100)


@inlined
def inverse(x: Any) -> Any:
    """1 / x, and 0 where x counts as nothing: shares of nothing are 0."""
    return select(counts(x), 1.0 / x, 0.0)
