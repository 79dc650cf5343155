"""The labelled estimates: dimensions, attributes, values against the rows they come from."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr

import hegemon as hg
from hegemon import variables
from hegemon.estimates import kaplan_meier, wilson

Factory = Callable[..., hg.Experiment]


@pytest.fixture
def run(small: Factory, tmp_path: Path, quick: None) -> hg.Run:
    return small(replicas=80, title="A title").run(tmp_path / "run")


def test_a_grid_has_a_dimension_per_key(run: hg.Run) -> None:
    found = run.results
    assert found.p_emerged.dims == ("efficiency", "states")
    assert found.survival.dims == ("efficiency", "states", "year")
    assert found.efficiency.values.tolist() == [0.0, 0.5, 1.0]
    assert found.states.values.tolist() == [3, 5]
    assert found.year.values.tolist() == list(range(26))
    assert found.efficiency.attrs["key"] == "balancing.efficiency"
    assert found.states.attrs["key"] == "system.states"


def test_every_variable_says_what_it_is_and_nothing_of_the_run(run: hg.Run) -> None:
    for name, variable in run.results.variables.items():
        assert variable.attrs["long_name"], name
        assert variable.attrs["units"], name
    entries = {name: variables.estimate(str(name)) for name in run.results.data_vars}
    assert all(run.results[name].dtype == np.dtype(entry.dtype) for name, entry in entries.items())


def test_global_attributes(run: hg.Run) -> None:
    told = run.results.attrs
    assert told["title"] == "A title"
    assert told["experiment"] == "small"
    assert told["seed"] == 3
    assert told["model_version"] >= 1
    assert told["format_version"] == variables.FORMAT_VERSION
    assert told["Conventions"].startswith("CF-1.")
    assert told["interval"].startswith("95 %, Wilson")
    assert f"hegemon {hg.__version__}" in told["source"]
    assert "numpy" in told["versions"]
    assert run.provenance["sessions"][0]["start"] in told["history"]


def test_estimates_are_those_of_the_rows(run: hg.Run) -> None:
    rows = run.outcomes.compute()
    for efficiency in (0.0, 0.5, 1.0):
        for states in (3, 5):
            point = run.results.sel(efficiency=efficiency, states=states)
            own = rows.isel(row=(rows.efficiency == efficiency) & (rows.states == states))
            assert point.replicas == own.sizes["row"] == 80
            emerged = int(own.emerged.sum())
            assert point.emerged == emerged
            assert point.p_emerged == emerged / 80
            low, high = wilson(emerged, 80)
            assert (point.p_emerged_low, point.p_emerged_high) == (low, high)
            years = own.year.values[own.emerged.values == 1]
            curves = kaplan_meier(np.bincount(years, minlength=26), np.array(80))
            for name, curve in zip(("survival", "survival_low", "survival_high"), curves, strict=True):
                np.testing.assert_array_equal(point[name], curve)
            assert_mean(point, "year", years)
            assert_mean(point, "wars", own.wars.values)
            assert_mean(point, "concentration", own.concentration.values)
            assert_mean(point, "conquest_gain", own.conquest_gain.values[own.emerged.values == 1])


def assert_mean(point: xr.Dataset, name: str, values: np.ndarray) -> None:
    if len(values) == 0:
        assert np.isnan(point[f"mean_{name}"])
        return
    assert point[f"mean_{name}"] == pytest.approx(values.mean(), abs=1e-9)
    if len(values) > 1:
        error = values.std(ddof=1) / np.sqrt(len(values))
        assert point[f"se_{name}"] == pytest.approx(error, rel=1e-6, abs=1e-8)


def test_the_means_are_of_all_columns(run: hg.Run) -> None:
    kept = {column.name for column in variables.outcome_columns(lasting=False)} - {"replica", "emerged"}
    assert {str(name) for name in run.results if str(name).startswith("mean_")} == {f"mean_{x}" for x in kept}
    assert {str(name) for name in run.results if str(name).startswith("se_")} == {f"se_{x}" for x in kept}


def test_without_a_sweep_results_are_scalars(small: Factory, tmp_path: Path, quick: None) -> None:
    found = small(sweep=None).run(tmp_path / "run").results
    assert found.p_emerged.dims == ()
    assert found.survival.dims == ("year",)
    assert 0 <= float(found.p_emerged_low) <= float(found.p_emerged) <= float(found.p_emerged_high) <= 1


def test_horizons_may_differ(small: Factory, tmp_path: Path, quick: None) -> None:
    model = hg.Model(hegemony={"hold": 2})
    found = small(model=model, sweep={"system.years": [10, 25]}).run(tmp_path / "run").results
    assert found.survival.sizes == {"years": 2, "year": 26}
    short = found.sel(years=10)
    for name in ("survival", "survival_low", "survival_high"):
        assert np.isfinite(short[name].values[:11]).all()
        assert np.isnan(short[name].values[11:]).all()
        assert np.isfinite(found.sel(years=25)[name].values).all()


def test_words_and_truth_values_are_labels_too(small: Factory, tmp_path: Path, quick: None) -> None:
    sweep = {"war.initiative": ["uniform", "capability"], "hegemony.absorbing": [True, False]}
    run = small(sweep=sweep).run(tmp_path / "run")
    found = run.results
    assert found.initiative.values.tolist() == ["uniform", "capability"]
    assert found.absorbing.values.tolist() == [1, 0]
    assert found.sel(initiative="capability").replicas.values.tolist() == [60, 60]
    lasting = [f"mean_{column.name}" for column in variables.OUTCOMES.values() if column.lasting]
    assert all(name in found for name in lasting)
    assert set(np.unique(run.outcomes.initiative)) == {"uniform", "capability"}


def test_a_list_has_one_dimension(small: Factory, tmp_path: Path, quick: None) -> None:
    points = [
        {"balancing.speed": 0.1, "system.states": 4},
        {"balancing.speed": 0.7, "growth.drift": [0.01, 0, 0]},
    ]
    points[1]["system.states"] = 3
    sweep = {"design": "list", "values": points}
    run = small(sweep=sweep).run(tmp_path / "run")
    found = run.results
    assert found.p_emerged.dims == ("point",)
    assert found.point.values.tolist() == [0, 1]
    assert found.speed.values.tolist() == [0.1, 0.7]
    assert found.states.values.tolist() == [4, 3]
    assert found.drift.values.tolist() == ["0.0", "[0.01, 0.0, 0.0]"]
    assert found.speed.dims == ("point",)
    assert set(found.coords) == {"point", "speed", "states", "drift", "year"}
    with xr.open_dataset(run.path / "results.nc", engine="h5netcdf") as read:
        assert read.identical(found)
        assert set(read.p_emerged.coords) == {"point", "speed", "states", "drift"}
        assert read.set_index(point="speed").sel(point=0.7).states == 3
    with h5py.File(run.path / "results.nc", "r") as file:
        assert file["p_emerged"].attrs["coordinates"] == file["survival"].attrs["coordinates"]
        assert file["p_emerged"].attrs["coordinates"].decode() == "speed states drift"
        assert not any("coordinates" in file[name].attrs for name in ("point", "year", "speed"))
    rows = run.outcomes.compute()
    assert np.unique(rows.states[rows.point == 1]).tolist() == [3]


def test_points_that_are_equal_have_equal_results(small: Factory, tmp_path: Path, quick: None) -> None:
    parts = {"speed": 0.2, "participation": 0.2, "commitment": 0.2}
    model = hg.Model(system={"years": 25}, balancing=parts, bandwagoning={"commitment": 0.2})
    run = small(model=model, sweep={"balancing.efficiency": [0.1, 0.9]}).run(tmp_path / "run")
    first, second = (run.results.isel(efficiency=i) for i in (0, 1))
    assert first.replicas == second.replicas == 60
    assert first.drop_vars("efficiency").equals(second.drop_vars("efficiency"))


def test_state_names_are_told(small: Factory, tmp_path: Path, quick: None) -> None:
    model = hg.Model(system={"years": 10, "states": 3, "names": ["Lille", "Köln", "Bern"]})
    run = small(model=model, sweep=None, trajectories=1).run(tmp_path / "run")
    assert run.results.attrs["state_names"] == "Lille; Köln; Bern"
    assert run.trajectories.state.values.tolist() == ["Lille", "Köln", "Bern"]


def test_other_readers(run: hg.Run) -> None:
    path = run.path / "results.nc"
    with xr.open_dataset(path, engine="h5netcdf") as dataset:
        assert dataset.identical(run.results)
    with h5py.File(path, "r") as file:
        assert file["p_emerged"].shape == (3, 2)
        assert file["p_emerged"].dims[0][0].name == "/efficiency"


@pytest.mark.external
@pytest.mark.skipif(shutil.which("ncdump") is None, reason="ncdump is not installed")
def test_ncdump_reads_results_and_pieces(small: Factory, tmp_path: Path) -> None:
    run = small(trajectories=1).run(tmp_path / "run")
    for path in (run.path / "results.nc", *(run.path / "pieces").iterdir()):
        shown = subprocess.run(["ncdump", "-h", path], capture_output=True, text=True, check=True).stdout
        assert "format_version = 1" in shown
        assert subprocess.run(["ncdump", path], capture_output=True, check=True).stdout
