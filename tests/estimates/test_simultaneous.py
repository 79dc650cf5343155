"""Critical values of many estimates at once, and stepwise tests."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from hegemon.estimates.proportions import normal_quantile
from hegemon.estimates.simultaneous import correlation, critical_value, holm


def generator() -> np.random.Generator:
    return np.random.default_rng(3)


def test_independent_estimates_have_sidaks_value() -> None:
    """The error of the Monte Carlo is stated; six of them are missed once in 10^8 runs."""
    value, error = critical_value(np.eye(8), 0.95, generator())
    assert value == pytest.approx(normal_quantile(0.95 ** (1 / 8)), abs=6 * error)
    assert 0 < error < 0.01


def test_two_correlated_estimates_have_the_value_of_the_bivariate_normal() -> None:
    matrix = np.array([[1, 0.8], [0.8, 1]])
    value, error = critical_value(matrix, 0.9, generator())
    law = stats.multivariate_normal(cov=matrix)
    assert law.cdf([value] * 2, lower_limit=[-value] * 2) == pytest.approx(0.9, abs=6 * error)


def test_equal_estimates_are_one_and_bounds_hold() -> None:
    value, error = critical_value(np.ones((5, 5)), 0.95, generator())
    assert value == pytest.approx(normal_quantile(0.95), abs=6 * error)
    assert critical_value(np.eye(1), 0.95, generator()) == (normal_quantile(0.95), 0.0)
    assert critical_value(np.eye(3), 0.95, generator(), draws=50)[0] <= normal_quantile(1 - 0.05 / 3)


def test_same_seed_same_bits() -> None:
    matrix = np.array([[1, 0.3], [0.3, 1]])
    assert critical_value(matrix, 0.95, generator()) == critical_value(matrix, 0.95, generator())


def test_estimates_without_variance_are_taken_as_independent() -> None:
    covariance = np.array([[4.0, 0, 2], [0, 0, 0], [2, 0, 9]])
    expected = [[1, 0, 1 / 3], [0, 1, 0], [1 / 3, 0, 1]]
    np.testing.assert_allclose(correlation(covariance), expected)
    np.testing.assert_array_equal(correlation(np.zeros((2, 2))), np.eye(2))


@pytest.mark.parametrize("seed", range(5))
def test_holm_is_that_of_statsmodels(seed: int) -> None:
    values = np.random.default_rng(seed).random(7) ** 3
    np.testing.assert_allclose(holm(values), multipletests(values, method="holm")[1])
