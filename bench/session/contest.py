"""All contestants on the same systems: speed in turn, start-up, memory."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from session.contestants import Contestant, kernel_lines
from session.crew import Worker, caches
from session.record import Part
from session.sizes import Sizes

EFFICIENCY = 0.4
STATES = 8
FIRST = 8  # replicas of a first result
MOST = 1 << 21  # replicas of one order
SHORT = 5  # years over which memory is measured: it does not depend on them
MORE = 128  # times more replicas, for what a replica adds to it
MILLION = 1_000_000
Tell = Callable[[str], None]


def order(replicas: int, years: int, seed: int) -> dict[str, Any]:
    """What a worker is asked to simulate."""
    return {
        "replicas": replicas, "states": STATES, "efficiency": EFFICIENCY, "years": years, "seed": seed
    }  # fmt: skip


def contest(sizes: Sizes, contestants: Sequence[Contestant], tell: Tell) -> Part:
    """The part of a session that compares them."""

    def take(own: dict[str, Any], keep: Callable[[], None]) -> None:
        own.update(states=STATES, years=sizes.years, efficiency=EFFICIENCY, kernel_lines=kernel_lines())
        own["contestants"] = {one.name: one.describe() for one in contestants}
        left_out = own["left_out"] = {one.name: one.missing for one in contestants if one.missing}
        names = [one.name for one in contestants]
        # With every mechanism on it is the same program: the same start and memory.
        programs = [one.name for one in contestants if one.mechanisms == "default"]
        own.setdefault("replicas", {}).update(
            {one.name: max(2, int(one.suits * sizes.suits)) for one in contestants if one.suits}
        )
        _start_all(own, programs, sizes, keep, tell)
        _race(own, [name for name in names if name not in left_out], sizes, keep, tell)
        _weigh(own, [name for name in programs if name not in left_out], keep, tell)

    return take


def _start_all(
    own: dict[str, Any], names: Sequence[str], sizes: Sizes, keep: Callable[[], None], tell: Tell
) -> None:
    """Seconds from starting a process to its first result: with nothing compiled, then with caches full."""
    for kind, times in (("cold", sizes.cold_starts), ("warm", sizes.starts)):
        found = own.setdefault(kind, {})
        for k in range(times):
            for name in names:
                if len(found.setdefault(name, [])) > k or name in own["left_out"]:
                    continue
                tell(f"start {k + 1} of {times}, {kind}: {name}")
                with _left_out_if_it_fails(own, name):
                    found[name].append(_cold(name) if kind == "cold" else _first_result(name, {}))
                keep()


def _cold(name: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        return _first_result(name, caches(folder))


def _first_result(name: str, environment: dict[str, str]) -> dict[str, float]:
    with Worker(name, environment) as worker:
        worker.ask(**order(FIRST, 20, 0))
        return {"first_result": time.perf_counter() - worker.began}


def _race(
    own: dict[str, Any], names: Sequence[str], sizes: Sizes, keep: Callable[[], None], tell: Tell
) -> None:
    """Rounds in which each simulates in turn, for about the same CPU time."""
    rounds = own.setdefault("rounds", [])
    workers: dict[str, Worker] = {}
    try:
        for name in names:
            tell(f"size of a round: {name}")
            workers[name] = Worker(name)
            with _left_out_if_it_fails(own, name):
                _prepare(own["replicas"], workers[name], sizes)
        for k in range(len(rounds), sizes.rounds):
            tell(f"round {k + 1} of {sizes.rounds}")
            found = {}
            for name in (name for name in names if name not in own["left_out"]):
                with _left_out_if_it_fails(own, name):
                    found[name] = workers[name].ask(**order(own["replicas"][name], sizes.years, k + 1))
            rounds.append(found)
            keep()
    finally:
        for worker in workers.values():
            worker.close()


@contextmanager
def _left_out_if_it_fails(own: dict[str, Any], name: str) -> Iterator[None]:
    """One contestant that breaks must not cost the session."""
    try:
        yield
    except RuntimeError as error:
        own["left_out"][name] = str(error)


def _prepare(counts: dict[str, int], worker: Worker, sizes: Sizes) -> None:
    """Find the size of a round where it is free, and let the contestant compile for that size."""
    if worker.name not in counts:
        counts[worker.name] = _enough(worker, sizes)
    worker.ask(**order(counts[worker.name], sizes.years, 0))


def _enough(worker: Worker, sizes: Sizes) -> int:
    """Replicas that take about `sizes.seconds` of CPU time."""
    replicas = 1
    while True:
        worker.ask(**order(replicas, sizes.years, 0))
        spent = worker.ask(**order(replicas, sizes.years, 1))["cpu"]
        if spent > sizes.seconds / 8 or replicas >= MOST:
            break
        replicas *= 8 if spent < sizes.seconds / 64 else 4
    return int(min(MOST, max(1.0, replicas * sizes.seconds / max(spent, 1e-9))))


def _weigh(own: dict[str, Any], names: Sequence[str], keep: Callable[[], None], tell: Tell) -> None:
    """Peak memory of a process for a small and of another for a large number of replicas, over few years."""
    found = own.setdefault("memory", {})
    for name in names:
        if name in found:
            continue
        tell(f"memory: {name}")
        few = own["replicas"][name]
        steps = [few, min(MILLION, MORE * few)]
        with _left_out_if_it_fails(own, name):
            found[name] = {"replicas": steps, "peak_mb": [_peak(name, n) for n in steps]}
        keep()


def _peak(name: str, replicas: int) -> float:
    with Worker(name) as worker:
        return worker.ask(**order(replicas, SHORT, 0))["peak_mb"]
