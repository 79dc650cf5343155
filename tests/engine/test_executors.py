"""Threads and a distributed cluster give the same bits; the number of workers is what one may use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import dask
import pytest
from distributed import Client, LocalCluster
from distributed.comm.core import CommClosedError

import hegemon as hg
from hegemon.running import executors

Factory = Callable[..., hg.Experiment]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with (
        dask.config.set({"distributed.worker.daemon": True}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client


def test_a_cluster_gives_the_bits_of_threads(
    small: Factory, cut: Callable[..., None], same: Any, tmp_path: Path, client: Client
) -> None:
    cut(60_000)
    one = small(trajectories=2).run(tmp_path / "threads", workers=2)
    other = small(trajectories=2).run(tmp_path / "cluster", client=client)
    same(one, other)
    names = [{path.name for path in (run.path / "pieces").iterdir()} for run in (one, other)]
    assert names[0] == names[1]
    (session,) = other.provenance["sessions"]
    assert session["scheduler"].startswith("tcp://")
    assert session["workers"] == 2


def test_a_cluster_by_its_address(small: Factory, tmp_path: Path, client: Client) -> None:
    run = small(replicas=5).run(tmp_path / "run", scheduler=client.scheduler.address)
    assert run.results.replicas.values.min() == 5


def test_an_error_on_a_cluster_is_told(
    small: Factory, tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A value that only the kernel refuses: what a worker raises comes back as one line.
    monkeypatch.setattr(
        "hegemon.running.engine.kernel_values", lambda model: {"N": 1000, "T": 1, "absorbing": True}
    )
    with pytest.raises(hg.WorkFailed, match=r"piece-.*Error: .*; finished pieces are kept"):
        small(replicas=5).run(tmp_path / "run", client=client)


class LostTask:
    """A task of a cluster whose scheduler dies while its result is on the way."""

    def add_done_callback(self, tell: Callable[[Any], None]) -> None:
        tell(self)

    def result(self) -> None:
        raise CommClosedError("in <TCP>: Connection reset by peer")


def test_a_result_that_is_lost_on_the_way_is_an_error_and_no_endless_wait() -> None:
    future = executors._followed(LostTask())
    assert future.done()
    error = future.exception()
    assert isinstance(error, CommClosedError)
    words = executors._cluster_words("tcp://127.0.0.1:1")
    assert words(error) == "the scheduler at tcp://127.0.0.1:1 is lost"
    assert words(ValueError("no")) == "ValueError: no"


def test_a_worker_with_other_kernels_is_refused(
    small: Factory, tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hegemon.running.executors.hk.sources_digest", lambda: "0" * 64)
    with pytest.raises(hg.WorkFailed, match=r"worker on .* has other kernels than the one that asks"):
        small(replicas=5).run(tmp_path / "run", client=client)
    assert not list((tmp_path / "run" / "pieces").glob("piece-*"))


def test_a_scheduler_that_is_not_there(small: Factory, tmp_path: Path) -> None:
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(hg.RequestError, match=r"--scheduler: tcp://127\.0\.0\.1:9: cannot be reached"),
    ):
        small().run(tmp_path / "run", scheduler="tcp://127.0.0.1:9")


@pytest.mark.parametrize(("given", "expected"), [("3", 3), ("", None), ("0", None), ("2(x4)", None)])
def test_available_workers(monkeypatch: pytest.MonkeyPatch, given: str, expected: int | None) -> None:
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", given)
    assert executors.available() == (expected or len(os.sched_getaffinity(0)))


@pytest.mark.parametrize("workers", [0, -1])
def test_no_workers_are_refused(small: Factory, tmp_path: Path, workers: int) -> None:
    with pytest.raises(hg.RequestError, match=f"--workers: {workers}; must be at least 1"):
        small().run(tmp_path / "run", workers=workers)
    assert not (tmp_path / "run").exists()


def test_a_pool_given_to_dask_is_used(small: Factory, tmp_path: Path) -> None:
    class Counting(ThreadPoolExecutor):
        count = 0

        def submit(self, *arguments: Any, **named: Any) -> Any:
            Counting.count += 1
            return super().submit(*arguments, **named)

    with Counting(1) as pool, dask.config.set(pool=pool):
        small(replicas=5).run(tmp_path / "run", workers=1)
    assert Counting.count >= 1
