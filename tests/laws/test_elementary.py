"""ln, exp, sine and cosine within 2 units in the last place of the true value."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable

import mpmath
import pytest

from hegemon.reference import exp, ln, sincos
from hegemon.reference import numerics as reference_numerics

LIMIT = 2.0
POINTS = 20_000


def worst(
    ours: Callable[[float], float], true: Callable[[float], mpmath.mpf], points: Iterable[float]
) -> float:
    """The greatest error in units in the last place of the true value."""
    with mpmath.workprec(120):
        errors = []
        for x in points:
            exact = true(x)
            errors.append(abs(float((mpmath.mpf(ours(x)) - exact) / math.ulp(float(exact)))))
    return max(errors)


def around(centres: Iterable[float]) -> list[float]:
    return [y for x in centres for y in (math.nextafter(x, -math.inf), x, math.nextafter(x, math.inf))]


@pytest.fixture(scope="module")
def exponents() -> list[float]:
    rng = random.Random(1)
    halves = [(n + 0.5) * math.log(2) for n in range(-1020, 1022, 7)]
    edges = [*around([0.0, 1.0, -1.0]), *around(halves), -708.0, 709.0, 1e-300, -1e-20]
    wide = [rng.uniform(-708, 709) for _ in range(POINTS)]
    return edges + wide + [rng.gauss(0, 1) for _ in range(POINTS)]


@pytest.fixture(scope="module")
def positives() -> list[float]:
    rng = random.Random(2)
    powers = [2.0**n for n in range(-1021, 1024, 9)]
    halfway = [math.sqrt(0.5) * p for p in powers]
    edges = [*around(powers), *around(halfway), 2.0**-1022, math.nextafter(math.inf, 0)]
    wide = [math.ldexp(1 + rng.random(), rng.randint(-1022, 1023)) for _ in range(POINTS)]
    return edges + wide + [1 + rng.gauss(0, 0.1) for _ in range(POINTS)]


@pytest.fixture(scope="module")
def turns() -> list[float]:
    """Numbers that words can make, near every multiple of an eighth of a turn too."""
    rng = random.Random(3)
    eighths = [(2**29 * n + d) % 2**32 for n in range(8) for d in range(-20, 21)]
    words = eighths + [rng.randrange(2**32) for _ in range(POINTS)]
    return [reference_numerics.uniform(w) for w in words]


def true_ln(x: float) -> mpmath.mpf:
    return mpmath.log(mpmath.mpf(x)) if x != 1 else mpmath.mpf(0)


def true_sine(u: float) -> mpmath.mpf:
    return mpmath.sinpi(2 * mpmath.mpf(u))


def true_cosine(u: float) -> mpmath.mpf:
    return mpmath.cospi(2 * mpmath.mpf(u))


def test_exp(exponents):
    assert worst(exp, mpmath.exp, exponents) < LIMIT


def test_ln(positives):
    assert worst(ln, true_ln, positives) < LIMIT


def test_sine_and_cosine(turns):
    assert worst(lambda u: sincos(u)[0], true_sine, turns) < LIMIT
    assert worst(lambda u: sincos(u)[1], true_cosine, turns) < LIMIT


@pytest.mark.parametrize(
    ("name", "change"),
    [("LN2_LO", 1e-3), ("L3", 1e-9), ("S4", 1e-4), ("C4", 1e-4)],
)
def test_a_slightly_wrong_coefficient_is_noticed(name, change, monkeypatch, exponents, positives, turns):
    """The control: one coefficient off by a little takes some function out of its limit."""
    monkeypatch.setattr(reference_numerics, name, getattr(reference_numerics, name) * (1 + change))
    errors = [
        worst(exp, mpmath.exp, exponents[::8]),
        worst(ln, true_ln, positives[::8]),
        worst(lambda u: sincos(u)[0], true_sine, turns[::8]),
        worst(lambda u: sincos(u)[1], true_cosine, turns[::8]),
    ]
    assert max(errors) > LIMIT


def test_saturation():
    assert exp(709.0001) == math.inf
    assert exp(math.inf) == math.inf
    assert exp(-708.0001) == 0
    assert exp(-math.inf) == 0
    assert ln(0.0) == ln(2.0**-1030) == -math.inf
    assert ln(math.inf) == math.inf
    assert (exp(0.0), exp(-0.0), ln(1.0)) == (1, 1, 0)
