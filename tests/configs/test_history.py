"""Sixteen historical systems: each an experiment of its own, with figures whose sources are told."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import hegemon as hg
from hegemon.config import load

FOLDER = Path(__file__).parents[2] / "configs" / "history"
FILES = sorted(FOLDER.glob("*.toml"))
every = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def table(name: str) -> list[dict[str, str]]:
    lines = (FOLDER / name).read_text().splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def test_there_are_sixteen() -> None:
    assert len(FILES) == 16
    years = [int(path.stem[-4:]) if path.stem[-4:].isdigit() else 0 for path in FILES]
    assert {1495, 1556, 1690, 1792, 1812, 1816, 1870, 1890, 1950, 1992, 2016, 2022} < {*years}


@every
def test_it_says_what_it_asks_what_happened_and_what_is_doubtful(path: Path) -> None:
    spec = load(path)
    said = " ".join(line[1:].strip() for line in path.read_text().splitlines() if line.startswith("#"))
    for word in ("?", "Shares", "Error", "Distance", "Left out", "from memory"):
        assert word in said
    assert spec.name == path.stem.replace("_", "-")
    assert spec.title
    assert spec.description


@every
def test_its_model_is_that_of_fifty_years_from_the_recorded_shares(path: Path) -> None:
    model = load(path).model
    assert model.system.years == 50
    assert len(set(model.state_names)) == model.system.states
    assert sum(model.system.shares) == pytest.approx(1, abs=0.005)
    assert model.system.dispersion == (0.15 if load(path).seed < 1816 else 0.05)
    d = np.array(model.geography.distances)
    assert (d <= (d[:, :, np.newaxis] + d[np.newaxis]).min(axis=1) + 0.02).all()


@every
def test_its_shares_are_those_of_the_table_of_measures(path: Path) -> None:
    model = load(path).model
    rows = [row for row in table("measures.csv") if row["system"] == path.stem]
    base = {row["state"]: float(row["share"]) for row in rows if row["base"] == "1"}
    assert base == dict(zip(model.state_names, model.system.shares, strict=True))
    by_measure: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_measure.setdefault(row["measure"] + row["base"], []).append(row)
    for each in by_measure.values():
        assert [row["state"] for row in each] == list(model.state_names)
        assert sum(float(row["share"]) for row in each) == pytest.approx(1, abs=0.005)


@pytest.mark.parametrize("name", ["measures.csv", "moments.csv"])
def test_every_figure_has_its_source(name: str) -> None:
    for row in table(name):
        assert None not in row
        assert len(row["source"]) > 10


@every
def test_it_runs(path: Path, tmp_path: Path) -> None:
    small = ["experiment.replicas=8", "system.years=6", "sweep.balancing.efficiency=[0.0, 1.0]"]
    run = hg.Experiment.from_toml(path, small).run(tmp_path / "run", workers=1)
    assert run.results.p_emerged.shape == (2,)
    assert run.results.attrs["title"] == load(path).title
