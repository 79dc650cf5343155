"""Where tasks run: a pool of threads, or a dask.distributed cluster, behind one interface.

Both give futures of `concurrent.futures`, of which dask's threaded scheduler is made too; so the engine has
one loop for both. A pool set by ``dask.config.set(pool=...)`` is used, as dask itself would.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import hegemon_kernels as hk
from hegemon._version import __version__
from hegemon.errors import RequestError
from hegemon.failures import WorkFailed
from hegemon.running.brake import Brake
from hegemon.running.work import Finished, Order, Setting, run_orders

if TYPE_CHECKING:
    from distributed import Client

THREAD_SECONDS = 0.05
"""Least time a task should take in a pool of threads, for Python's own costs to stay below one per cent."""
CLUSTER_SECONDS = 1.0
"""The same on a cluster, where a task costs some milliseconds of the scheduler's time."""
CLUSTER_LOOK = 2.0
"""Seconds between looks at how many workers a cluster has."""
THREADS = "hegemon"
"""What the names of our threads begin with."""


def in_words(error: Exception) -> str:
    """An error of a task as a line tells it."""
    if isinstance(error, MemoryError):
        return "out of memory"  # which array it was tells nothing to whoever can give more
    return f"{type(error).__name__}: {error}"


@dataclass
class Backend:
    """Something that runs tasks.

    Attributes
    ----------
    name : str
        "threads", or the address of the scheduler.
    workers : int
        Tasks that run at one time; changes with an adaptive cluster, as do `window` and `begun`.
    window : int
        Most tasks submitted and not yet collected.
    least : float
        Seconds that a task should take at least.
    submit : callable
        ``submit(setting, orders)`` gives a future of the list of finished pieces.
    brake : Brake
        Tells running tasks to give up what they are at; a cluster's end what they have begun.
    begun : int
        Tasks in flight, the oldest, that are taken to run even where their futures can still be cancelled.
    words : callable
        What an error of a task means here.
    """

    name: str
    workers: int
    window: int
    least: float
    submit: Callable[[Setting, tuple[Order, ...]], Future[list[Finished]]]
    brake: Brake = field(default_factory=Brake)
    begun: int = 0
    words: Callable[[Exception], str] = in_words

    def resize(self, workers: int) -> None:
        """Count the workers of a cluster anew; a few more tasks than they are spare them waiting."""
        self.workers = self.begun = max(1, workers)
        self.window = 2 * self.workers + 2


def available() -> int:
    """CPUs this process may use: what Slurm gave the task, else the affinity mask, never the whole host."""
    given = os.environ.get("SLURM_CPUS_PER_TASK", "")
    if given.isdigit() and int(given) > 0:
        return int(given)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def open_backend(
    workers: int | None = None, client: Client | None = None, scheduler: str | None = None
) -> Iterator[Backend]:
    """Where to run: on `client`, on the cluster at address `scheduler`, or else on `workers` threads.

    Raises
    ------
    RequestError
        If the number of workers is not positive, or the scheduler cannot be reached.
    """
    if client is not None:
        yield cluster(client)
    elif scheduler is not None:
        with _connect(scheduler) as opened:
            yield cluster(opened)
    else:
        with threads(workers) as backend:
            yield backend


@contextlib.contextmanager
def threads(workers: int | None = None) -> Iterator[Backend]:
    """A pool of threads; `workers` of them compute at a time while as many may wait for the disk."""
    import dask

    count = available() if workers is None else workers
    if count < 1:
        raise RequestError(f"--workers: {count}; must be at least 1")
    brake, turn = Brake(), threading.BoundedSemaphore(count)
    given: Executor | None = dask.config.get("pool", None)
    pool = given or ThreadPoolExecutor(2 * count, thread_name_prefix=THREADS)

    def submit(setting: Setting, orders: tuple[Order, ...]) -> Future[list[Finished]]:
        try:
            return pool.submit(run_orders, setting, orders, brake, turn)
        except RuntimeError as error:  # no further thread can be started: told of as an error of the task
            future: Future[list[Finished]] = Future()
            future.set_exception(error)
            return future

    try:
        yield Backend("threads", count, 3 * count, THREAD_SECONDS, submit, brake)
    finally:
        brake.stop()
        if given is None:  # the engine has waited for its tasks as long as it would
            pool.shutdown(wait=False, cancel_futures=True)


def cluster(client: Client) -> Backend:
    """A distributed cluster; results come back small, pieces go to the file system that it shares with us.

    It may have no workers yet, and more or fewer as time goes by.
    """
    from distributed.comm.core import CommClosedError

    remote: Any = client  # distributed is not annotated
    address = str(remote.scheduler.address)
    looked = time.monotonic()

    def submit(setting: Setting, orders: tuple[Order, ...]) -> Future[list[Finished]]:
        nonlocal looked
        future: Future[list[Finished]]
        try:
            if time.monotonic() > looked + CLUSTER_LOOK and remote.status == "running":
                looked = time.monotonic()
                made.resize(sum(remote.nthreads().values()))
            task = remote.submit(run_alike, hk.sources_digest(), setting, orders, pure=False)
            future = _followed(task)
        except (OSError, RuntimeError) as error:  # no way to the scheduler: told of as an error of the task
            future = Future()
            future.set_exception(CommClosedError(str(error)))
        return future

    made = Backend(address, 1, 1, CLUSTER_SECONDS, submit, words=_cluster_words(address))
    made.resize(sum(remote.nthreads().values()))
    return made


def _followed(task: Any) -> Future[list[Finished]]:
    """A plain future of a cluster's task.

    The executor that distributed offers makes these as well, but leaves one undone for ever where the
    scheduler dies while its result is on the way.
    """
    future: Future[list[Finished]] = Future()

    def pass_on(done: Any) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(done.result())
        except asyncio.CancelledError:
            future.set_exception(CancelledError())
        except Exception as error:
            future.set_exception(error)

    def pass_back(done: Future[list[Finished]]) -> None:
        if done.cancelled() and task.client.status == "running":
            task.cancel()

    future.add_done_callback(pass_back)
    task.add_done_callback(pass_on)
    return future


def run_alike(digest: str, setting: Setting, orders: tuple[Order, ...]) -> list[Finished]:
    """Make pieces on a worker, if its kernels are those of the process that asks.

    Raises
    ------
    WorkFailed
        If they are not: its bits might be others.
    """
    if hk.sources_digest() != digest:
        raise WorkFailed(
            f"worker on {socket.gethostname()}: its hegemon ({__version__}) has other kernels than the one "
            "that asks; install the same version everywhere, then run again"
        )
    return run_orders(setting, orders)


def _cluster_words(address: str) -> Callable[[Exception], str]:
    """What errors mean that come of the cluster and not of the work."""
    from distributed import KilledWorker
    from distributed.comm.core import CommClosedError

    def words(error: Exception) -> str:
        if isinstance(error, KilledWorker):
            return (
                f"the workers that began it died, {error.allowed_failures + 1} one after the other, perhaps "
                f"for want of memory: see the log of the last, {error.last_worker.address}"
            )
        if isinstance(error, CancelledError | CommClosedError):
            return f"the scheduler at {address} is lost"
        return in_words(error)

    return words


@contextlib.contextmanager
def _connect(address: str) -> Iterator[Any]:
    from distributed import Client

    connect: Any = Client
    try:
        client = connect(address)
    except (OSError, ValueError) as error:
        raise RequestError(f"--scheduler: {address}: cannot be reached ({error})") from error
    logger = logging.getLogger("distributed.client")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # what it would log, with a traceback, is told in a line of ours
    try:
        with client:
            yield client
    finally:
        logger.setLevel(level)
