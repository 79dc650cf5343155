"""The confidence sequence against its definition, and how often it is ever wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize
from scipy.special import betaln

from hegemon.estimates.proportions import wilson
from hegemon.estimates.sequential import CONCENTRATION, confidence_sequence, log_evidence


def plain_evidence(p: float, s: int, f: int) -> float:
    """As it is defined: beta-binomial likelihood over binomial likelihood."""
    a, b = CONCENTRATION * p, CONCENTRATION * (1 - p)
    return float(betaln(a + s, b + f) - betaln(a, b) - s * np.log(p) - f * np.log1p(-p))


def slow(s: int, f: int, confidence: float) -> tuple[float, float]:
    """Limits by a root finder on the definition, in a logarithmic or a plain scale."""
    bound = -np.log1p(-confidence)

    def lower(s: int, f: int) -> float:
        if s < 2:
            return 0.0
        at = s / (s + f)
        root = optimize.brentq(
            lambda x: plain_evidence(at * np.exp(x), s, f) - bound, -40, -1e-12, xtol=1e-13
        )
        return at * float(np.exp(root))

    return lower(s, f), 1 - lower(f, s)


@given(n=st.integers(2, 300_000), share=st.floats(0, 1), confidence=st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_limits_are_those_of_the_definition(n: int, share: float, confidence: float) -> None:
    s = round(n * share)
    low, high = confidence_sequence(s, n, confidence)
    assert 0 <= low <= s / n <= high <= 1
    np.testing.assert_allclose([low, high], slow(s, n - s, confidence), rtol=1e-6, atol=1e-12)


@given(n=st.integers(1, 10**6), share=st.floats(0, 1), p=st.floats(1e-6, 1 - 1e-6))
def test_evidence_is_that_of_the_definition(n: int, share: float, p: float) -> None:
    s = round(n * share)
    want = plain_evidence(p, s, n - s)
    assert log_evidence(p, 1 - p, s, n - s) == pytest.approx(want, rel=1e-9, abs=1e-7)


@given(n=st.integers(1, 10**6), share=st.floats(0, 1))
def test_evidence_is_convex_so_that_what_is_left_is_an_interval(n: int, share: float) -> None:
    s = round(n * share)
    p = np.linspace(1e-4, 1 - 1e-4, 2001)
    values = log_evidence(p, 1 - p, s, n - s)
    assert (np.diff(values, 2) >= -1e-7 * np.maximum(1, np.abs(values[1:-1]))).all()


@pytest.mark.parametrize("n", [1, 2, 1000, 10**6, 10**9, 10**12])
def test_none_and_all(n: int) -> None:
    low, high = confidence_sequence([0, n], n)
    assert (low[0], high[1]) == (0.0, 1.0)
    assert 0 < high[0] <= 1
    assert high[0] == pytest.approx(1 - low[1], abs=1e-15)
    if n >= 10**6:  # the least that any valid limit can be is -log(alpha) / n
        assert -np.log(0.05) / n < high[0] < -1.01 * np.log(0.05) / n


def test_nothing_is_known_before_the_first_trial() -> None:
    low, high = confidence_sequence(0, 0)
    assert (low, high) == (0.0, 1.0)


def test_limits_are_mirrored_and_nested() -> None:
    n = np.array([100, 1000, 50_000, 10**7])
    s = n // 7
    low, high = confidence_sequence(s, n)
    other_low, other_high = confidence_sequence(n - s, n)
    np.testing.assert_allclose([1 - other_high, 1 - other_low], [low, high], rtol=1e-9)
    wider_low, wider_high = confidence_sequence(s, n, 0.99)
    assert ((wider_low < low) & (high < wider_high)).all()
    fixed_low, fixed_high = wilson(s, n)
    assert ((low < fixed_low) & (fixed_high < high)).all()


@pytest.fixture(scope="module")
def intervals() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Limits for all counts after each of 200 trials, in a triangle."""
    trials, successes = np.tril_indices(201)
    found = {}
    for limits in (confidence_sequence, wilson):
        table = np.zeros((2, 201, 201))
        table[:, trials, successes] = limits(successes, trials)
        found[limits.__name__] = (table[0], table[1])
    return found


def ever_wrong(limits: tuple[np.ndarray, np.ndarray], p: float) -> float:
    """Probability, exactly, that the interval leaves out p after any of the trials: by a sum over paths."""
    alive, wrong = np.ones(1), 0.0
    for n in range(1, len(limits[0])):
        alive = p * np.append(0.0, alive) + (1 - p) * np.append(alive, 0.0)
        low, high = (side[n, : n + 1] for side in limits)
        outside = (low > p) | (high < p)
        wrong += alive[outside].sum()
        alive = np.where(outside, 0.0, alive)
    return float(wrong)


@pytest.mark.parametrize("p", [0.01, 0.1, 0.5, 0.93])
def test_how_often_it_is_ever_wrong(intervals: dict[str, tuple[np.ndarray, np.ndarray]], p: float) -> None:
    """Exact, no matter of chance; Wilson's interval, looked at after each trial, is the control."""
    assert ever_wrong(intervals["confidence_sequence"], p) <= 0.05
    assert ever_wrong(intervals["wilson"], p) > 0.15
