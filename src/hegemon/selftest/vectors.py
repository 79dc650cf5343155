"""Known answers: the generator's published vectors, and true values of the elementary functions.

True values are rounded from 160 bits. Each of ours must be within a few units in the last place of them, and
have the bits of the plain reference.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from hegemon.bits import as_bits
from hegemon.reference import numerics
from hegemon.selftest.lane_calls import of_blocks, of_numbers, of_words
from hegemon.selftest.result import Failure

ONES = 0xFFFFFFFF
# Random123's kat_vectors, philox4x32 with 10 rounds: counter, key, result.
PHILOX = (
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
)
EXP = (
    (-708.0, 3.307553003638408e-308),
    (-20.5, 1.2501528663867426e-09),
    (-1.0, 0.36787944117144233),
    (-1e-09, 0.999999999),
    (0.3, 1.3498588075760032),
    (1.0, 2.718281828459045),
    (2.5, 12.182493960703473),
    (100.25, 3.451610733125924e43),
    (709.0, 8.218407461554972e307),
)
LN = (
    (2.2250738585072014e-308, -708.3964185322641),
    (1e-09, -20.72326583694641),
    (0.5, -0.6931471805599453),
    (0.7071067811865476, -0.3465735902799726),
    (0.9999999, -1.0000000494736474e-07),
    (1.5, 0.4054651081081644),
    (2.718281828459045, 1.0),
    (1000000000.0, 20.72326583694641),
    (1.7976931348623157e308, 709.782712893384),
)
TURN = (  # word, sine, cosine
    (0x00000000, 7.314590396335798e-10, 1.0),
    (0x00000001, 2.1943771189007394e-09, 1.0),
    (0x1FFFFFFF, 0.7071067806693279, 0.7071067817037672),
    (0x20000000, 0.7071067817037672, 0.7071067806693279),
    (0x55555555, 0.8660254036625288, -0.500000000211154),
    (0x80000000, -7.314590396335798e-10, -1.0),
    (0x9E3779B9, -0.6754902942645113, -0.7373688780755829),
    (0xDEADBEEF, -0.7296622360849727, 0.6838077370368644),
    (0xFFFFFFFF, -7.314590396335798e-10, 1.0),
)
NORMAL = (  # two words, first and second normal
    (0x00000000, 0x20000000, 4.782662116961182, 4.782662123957825),
    (0x00000001, 0x55555555, -3.2996397294403073, 5.715143654845368),
    (0x1FFFFFFF, 0x80000000, -2.039333980794298, -1.4916892750839225e-09),
    (0x20000000, 0x9E3779B9, -1.5037414087662209, -1.377550310173392),
    (0x55555555, 0xDEADBEEF, 1.013610812063402, -1.0815811105837414),
    (0x80000000, 0xFFFFFFFF, 1.1774100223177266, -8.612272041794761e-10),
    (0x9E3779B9, 0x00000000, 0.9810319312423628, 7.175846742764148e-10),
    (0xDEADBEEF, 0x00000001, 0.5281051845562235, 1.1588619333630291e-09),
    (0xFFFFFFFF, 0x1FFFFFFF, 1.0789593226995036e-05, 1.0789593211210745e-05),
)

# Units in the last place: greatest errors seen are 0.9 of exp, 0.7 of ln, 1.7 of the sines.
ELEMENTARY, NORMALS, SINGLE = 2.0, 4.0, 2.5


def philox() -> str:
    """The generator, in both precisions of the kernel and in the reference."""
    for counter, key, answer in PHILOX:
        counters = np.array([counter], np.uint64)
        found = {
            dtype: tuple(of_blocks(counters, key[0] | key[1] << 32, dtype)[0].tolist())
            for dtype in ("float64", "float32")
        }
        found["the reference"] = numerics.philox4x32_10(counter, key)
        for where, words in found.items():
            if words != answer:
                raise Failure(f"{where}: counter {counter}, key {key} give {words}, not {answer}")
    return f"{len(PHILOX)} published vectors, in both precisions and in the reference"


def elementary() -> str:
    """exp, ln, sine and cosine."""
    x = np.array([x for x, _ in EXP])
    _near("exp", x, of_numbers(x).exp, [true for _, true in EXP], ELEMENTARY)
    _same("exp", x, of_numbers(x).exp, map(numerics.exp, x.tolist()))
    x = np.array([x for x, _ in LN])
    _near("ln", x, of_numbers(x).ln, [true for _, true in LN], ELEMENTARY)
    _same("ln", x, of_numbers(x).ln, map(numerics.ln, x.tolist()))
    words = np.array([word for word, _, _ in TURN], np.uint32)
    found = of_words(words, words)
    plain = [numerics.sincos(numerics.uniform(word)) for word in words.tolist()]
    for name, place, ours in (("sine", 1, found.sine), ("cosine", 2, found.cosine)):
        _near(name, words, ours, [row[place] for row in TURN], ELEMENTARY)
        _same(name, words, ours, (pair[place - 1] for pair in plain))
    _single()
    return f"{len(EXP) + len(LN) + 2 * len(TURN)} true values within {ELEMENTARY:g} units in the last place"


def _single() -> None:
    """exp and ln in single precision, against those of the C library in double precision."""
    x = np.array([x for x, _ in EXP if -87 < x < 88], np.float32)
    true = [math.exp(value) for value in x.astype(float).tolist()]
    _near("exp (float32)", x, of_numbers(x, dtype="float32").exp, true, SINGLE)
    x = np.array([x for x, _ in LN if 1e-30 < x < 1e30], np.float32)
    x = x[x != 1]
    true = [math.log(value) for value in x.astype(float).tolist()]
    _near("ln (float32)", x, of_numbers(x, dtype="float32").ln, true, SINGLE)


def normals() -> str:
    """Standard normal numbers from two words."""
    a, b = (np.array([row[place] for row in NORMAL], np.uint32) for place in (0, 1))
    found = of_words(a, b)
    plain = [numerics.normals(*row[:2]) for row in NORMAL]
    for place, ours in ((0, found.first), (1, found.second)):
        _near("normal", a, ours, [row[place + 2] for row in NORMAL], NORMALS)
        _same("normal", a, ours, (pair[place] for pair in plain))
    return f"{2 * len(NORMAL)} true values within {NORMALS:g} units in the last place"


def _near(
    name: str, inputs: NDArray[np.generic], ours: NDArray[np.floating], true: Sequence[float], limit: float
) -> None:
    exact = np.array(true, ours.dtype)
    with np.errstate(invalid="ignore", over="ignore"):
        errors = np.abs(ours - exact) / np.spacing(np.abs(exact))
    bad = np.flatnonzero(~(errors <= limit))
    if len(bad):
        i = bad[0]
        raise Failure(
            f"{name} of {inputs[i]!r} is {ours[i]!r}, should be {exact[i]!r} ({errors[i]:.3g} units)"
        )


def _same(name: str, inputs: NDArray[np.generic], ours: NDArray[np.floating], plain: Iterator[float]) -> None:
    theirs = np.fromiter(plain, ours.dtype, len(ours))
    bad = np.flatnonzero(as_bits(ours) != as_bits(theirs))
    if len(bad):
        i = bad[0]
        raise Failure(f"{name} of {inputs[i]!r} is {ours[i]!r}, and {theirs[i]!r} by the reference")
