"""Life tables by hand, against statsmodels, and where they must be the plain share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from hegemon.estimates import kaplan_meier, wilson
from hegemon.estimates.competing import aalen_johansen, incidence_band
from hegemon.estimates.lifetimes import FEWEST, LifeTable, equal_precision

YEARS = 12
COUNTS = st.lists(st.integers(0, 40), min_size=YEARS + 1, max_size=YEARS + 1).map(
    lambda x: np.array([0, *x[1:]])
)


def table(rows: list[tuple[int, int]], years: int = YEARS) -> tuple[np.ndarray, np.ndarray]:
    """Events by cause and censorings by year from rows of (time, cause); cause 0 is censored."""
    time, cause = np.array(rows).T
    counts = np.stack([np.bincount(time[cause == k], minlength=years + 1) for k in range(3)])
    return counts[1:], counts[0]


def many(seed: int, size: int = 300) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.integers(1, YEARS + 1, size), random.integers(0, 3, size)


def test_five_histories_by_hand() -> None:
    """Events at 1, 3, 3, censored at 2 and at 4, of five: 4/5, then none, then 1/3 of it."""
    events, censored = table([(1, 1), (2, 0), (3, 1), (3, 2), (4, 0)], 4)
    whole = LifeTable(events.sum(axis=0), censored)
    assert whole.at_risk.tolist() == [5, 5, 4, 3, 1]
    assert whole.survival == pytest.approx([1, 0.8, 0.8, 0.8 / 3, 0.8 / 3])
    assert whole.greenwood == pytest.approx([0, 1 / 20, 1 / 20, 1 / 20 + 2 / 3, 1 / 20 + 2 / 3])
    assert whole.hazard[1:] == pytest.approx([0.2, 0, 2 / 3, 0])
    mean, error = whole.restricted_mean(np.array(4))
    assert mean == pytest.approx(1 + 0.8 + 0.8 + 0.8 / 3)
    after = np.array([1.6 + 0.8 / 3, 0.8 / 3])  # area after each event
    assert error == pytest.approx(np.sqrt(after**2 @ [1 / 20, 2 / 3]))
    assert whole.quantiles([0.1, 0.5, 0.9]).tolist()[:2] == [1, 3]
    assert np.isnan(whole.quantiles([0.9])[0])
    found = aalen_johansen(events, censored, np.array(4))
    assert found.value[:, -1] == pytest.approx([0.2 + 0.8 / 3, 0.8 / 3])
    assert found.lost.sum() + mean == pytest.approx(4)


def test_nothing_is_said_beyond_the_last_at_risk() -> None:
    gone = LifeTable(np.array([0, 2, 0, 0]), np.array([0, 0, 3, 0]))
    assert np.isnan(gone.survival[3])
    assert np.isnan(gone.hazard[[0, 3]]).all()
    assert np.isnan(gone.band(0.9)[0][3])
    assert np.isnan(gone.restricted_mean(np.array(4))[0])
    ended = LifeTable(np.array([0, 2, 3, 0]), np.zeros(4, int))
    assert ended.survival.tolist() == [1, 0.6, 0, 0]
    assert ended.restricted_mean(np.array(3))[0] == pytest.approx(1.6)


@given(COUNTS, st.integers(0, 50), st.integers(1, YEARS))
def test_without_censoring_survival_is_a_share(events: np.ndarray, left: int, until: int) -> None:
    censored = np.zeros(YEARS + 1, np.int64)
    censored[-1] = left
    n = int(events.sum()) + left
    if n == 0:
        return
    whole = LifeTable(events, censored)
    share = 1 - np.cumsum(events) / n
    assert whole.survival == pytest.approx(share, abs=1e-12)
    assert whole.error == pytest.approx(np.sqrt(share * (1 - share) / n), abs=1e-8)
    times = np.minimum(np.repeat(np.arange(YEARS + 1), events + censored), until)
    mean, error = whole.restricted_mean(np.array(until))
    assert mean == pytest.approx(times.mean())
    assert error == pytest.approx(times.std() / np.sqrt(n), abs=1e-7)
    known = kaplan_meier(events, np.array(n))
    for ours, theirs in zip((whole.survival, *whole.band(0.95)), known, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-7)


@given(COUNTS, COUNTS, st.integers(0, 50))
def test_incidence_without_censoring_is_a_share(one: np.ndarray, other: np.ndarray, left: int) -> None:
    censored = np.zeros(YEARS + 1, np.int64)
    censored[-1] = left
    events, n = np.stack([one, other]), int(one.sum() + other.sum()) + left
    if n == 0:
        return
    found = aalen_johansen(events, censored, np.array(YEARS))
    share = np.cumsum(events, axis=1) / n
    assert found.value == pytest.approx(share, abs=1e-12)
    assert found.error == pytest.approx(np.sqrt(share * (1 - share) / n), abs=1e-7)
    years = np.arange(YEARS + 1)
    for k in range(2):
        lost = np.repeat(YEARS - years, events[k])
        spread = ((lost**2).sum() / n - (lost.sum() / n) ** 2) / n
        assert found.lost[k] == pytest.approx(lost.sum() / n)
        assert found.lost_error[k] == pytest.approx(np.sqrt(spread), abs=1e-6)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_censoring_as_statsmodels(seed: int) -> None:
    time, cause = many(seed)
    events, censored = table(list(zip(time, cause, strict=True)))
    whole = LifeTable(events.sum(axis=0), censored)
    theirs = SurvfuncRight(time, cause > 0)
    at = theirs.surv_times.astype(int)
    assert whole.survival[at] == pytest.approx(theirs.surv_prob, abs=1e-13)
    inside = theirs.surv_prob > 0
    assert whole.error[at][inside] == pytest.approx(theirs.surv_prob_se[inside], abs=1e-13)
    for share in (0.2, 0.45, 0.7):
        assert whole.quantiles([share])[0] == theirs.quantile(share)
    found, kinds = aalen_johansen(events, censored, np.array(YEARS)), CumIncidenceRight(time, cause)
    for k in range(2):
        assert found.value[k][kinds.times.astype(int)] == pytest.approx(kinds.cinc[k], abs=1e-13)
        assert found.error[k][kinds.times.astype(int)] == pytest.approx(kinds.cinc_se[k], abs=1e-13)
    assert found.lost.sum() + whole.restricted_mean(np.array(YEARS))[0] == pytest.approx(YEARS)


def test_tables_are_computed_side_by_side() -> None:
    tables = [table(list(zip(*many(seed), strict=True))) for seed in (4, 5)]
    events, censored = (np.stack(each) for each in zip(*tables, strict=True))
    together = LifeTable(events.sum(axis=1), censored)
    both = aalen_johansen(events, censored, np.array([YEARS, 5]))
    for i, until in enumerate((YEARS, 5)):
        own = LifeTable(events[i].sum(axis=0), censored[i])
        np.testing.assert_array_equal(together.survival[i], own.survival)
        for ours, alone in zip(together.simultaneous_band(0.9), own.simultaneous_band(0.9), strict=True):
            np.testing.assert_array_equal(ours[i], alone)
        alone = aalen_johansen(events[i], censored[i], np.array(until))
        np.testing.assert_allclose(both.lost[i], alone.lost)
        low, high = incidence_band(alone, events[i], own.at_risk, 0.95)
        assert (low <= alone.value).all()
        assert (alone.value <= high).all()


def test_where_a_cause_never_comes_the_limit_is_wilsons() -> None:
    events = np.array([[0, 3, 2], [0, 0, 0]])
    found = aalen_johansen(events, np.array([0, 0, 5]), np.array(2))
    low, high = incidence_band(found, events, np.array([10, 10, 7]), 0.95)
    assert low[1].tolist() == [0, 0, 0]
    assert high[1] == pytest.approx([0, float(wilson(0, 10)[1]), float(wilson(0, 7)[1])])


def test_where_a_cause_has_come_in_all_rounding_makes_no_interval() -> None:
    """Sums of incidences end beside 1, not at it."""
    time = np.random.default_rng(2).integers(1, 200, 400)
    events = np.stack([np.bincount(time, minlength=220), np.zeros(220, np.int64)])
    none = np.zeros(220, np.int64)
    found = aalen_johansen(events, none, np.array(219))
    assert 0 < abs(1 - found.value[0, -1]) < 1e-13  # else the test would not test it
    low, high = incidence_band(found, events, LifeTable(events.sum(axis=0), none).at_risk, 0.95)
    assert low[0, -1] == pytest.approx(float(wilson(400, 400)[0]))
    assert high[0, -1] == 1


def test_the_simultaneous_band_covers_the_middle_and_is_wider() -> None:
    events = np.array([0, 4, 8, 30, 30, 20, 8])
    whole = LifeTable(events, np.array([0, 0, 0, 0, 0, 0, 12]))
    low, high = whole.simultaneous_band(0.95)
    so_far, left = np.cumsum(events), whole.at_risk - events
    assert np.isfinite(low).tolist() == ((so_far >= FEWEST) & (left >= FEWEST)).tolist()
    inner = whole.band(0.95)
    known = np.isfinite(low)
    assert (low[known] < inner[0][known]).all()
    assert (high[known] > inner[1][known]).all()
    few = LifeTable(np.array([0, 3, 4]), np.array([0, 0, 90]))
    assert np.isnan(few.simultaneous_band(0.95)[0]).all()


def test_critical_values_grow_with_length_and_confidence() -> None:
    values = equal_precision(np.array([0.0, 1.0, 5.0, 20.0]), 0.95)
    assert (np.diff(values) > 0).all()
    assert values[0] > 1.96
    assert values[-1] < 4
    assert (equal_precision(np.array([1.0]), 0.99) > equal_precision(np.array([1.0]), 0.9)).all()
