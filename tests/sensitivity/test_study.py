"""Studies through the engine: deterministic, resumed, extended, refused, shown."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from click.testing import CliRunner, Result
from matplotlib.image import imread

import hegemon as hg
from hegemon.cli import main
from hegemon.errors import RequestError
from hegemon.parameters import all_parameters
from hegemon.sensitivity import analyse, fit, plan
from hegemon.sensitivity.ranges import LEFT_OUT, PLAUSIBLE, plausible
from hegemon.storage.datasets import digest

SMALL = """\
[experiment]
name = "small"
replicas = 60
seed = 7

[sweep]
"balancing.efficiency" = [0.0, 0.5, 1.0]
"war.spoils" = { from = 0.1, to = 0.9, points = 3 }
"war.initiative" = ["uniform", "capability"]

[model.system]
states = 3
years = 30
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL)
    return tmp_path


def hegemon(*words: str) -> Result:
    return CliRunner().invoke(main, words, prog_name="hegemon")


def spec(**sweep: Any) -> Any:
    model = hg.Model(system={"states": 3, "years": 30})
    return hg.Experiment(model, sweep=sweep, replicas=60, seed=7).spec


RANGES: dict[str, Any] = {"balancing.efficiency": [0, 1], "war.spoils": [0.1, 0.9]}


def test_the_command_line(here: Path) -> None:
    first = hegemon("sensitivity", "small.toml", "--samples", "16", "--json", "--quiet")
    assert first.exit_code == 0, first.output
    told = json.loads(first.stdout)
    assert told["method"] == "sobol"
    assert told["points"] <= 16 * 5
    assert told["ranges"]["war.spoils"] == {"from": 0.1, "to": 0.9, "scale": "linear"}
    assert told["ranges"]["war.initiative"] == ["uniform", "capability"]
    assert list(told["outputs"]) == ["p_emerged", "emergence_time", "war_frequency"]
    for output in told["outputs"].values():
        assert 0 <= output["noise_share"] <= 1
        assert [row["key"] for row in output["keys"]] == list(told["ranges"])
        assert all(row["total_low"] <= row["total"] <= row["total_high"] for row in output["keys"])
    folder = here / "runs" / "small-sensitivity"
    assert imread(folder / "sensitivity.png").shape[2] == 4
    again = hegemon("sensitivity", "small.toml", "--samples", "16", "--json", "--quiet")
    assert again.stdout == first.stdout
    shown = hegemon("sensitivity", "small.toml", "--samples", "16")
    assert "noise of the replicas is" in shown.stdout
    assert "covers 0" in shown.stdout or "below 0" in shown.stdout
    assert hegemon("summary", str(folder)).exit_code == 0
    more = hegemon("sensitivity", "small.toml", "--samples", "32", "--quiet")
    assert more.exit_code == 0, more.output
    other = hegemon("sensitivity", "small.toml", "--samples", "16", "--quiet")
    assert other.exit_code == 2
    assert "it is another experiment, choose another directory" in other.stderr


def test_the_file_and_the_outputs(tmp_path: Path) -> None:
    found = analyse(spec(**RANGES), samples=16, out=tmp_path / "s", workers=1)
    stored = xr.open_dataset(tmp_path / "s" / "sensitivity.nc", engine="h5netcdf")
    assert digest(found.table) == digest(stored.load())
    assert all(v.attrs["long_name"] and v.attrs["units"] for v in stored.variables.values())
    outcomes = found.run.outcomes[["point", "emerged", "year", "wars"]].compute()
    lived = np.where(outcomes.emerged == 1, outcomes.year, 30)
    for point in (0, 7):
        own = (outcomes.point == point).values
        wars, years = outcomes.wars.values[own].astype(float), lived[own].astype(float)
        p = outcomes.emerged.values[own].astype(float)
        ratio = wars.mean() / years.mean()
        expected = {
            "p_emerged": (p.mean(), p.var(ddof=1) / 60),
            "emergence_time": (years.mean(), years.var(ddof=1) / 60),
            "war_frequency": (ratio, np.var(wars - ratio * years, ddof=1) / 60 / years.mean() ** 2),
        }
        for name, (value, variance) in expected.items():
            assert found.found[name].values[point] == pytest.approx(value, rel=1e-12)
            assert found.found[name].variances[point] == pytest.approx(variance, rel=1e-9)


def test_runs_that_keep_no_rows_leave_the_wars_out(tmp_path: Path) -> None:
    experiment = hg.Experiment(
        hg.Model(system={"states": 3, "years": 20}), sweep=RANGES, replicas=20, detail="tallies"
    )
    found = analyse(experiment.spec, samples=8, out=tmp_path / "s", workers=1)
    assert found.table["output"].values.tolist() == ["p_emerged", "emergence_time"]


def test_noise_of_points_is_independent() -> None:
    _, whole = plan(spec(**RANGES), samples=8)
    assert not whole.common_random_numbers
    assert whole.sweep.design == "list"


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_a_key_that_counts_for_nothing_has_no_noise_of_its_own(tmp_path: Path, method: Any) -> None:
    """All three parts of the efficiency are given: points that differ in it are one model, with one noise."""
    model = hg.Model(
        system={"states": 3, "years": 20}, balancing={"speed": 0.5, "participation": 0.5, "commitment": 0.5}
    )
    found = analyse(hg.Experiment(model, sweep=RANGES, replicas=20).spec, method, 8, out=tmp_path, workers=1)
    inert = found.table.sel(key="balancing.efficiency")
    names = ("total", "first") if method == "sobol" else ("mu_star", "floor", "square")
    for name in names:
        assert (inert[name].values == 0).all()


def test_morris_screens_all_keys(here: Path) -> None:
    study, whole = plan(spec(), "morris", samples=2)
    assert len(study.keys) == len(all_parameters()) - len(LEFT_OUT)
    assert whole.sweep.size <= 2 * (len(study.keys) + 1)
    result = hegemon(
        "sensitivity", "small.toml", "--method", "morris", "--samples", "4", "--keys",
        "war.spoils,war.cost,growth.volatility", "--replicas", "40", "--json", "--quiet", "-o", "m",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)["outputs"]["p_emerged"]["keys"]
    assert [row["key"] for row in rows] == ["war.spoils", "war.cost", "growth.volatility"]
    assert all(row["floor"] > 0 for row in rows)
    shown = hegemon(
        "sensitivity", "small.toml", "--method", "morris", "--samples", "4", "--keys",
        "war.spoils,war.cost,growth.volatility", "--replicas", "40", "-o", "m",
    )  # fmt: skip
    assert "mu*" in shown.stdout


def test_keys_that_move_together_are_one(tmp_path: Path) -> None:
    linked = [{"war.spoils": [0.1, 0.5, 0.9], "war.attrition": [0.3, 0.2, 0.1]}]
    study, _ = plan(spec(linked=linked, **{"balancing.efficiency": [0, 1]}), samples=8)
    assert study.keys == ("balancing.efficiency", "war.spoils + war.attrition")
    pairs = {(point["war.spoils"], point["war.attrition"]) for point in study.points}
    assert pairs == {(0.1, 0.3), (0.5, 0.2), (0.9, 0.1)}
    alone, _ = plan(spec(linked=linked), ranges=["war.attrition=0:0.1"], samples=8)
    assert alone.keys == ("war.spoils", "war.attrition")


def test_a_map(here: Path) -> None:
    result = hegemon(
        "sensitivity", "small.toml", "--samples", "32", "--map", "war.spoils,balancing.efficiency", "--quiet",
        "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    surrogate = json.loads(result.stdout)["surrogate"]
    assert surrogate["kind"] in ("logistic", "boosting")
    assert imread(here / "runs" / "small-sensitivity" / "map.png").shape[2] == 4


def test_a_surrogate_finds_what_is_there() -> None:
    """P is a logistic function of two of three keys: predicted where it was not seen; shuffled it is not."""
    study, _ = plan(spec(**RANGES, **{"war.cost": [0, 0.5]}), samples=64)
    cube = study.cube.reshape(-1, 3)
    p = np.empty(len(study.points))
    p[study.place.ravel()] = 1 / (1 + np.exp(2 - 5 * cube[:, 0] + 3 * cube[:, 1]))
    random = np.random.default_rng(1)
    counts = np.full(len(p), 200.0)
    found = random.binomial(200, p) / 200
    from hegemon.sensitivity.outputs import Output

    good = fit(study, Output(found, found * (1 - found) / 199), counts, seed=1)
    assert good.skill["logistic"] > 0.97
    surface = good.surface("balancing.efficiency", "war.spoils")
    assert surface.p.shape == (31, 31)
    assert surface.p[0, -1] > 0.85 > 0.2 > surface.p[-1, 0]
    random.shuffle(found)
    bad = fit(study, Output(found, found * (1 - found) / 199), counts, seed=1)
    assert max(bad.skill.values()) < 0.3
    with pytest.raises(RequestError, match=r"war\.annexation is not varied"):
        good.surface("war.spoils", "war.annexation")


@pytest.mark.parametrize("info", all_parameters(), ids=lambda info: info.key)
def test_a_plausible_range_is_allowed_and_holds_the_default(info: Any) -> None:
    given = plausible(info)
    if info.key in LEFT_OUT:
        assert info.key not in PLAUSIBLE
        return
    plan(spec(), keys=[info.key, "war.spoils" if info.key != "war.spoils" else "war.cost"], samples=2)
    if isinstance(given, dict) and info.default != float("inf"):
        assert given["from"] <= info.default <= given["to"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["--range", "war.spoil=0:1"],
            '--range: war.spoil: no such key of the model (did you mean "war.spoils"?)',
        ),
        (["--range", "war.spoils=0:2"], "--range: "),
        (["--range", "war.spoils=0"], "--range war.spoils=0: must be KEY=A:B or KEY=A:B:log"),
        (["--range", "war.spoils=0:1:log"], 'from and to must be above 0 with scale = "log"'),
        (
            ["--keys", "war.spoil,war.cost"],
            '--keys: war.spoil: no such key of the model (did you mean "war.spoils"?)',
        ),
        (["--keys", "war.cost"], "1 keys are varied, and a study needs two"),
        (["--keys", "war.cost,system.shares"], "--keys system.shares: no range is known of it"),
        (["--samples", "12"], "--samples 12: must be a power of 2 for Sobol' indices, as in 256"),
        (["--samples", "65536"], "must be at most 100000"),
        (["--map", "war.spoils"], "--map war.spoils: must be two keys"),
        (["--map", "war.spoils,war.cost", "--samples", "8"], "--map: war.cost is not varied"),
    ],
)
def test_refused(here: Path, words: list[str], line: str) -> None:
    result = hegemon("sensitivity", "small.toml", "--quiet", *words)
    assert result.exit_code == 2
    assert line in result.stderr
    assert result.stdout == ""


def test_a_map_is_refused_before_any_work(here: Path) -> None:
    assert hegemon("sensitivity", "small.toml", "--map", "war.spoils,war.cost").exit_code == 2
    assert not (here / "runs").exists()


def test_without_the_libraries(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    result = hegemon("sensitivity", "small.toml")
    assert result.exit_code == 2
    assert (
        "SALib is not installed; hegemon sensitivity needs it: pip install 'hegemon[sensitivity]'"
        in result.stderr
    )
    assert not (here / "runs").exists()


def test_a_study_goes_on(tmp_path: Path) -> None:
    class Stop:
        reason = "enough"
        done = 0

        def __call__(self, progress: hg.Progress) -> None:
            self.done = progress.pieces_done

        def is_set(self) -> bool:
            return self.done >= 1

    asked = {"samples": 64, "workers": 1}
    whole = analyse(spec(**RANGES), out=tmp_path / "whole", **asked)
    stop: Callable[..., Any] = Stop()
    with contextlib.suppress(hg.Unfinished):
        analyse(spec(**RANGES), out=tmp_path / "parts", progress=stop, stop=stop, **asked)
    parts = analyse(spec(**RANGES), out=tmp_path / "parts", **asked)
    assert parts.table.identical(whole.table)


def test_ranges_on_the_command_line() -> None:
    given = ["war.initiative=capability,uniform", "hegemony.absorbing=true,false", "war.decisiveness=1:9:log"]
    study, _ = plan(spec(), ranges=[*given, "system.states=3:4"], samples=2)
    assert [span.values for span in study.spans] == [("capability", "uniform"), (True, False), (), ()]
    assert (study.spans[2].scale, study.spans[3].whole) == ("log", True)


@pytest.mark.parametrize("name", ["precision", "relative_precision"])
def test_a_precision_is_refused(name: str) -> None:
    line = f"experiment.{name}: a study of sensitivity takes a number of replicas, whose noise it"
    with pytest.raises(RequestError, match=f": {line}"):
        plan(hg.Experiment(sweep=RANGES, **{name: 0.01}).spec)
