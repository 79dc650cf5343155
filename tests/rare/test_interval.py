"""Intervals from repetitions, and when they are narrow enough."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from hegemon.splitting.interval import interval
from hegemon.splitting.looks import FIRST, MOST, MOST_EMPTY, Asked, schedule, wanted


def test_of_symmetric_estimates_it_is_student_on_the_logarithm() -> None:
    values = np.array([0.9, 1.0, 1.1] * 8) * 1e-5
    found = interval(values, 0.9)
    assert found.mean == pytest.approx(1e-5)
    assert found.error == pytest.approx(stats.sem(values))
    assert found.low * found.high == pytest.approx(found.mean**2)
    assert np.log(found.high / found.mean) == pytest.approx(stats.t.ppf(0.95, 23) * found.error / found.mean)


def test_skewed_estimates_reach_further_up() -> None:
    values = np.array([1.0] * 23 + [30.0]) * 1e-5
    found = interval(values, 0.95)
    assert found.high / found.mean > found.mean / found.low


def test_what_has_no_interval() -> None:
    nothing = interval(np.zeros(24), 0.95)
    assert (nothing.mean, nothing.low) == (0.0, 0.0)
    assert np.isnan([nothing.error, nothing.high]).all()
    assert np.isnan(interval(np.ones(1), 0.95).low)
    assert interval(np.full(5, 0.25), 0.95).high == 0.25


def test_looks() -> None:
    counts = list(schedule())
    assert counts[:4] == [24, 36, 54, 81]
    assert counts[-1] <= MOST
    assert wanted(np.empty(0), Asked(7), 0.95) == 7
    assert wanted(np.empty(0), Asked(), 0.95) == FIRST
    noisy = np.exp(np.random.default_rng(1).normal(size=MOST))
    count = wanted(noisy, Asked(), 0.95)
    assert count in counts
    found = interval(noisy[:count], 0.95)
    assert found.high - found.low <= 0.5 * found.mean
    assert wanted(noisy[: count - 1], Asked(), 0.95) == count  # the same, however many there are by now
    assert wanted(np.zeros(MOST), Asked(), 0.95) == next(n for n in counts if n >= MOST_EMPTY)
    wild = np.zeros(MOST)
    wild[20] = 1.0
    assert wanted(wild, Asked(), 0.95) == counts[-1]


@pytest.mark.parametrize("asked", [Asked(), Asked(None, 0.1, 0.001)], ids=str)
def test_what_was_asked_is_read_from_a_file_as_it_was_written(asked: Asked) -> None:
    assert Asked.from_attributes({"seed": 1, **asked.attributes}) == asked
    assert Asked.from_attributes(Asked(7).attributes) is None


@pytest.mark.parametrize("name", ["relative_precision", "precision"])
@pytest.mark.parametrize("value", ["x", 0.0, -1, np.nan, np.inf, np.array([0.1, 0.2])], ids=str)
def test_what_is_no_precision_is_told(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"attribute {name} is no finite number above 0"):
        Asked.from_attributes({name: value})
