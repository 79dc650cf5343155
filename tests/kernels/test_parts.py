"""The kernel's own arithmetic on lanes, at the edges and over many random words.

In double precision against the reference bit for bit, and against the true value; in single precision
within a few units in the last place of the true value.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import mpmath
import numpy as np
import pytest

from hegemon.bits import as_bits
from hegemon.reference import numerics as plain
from hegemon.selftest.lane_calls import of_blocks, of_numbers, of_words

MOST = 0xFFFFFFFF
MANY = 20_000


def edge_words() -> list[int]:
    powers = [2**k + d for k in range(33) for d in (-1, 0, 1)]
    turns = [(2**29 * n + d) % 2**32 for n in range(8) for d in (-1025, -512, -2, -1, 0, 1, 2, 511, 513)]
    return sorted({w for w in [0, 1, 2, MOST - 1, MOST, *powers, *turns] if 0 <= w <= MOST})


@pytest.fixture(scope="module")
def words() -> tuple[np.ndarray, np.ndarray]:
    """Pairs of words: every edge with a random word and with itself, then random ones."""
    rng = np.random.default_rng(4)
    edges = np.array(edge_words(), np.uint64)
    some = rng.integers(0, 2**32, len(edges), dtype=np.uint64)
    random = rng.integers(0, 2**32, (2, MANY), dtype=np.uint64)
    return np.concatenate([edges, some, edges, random[0]]), np.concatenate([some, edges, edges, random[1]])


@pytest.fixture(scope="module")
def numbers() -> np.ndarray:
    rng = random.Random(5)
    powers = [math.ldexp(m, e) for e in range(-1021, 1024, 31) for m in (0.5, math.sqrt(0.5), 0.75)]
    near = [
        f(x) for x in [0.5, 1.0, math.sqrt(0.5), math.sqrt(2), 708.0, 709.0] for f in (below, same, above)
    ]
    special = [0.0, 5e-324, 2.0**-1022, below(2.0**-1022), 1e308, math.inf]
    wide = [math.ldexp(1 + rng.random(), rng.randint(-1022, 1023)) for _ in range(MANY)]
    return np.array(powers + near + special + wide + [abs(rng.gauss(0, 3)) for _ in range(MANY)])


def below(x: float) -> float:
    return math.nextafter(x, -math.inf)


def above(x: float) -> float:
    return math.nextafter(x, math.inf)


def same(x: float) -> float:
    return x


def assert_same_bits(ours: np.ndarray, theirs: list[float]) -> None:
    expected = np.array(theirs, ours.dtype)
    different = np.flatnonzero(as_bits(ours) != as_bits(expected))
    assert [(i, ours[i], expected[i]) for i in different[:5]] == []


# Double precision: bits of the reference


def test_exp(numbers):
    for x in (numbers, -numbers):
        assert_same_bits(of_numbers(x).exp, [plain.exp(v) for v in x.tolist()])


def test_ln(numbers):
    assert_same_bits(of_numbers(numbers).ln, [plain.ln(v) for v in numbers.tolist()])


@pytest.mark.parametrize("exponent", [1.0, 2.0, 3.0, 0.5, 2.5, 1e-3, 4.0, 50.0, above(3.0), below(1.0)])
def test_power(numbers, exponent):
    exact = {1.0: lambda v: v, 2.0: lambda v: v * v, 3.0: lambda v: (v * v) * v}
    power = exact.get(exponent, lambda v: plain.exp(exponent * plain.ln(v)))
    assert_same_bits(of_numbers(numbers, exponent).power, [power(v) for v in numbers.tolist()])


def test_numbers_from_words(words):
    a, b = words
    found = of_words(a, b, 61)
    uniforms = [plain.uniform(w) for w in a.tolist()]
    assert_same_bits(found.uniform, uniforms)
    assert_same_bits(found.sine, [plain.sincos(u)[0] for u in uniforms])
    assert_same_bits(found.cosine, [plain.sincos(u)[1] for u in uniforms])
    pairs = [plain.normals(x, y) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    assert_same_bits(found.first, [pair[0] for pair in pairs])
    assert_same_bits(found.second, [pair[1] for pair in pairs])
    assert 0 < found.uniform.min() < found.uniform.max() < 1


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n", [1, 2, 3, 6, 61, 63, 64])
def test_index_below(words, n, dtype):
    found = of_words(*words, n, dtype).index.tolist()
    assert found == [plain.index_below(w, n) for w in words[0].tolist()]
    assert (min(found), max(found)) == (0, n - 1)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("key", [0, 1, MOST, 1 << 32, MOST << 32, 2**64 - 1, 0xA4093822299F31D0])
def test_philox(key, dtype):
    rng = np.random.default_rng(6)
    edges = np.array(
        [[x, y, z, w] for x in (0, MOST) for y in (0, MOST) for z in (0, MOST) for w in (0, MOST)]
    )
    counters = np.concatenate([edges, rng.integers(0, 2**32, (500, 4))]).astype(np.uint64)
    halves = (key & MOST, key >> 32)
    expected = [list(plain.philox4x32_10(tuple(c), halves)) for c in counters.tolist()]
    assert of_blocks(counters, key, dtype).tolist() == expected


# The true value


def ulps(ours: np.ndarray, true: Callable[[float], mpmath.mpf], points: np.ndarray) -> float:
    """Greatest error in units in the last place of the true value."""
    assert np.all(np.isfinite(ours))
    worst = 0.0
    with mpmath.workprec(120):
        for y, x in zip(ours, points.tolist(), strict=True):
            exact = true(x)
            unit = float(np.spacing(abs(ours.dtype.type(float(exact)))))
            worst = max(worst, abs(float((mpmath.mpf(float(y)) - exact) / unit)))
    return worst


def sine(u: float) -> mpmath.mpf:
    return mpmath.sinpi(2 * mpmath.mpf(u))


def cosine(u: float) -> mpmath.mpf:
    return mpmath.cospi(2 * mpmath.mpf(u))


# Greatest errors seen of exp, ln, the sines: 0.9, 0.7, 1.7 in double, 0.9, 0.7, 1.8 in single precision.
LIMITS = {"float64": 2.0, "float32": 2.5}
RANGES = {"float64": (-708.0, 709.0, -1022, 1023), "float32": (-87.0, 88.0, -126, 127)}
PRECISIONS = pytest.mark.parametrize("dtype", LIMITS)


@PRECISIONS
def test_exp_is_close_to_the_true_value(dtype):
    rng = np.random.default_rng(7)
    least, most = RANGES[dtype][:2]
    x = np.concatenate([[least, most, 0.0], rng.uniform(least, most, 5000), rng.normal(0, 1, 5000)]).astype(
        dtype
    )
    assert ulps(of_numbers(x, dtype=dtype).exp, mpmath.exp, x) < LIMITS[dtype]


@PRECISIONS
def test_ln_is_close_to_the_true_value(dtype):
    rng = np.random.default_rng(8)
    least, most = RANGES[dtype][2:]
    wide = np.ldexp(rng.uniform(1, 2, 5000), rng.integers(least, most + 1, 5000))
    near_one = 1 + rng.normal(0, 0.1, 5000)
    x = np.concatenate([[2.0**least, 2.0**most], wide, near_one]).astype(dtype)
    x = x[np.isfinite(x) & (x != 1)]
    assert ulps(of_numbers(x, dtype=dtype).ln, mpmath.log, x) < LIMITS[dtype]


@PRECISIONS
def test_sine_and_cosine_are_close_to_the_true_value(dtype, words):
    a = words[0][:: 3 if dtype == "float64" else 1]
    found = of_words(a, a, dtype=dtype)
    assert ulps(found.sine, sine, found.uniform) < LIMITS[dtype]
    assert ulps(found.cosine, cosine, found.uniform) < LIMITS[dtype]


@PRECISIONS
def test_a_wrong_function_is_noticed(dtype):
    """The control: the measure sees an error of two parts in 10^15 (10^6 in single precision)."""
    x = np.linspace(0.5, 1.5, 99).astype(dtype)
    wrong = of_numbers(x, dtype=dtype).exp * np.dtype(dtype).type(1 + 16 * np.finfo(dtype).eps)
    assert ulps(wrong, mpmath.exp, x) > LIMITS[dtype]


# Single precision


def test_single_precision_uniforms_are_exact(words):
    a, b = words
    found = of_words(a, b, dtype="float32").uniform
    assert found.astype(float).tolist() == [((w >> 9) + 0.5) * 2.0**-23 for w in a.tolist()]
    assert 0 < found.min() < found.max() < 1


def test_single_precision_normals(words):
    a, b = words
    found = of_words(a, b, dtype="float32")
    u = found.uniform.astype(float)
    v = of_words(b, b, dtype="float32").uniform.astype(float)
    radius = np.sqrt(-2 * np.log(u))
    for ours, true in ((found.first, np.cos(2 * np.pi * v)), (found.second, np.sin(2 * np.pi * v))):
        assert np.all(np.isfinite(ours))
        assert np.abs(ours - radius * true).max() < 3e-6
    assert np.hypot(found.first, found.second).max() < 6


def test_single_precision_saturates():
    found = of_numbers([0.0, 1e-45, 2.0**-126, 1e38, math.inf, 88.1, 87.9], dtype="float32")
    assert found.ln[:2].tolist() == [-math.inf, -math.inf]
    assert found.ln[4] == math.inf
    assert found.exp[3:6].tolist() == [math.inf] * 3
    assert np.isfinite(found.exp[6])
    assert of_numbers([-87.1, -1e38, -math.inf], dtype="float32").exp.tolist() == [0, 0, 0]


@pytest.mark.parametrize("exponent", [1.0, 2.0, 3.0, 2.5, 0.5])
def test_single_precision_powers(exponent):
    x = np.linspace(0.01, 30, 2000).astype("float32")
    found = of_numbers(x, exponent, "float32").power
    assert np.abs(found / x.astype(float) ** exponent - 1).max() < 2e-6
    assert of_numbers([0.0, math.inf], exponent, "float32").power.tolist() == [0, math.inf]
