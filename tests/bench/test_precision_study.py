"""The study of coverage at a target precision runs, small, and its control fails."""

from __future__ import annotations

import pytest
from coverage_studies import precision


def test_the_study_and_its_control() -> None:
    """With 200 repetitions: coverage at the stop is above 99.7 %, and below 97 % here less than once in 10^5
    times; the control's, 60 % at all looks, is above 80 % less often still.
    """
    found = precision.study(200, 1, lambda text: None)
    for case in (*found["cases"], found["kernel"]):
        assert case["sequence"]["coverage"] >= 0.97
    (hard,) = (case for case in found["cases"] if case["goal"] == "half-width 0.002" and case["p"] == 0.5)
    assert hard["wilson"]["all_looks"] < 0.8
    (zero,) = (case for case in found["cases"] if case["goal"] == "half-width 10 % of P" and case["p"] == 0)
    assert zero["sequence"]["not_reached"] == 1
    assert zero["sequence"]["replicas"] == 10**6
    assert "| half-width 0.01, 0.02 |" in precision.tables(found)["coverage"]


@pytest.mark.parametrize("p", [0.0, 0.02, 0.5, 1.0])
def test_what_a_fixed_number_needs(p: float) -> None:
    goal = {"precision": 0.01, "relative": None}
    n = precision.fixed(p, goal)
    assert n is not None
    for trials, enough in ((n, True), (n - 1, False)):
        low, high = precision.wilson(trials * p, trials)
        assert ((high - low) / 2 <= 0.01) == enough
