"""Rows and trajectories, lazily from the pieces, against the kernel called by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dask.array as da
import numpy as np
import pytest

import hegemon as hg
import hegemon_kernels as hk
from hegemon.parameters import kernel_values
from hegemon.variables import OUTCOMES, TRAJECTORIES

Factory = Callable[..., hg.Experiment]


def by_hand(experiment: hg.Experiment, common: bool = True) -> np.ndarray:
    spec, tables = experiment.spec, []
    for point in experiment.design.points:
        rows = np.empty(spec.replicas, hk.OUTCOME_DTYPE)
        key = hk.stream_key(spec.seed, 0 if common else point.identity)
        hk.simulate(hk.pack_point(kernel_values(point.model), spec.dtype), key, 0, rows)
        tables.append(rows)
    return np.concatenate(tables)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("common", [True, False])
def test_rows_are_those_of_the_kernel(
    small: Factory, tmp_path: Path, quick: None, cut: Callable[..., None], dtype: str, common: bool
) -> None:
    cut(60_000)
    experiment = small(dtype=dtype, common_random_numbers=common)
    rows = experiment.run(tmp_path / "run", workers=2).outcomes
    expected = by_hand(experiment, common)
    for name in rows.data_vars:
        assert rows[name].dtype == np.dtype(OUTCOMES[str(name)].dtype)
        assert rows[name].values.tobytes() == np.ascontiguousarray(expected[name]).tobytes(), name
    assert rows.point.values.tolist() == np.repeat(np.arange(6), 60).tolist()
    assert rows.efficiency.values.tolist() == np.repeat([0, 0, 0.5, 0.5, 1, 1], 60).tolist()
    assert rows.states.values.tolist() == np.repeat([3, 5] * 3, 60).tolist()


def test_rows_are_lazy_and_labelled(
    small: Factory, tmp_path: Path, quick: None, cut: Callable[..., None]
) -> None:
    cut(60_000)
    rows = small().run(tmp_path / "run").outcomes
    for name, variable in rows.variables.items():
        assert isinstance(variable.data, da.Array), name
        assert len(variable.chunks[0]) > 3
        assert variable.attrs["long_name"]
    assert rows.year.attrs["none_value"] == -1
    assert rows.sizes == {"row": 360}
    means = rows.emerged.groupby(rows.efficiency.compute()).mean().compute()
    assert means.shape == (3,)


def test_a_run_where_hegemony_may_end_keeps_its_columns(small: Factory, tmp_path: Path, quick: None) -> None:
    model = hg.Model(system={"years": 25}, hegemony={"hold": 2, "absorbing": False})
    rows = small(model=model).run(tmp_path / "run").outcomes
    assert set(rows.data_vars) == set(OUTCOMES)
    assert int(rows.spells.max()) > 1


def test_columns_that_a_piece_does_not_keep_follow_from_its_model(
    small: Factory, tmp_path: Path, quick: None
) -> None:
    model = hg.Model(system={"years": 25}, hegemony={"hold": 2})
    small(model=model, sweep={"hegemony.absorbing": [True]}).run(tmp_path / "run")
    experiment = small(model=model, sweep={"hegemony.absorbing": [True, False]})
    rows = experiment.run(tmp_path / "run").outcomes
    expected = by_hand(experiment)
    for name in OUTCOMES:
        assert rows[name].values.tobytes() == np.ascontiguousarray(expected[name]).tobytes(), name


def test_points_that_are_one_model_have_rows_each(
    small: Factory, tmp_path: Path, quick: None, cut: Callable[..., None]
) -> None:
    """All three parts of the efficiency are given, so that it counts for nothing."""
    cut(60_000)
    parts = {"speed": 0.5, "participation": 0.5, "commitment": 0.5}
    experiment = small(model=hg.Model(system={"years": 25}, balancing=parts), trajectories=2)
    run = experiment.run(tmp_path / "run")
    rows, kept, expected = run.outcomes.compute(), run.trajectories, by_hand(experiment)
    assert rows.point.values.tolist() == np.repeat(np.arange(6), 60).tolist()
    for name in ("replica", "emerged", "year"):
        assert rows[name].values.tobytes() == np.ascontiguousarray(expected[name]).tobytes(), name
    assert kept.point.values.tolist() == np.repeat(np.arange(6), 2).tolist()
    assert kept.replica.values.tolist() == [0, 1] * 6
    crises = np.bincount(kept.event_row.values, minlength=12).reshape(3, 4)
    assert (crises == crises[0]).all()


@pytest.mark.parametrize("wanted", [1, 3])
def test_trajectories_are_those_of_the_kernel(
    small: Factory, tmp_path: Path, quick: None, cut: Callable[..., None], wanted: int
) -> None:
    cut(5_000)
    experiment = small(trajectories=wanted)
    kept = experiment.run(tmp_path / "run").trajectories.compute()
    assert kept.sizes == {"row": 6 * wanted, "year": 26, "state": 5, "event": kept.sizes["event"]}
    key, begin = hk.stream_key(3, 0), 0
    for point in experiment.design.points:
        trace = hk.trace(hk.pack_point(kernel_values(point.model)), key, 0, wanted)
        own = kept.isel(row=slice(begin, begin + wanted), state=slice(0, point.model.system.states))
        for name in TRAJECTORIES:
            expected = getattr(trace, "years" if name == "years_completed" else name)
            np.testing.assert_array_equal(own[name].values, expected, name)
        events = kept.isel(event=(kept.event_row.values >= begin) & (kept.event_row.values < begin + wanted))
        for name in trace.events.dtype.names:
            np.testing.assert_array_equal(events[f"event_{name}"].values, trace.events[name], name)
        np.testing.assert_array_equal(events.event_row - begin, events.event_replica)
        begin += wanted
    assert kept.replica.values.tolist() == list(range(wanted)) * 6
    assert kept.states.values.tolist() == np.repeat([3, 5] * 3, wanted).tolist()


def test_trajectories_agree_with_the_rows(small: Factory, tmp_path: Path, quick: None) -> None:
    run = small(trajectories=5).run(tmp_path / "run")
    rows, kept = run.outcomes.compute(), run.trajectories.compute()
    first = rows.isel(row=np.flatnonzero(rows.replica < 5))
    wars = np.bincount(kept.event_row.values[kept.event_won.values >= 0], minlength=30)
    np.testing.assert_array_equal(first.wars, wars)
    last = kept.capability.values[np.arange(30), kept.years_completed.values]
    np.testing.assert_array_equal(np.nanmax(last, axis=1), first.final_share)


def test_a_run_without_trajectories_has_none(small: Factory, tmp_path: Path, quick: None) -> None:
    kept = small().run(tmp_path / "run").trajectories
    assert kept.sizes["row"] == 0
    assert kept.sizes["event"] == 0
