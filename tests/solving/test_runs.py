"""`hegemon.solve` on the model itself: the same bits whatever happens; wrong requests; what is written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import hegemon as hg

FILES = ("experiment.toml", "request.json", "solution.nc")


def experiment(**changes) -> hg.Experiment:
    model = hg.Model(system={"states": 6, "years": 80}, growth={"volatility": 0.08})
    return hg.Experiment(model, **{"replicas": 400, "seed": 4, "name": "small", **changes})


def solve(out: Path, **changes) -> hg.Solution:
    asked = {"probability": 0.2, "tolerance": 0.2, "out": out, "workers": 1, **changes}
    return hg.solve(asked.pop("experiment", experiment()), **asked)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> hg.Solution:
    return solve(tmp_path_factory.mktemp("solve") / "whole")


class Stop:
    """Stops after some pieces."""

    def __init__(self, pieces: int) -> None:
        self.left = pieces

    def is_set(self) -> bool:
        return self.left <= 0

    def seen(self, progress: hg.Progress) -> None:
        self.left -= progress.pieces_done > 0


def test_the_value_lies_where_p_takes_the_target(whole: hg.Solution) -> None:
    assert whole.found
    assert whole.high - whole.low <= 0.2
    assert whole.low < whole.value < whole.high
    model = hg.Model(
        system={"states": 6, "years": 80},
        growth={"volatility": 0.08},
        balancing={"efficiency": whole.value},
    )
    again = hg.Experiment(model, replicas=4_000, seed=99).run(whole.run.path.parent / "again", workers=1)
    assert float(again.results.p_emerged) == pytest.approx(0.2, abs=0.06)


def test_what_is_written(whole: hg.Solution) -> None:
    with xr.open_dataset(whole.run.path / "solution.nc", engine="h5netcdf") as found:
        assert float(found["value"]) == whole.value
        np.testing.assert_array_equal(found["emerged"], whole.run.results["emerged"])
        assert found.attrs["key"] == "balancing.efficiency"
        assert found.attrs["probability"] == 0.2
    assert whole.evaluations.sizes["evaluation"] == len(whole.run.design.points)
    np.testing.assert_array_equal(whole.evaluations["x"], whole.run.results["efficiency"])
    assert whole.run.verify(50, workers=1).ok


def test_points_have_random_numbers_of_their_own(whole: hg.Solution) -> None:
    assert experiment().spec.common_random_numbers
    assert not whole.run.spec.common_random_numbers


@pytest.mark.parametrize("pieces", [1, 2])
def test_a_search_that_was_stopped_goes_on_to_the_same_bits(
    whole: hg.Solution, tmp_path: Path, pieces: int
) -> None:
    out, stop = tmp_path / "run", Stop(pieces)
    with pytest.raises(hg.Unfinished, match="the same command goes on"):
        solve(out, progress=stop.seen, stop=stop)
    assert not (out / "solution.nc").exists()
    solve(out, workers=2)
    for name in FILES:
        assert (out / name).read_bytes() == (whole.run.path / name).read_bytes()
    assert hg.open_run(out).results.attrs["digest"] == whole.run.results.attrs["digest"]


def test_the_same_request_again_does_no_work(whole: hg.Solution) -> None:
    sessions = len(whole.run.provenance["sessions"])
    again = solve(whole.run.path)
    assert (again.value, again.low, again.high) == (whole.value, whole.low, whole.high)
    assert len(again.run.provenance["sessions"]) == sessions


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"probability": 0.3},
            r"request.json: probability: holds 0\.\d+, asked 0.3; choose another directory",
        ),
        ({"tolerance": 0.1}, r"request.json: tolerance: holds 0\.\d+, asked 0.1; choose"),
        ({"experiment": experiment(replicas=500)}, r"request.json: replicas: holds \d+, asked 500; choose"),
        ({"experiment": experiment(seed=5)}, "experiment.seed: holds 4, asked 5"),
    ],
)
def test_another_request_needs_another_directory(whole: hg.Solution, changes, words: str) -> None:
    before = json.loads((whole.run.path / "request.json").read_text())
    with pytest.raises(hg.RequestError, match=words):
        solve(whole.run.path, **changes)
    assert json.loads((whole.run.path / "request.json").read_text()) == before


@pytest.mark.parametrize("text", ["", "[]", "{}", "\udcff", '{"key": 1}', "[" * 99_999])
def test_a_request_that_is_none_is_told_in_a_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "request.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(hg.RequestError, match=r"request\.json: holds another request; choose another"):
        solve(tmp_path)


def test_a_run_that_is_none_of_ours_is_left_alone(tmp_path: Path) -> None:
    experiment(replicas=50).run(tmp_path / "run", workers=1)
    with pytest.raises(hg.RequestError, match="holds a run that is none of hegemon solve"):
        solve(tmp_path / "run")


def test_a_precision_is_refused(tmp_path: Path) -> None:
    line = "small: experiment.precision: a search takes a number of replicas for each evaluation.*--replicas"
    with pytest.raises(hg.RequestError, match=line):
        solve(tmp_path / "run", experiment=experiment(precision=0.01, replicas=None))
    assert not (tmp_path / "run").exists()


def test_a_curve_has_a_value_for_each_of_the_others(tmp_path: Path) -> None:
    swept = experiment(sweep={"war.revisionists": [0.3, 0.4]})
    curve = solve(
        tmp_path / "run", experiment=swept, over={"system.states": [2, 6]}, tolerance=0.5, probability=0.2
    )
    assert curve.over == ("system.states", "war.revisionists")
    assert curve.value.dims == ("states", "revisionists")
    assert curve.points[1] == {"system.states": 2, "war.revisionists": 0.4}
    roots = curve.evaluations["root"].values
    assert set(roots) == {0, 1, 2, 3}
    assert (curve.dataset["state"].sel(states=2) == "none").all()
    assert curve.value.sel(states=2).isnull().all()
    with xr.open_dataset(tmp_path / "run" / "solution.nc", engine="h5netcdf") as found:
        xr.testing.assert_identical(found["low"].load().drop_attrs(), curve.low.drop_attrs())


def test_a_key_of_whole_numbers(tmp_path: Path) -> None:
    found = solve(tmp_path / "run", key="system.states", between=(2, 12), tolerance=None)
    assert found.low == int(found.low) < found.value < found.high == int(found.high)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"probability": 0.0}, "--probability 0.0: must be a number above 0 and below 1"),
        ({"probability": 1.0}, "--probability 1.0: must be"),
        ({"probability": float("nan")}, "--probability nan: must be"),
        ({"probability": 0.001}, r"replicas: 400; too few to tell P from 0.001: must be at least 9899"),
        ({"key": "balancing.eficiency"}, r"--key balancing.eficiency: no such key.*balancing.efficiency"),
        ({"key": "nonsense"}, "--key nonsense: no such key of the model"),
        ({"key": "geography.layout"}, "--key geography.layout: cannot be solved for"),
        ({"key": "system.names"}, "--key system.names: cannot be solved for"),
        ({"key": "war.defense_advantage"}, "--to: war.defense_advantage has no greatest value"),
        ({"between": (0.5, 0.5)}, "--from 0.5 --to 0.5: must go from a smaller value"),
        ({"between": (-0.5, None)}, "--from -0.5: must be a number from 0 to 1"),
        ({"key": "system.states", "between": (2.5, 8)}, "--from 2.5: must be a whole number"),
        ({"tolerance": 0.0}, "--tolerance 0.0: must be a number above 0"),
        ({"tolerance": 1e-9}, "--tolerance 1e-09: must be at least 1e-06"),
        ({"over": {"system.states": [4, 99]}}, '--over: sweep."system.states" = 99: must be a whole number'),
        ({"over": {"balancing.efficiency": [0.5]}}, "--over balancing.efficiency: is the key"),
        ({"over": {"war.spoils": {"from": 0, "to": 1, "points": 101}}}, "101 roots; at most 100"),
    ],
)
def test_wrong_requests_end_before_any_work(tmp_path: Path, changes, words: str) -> None:
    with pytest.raises(hg.RequestError, match=words):
        solve(tmp_path / "run", **changes)
    assert not (tmp_path / "run").exists()


def test_a_key_that_changes_nothing_is_refused(tmp_path: Path) -> None:
    parts = {"speed": 0.5, "participation": 0.5, "commitment": 0.5}
    with pytest.raises(hg.RequestError, match=r"--key balancing.efficiency: changes nothing"):
        solve(tmp_path / "run", experiment=hg.Experiment(hg.Model(balancing=parts), replicas=400))


def test_a_list_cannot_be_solved_over(tmp_path: Path) -> None:
    sweep = {"design": "list", "values": [{"war.spoils": 0.1}, {"war.spoils": 0.2}]}
    with pytest.raises(hg.RequestError, match="cannot be solved over"):
        solve(tmp_path / "run", experiment=experiment(sweep=sweep))
