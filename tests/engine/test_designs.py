"""Runs of drawn designs, of points from a file and of keys that move together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import hegemon as hg
from hegemon.errors import RequestError
from hegemon.figures import headline
from hegemon.storage.datasets import digest

RANGES: dict[str, Any] = {
    "balancing.efficiency": {"from": 0, "to": 1},
    "war.decisiveness": {"from": 0.5, "to": 32, "scale": "log"},
}


def experiment(sweep: dict[str, Any]) -> hg.Experiment:
    return hg.Experiment(hg.Model(system={"states": 3, "years": 20}), sweep=sweep, replicas=50, seed=3)


def test_a_sobol_design_grows_and_a_hypercube_does_not(tmp_path: Path) -> None:
    def drawn(kind: str, points: int, name: str) -> hg.Run:
        return experiment({"design": kind, "points": points, **RANGES}).run(tmp_path / name, workers=1)

    few = drawn("sobol", 12, "grown").results
    many = drawn("sobol", 20, "grown").results
    whole = drawn("sobol", 20, "whole").results
    assert digest(many) == digest(whole)
    assert digest(few) == digest(many.isel(point=slice(12)))
    with pytest.raises(RequestError, match=r"sweep.points: holds 20, asked 12; more can be added"):
        drawn("sobol", 12, "grown")
    drawn("lhs", 12, "lhs")
    with pytest.raises(RequestError, match=r"sweep.points: holds 12, asked 16; a Latin hypercube of another"):
        drawn("lhs", 16, "lhs")
    again = hg.open_run(tmp_path / "lhs")
    assert again.design.points == experiment({"design": "lhs", "points": 12, **RANGES}).design.points
    assert again.verify().ok
    axes = headline(many).axes
    assert [ax.get_xlabel() for ax in axes] == ["Balancing efficiency (0 = none, 1 = full)", "Decisiveness"]
    assert axes[1].get_xscale() == "log"


def test_keys_that_move_together_share_a_dimension(tmp_path: Path) -> None:
    sweep = {
        "balancing.efficiency": [0, 1],
        "linked": [
            {"system.states": [3, 4], "system.shares": [[3, 2, 1], "equal"], "war.spoils": [0.2, 0.2]}
        ],
    }
    run = hg.Experiment(hg.Model(system={"years": 20}), sweep=sweep, replicas=50, seed=3).run(
        tmp_path / "run", workers=1
    )
    found = run.results
    assert found.p_emerged.dims == ("efficiency", "states")
    assert found.shares.dims == found.spoils.dims == ("states",)
    assert found.shares.values.tolist() == ["[3.0, 2.0, 1.0]", '"equal"']
    read = xr.open_dataset(tmp_path / "run" / "results.nc", engine="h5netcdf")
    assert set(read.coords) == {"efficiency", "states", "shares", "spoils", "year"}
    assert read.shares.attrs["along"] == "states"
    rows = run.outcomes[["shares", "states", "efficiency"]].compute()
    assert {(int(s), str(t)) for s, t in zip(rows.states.values, rows.shares.values, strict=True)} == {
        (3, "[3.0, 2.0, 1.0]"),
        (4, '"equal"'),
    }
    assert run.replay({"states": 4, "efficiency": 1}, 3).equal is not False
    assert ", with shares and spoils" in str(
        [ax.get_xlabel() for ax in headline(found.isel(efficiency=0)).axes]
    )


def test_points_of_a_file_are_those_of_a_list(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("war.spoils,war.cost\n0.5,0.1\n0.25,\n")
    (tmp_path / "e.toml").write_text(
        '[experiment]\nreplicas = 50\nseed = 3\n[sweep]\ndesign = "list"\nfile = "points.csv"\n'
        "[model.system]\nstates = 3\nyears = 20\n"
    )
    ours = hg.Experiment.from_toml(tmp_path / "e.toml").run(tmp_path / "a", workers=1).results
    rows = [{"war.spoils": 0.5, "war.cost": 0.1}, {"war.spoils": 0.25}]
    theirs = experiment({"design": "list", "values": rows}).run(tmp_path / "b", workers=1).results
    assert digest(ours) == digest(theirs)
    np.testing.assert_array_equal(ours["cost"].values, [0.1, 0.05])
    (tmp_path / "points.csv").unlink()  # the points stand in the directory
    assert hg.open_run(tmp_path / "a").design.shape == (2,)
