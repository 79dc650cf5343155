"""Estimates are compared a few points at a time: every difference is found, and memory hardly grows."""

from __future__ import annotations

import math
import os
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hegemon as hg
from hegemon.outputs import results
from hegemon.running import directory, engine
from hegemon.storage import datasets
from hegemon.verify import estimates

Copy = Callable[..., hg.Run]


@given(st.lists(st.integers(1, 5), max_size=4), st.data())
def test_boxes_are_a_stretch_of_the_points(shape: list[int], data: st.DataObject) -> None:
    size = math.prod(shape)
    begin = data.draw(st.integers(0, size - 1))
    end = data.draw(st.integers(begin + 1, size))
    grid = np.arange(size).reshape(shape)
    found = [np.ravel(grid[box]) for box in estimates.boxes(tuple(shape), begin, end)]
    assert np.concatenate(found).tolist() == list(range(begin, end))
    assert len(found) <= max(1, 2 * len(shape) - 1)


@pytest.mark.parametrize("cells", [1, 62, 1 << 16])
@pytest.mark.parametrize("whole", [0, datasets.WHOLE])
def test_differences_are_placed_whatever_the_blocks(
    copy: Copy, monkeypatch: pytest.MonkeyPatch, cells: int, whole: int
) -> None:
    monkeypatch.setattr(results, "_CELLS", cells)
    monkeypatch.setattr(datasets, "WHOLE", whole)
    run = copy()
    changed = run.results.copy(deep=True)
    changed.survival.values[2, 0, 7] = 0.125
    changed.survival.values[1, 1, 30] = 0.25
    changed.mean_wars.values[2, 1] = 3.5
    (run.path / results.NAME).write_bytes(datasets.to_bytes(changed))
    report = hg.open_run(run.path).verify(sample=0)
    assert {(one.column, one.recorded) for one in report.differences} == {
        ("survival[2, 0, 7]", 0.125),
        ("survival[1, 1, 30]", 0.25),
        ("mean_wars[2, 1]", 3.5),
    }
    assert report.difference_count == 3


def test_of_very_many_differences_the_first_are_kept(copy: Copy) -> None:
    run = copy()
    changed = run.results.copy(deep=True)
    changed.survival.values[:] = 0.5
    changed = changed.drop_vars("se_wars").rename(mean_wars="of_wars")
    (run.path / results.NAME).write_bytes(datasets.to_bytes(changed))
    report = hg.open_run(run.path).verify(sample=0)
    assert len(report.differences) == 100
    assert report.difference_count > 150
    text = {check.name: check.text for check in report.checks}[results.NAME]
    assert text == "not what the pieces give: of_wars, mean_wars, se_wars, survival"


def test_a_variable_of_another_shape_is_named(copy: Copy) -> None:
    run = copy()
    changed = run.results.isel(efficiency=slice(2))
    (run.path / results.NAME).write_bytes(datasets.to_bytes(changed))
    report = hg.open_run(run.path).verify(sample=0)
    columns = {one.column: (one.recorded, one.computed) for one in report.differences}
    assert columns["p_emerged (type and shape)"] == ("float64 (2, 2)", "float64 (3, 2)")
    assert "survival (type and shape)" in columns


def test_memory_hardly_grows_with_the_points(
    tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """3 KB of each point are compared."""
    monkeypatch.setattr(results, "_CELLS", 50 * 101)
    monkeypatch.setattr(datasets, "WHOLE", 0)
    found = {}
    for count in (200, 1000):
        spoils = np.linspace(0.1, 0.5, count).tolist()
        model = hg.Model(system={"years": 100})
        experiment = hg.Experiment(model, sweep={"war.spoils": spoils}, replicas=1000, seed=1, name="grid")
        job = directory.prepare(tmp_path, experiment.spec, experiment.design)
        totals = engine.empty_totals(experiment.design)
        totals.replicas[:] = 1000
        results.save(tmp_path, job.spec, job.design, totals)
        estimates.compare(job, totals)  # what is made once
        tracemalloc.start()
        check, compared = estimates.compare(job, totals)
        found[count] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        (tmp_path / results.NAME).unlink()
        assert (check.state, compared.count) == ("equal", 0)
    assert (found[1000] - found[200]) / 800 < 1200


def test_of_an_experiment_that_is_too_large_nothing_is_read(copy: Copy) -> None:
    run = copy()
    os.truncate(run.path / "experiment.toml", 1 << 42)  # a hole: no disk has so much
    report = run.verify(sample=0)
    assert {check.name for check in report.checks if check.state != "equal"} == {
        "experiment",
        "provenance",  # which holds the same text
    }


def test_what_fails_while_we_estimate_is_no_damage(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    def blocks(_: object) -> Iterator[None]:
        yield from ()
        raise MemoryError

    run = copy()
    monkeypatch.setattr(results._Estimates, "blocks", blocks)
    with pytest.raises(MemoryError):
        run.verify(sample=0)
