"""What is exported, read back with pandas and polars, is what the run holds, whatever the format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
import xarray as xr

import hegemon as hg
from hegemon.export import FORMATS, tables
from hegemon.variables import OUTCOMES

Runs = Callable[[str], hg.Run]
READERS = {
    "csv": [pd.read_csv, lambda path: pl.read_csv(path, infer_schema_length=None).to_pandas()],
    "parquet": [pd.read_parquet, lambda path: pl.read_parquet(path).to_pandas()],
    "stata": [lambda path: pd.read_stata(path, convert_categoricals=False)],
}
CASES = [(form, reader) for form, readers in READERS.items() for reader in readers]


@pytest.mark.parametrize("kind", ["grid", "listed", "linked", "single"])
@pytest.mark.parametrize(("form", "read"), CASES)
def test_outcomes_are_those_of_the_run(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, form: str, read: Callable
) -> None:
    monkeypatch.setattr("hegemon.export.writing._GROUP", dict.fromkeys(FORMATS, 41))
    run = runs(kind)
    path = tmp_path / f"rows{FORMATS[form]}"
    written = run.export(path, what="outcomes")
    found, rows = read(path), run.outcomes.compute()
    assert tuple(found.columns) == written.columns
    assert len(found) == written.rows == rows.sizes["row"]
    for name, variable in rows.variables.items():
        same(found[name], variable.values, missing=-1 if form == "stata" and name in OUTCOMES else None)


@pytest.mark.parametrize("kind", ["grid", "listed", "linked", "single", "tallies"])
@pytest.mark.parametrize(("form", "read"), CASES)
def test_estimates_are_those_of_the_run(
    runs: Runs, tmp_path: Path, kind: str, form: str, read: Callable
) -> None:
    run = runs(kind)
    path = tmp_path / f"table{FORMATS[form]}"
    run.export(path)
    found = read(path)
    assert found.point.tolist() == list(range(len(run.design.points)))
    for name, variable in run.results.data_vars.items():
        if "year" not in variable.dims:
            same(found[name], variable.values.ravel())


def same(column: pd.Series, values: np.ndarray, missing: int | None = None) -> None:
    """Equal to the last bit; NaN and, where asked, `missing` are missing; in Stata so is infinity."""
    if values.dtype.kind in "OU":
        expected = [str(value) for value in values]
        texts = column.tolist()
        codes = {text: place for place, text in enumerate(dict.fromkeys(expected), start=1)}
        assert texts in (expected, [codes[text] for text in expected])
        return
    expected = values.astype(float)
    if missing is not None:
        expected = np.where(values == missing, np.nan, expected)
    found = column.to_numpy(float, na_value=np.nan)
    if not np.isinf(found).any():
        expected = np.where(np.isinf(expected), np.nan, expected)
    np.testing.assert_array_equal(found, expected, column.name)


@pytest.mark.parametrize("kind", ["grid", "listed", "linked", "tallies"])
@pytest.mark.parametrize(("form", "read"), CASES)
def test_survival_has_a_row_per_point_and_year_to_its_horizon(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, form: str, read: Callable
) -> None:
    monkeypatch.setattr("hegemon.export.tables._CURVE", 60)  # two points at a time
    run = runs(kind)
    path = tmp_path / f"curve{FORMATS[form]}"
    run.export(path, what="survival")
    found = read(path)
    assert [len(rows) for _, rows in found.groupby("point")] == [
        point.model.system.years + 1 for point in run.design.points
    ]
    curves = run.results.survival.values.reshape(len(run.design.points), -1)
    assert found.survival.tolist() == curves[found.point.astype(int), found.year.astype(int)].tolist()
    assert not found.isna().any(axis=None) or form == "stata"  # where an infinite reach is missing


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_na_makes_missing_values_of_none(runs: Runs, tmp_path: Path, form: str) -> None:
    run = runs("grid")
    path = tmp_path / f"rows{FORMATS[form]}"
    run.export(path, what="outcomes", missing=True)
    found = pl.read_csv(path) if form == "csv" else pl.read_parquet(path)
    never = run.outcomes.emerged.values == 0
    assert never.any()
    assert found["year"].is_null().to_numpy().tolist() == never.tolist()
    assert found["share_gain"].is_null().sum() == never.sum()
    assert found["wars"].null_count() == 0
    assert found["time"].null_count() == 0


def test_time_is_the_year_of_emergence_or_the_horizon(runs: Runs, tmp_path: Path) -> None:
    run = runs("listed")
    run.export(tmp_path / "rows.csv", what="outcomes")
    found = pd.read_csv(tmp_path / "rows.csv")
    expected = np.where(found.emerged == 1, found.year, np.where(found.point == 0, 30, 20))
    assert found.time.tolist() == expected.tolist()


def test_a_number_that_is_read_back_is_the_same_number(runs: Runs, tmp_path: Path) -> None:
    """CSV has the shortest text that gives the number back: exact, and no longer than it must be."""
    run = runs("grid")
    run.export(tmp_path / "table.csv")
    first = (tmp_path / "table.csv").read_text().splitlines()[1].split(",")
    assert first[:3] == ["0", "0.0", "0.5"]
    assert first[5] == repr(float(run.results.p_emerged.values.ravel()[0]))


def test_labels_stand_in_the_files(runs: Runs, tmp_path: Path) -> None:
    run = runs("grid")
    for name in ("rows.parquet", "rows.dta"):
        run.export(tmp_path / name, what="outcomes")
    with pd.io.stata.StataReader(tmp_path / "rows.dta") as file:
        assert file.variable_labels()["wars"] == "wars"
        assert file.variable_labels()["years_unipolar"].endswith("(years)")
        words = {name: list(values.values()) for name, values in file.value_labels().items()}
        assert file.data_label == "grid"
    assert words["hegemon"] == ["Alba", "Bor", "Cis", "Dor"]
    assert words["emerged"] == ["no hegemon", "a hegemon emerged"]
    schema = __import__("pyarrow.parquet").parquet.read_schema(tmp_path / "rows.parquet")
    assert schema.metadata[b"seed"] == b"3"
    assert schema.field("reach").metadata[b"key"] == b"geography.reach"
    assert schema.field("year").metadata[b"none_value"] == b"-1"


def test_netcdf_of_estimates_is_that_of_the_run(runs: Runs, tmp_path: Path) -> None:
    run = runs("grid")
    run.export(tmp_path / "estimates.nc")
    xr.testing.assert_identical(
        xr.load_dataset(tmp_path / "estimates.nc", engine="h5netcdf").drop_attrs(),
        xr.load_dataset(run.path / "results.nc", engine="h5netcdf").drop_attrs(),
    )


def test_netcdf_of_outcomes_is_that_of_merge(runs: Runs, tmp_path: Path) -> None:
    run = runs("grid")
    written = run.export(tmp_path / "outcomes.nc", what="outcomes")
    found = xr.load_dataset(tmp_path / "outcomes.nc", engine="h5netcdf")
    xr.testing.assert_equal(found, run.outcomes.compute())
    assert written.rows == found.sizes["row"]
    assert set(written.columns) == set(map(str, found.variables))


def test_an_estimate_with_a_further_dimension_makes_a_column_for_each_value(runs: Runs) -> None:
    run = runs("grid")
    results = run.results.copy()
    shape = (2, 2, 3, 26)
    routes = np.arange(np.prod(shape), dtype=float).reshape(shape)
    notes = {"long_name": "chance", "units": "1"}
    results["incidence"] = (("efficiency", "reach", "route", "year"), routes, notes)
    results["share"] = (("efficiency", "reach", "route"), routes[..., 0], notes)
    results = results.assign_coords(route=["war", "growth", "both"])
    job = run._job
    table = tables.estimates(job, results)
    (batch,) = table.batches()
    assert batch["share_growth"].tolist() == routes[:, :, 1, 0].ravel().tolist()
    assert {c.name: c.label for c in table.columns}["share_war"] == "chance: route war"
    curves = tables.survival(job, results)
    (batch,) = curves.batches()
    assert batch["incidence_both"].tolist() == routes[:, :, 2].ravel().tolist()
    assert [column.name for column in curves.columns][-3:] == [
        "incidence_war", "incidence_growth", "incidence_both",
    ]  # fmt: skip


def test_equal_runs_give_equal_bytes(runs: Runs, tmp_path: Path) -> None:
    run = runs("grid")
    for name in ("one.csv", "two.csv", "one.dta", "two.dta"):
        run.export(tmp_path / name, what="outcomes")
    for end in (".csv", ".dta"):
        assert (tmp_path / f"one{end}").read_bytes() == (tmp_path / f"two{end}").read_bytes()
