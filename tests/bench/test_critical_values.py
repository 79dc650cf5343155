"""The coverage study of `hegemon solve`, small; the published critical values are those of the record."""

from __future__ import annotations

import json

import critical_efficiency
import pytest
from coverage_studies import solve
from scipy import stats

REPETITIONS = 60
ALARM = 1e-6


@pytest.fixture(scope="module")
def found():
    return solve.study(REPETITIONS, 7, lambda text: None)


def test_the_intervals_hold_the_roots(found) -> None:
    """In each case; the false alarm of each is below 1e-6."""
    for name, case in found.items():
        tried = round(case["found"] * case["repetitions"])
        least = stats.binom.ppf(ALARM, tried, solve.LEVEL)
        assert case["held"] * tried >= least, name
        wide = 0.05 if name == solve.KERNEL else 0.02
        assert case["width"] <= wide, name


def test_the_controls_fall_short(found) -> None:
    least = stats.binom.ppf(ALARM, REPETITIONS, solve.LEVEL) / REPETITIONS
    assert found["logistic, steep"]["control: grid"] < least
    assert found["bell, strongly curved"]["control: one line"] < least


def test_the_published_values_are_those_of_the_record() -> None:
    record = json.loads(critical_efficiency.RECORD.read_text())
    page = critical_efficiency.PAGE.read_text()
    assert critical_efficiency.put(page, critical_efficiency.table(record)) == page
    assert critical_efficiency.FIGURE.exists()
    for states, probability in critical_efficiency.POINTS:
        assert record["solutions"][f"states-{states}"]["probability"] == probability
