"""Not laws but regressions: how P(hegemon) moves at the default parameters."""

from __future__ import annotations

import pytest
from scipy.stats import norm

from hegemon.selftest.sampling import FALSE_ALARM, run
from model_values import defaults


def falls(first: int, second: int, replicas: int) -> bool:
    """Whether the second of two counts is lower beyond chance (one-sided; the samples' own errors)."""
    p, q = first / replicas, second / replicas
    error = ((p * (1 - p) + q * (1 - q)) / replicas) ** 0.5
    return bool(p - q > norm.isf(FALSE_ALARM) * error)


def test_efficiency_lowers_the_chance_of_hegemony():
    emerged = [int(run(defaults(eta=eta), 2_000)["emerged"].sum()) for eta in (0.0, 0.5, 1.0)]
    assert falls(emerged[0], emerged[1], 2_000)
    assert falls(emerged[1], emerged[2], 2_000)
    assert not falls(emerged[1], emerged[0], 2_000)


# P from a scalar prototype of the same text, 80,000 replicas each.
PROTOTYPE = [
    ({"eta": 0.0}, 0.402), ({"eta": 0.2}, 0.389), ({"eta": 0.4}, 0.314), ({"eta": 0.6}, 0.208),
    ({"eta": 0.8}, 0.118), ({"eta": 1.0}, 0.066), ({"N": 4}, 0.620), ({"N": 8, "eta": 0.0}, 0.357),
    ({"N": 8}, 0.112),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("change", "chance"), PROTOTYPE, ids=str)
def test_chances_at_the_defaults(change, chance):
    """Both are samples of 80,000, and the prototype's is given to three digits."""
    replicas = 80_000
    emerged = run(defaults(**change), replicas)["emerged"].mean()
    error = (2 * chance * (1 - chance) / replicas) ** 0.5
    assert abs(emerged - chance) < norm.isf(FALSE_ALARM / 2) * error + 0.0005
