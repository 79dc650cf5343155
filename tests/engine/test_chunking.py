"""However the work is cut, shared out and finished, every bit of every result is the same."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hegemon as hg
from hegemon.outputs import results
from hegemon.running import directory, engine
from hegemon.running.executors import threads

# The fixtures that patch hold for all examples of a test, which is what is meant.
RAGGED = settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
Factory = Callable[..., hg.Experiment]


@pytest.fixture
def whole(small: Factory, tmp_path: Path, quick: None) -> hg.Run:
    """The experiment in one go."""
    return small(trajectories=3).run(tmp_path / "whole", workers=1)


@pytest.fixture
def folder(quick: None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@RAGGED
@given(aim=st.integers(15_000, 10**6), block=st.integers(1, 70), workers=st.integers(1, 2))
def test_ragged_pieces_and_threads(
    small: Factory,
    whole: hg.Run,
    cut: Callable[..., None],
    same: Callable[..., None],
    aim: int,
    block: int,
    workers: int,
) -> None:
    cut(aim, block)
    with tempfile.TemporaryDirectory() as name:
        run = small(trajectories=3).run(Path(name) / "run", workers=workers)
        same(run, whole)


def in_any_order(
    experiment: hg.Experiment, folder: Path, disorderly: Any, seed: int, window: int
) -> tuple[hg.Run, Any]:
    job = directory.prepare(folder, experiment.spec, experiment.design)
    directory.write(job)
    backend = disorderly(seed, window)
    totals = engine.execute(job, backend.backend())
    results.save(folder, job.spec, job.design, totals)
    return hg.open_run(folder), backend


@RAGGED
@given(aim=st.integers(15_000, 300_000), seed=st.integers(0, 999), window=st.integers(1, 9))
def test_any_order_of_completion(
    small: Factory,
    whole: hg.Run,
    cut: Callable[..., None],
    same: Callable[..., None],
    disorderly: Any,
    aim: int,
    seed: int,
    window: int,
) -> None:
    cut(aim)
    with tempfile.TemporaryDirectory() as name:
        run, backend = in_any_order(small(trajectories=3), Path(name) / "run", disorderly, seed, window)
        same(run, whole)
        assert backend.most <= window


def test_tallies_give_the_same_estimates_as_outcomes(
    small: Factory, whole: hg.Run, tmp_path: Path, same: Callable[..., None]
) -> None:
    lean = small(detail="tallies").run(tmp_path / "lean", workers=2)
    same(lean, whole)
    with pytest.raises(hg.PieceError, match=r'keeps no row per replica \(experiment.detail = "tallies"'):
        _ = lean.outcomes


def test_same_seed_same_bits_and_another_seed_other_bits(
    small: Factory, whole: hg.Run, tmp_path: Path, same: Callable[..., None]
) -> None:
    same(small(trajectories=3).run(tmp_path / "again", workers=2), whole)
    other = small(seed=4).run(tmp_path / "other", workers=2)
    assert not other.results.mean_burden.equals(whole.results.mean_burden)


def test_pieces_have_the_same_bytes_on_every_run(small: Factory, tmp_path: Path, quick: None) -> None:
    for name in ("one", "two"):
        small(trajectories=1).run(tmp_path / name, workers=2)
    listed = [sorted(p.name for p in (tmp_path / name / "pieces").iterdir()) for name in ("one", "two")]
    assert listed[0] == listed[1]


def test_tasks_in_flight_are_bounded(small: Factory, cut: Callable[..., None], folder: Path) -> None:
    cut(8_000, 16)
    experiment = small()
    job = directory.prepare(folder, experiment.spec, experiment.design)
    directory.write(job)
    with threads(2) as backend:
        waiting: list[Any] = []
        most = 0

        def submit(setting: Any, orders: Any) -> Any:
            nonlocal most
            future = backend.submit(setting, orders)
            waiting.append(future)
            most = max(most, sum(not item.done() for item in waiting))
            return future

        engine.execute(job, replace(backend, submit=submit, least=0.0))
    assert len(waiting) == len(job.manifest.plan) > 20
    assert most <= backend.window


def test_short_pieces_share_a_task(small: Factory, cut: Callable[..., None], folder: Path) -> None:
    cut(8_000, 16)
    experiment = small()
    job = directory.prepare(folder, experiment.spec, experiment.design)
    directory.write(job)
    with threads(1) as backend:
        sizes: list[int] = []

        def submit(setting: Any, orders: Any) -> Any:
            sizes.append(len(orders))
            return backend.submit(setting, orders)

        engine.execute(job, replace(backend, submit=submit, least=0.5))
    assert sizes[0] == 1
    assert max(sizes) > 3
    assert sum(sizes) == len(job.manifest.plan)
