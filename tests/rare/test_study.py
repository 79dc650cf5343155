"""The front door: same bits whatever happens, more on request, nothing overwritten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import hegemon as hg
from hegemon.parameters import kernel_values
from hegemon.splitting import diagnosis
from hegemon.splitting.chain import Chain

from .conftest import chain_of

Small = Callable[..., hg.Experiment]


def same(one: hg.Rare, other: hg.Rare) -> bool:
    return one.results.attrs["seed"] == other.results.attrs["seed"] and all(
        np.array_equal(one.results[name].values, other.results[name].values, equal_nan=True)
        for name in one.results.variables
    )


def test_it_finds_what_is_true(chained: None, small: Small, tmp_path: Path) -> None:
    """Twice at four and a half errors: a false alarm comes once in 70,000 tests."""
    experiment = small()
    found = hg.rare(experiment, tmp_path / "out", replicas=200)
    exact = [chain_of(kernel_values(point.model)).probability() for point in experiment.design.points]
    results = found.results
    assert np.abs((results.p_emerged - exact) / results.se_p_emerged).max() < 4.5
    assert (results.p_emerged_high - results.p_emerged_low <= 0.5 * results.p_emerged).all()
    assert results.p_emerged.dims == ("volatility",)
    assert (results.gain[1] > results.gain[0]).item()
    with xr.open_dataset(tmp_path / "out" / "rare.nc", engine="h5netcdf") as stored:
        assert stored.p_emerged.values.tolist() == results.p_emerged.values.tolist()
        assert all("long_name" in stored[name].attrs for name in stored.data_vars)


def test_the_same_bits_with_any_workers_and_after_a_stop(chained: None, small: Small, tmp_path: Path) -> None:
    whole = hg.rare(small(), tmp_path / "whole", replicas=100, repetitions=30, workers=2)
    part = hg.rare(small(), tmp_path / "part", replicas=100, repetitions=5, workers=1)
    assert not same(whole, part)
    for piece in list((tmp_path / "part" / "pieces").glob("split-*"))[:1]:
        piece.unlink()
    with pytest.raises(hg.Unfinished, match="stopped"):
        hg.rare(small(), tmp_path / "part", replicas=100, repetitions=30, time_limit=0)
    again = hg.rare(small(), tmp_path / "part", replicas=100, repetitions=30, workers=1)
    assert same(whole, again)
    fewer = hg.rare(small(), tmp_path / "part", replicas=100, repetitions=5)
    assert same(part, fewer)  # what there is more than asked does not count


def test_the_first_piece_may_be_the_missing_one(
    chained: None, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hegemon.planning.plan.target", lambda total: total // 4)
    whole = hg.rare(small(), tmp_path / "out", replicas=100, repetitions=4)
    pieces = sorted((tmp_path / "out" / "pieces").glob("split-*"))
    assert len(pieces) > 2
    pieces[0].unlink()
    assert same(whole, hg.rare(small(), tmp_path / "out", replicas=100, repetitions=4))


def test_a_precision_is_that_of_the_interval(chained: None, small: Small, tmp_path: Path) -> None:
    """In the experiment's words; what was asked is told, and where it was not reached."""
    half: dict[str, float] = {}
    for name, asked in (("rough", {"relative_precision": 0.4}), ("fine", {"precision": 1.5e-3})):
        settings = {"sweep": {"growth.volatility": [0.45]}, "max_replicas": 5000, "replicas": None, **asked}
        found = hg.rare(small(**settings), tmp_path / "out", replicas=100)
        results = found.results
        half[name] = (results.p_emerged_high - results.p_emerged_low).item() / 2
        assert not found.warnings()
        assert results.attrs["relative_precision"] == asked.get("relative_precision", 0.25)
        assert ("precision" in results.attrs) == (name == "fine")
    assert half["fine"] <= 1.5e-3 < half["rough"]
    fixed = hg.rare(small(**settings), tmp_path / "out", replicas=100, repetitions=24)
    assert "precision" not in fixed.results.attrs
    asked = small(**{**settings, "precision": 1e-9})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hegemon.splitting.looks.MOST", 40)
        found = hg.rare(asked, tmp_path / "out", replicas=100)
    (line,) = found.warnings()
    assert "precision is" in line
    assert "asked 1e-09, after 36 repetitions: give more replicas a level" in line


def test_more_points(chained: None, small: Small, tmp_path: Path) -> None:
    hg.rare(small(), tmp_path / "out", replicas=100, repetitions=4)
    wider = small(sweep={"growth.volatility": [0.4, 0.35, 0.25]})
    found = hg.rare(wider, tmp_path / "out", replicas=100, repetitions=4)
    fresh = hg.rare(wider, tmp_path / "fresh", replicas=100, repetitions=4)
    assert same(found, fresh)


@pytest.mark.parametrize(
    ("changes", "replicas", "line"),
    [
        ({"seed": 6}, 100, "experiment.seed: holds 5, asked 6"),
        ({}, 200, "--replicas: holds 100, asked 200"),
        (
            {"sweep": {"growth.volatility": [0.3]}},
            100,
            "model.growth.volatility: holds 0.25, 0.35, asked 0.3",
        ),
    ],
)
def test_another_request_is_refused(
    chained: None, small: Small, tmp_path: Path, changes: dict, replicas: int, line: str
) -> None:
    hg.rare(small(sweep={"growth.volatility": [0.25, 0.35]}), tmp_path / "out", replicas=100, repetitions=2)
    given = {"sweep": {"growth.volatility": [0.25, 0.35]}, **changes}
    with pytest.raises(hg.RequestError, match=line):
        hg.rare(small(**given), tmp_path / "out", replicas=replicas, repetitions=2)


def test_runs_and_splittings_keep_apart(chained: None, small: Small, tmp_path: Path) -> None:
    hg.rare(small(), tmp_path / "rare", replicas=100, repetitions=2)
    with pytest.raises(hg.RequestError, match="holds what hegemon rare has left"):
        small(replicas=10).run(tmp_path / "rare")
    with pytest.raises(hg.RequestError, match="holds no run of plain replicas"):
        _ = hg.open_run(tmp_path / "rare").spec
    with pytest.raises(hg.RequestError, match="holds no run of plain replicas"):
        _ = hg.open_run(tmp_path / "rare").results
    small(replicas=10).run(tmp_path / "run")
    with pytest.raises(hg.RequestError, match="holds a run of plain replicas"):
        hg.rare(small(), tmp_path / "run", replicas=100)


def test_numbers_out_of_range(small: Small, tmp_path: Path) -> None:
    with pytest.raises(hg.RequestError, match="--replicas: 10; splitting takes at least 80"):
        hg.rare(small(), tmp_path / "out", replicas=10)
    with pytest.raises(hg.RequestError, match="--repetitions: 1; must be 2 to 100000"):
        hg.rare(small(), tmp_path / "out", repetitions=1)
    assert not (tmp_path / "out").exists()


def test_damage_is_named_and_mended(chained: None, small: Small, tmp_path: Path) -> None:
    whole = hg.rare(small(), tmp_path / "out", replicas=100, repetitions=4)
    piece = next((tmp_path / "out" / "pieces").glob("split-*"))
    content = bytearray(piece.read_bytes())
    content[len(content) // 2] ^= 1
    piece.write_bytes(content)
    with pytest.raises(hg.PieceError, match=r"damaged.*hegemon rare with --recompute-damaged"):
        hg.rare(small(), tmp_path / "out", replicas=100, repetitions=4)
    again = hg.rare(small(), tmp_path / "out", replicas=100, repetitions=4, recompute_damaged=True)
    assert same(whole, again)


def test_a_poor_level_function_is_told(
    monkeypatch: pytest.MonkeyPatch, quick: None, small: Small, tmp_path: Path
) -> None:
    """Where a hidden type decides, splitting by the share says that it fails; where it does not, nothing."""
    single = small(sweep={})
    hidden = Chain(horizon=25, start=12, top=24, gifted=0.01, brake=0.97, braked=17)
    monkeypatch.setattr("hegemon.splitting.making.Kernel", lambda values, dtype: hidden)
    told = hg.rare(single, tmp_path / "hidden", replicas=100, repetitions=24).warnings()
    assert any("poor level function" in line or "beginnings" in line for line in told)
    plain = Chain(horizon=25, start=12, up=0.3)
    monkeypatch.setattr("hegemon.splitting.making.Kernel", lambda values, dtype: plain)
    found = hg.rare(single, tmp_path / "plain", replicas=200, repetitions=24)
    assert found.warnings() == []
    assert diagnosis.routes(found.results).startswith("hegemons gained 0.3")


def test_never(monkeypatch: pytest.MonkeyPatch, quick: None, small: Small, tmp_path: Path) -> None:
    still = Chain(up=0.0, down=0.0, horizon=5)
    monkeypatch.setattr("hegemon.splitting.making.Kernel", lambda values, dtype: still)
    found = hg.rare(small(sweep={}), tmp_path / "out", replicas=80)
    assert float(found.results.p_emerged) == 0.0
    assert "no hegemon in" in found.warnings()[0]


def test_the_model_itself(quick: None, tmp_path: Path) -> None:
    """Splitting and plain replicas, other seeds; four and a half errors: one false alarm in 100,000 tests."""
    model = hg.Model(system={"states": 6, "years": 30}, balancing={"efficiency": 1.0})
    found = hg.rare(hg.Experiment(model, seed=1), tmp_path / "rare", replicas=200, repetitions=24).results
    run = hg.Experiment(model, seed=2, replicas=60_000, detail="tallies").run(tmp_path / "run")
    p, n = float(run.results.p_emerged), 60_000
    error = np.hypot(float(found.se_p_emerged), np.sqrt(p * (1 - p) / n))
    assert 0.001 < p < 0.05
    assert abs(float(found.p_emerged) - p) < 4.5 * error
