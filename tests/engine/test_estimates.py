"""Estimates against scipy, statsmodels and exact arithmetic."""

from __future__ import annotations

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from hegemon.estimates import kaplan_meier, mean_and_error, wilson
from hegemon.estimates.proportions import normal_quantile

COUNTS = st.integers(1, 10**8).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
LEVELS = st.sampled_from([0.5, 0.8, 0.95, 0.99, 0.999])


@given(COUNTS, LEVELS)
def test_wilson_is_that_of_scipy_and_statsmodels(counts: tuple[int, int], level: float) -> None:
    k, n = counts
    low, high = wilson(k, n, level)
    other = stats.binomtest(k, n).proportion_ci(level, method="wilson")
    assert (low, high) == pytest.approx((other.low, other.high), rel=1e-9, abs=1e-15)
    assert (low, high) == pytest.approx(proportion_confint(k, n, 1 - level, "wilson"), rel=1e-9, abs=1e-15)


def test_wilson_is_vectorised_and_exact_at_the_ends() -> None:
    low, high = wilson(np.array([[0, 3], [7, 0]]), np.array([[5, 5], [7, 0]]))
    assert low.shape == (2, 2)
    assert low[0, 0] == 0
    assert high[1, 0] == 1
    assert (low[1, 1], high[1, 1]) == (0, 1)


@given(st.lists(st.integers(-1000, 10**6), min_size=2, max_size=50))
def test_means_of_integers(values: list[int]) -> None:
    mean, error = mean_and_error(len(values), sum(values), sum(x * x for x in values))
    exact = Fraction(sum(values), len(values))
    spread = sum((x - exact) ** 2 for x in values) / (len(values) * (len(values) - 1))
    assert mean == float(exact)
    assert error == pytest.approx(math.sqrt(spread), rel=1e-12)


@given(st.lists(st.floats(-1, 64), min_size=2, max_size=50))
def test_means_in_fixed_point(values: list[float]) -> None:
    unit = 2**30
    sums = sum(round(x * unit) for x in values)
    squares = sum(round(x * x * unit) for x in values)
    mean, error = mean_and_error(len(values), sums, squares, unit)
    assert mean == pytest.approx(np.mean(values), abs=1e-9)
    assert error == pytest.approx(stats.sem(values), rel=1e-4, abs=1e-3)


def test_a_constant_column_has_no_negative_variance() -> None:
    x, unit, n = 1 / 3, 2**30, 1000
    mean, error = mean_and_error(n, n * round(x * unit), n * round(x * x * unit), unit)
    assert mean == pytest.approx(x, abs=1e-9)
    assert 0 <= error < 1e-5


def test_no_value_and_one_value() -> None:
    assert all(math.isnan(x) for x in mean_and_error(0, 0, 0))
    mean, error = mean_and_error(1, 5, 25)
    assert mean == 5
    assert math.isnan(error)


def test_sums_beyond_64_bits() -> None:
    n, x = 10**9, 10**7
    assert mean_and_error(n, n * x, n * x * x) == (x, 0.0)


def histogram(seed: int, replicas: int, years: int, chance: float) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    when = random.geometric(chance, replicas)
    return np.bincount(when[when <= years], minlength=years + 1), when


@pytest.mark.parametrize(("replicas", "chance"), [(50, 0.02), (2000, 0.001), (300, 0.2)])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_survival_is_that_of_scipy_and_statsmodels(replicas: int, chance: float, level: float) -> None:
    years = 60
    emerged, when = histogram(7, replicas, years, chance)
    survival, low, high = kaplan_meier(emerged, np.array(replicas), level)
    censored = np.full((when > years).sum(), years)
    data = stats.CensoredData(uncensored=when[when <= years], right=censored)
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # at the ends, where the band is undefined
        curve = stats.ecdf(data).sf
        band = curve.confidence_interval(level, method="log-log")
    inner = (survival > 0) & (survival < 1)
    grid = np.arange(years + 1)
    np.testing.assert_allclose(curve.evaluate(grid), survival, rtol=1e-12)
    np.testing.assert_allclose(band.low.evaluate(grid)[inner], low[inner], rtol=1e-9)
    np.testing.assert_allclose(band.high.evaluate(grid)[inner], high[inner], rtol=1e-9)
    other = SurvfuncRight(np.minimum(when, years), when <= years)
    known = other.surv_prob > 0
    np.testing.assert_allclose(
        other.surv_prob, survival[other.surv_times.astype(int)], rtol=1e-12, atol=1e-15
    )
    theta = np.log(other.surv_prob[known])
    z = normal_quantile(level)
    greenwood = other.surv_prob_se[known] / other.surv_prob[known] / np.abs(theta)
    lower = np.exp(theta * np.exp(z * greenwood))
    np.testing.assert_allclose(lower, low[other.surv_times.astype(int)][known], rtol=1e-9)


def test_survival_at_its_ends() -> None:
    survival, low, high = kaplan_meier(np.array([0, 0, 10]), np.array(10))
    np.testing.assert_array_equal(survival, [1, 1, 0])
    assert (low[0], high[0]) == (1, 1)
    assert low[1] == wilson(10, 10)[0]
    assert high[1] == 1
    assert (low[2], high[2]) == (0, wilson(0, 10)[1])


def test_survival_of_many_points_at_once() -> None:
    emerged = np.array([[0, 1, 2], [0, 0, 0]])
    survival, low, high = kaplan_meier(emerged, np.array([10, 20]))
    np.testing.assert_allclose(survival, [[1, 0.9, 0.7], [1, 1, 1]])
    assert np.isfinite(low).all()
    assert np.isfinite(high).all()
    assert (low <= survival).all()
    assert (survival <= high).all()
