"""A dask cluster of processes that die in mid-run: results are complete and equal, or a line says why."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from distributed import Client

from cluster.conftest import pieces, python, start
from cluster.slurm import until

SCHEDULER = ("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
WORKER = ("-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-dashboard")


class Cluster:
    """A scheduler and workers, each a process of its own with its log."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.processes = folder, []
        self.file = folder / "scheduler.json"
        self.scheduler = self.start("scheduler", *SCHEDULER, "--scheduler-file", str(self.file))
        until(self.file.exists, "the scheduler", 60)

    def start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        process = python(*words, log=self.folder / f"{name}.log", cwd=self.folder)
        self.processes.append(process)
        return process

    def worker(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        return self.start(name, *WORKER, "--scheduler-file", str(self.file), "--name", name, *words)

    @property
    def address(self) -> str:
        with Client(scheduler_file=str(self.file)) as client:
            return str(client.scheduler.address)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    try:
        yield made
    finally:
        made.stop()


def begun(process: subprocess.Popen[str], folder: Path, count: int) -> None:
    """Wait until a run has finished some pieces, and not all."""
    until(lambda: len(pieces(folder)) >= count or process.poll() is not None, "pieces")
    assert process.poll() is None, process.communicate()[1]


def test_a_worker_is_killed_and_the_other_does_its_work(
    cluster: Cluster, shared: Path, equal: Callable[[Path], None]
) -> None:
    workers = [cluster.worker(name, "--no-nanny") for name in ("first", "second")]
    out = shared.parent / "run"
    run = start("run", shared, "--out", out, "--scheduler", cluster.address)
    begun(run, out, 8)
    workers[0].kill()
    _, err = run.communicate(timeout=300)
    assert run.returncode == 0, err
    assert "Traceback" not in err, err
    equal(out)


def test_the_scheduler_dies_and_the_run_goes_on_later(
    cluster: Cluster, shared: Path, equal: Callable[[Path], None]
) -> None:
    cluster.worker("first", "--no-nanny")
    out, address = shared.parent / "run", cluster.address
    run = start("run", shared, "--out", out, "--scheduler", address)
    begun(run, out, 5)
    cluster.scheduler.kill()
    _, err = run.communicate(timeout=300)
    assert run.returncode == 1, err
    assert f"the scheduler at {address} is lost; finished pieces are kept" in err
    assert "Traceback" not in err, err
    kept = pieces(out)
    assert 5 <= len(kept) < 39
    again = start("run", shared, "--out", out)
    _, err = again.communicate(timeout=300)
    assert again.returncode == 0, err
    assert kept <= pieces(out)
    equal(out)


def test_a_worker_out_of_memory_is_replaced(
    cluster: Cluster, shared: Path, equal: Callable[[Path], None]
) -> None:
    for name in ("first", "second"):
        cluster.worker(name, "--memory-limit", "700MB", "--local-directory", str(shared.parent))
    out = shared.parent / "run"
    run = start("run", shared, "--out", out, "--scheduler", cluster.address)
    begun(run, out, 8)
    with Client(cluster.address) as client:
        victim = min(client.scheduler_info()["workers"])
        hog = client.submit(eval, "len(b'x' * 900_000_000) + __import__('time').sleep(60)", workers=[victim])
        _, err = run.communicate(timeout=300)
        hog.cancel()
    assert run.returncode == 0, err
    assert (
        "exceeded" in (shared.parent / "first.log").read_text() + (shared.parent / "second.log").read_text()
    )
    equal(out)


def test_workers_that_are_too_small_end_in_a_line(cluster: Cluster, shared: Path) -> None:
    cluster.worker("first", "--memory-limit", "170MB", "--local-directory", str(shared.parent))
    run = start("run", shared, "--out", shared.parent / "run", "--scheduler", cluster.address)
    _, err = run.communicate(timeout=300)
    assert run.returncode == 1, err
    line = err.splitlines()[-1]
    assert re.fullmatch(
        r"hegemon: piece-000000-\w{16}: the workers that began it died, 4 one after the other, perhaps "
        r"for want of memory: see the log of the last, tcp://127\.0\.0\.1:\d+; finished pieces are kept",
        line,
    )
