"""Checks in words that verifications of runs and of splittings share, and the threads that both work on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from hegemon.errors import RequestError
from hegemon.running.executors import THREADS
from hegemon.verify.report import Check

Task = TypeVar("Task")
Finding = TypeVar("Finding")


def refuse_workers(workers: int | None) -> None:
    """Raise RequestError for a number of threads that cannot be."""
    if workers is not None and workers < 1:
        raise RequestError(f"--workers: {workers}; must be at least 1")


def examined(
    tasks: Iterator[Task], examine: Callable[[Task], Finding], workers: int, tell: Callable[[], None]
) -> Iterator[Finding]:
    """Examine pieces on threads, a few at a time, and give what is found in their order.

    Parameters
    ----------
    tasks : iterator
        Made as there is room for them.
    examine : callable
        Examines one.
    workers : int
        Threads.
    tell : callable
        Called after each.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix=THREADS)
    try:
        source = (pool.submit(examine, task) for task in tasks)
        pending: deque[Future[Finding]] = deque(islice(source, 2 * workers))
        while pending:
            yield pending.popleft().result()
            pending.extend(islice(source, 1))
            tell()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def checksums(sound: int, damaged: list[str], known: bool) -> Check:
    """Whether pieces have the bytes that their names vouch for, where it is `known` which there should be."""
    if damaged:
        text = f"{len(damaged):,} damaged, {sound:,} sound; first: {damaged[0]}"
        return Check("checksums", "differs", text)
    if not known:
        return Check("checksums", "skipped", "not known which pieces there should be")
    text = "1 piece has the bytes that its name vouches for"
    if sound != 1:
        text = f"{sound:,} pieces have the bytes that their names vouch for"
    return Check("checksums", "equal", text)


def compared(name: str, text: str, different: int) -> Check:
    """Whether what was computed again is the same."""
    if different:
        return Check(name, "differs", f"{text}, {different:,} values differ")
    return Check(name, "equal", text)
