"""Survival of a run: from its rows by hand, and with statsmodels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

import hegemon as hg
from hegemon.errors import RequestError

Runs = Callable[[str], hg.Run]


@pytest.mark.parametrize("by", [None, "leader", "route"])
def test_counts_are_those_of_the_rows(runs: Runs, by: str | None) -> None:
    run = runs("stops")
    found, rows = run.survival(by), run.outcomes.compute()
    for place, point in enumerate(run.design.points):
        own = rows.isel(row=rows.point.values == place)
        flat = found.stack(point=("efficiency", "years")).isel(point=place)
        horizon = point.model.system.years
        years = own.year.values[own.emerged.values == 1]
        np.testing.assert_array_equal(flat.events, np.bincount(years, minlength=41))
        assert int(flat.censored.sum()) == int(flat.censored[horizon]) == 300 - len(years)
        assert np.isfinite(flat.survival).sum() == horizon + 1
        times = np.where(own.emerged.values == 1, own.year.values, horizon)
        assert float(flat.restricted_mean) == pytest.approx(times.mean())
        assert int(flat.restricted_to) == horizon
    np.testing.assert_allclose(found.survival, run.results.survival, atol=1e-12)
    np.testing.assert_allclose(found.survival_low, run.results.survival_low, atol=1e-9)


def test_causes_are_told_by_the_columns(runs: Runs) -> None:
    run = runs("stops")
    rows = run.outcomes.compute()
    rows = rows.isel(row=rows.emerged.values == 1)
    first = {
        "leader": rows.initial_rank == 1,
        "route": (rows.conquest_gain > 0) & (rows.conquest_gain >= rows.share_gain / 2),
    }
    for by, is_first in first.items():
        found = run.survival(by)
        counts = found.cause_events.sum("year").stack(point=("efficiency", "years")).values
        for place in range(4):
            own = is_first.values[rows.point.values == place]
            assert counts[:, place].tolist() == [own.sum(), (~own).sum()]
        assert (found.cause_events.sum("cause") == found.events).all()
        total = found.incidence.sum("cause", skipna=False)
        np.testing.assert_allclose(total, 1 - found.survival, atol=1e-12)
        lost = found.restricted_mean + found.years_lost.sum("cause")
        np.testing.assert_allclose(lost, found.restricted_to)
    assert run.survival("route").cause.values.tolist() == ["conquest", "growth"]


def test_statsmodels_on_the_exported_rows(runs: Runs) -> None:
    run = runs("stops")
    found = run.survival("leader").stack(point=("efficiency", "years"))
    rows = run.outcomes.compute()
    for place, point in enumerate(run.design.points):
        own, flat = rows.isel(row=rows.point.values == place), found.isel(point=place)
        emerged = own.emerged.values == 1
        time = np.where(emerged, own.year.values, point.model.system.years)
        curve = SurvfuncRight(time, emerged)
        at = curve.surv_times.astype(int)
        np.testing.assert_allclose(flat.survival.values[at], curve.surv_prob, atol=1e-13)
        np.testing.assert_allclose(flat.survival_se.values[at], curve.surv_prob_se, atol=1e-13)
        kinds = CumIncidenceRight(time, np.where(emerged, np.where(own.initial_rank.values == 1, 1, 2), 0))
        at = kinds.times.astype(int)
        incidence = flat.incidence.transpose("cause", "year").values
        errors = flat.incidence_se.transpose("cause", "year").values
        for k in range(len(kinds.cinc)):
            np.testing.assert_allclose(incidence[k][at], kinds.cinc[k], atol=1e-13)
            np.testing.assert_allclose(errors[k][at], kinds.cinc_se[k], atol=1e-13)


def test_mean_times_can_be_restricted(runs: Runs) -> None:
    run = runs("stops")
    found, whole = run.survival("route", until=20), run.survival()
    assert found.restricted_to.values.tolist() == [[20, 20], [20, 20]]
    assert np.isnan(found.restricted_mean.sel(years=15)).all()
    assert np.isnan(found.years_lost.sel(years=15)).all()
    expected = whole.survival.sel(years=40).isel(year=slice(0, 20)).sum("year")
    np.testing.assert_allclose(found.restricted_mean.sel(years=40), expected)


def test_spells_are_censored_where_they_were_still_running(runs: Runs) -> None:
    run = runs("goes on")
    found, rows = run.durability(), run.outcomes.compute()
    length, running = rows.first_spell.values, rows.first_spell_censored.values == 1
    for place in range(4):
        own = (rows.point.values == place) & (length > 0)
        flat = found.stack(point=("efficiency", "years")).isel(point=place)
        assert int(flat.at_risk[0]) == own.sum()
        ended, open_ = length[own & ~running], length[own & running]
        np.testing.assert_array_equal(flat.events, np.bincount(ended, minlength=41))
        # Running after L years: seen to last longer than L - 1.
        time = np.concatenate([ended, open_ - 1])
        curve = SurvfuncRight(time, np.repeat([1, 0], [len(ended), len(open_)]))
        np.testing.assert_allclose(
            flat.survival.values[curve.surv_times.astype(int)], curve.surv_prob, atol=1e-13
        )
        assert flat.survival.values[:2].tolist() == [1, 1]  # a spell holds for two years, or is none
    assert found.year.attrs["long_name"] == "years since the spell began"


def test_every_variable_has_a_name_and_a_unit(runs: Runs) -> None:
    for found in (runs("stops").survival("route"), runs("goes on").durability()):
        for variable in found.variables.values():
            assert variable.attrs["long_name"]
            assert variable.attrs["units"]
        assert found.attrs["interval"].startswith("95 %")


def test_tallies_tell_when_but_not_why(tmp_path: Path, runs: Runs) -> None:
    sweep = {"balancing.efficiency": [0, 1], "system.years": [15, 40]}
    model = hg.Model(system={"states": 4}, hegemony={"hold": 2})
    run = hg.Experiment(model, sweep=sweep, replicas=300, seed=5, detail="tallies").run(tmp_path / "run")
    assert run.survival().equals(runs("stops").survival())
    with pytest.raises(RequestError, match="its tallies tell neither causes nor spells"):
        run.survival("leader")


def test_points_that_are_one_model_have_one_answer(tmp_path: Path) -> None:
    model = hg.Model(system={"years": 15}, balancing={"speed": 1, "participation": 1, "commitment": 1})
    run = hg.Experiment(model, sweep={"balancing.efficiency": [0, 1]}, replicas=50).run(tmp_path / "run")
    found = run.survival("route")
    assert found.at_risk[:, 0].values.tolist() == [50, 50]
    np.testing.assert_array_equal(found.cause_events[0], found.cause_events[1])


@pytest.mark.parametrize(
    ("ask", "line"),
    [
        (lambda run: run.survival("luck"), "--by luck: must be one of leader, route"),
        (lambda run: run.survival(until=0), "--until 0: must be from 1 to 40, the longest horizon"),
        (lambda run: run.survival(until=41), "--until 41: must be from 1 to 40"),
        (lambda run: run.durability(), r"stops at the first hegemony \(hegemony.absorbing = true\)"),
    ],
)
def test_what_cannot_be_asked(runs: Runs, ask: Callable[[hg.Run], object], line: str) -> None:
    with pytest.raises(RequestError, match=line):
        ask(runs("stops"))
