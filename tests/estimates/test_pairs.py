"""Intervals and tests of two proportions: published examples, statsmodels, scipy, and what they must obey."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar as mcnemar_of_statsmodels
from statsmodels.stats.proportion import confint_proportions_2indep

from hegemon.estimates import paired, unpaired
from hegemon.estimates.proportions import exact_at, normal_quantile

Z = normal_quantile(0.95)
CELLS = st.tuples(*[st.integers(0, 60)] * 4).filter(lambda cells: sum(cells) > 0)
SAMPLES = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_published_examples() -> None:
    """Fagerland, Lydersen & Laake (2014), tables 4 and 5: airway hyper-responsiveness, complete response."""
    assert paired.difference_interval(7, 1, 21, Z) == pytest.approx((-0.517, -0.026), abs=5e-4)
    assert paired.ratio_interval(1, 7, 1, 21, Z) == pytest.approx((0.065, 0.907), abs=5e-4)
    assert paired.mcnemar(7, 1) == pytest.approx(0.0391, abs=5e-5)


@given(CELLS)
def test_limits_are_where_the_score_is_z(cells: tuple[int, int, int, int]) -> None:
    """With the probabilities under the hypothesis found by a maximiser that knows nothing of closed forms."""
    _, first, second, _ = cells
    n = sum(cells)
    low, high = paired.difference_interval(first, second, n, Z)
    assert low <= (second - first) / n <= high
    for limit in (float(low), float(high)):
        if -1 < limit < 1:

            def unlikely(q: float, d: float = limit) -> float:
                """Minus the log-likelihood, with P(first only) = q and P(second only) = q + d."""
                cells = ((first, q), (second, q + d), (n - first - second, 1 - 2 * q - d))
                return -sum(k * math.log(max(p, 1e-300)) for k, p in cells if k)

            ends = max(0.0, -limit), (1 - limit) / 2
            q = optimize.minimize_scalar(unlikely, bounds=ends, method="bounded", options={"xatol": 1e-12}).x
            q = min((q, *ends), key=unlikely)
            spread = n * (2 * q + limit - limit**2)
            assert (second - first - n * limit) ** 2 == pytest.approx(Z**2 * spread, rel=2e-3, abs=1e-6)


@given(CELLS)
def test_swapping_the_points_mirrors_all(cells: tuple[int, int, int, int]) -> None:
    both, first, second, _ = cells
    n = sum(cells)
    low, high = paired.difference_interval(first, second, n, Z)
    assert paired.difference_interval(second, first, n, Z) == pytest.approx((-high, -low), abs=1e-12)
    low, high = paired.ratio_interval(both, first, second, n, Z)
    swapped = paired.ratio_interval(both, second, first, n, Z)
    with np.errstate(divide="ignore"):
        assert swapped == pytest.approx((1 / high, 1 / low), rel=1e-6)
    assert paired.mcnemar(first, second) == pytest.approx(paired.mcnemar(second, first))


@given(CELLS)
def test_difference_and_ratio_tell_the_same_of_equality(cells: tuple[int, int, int, int]) -> None:
    """Both scores are McNemar's at no difference: 0 is in one interval when 1 is in the other."""
    both, first, second, _ = cells
    low, high = paired.difference_interval(first, second, sum(cells), Z)
    least, most = paired.ratio_interval(both, first, second, sum(cells), Z)
    if first + second and abs((first - second) ** 2 - Z**2 * (first + second)) > 1e-6:
        assert (low <= 0 <= high) == (least <= 1 <= most)


@given(st.integers(0, 80), st.integers(0, 80))
def test_mcnemar_is_that_of_scipy_and_statsmodels(first: int, second: int) -> None:
    if first + second == 0:
        assert paired.mcnemar(0, 0) == paired.rise(0, 0) == 1
        return
    exact = mcnemar_of_statsmodels([[5, first], [second, 9]], exact=True).pvalue
    half = stats.binom.pmf(second, first + second, 0.5)
    expected = 1.0 if first == second else exact - half
    assert paired.mcnemar(first, second) == pytest.approx(expected)
    greater = stats.binomtest(second, first + second, 0.5, alternative="greater").pvalue
    assert paired.rise(first, second) == pytest.approx(greater)


def test_no_discordant_pair_still_has_an_interval() -> None:
    low, high = paired.difference_interval(0, 0, 100, Z)
    assert (low, high) == pytest.approx((-(Z**2) / (100 + Z**2), Z**2 / (100 + Z**2)))
    low, high = paired.ratio_interval([0, 0, 0, 50], [0, 5, 0, 0], [0, 0, 5, 0], 100, Z)
    assert low[:2].tolist() == [0, 0]
    assert np.isinf(high[[0, 2]]).all()
    assert 0 < high[1] < 2
    assert low[3] < 1 < high[3]


@given(SAMPLES, SAMPLES)
def test_independent_intervals_are_those_of_statsmodels(one: tuple[int, int], other: tuple[int, int]) -> None:
    (x, n), (y, m) = one, other
    known = confint_proportions_2indep(y, m, x, n, compare="diff", method="newcomb")
    assert unpaired.difference_interval(x, n, y, m, Z) == pytest.approx(known, abs=1e-9)
    if 0 < x < n and 0 < y < m:
        known = confint_proportions_2indep(y, m, x, n, compare="ratio", method="score", correction=False)
        assert unpaired.ratio_interval(x, n, y, m, Z) == pytest.approx(known, rel=1e-4)


@given(SAMPLES, SAMPLES)
def test_fisher_is_that_of_scipy(one: tuple[int, int], other: tuple[int, int]) -> None:
    (x, n), (y, m) = one, other
    cells = [[y, m - y], [x, n - x]]
    greater = stats.fisher_exact(cells, alternative="greater").pvalue
    less = stats.fisher_exact(cells, alternative="less").pvalue
    assert unpaired.rise(x, n, y, m) == pytest.approx(greater, abs=1e-12)
    half = stats.hypergeom.pmf(y, n + m, x + y, m) / 2
    assert unpaired.fisher(x, n, y, m) == pytest.approx(min(1.0, 2 * (min(greater, less) - half)), abs=1e-12)


def test_ten_to_the_eighth_replicas_lose_no_digits() -> None:
    n, first, second = 10**8, 40_000, 41_000
    low, high = paired.difference_interval(first, second, n, Z)
    se = np.sqrt(first + second) / n
    assert (low, high) == pytest.approx((1e-5 - Z * se, 1e-5 + Z * se), rel=1e-3)
    low, high = paired.ratio_interval(10**6, first, second, n, Z)
    middle = np.log((10**6 + second) / (10**6 + first))
    wide = Z * np.sqrt((first + second) / ((10**6 + first) * (10**6 + second)))
    assert (np.log(low), np.log(high)) == pytest.approx((middle - wide, middle + wide), rel=1e-3)


@given(SAMPLES)
def test_exact_limits_are_those_of_scipy(counts: tuple[int, int]) -> None:
    k, n = counts
    known = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
    assert exact_at(k, n, Z) == pytest.approx((known.low, known.high), abs=1e-9)
