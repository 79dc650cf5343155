"""The root finder on known curves: what it finds, and what it says where there is nothing to find."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hegemon.solving.task import Count, Task
from solving.curves import logistic, search


@pytest.mark.parametrize(
    ("curve", "target", "replicas", "root"),
    [
        (logistic(0.47, -10), 0.2, 1_000, 0.47),
        (logistic(0.47, 10), 0.2, 1_000, 0.47),
        (logistic(0.03, -30), 0.2, 1_000, 0.03),
        (lambda x: 0.3 * math.exp(-12 * x), 0.002, 20_000, math.log(150) / 12),
        (lambda x: 1 - 0.3 * math.exp(-12 * x), 0.998, 20_000, math.log(150) / 12),
    ],
)
def test_a_root_is_found_within_the_tolerance(curve, target: float, replicas: int, root: float) -> None:
    found, _ = search(curve, target=target, replicas=replicas)
    assert (found.state, found.method) == ("found", "fit")
    assert found.low <= found.value <= found.high
    assert found.high - found.low <= 0.02
    assert found.value == pytest.approx(root, abs=0.02)
    assert found.words == ()


@pytest.mark.parametrize(("high", "low"), [(0.9, 0.01), (1.0, 0.0), (0.5, 0.05)])
def test_a_cliff_is_bracketed(high: float, low: float) -> None:
    found, _ = search(lambda x: high if x < 0.4711 else low)
    assert (found.state, found.method) == ("found", "bracket")
    assert found.low < 0.4711 <= found.high
    assert found.high - found.low <= 0.02


@given(
    root=st.floats(0.05, 0.95), slope=st.floats(4, 2000), sign=st.sampled_from([-1, 1]), seed=st.integers(0)
)
@settings(max_examples=40, deadline=None)
def test_whatever_the_place_and_the_slope(root: float, slope: float, sign: int, seed: int) -> None:
    found, counts = search(logistic(root, sign * slope), replicas=2_000, seed=seed)
    assert found.state in ("found", "end")
    assert len(counts) <= 1_000
    if found.state == "found":
        assert 0 <= found.low <= found.value <= found.high <= 1
        wide = found.high - found.low > 0.02
        assert wide == any("wider than" in line for line in found.words)


def test_coverage() -> None:
    """Of 95 %; false alarm below 1e-6. The control takes a line through the grid, and must fall short."""
    curve, tries = logistic(0.47, -40), 300
    answers = [search(curve, replicas=500, seed=seed) for seed in range(tries)]
    held = sum(found.low <= 0.47 <= found.high for found, _ in answers)
    assert held >= stats.binom.ppf(1e-6, tries, 0.95)
    control = 0
    for _, counts in answers:
        a, b = (next(c for c in counts if c.x == x) for x in (0.4, 0.5))
        slope = (b.p - a.p) / 0.1
        root, half = 0.4 + (0.2 - a.p) / slope, 1.96 * 0.4 / math.sqrt(500) / abs(slope)
        control += abs(root - 0.47) <= half
    assert control < stats.binom.ppf(1e-6, tries, 0.95)


def test_no_value() -> None:
    found, counts = search(lambda x: 0.6 - 0.1 * x)
    assert found.state == "none"
    assert math.isnan(found.value)
    assert found.words[0].startswith("no value in [0, 1]: P runs from 0.6")
    assert len(counts) == 11


def test_no_value_though_an_end_comes_near() -> None:
    found, _ = search(lambda x: 0.5 - 0.29 * x, replicas=20_000)
    assert found.state == "none"
    assert "by the fit of all near it" in found.words[0]


@pytest.mark.parametrize("seed", range(3))
def test_a_root_at_the_very_end_is_not_told_from_it(seed: int) -> None:
    found, _ = search(lambda x: 0.5 - 0.3 * x, replicas=400, seed=seed)
    assert found.state in ("end", "none") or found.high > 0.95
    if found.state == "end":
        assert "widen the range" in found.words[0]


def test_several_values_are_named_and_none_is_chosen() -> None:
    found, _ = search(lambda x: 0.1 + 0.5 * math.exp(-(((x - 0.5) / 0.2) ** 2)))
    assert found.state == "several"
    assert math.isnan(found.value)
    assert found.words[0].startswith("P passes 0.2 2 times, between ")


def test_a_curve_that_touches_the_target() -> None:
    found, _ = search(lambda x: 0.2 + (x - 0.5) ** 2)
    assert found.state == "unclear"
    assert "give more replicas" in found.words[0]


def test_a_curve_that_turns_is_said_to() -> None:
    found, _ = search(lambda x: 0.15 + 0.5 * math.exp(-(((x - 0.2) / 0.3) ** 2)), replicas=5_000)
    assert found.state == "found"
    assert any(line.startswith("P does not run one way") for line in found.words)


@pytest.mark.parametrize(
    ("curve", "low", "high", "limits"),
    [
        (lambda n: 0.5 / (n - 1), 2, 12, (3, 4)),
        (lambda n: 0.9 if n < 37 else 0.0, 2, 64, (36, 37)),
        (lambda n: 0.1 if n < 5 else 0.4, 2, 9, (4, 5)),
    ],
)
def test_whole_numbers_are_bracketed_by_neighbours(curve, low: int, high: int, limits) -> None:
    found, counts = search(curve, low=low, high=high, whole=True, tolerance=1.0, replicas=4_000)
    assert (found.state, found.method) == ("found", "whole")
    assert (found.low, found.high) == limits
    assert found.low <= found.value <= found.high
    assert all(count.x == int(count.x) for count in counts)


def test_a_whole_number_at_the_target_lies_between_its_neighbours() -> None:
    found, _ = search(lambda n: 0.8 / n, low=2, high=8, whole=True, tolerance=1.0, replicas=4_000)
    assert (found.low, found.high) == (3, 5)
    assert any("cannot be told" in line for line in found.words)


@pytest.mark.parametrize("target", [0.001, 0.2, 0.999])
def test_the_least_replicas_tell_zero_and_one_from_the_target(target: float) -> None:
    task = Task(0, 1, target, 0.02, 1)
    n = task.least_replicas
    k = 0 if target < 0.5 else n
    assert Count(0.5, n, k).side(target, task.error) == (1 if k else -1)
    assert Count(0.5, n - 1, k and n - 1).side(target, task.error) == 0


def test_sides_are_exact_binomial_tests() -> None:
    for k in range(101):
        side = Count(0.0, 100, k).side(0.3, 0.01)
        above = stats.binom.sf(k - 1, 100, 0.3) <= 0.01
        below = stats.binom.cdf(k, 100, 0.3) <= 0.01
        assert side == int(above) - int(below)


def test_the_same_counts_lead_to_the_same_questions() -> None:
    first, second = (search(logistic(0.47, -10), seed=9)[1] for _ in range(2))
    assert first == second
    assert np.isfinite([count.x for count in first]).all()
