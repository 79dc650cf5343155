"""Scaling curves: time against replicas, states, years, crises a year and workers, one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import kernel_speed
import numpy as np
from kernel_speed import state_years
from whole_runs import apart, timed_command

import hegemon_kernels as hk
from hegemon.parameters import Model, kernel_values
from session.record import Part
from session.sizes import Sizes
from session.whole import PRECISIONS, workers

SMALL = {"system": {"states": 4, "years": 20}}
"""The workload of the curve over replicas: so small that 10^8 are feasible."""
HEADLINE = {"balancing.efficiency": [k / 20 for k in range(21)], "system.states": [4, 6, 8]}
STATES = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
YEARS = (10, 30, 100, 300, 1_000, 3_000, 10_000)
OPPORTUNITIES = (0.0, 0.05, 0.125, 0.15, 0.25, 0.3, 0.5, 0.6, 1.0, 1.1, 2.0, 1.9)
"""Of eight states: by turns a whole number of crises a year, the same in every year, and one that varies."""
FEWEST = 128  # replicas of a kernel call: lanes that wait for the last of them cost little
Tell = Callable[[str], None]


def replicas(sizes: Sizes, tell: Tell) -> Part:
    """Whole runs of ever more replicas; beyond some number with tallies alone."""

    def take(own: dict[str, Any], keep: Callable[[], None]) -> None:
        own.update(model=SMALL, workers=workers())
        runs = own.setdefault("runs", [])
        for count, detail in product(sizes.replicas, ("outcomes", "tallies")):
            if detail == "outcomes" and count >= sizes.long:
                continue
            if any(run["replicas"] == count and run["detail"] == detail for run in runs):
                continue
            tell(f"{count:,} replicas, {detail}")
            found = apart(replicas=count, workers=workers(), detail=detail, sweep={}, model=SMALL)
            runs.append({"detail": detail, **found})
            keep()

    return take


def states(sizes: Sizes, tell: Tell) -> Part:
    """The kernels against the number of states, without and with geography."""
    cases = [
        {"states": n, "layout": layout, "dtype": dtype}
        for n in _some(STATES, sizes)
        for layout in ("none", "plane")
        for dtype in PRECISIONS
    ]

    def model(case: dict[str, Any]) -> dict[str, Any]:
        geography = {"layout": case["layout"]} | ({"reach": 0.5} if case["layout"] != "none" else {})
        return {"system": {"states": case["states"], "years": sizes.years}, "geography": geography}

    return _kernels(sizes, tell, "states", cases, model)


def years(sizes: Sizes, tell: Tell) -> Part:
    """The kernels against the horizon, where replicas end with their hegemon and where they go on."""
    cases = [
        {"years": n, "absorbing": absorbing, "dtype": "float64"}
        for n in _some(YEARS, sizes)
        for absorbing in (True, False)
    ]

    def model(case: dict[str, Any]) -> dict[str, Any]:
        return {
            "system": {"states": 8, "years": case["years"]},
            "hegemony": {"absorbing": case["absorbing"]},
        }

    return _kernels(sizes, tell, "years", cases, model)


def crises(sizes: Sizes, tell: Tell) -> Part:
    """The kernels against crises per state and year."""
    cases = [
        {"opportunities": x, "dtype": dtype} for x in _some(OPPORTUNITIES, sizes) for dtype in PRECISIONS
    ]

    def model(case: dict[str, Any]) -> dict[str, Any]:
        return {
            "system": {"states": 8, "years": sizes.years},
            "war": {"opportunities": case["opportunities"]},
        }

    return _kernels(sizes, tell, "crises", cases, model)


def _some(values: tuple[Any, ...], sizes: Sizes) -> tuple[Any, ...]:
    """All values, or few where rounds are as short as a test's."""
    return values if sizes.seconds > 0.1 else values[1:5]


def _kernels(
    sizes: Sizes,
    tell: Tell,
    what: str,
    cases: Iterable[dict[str, Any]],
    model: Callable[[dict[str, Any]], dict[str, Any]],
) -> Part:
    """CPU time of kernel calls for each case, in turn; few rounds, since a curve has many points."""

    def take(own: dict[str, Any], keep: Callable[[], None]) -> None:
        tell(f"kernels against {what}")
        packed = [(case, _Call(model(case), case["dtype"], sizes.seconds / 2)) for case in cases]
        times = [[call.take() for _, call in packed] for _ in range(sizes.curve_rounds)]
        own["cases"] = [
            case | call.size() | {"seconds": [row[k] for row in times]}
            for k, (case, call) in enumerate(packed)
        ]

    return take


class _Call:
    """A kernel call of about the CPU time asked for."""

    def __init__(self, model: dict[str, Any], dtype: str, seconds: float) -> None:
        self.values = kernel_values(Model(**model))
        self.point = hk.pack_point(self.values, dtype)
        self.rows = np.zeros(FEWEST, hk.OUTCOME_DTYPE)
        self.take()
        self.rows = np.zeros(max(FEWEST, int(FEWEST * seconds / self.take())), hk.OUTCOME_DTYPE)

    def take(self) -> float:
        start = time.thread_time()
        hk.simulate(self.point, kernel_speed.KEY, 0, self.rows)
        return time.thread_time() - start

    def size(self) -> dict[str, Any]:
        crises = float(self.values["nu"] * self.values["N"])
        return {
            "replicas": len(self.rows),
            "state_years": state_years(self.values, self.rows),
            "crises_a_year": crises,
        }


def crew(sizes: Sizes, tell: Tell) -> Part:
    """The headline's sweep on one thread and on two, in turn; and what a run costs that has nothing to do.

    The coefficients of a model of more workers come from these runs: seconds of CPU time in kernels, in the
    main thread, and elsewhere in Python.
    """

    def take(own: dict[str, Any], keep: Callable[[], None]) -> None:
        one = apart(replicas=20, workers=1, detail="outcomes", sweep=HEADLINE, model={})
        count = max(16, int(20 * sizes.workers_seconds / one["simulate"]))
        own.update(replicas_per_point=own.get("replicas_per_point", count), points=63)
        runs = own.setdefault("runs", [])
        for k in range(sizes.curve_rounds):
            for detail, threads in [("outcomes", 1), *((kept, 2) for kept in sizes.details)]:
                what = {"workers": threads, "detail": detail, "round": k}
                if any(what.items() <= run.items() for run in runs):
                    continue
                tell(f"workers, round {k + 1}: {threads}, {detail}")
                found = apart(
                    replicas=own["replicas_per_point"],
                    workers=threads,
                    detail=detail,
                    sweep=HEADLINE,
                    model={},
                )
                runs.append(what | found)
                keep()
        empty = '[experiment]\nname = "empty"\nreplicas = 1\n[model.system]\nyears = 5\n'
        timed_command(empty)
        own["empty"] = [timed_command(empty) for _ in range(sizes.starts)]

    return take
