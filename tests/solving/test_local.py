"""The fit of the last stage, against statsmodels and by its definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.special import expit

from hegemon.solving.local import parabola
from hegemon.solving.task import Count

X = np.linspace(0.4, 0.6, 9)


def _counts(p: np.ndarray, n: int = 500, seed: int = 3) -> list[Count]:
    k = np.random.default_rng(seed).binomial(n, p)
    return [Count(float(x), n, int(emerged)) for x, emerged in zip(X, k, strict=True)]


def _glm(counts: list[Count], columns: np.ndarray, offset: float = 0.0):
    table = [[c.k, c.n - c.k] for c in counts]
    return sm.GLM(table, columns, family=sm.families.Binomial(), offset=np.full(len(counts), offset)).fit(
        tol=1e-14
    )


def test_the_fit_is_that_of_statsmodels() -> None:
    counts = _counts(expit(-1.4 - 8 * (X - 0.5) + 9 * (X - 0.5) ** 2))
    made = parabola(counts, 0.5, 0.1, 0.2, 0.95, -1)
    t = (X - 0.5) / 0.1
    other = _glm(counts, np.stack([np.ones_like(t), t, t * t], 1))
    assert made is not None
    np.testing.assert_allclose(made.coefficients, other.params, rtol=1e-6)
    assert made.misfit == pytest.approx(stats.chi2.sf(other.pearson_chi2, 6), rel=1e-6)
    a, b, c = made.coefficients
    at = (made.root - 0.5) / 0.1
    assert expit(a + b * at + c * at * at) == pytest.approx(0.2)
    assert made.slope == pytest.approx((b + 2 * c * at) / 0.1)


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_at_the_limits_the_likelihood_ratio_is_the_critical_one(confidence: float) -> None:
    counts = _counts(expit(-1.4 - 8 * (X - 0.5)))
    made = parabola(counts, 0.5, 0.1, 0.2, confidence, -1)
    assert made is not None
    t = (X - 0.5) / 0.1
    best = _glm(counts, np.stack([np.ones_like(t), t, t * t], 1)).llf
    for limit in (made.low, made.high):
        away = t - (limit - 0.5) / 0.1
        held = _glm(counts, np.stack([away, away**2], 1), math.log(0.25)).llf
        assert 2 * (best - held) == pytest.approx(stats.chi2.ppf(confidence, 1), abs=1e-4)
    assert made.low < made.root < made.high


def test_a_window_without_the_root_has_none() -> None:
    made = parabola(_counts(expit(1 - 2 * (X - 0.5))), 0.5, 0.1, 0.2, 0.95, -1)
    assert made is not None
    assert math.isnan(made.root)
    assert math.isnan(made.low)
    assert made.refused == (True, True)


def test_the_wrong_direction_has_no_root() -> None:
    counts = _counts(expit(-1.4 - 8 * (X - 0.5)))
    made = parabola(counts, 0.5, 0.1, 0.2, 0.95, 1)
    assert made is not None
    assert math.isnan(made.root)


@pytest.mark.parametrize("p", [0.0, 1.0, np.where(X < 0.5, 1.0, 0.0)])
def test_no_maximum_no_fit(p: float | np.ndarray) -> None:
    assert parabola(_counts(np.broadcast_to(p, X.shape)), 0.5, 0.1, 0.2, 0.95, -1) is None


def test_a_step_does_not_fit_a_parabola() -> None:
    made = parabola(_counts(np.where(X < 0.52, 0.5, 0.05)), 0.5, 0.1, 0.2, 0.95, -1)
    assert made is not None
    assert made.misfit < 1e-3
