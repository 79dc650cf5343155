"""Sampling to a precision: how often the interval at the stop holds P, and what it costs.

Bernoulli trials are drawn between the looks that a run takes (`hegemon.planning.looks`), and stopped as it
stops.
Beside it, as a control that must fail, Wilson's interval used in the same way: trials until it is as narrow
as asked. And both counted as wrong where any look up to the stop left P out: what happens to who may stop
for another reason. One case is a system simulated by the kernel.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import hegemon as hg
import hegemon_kernels as hk
from coverage_studies import markdown
from hegemon.estimates.proportions import wilson
from hegemon.estimates.sequential import confidence_sequence
from hegemon.parameters import kernel_values
from hegemon.planning.looks import schedule

PAGE = "precision.md"
REPETITIONS = 10_000
CONFIDENCE = 0.95
GOALS: dict[str, dict[str, Any]] = {
    "half-width 0.01": {"precision": 0.01, "relative": None, "most": 10**7},
    "half-width 0.002": {"precision": 0.002, "relative": None, "most": 10**7},
    "half-width 10 % of P": {"precision": None, "relative": 0.1, "most": 10**6},
}
SHARES = (0.0, 1e-4, 0.02, 0.5, 0.98, 1.0)
KERNEL = {"precision": 0.03, "relative": None, "most": 2**13}
MODEL = {"system": {"states": 3, "years": 25}, "hegemony": {"hold": 2}}
_MOST_FIXED = 10**9

Counts = NDArray[np.int64]
Draw = Callable[[int, int], Counts]
"""How many emerge in each repetition among the trials from one number to another."""


def study(repetitions: int, seed: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """All cases."""
    rows = []
    for name, goal in GOALS.items():
        tell(name)
        for p in SHARES:
            trials = partial(_trials, np.random.default_rng([seed, len(rows)]), p, repetitions)
            rows.append(
                {"goal": name, "p": p, "repetitions": repetitions, **_case(trials, p, repetitions, goal)}
            )
    tell("the kernel")
    groups = min(repetitions, 2000)
    return {"confidence": CONFIDENCE, "cases": rows, "kernel": kernel(groups, seed)}


def _trials(rng: np.random.Generator, p: float, repetitions: int, first: int, stop: int) -> Counts:
    return rng.binomial(stop - first, p, repetitions)


def kernel(groups: int, seed: int) -> dict[str, Any]:
    """The same with simulated systems: each repetition has replicas of its own, P is that of all of them."""
    point = hk.pack_point(kernel_values(hg.Model(**MODEL)), "float32")
    size = KERNEL["most"]
    rows = np.zeros(size, hk.OUTCOME_DTYPE)
    emerged = np.zeros((groups, size), np.int32)
    for group in range(groups):
        hk.simulate(point, hk.stream_key(seed, 0), group * size, rows)
        emerged[group] = rows["emerged"]
    p = float(emerged.mean())
    found = _case(lambda first, stop: emerged[:, first:stop].sum(axis=1), p, groups, KERNEL)
    return {
        "goal": f"half-width {KERNEL['precision']}",
        "p": p,
        "model": MODEL,
        "repetitions": groups,
        **found,
    }


def _case(draw: Draw, p: float, repetitions: int, goal: dict[str, Any]) -> dict[str, Any]:
    """One case: coverage of both intervals where they are as narrow as asked, and at all looks together."""
    walks = {"sequence": _Walk(confidence_sequence, repetitions), "wilson": _Walk(wilson, repetitions)}
    emerged, before = np.zeros(repetitions, np.int64), 0
    for replicas in schedule(goal["most"]).tolist():
        emerged = emerged + draw(before, replicas)
        before = replicas
        for walk in walks.values():
            walk.look(p, emerged, replicas, goal)
        if all(walk.stopped.all() for walk in walks.values()):
            break
    needed = fixed(p, goal)
    return {"fixed": needed, **{name: walk.found() for name, walk in walks.items()}}


class _Walk:
    """Repetitions of one case with one interval, from look to look until each has stopped."""

    def __init__(self, limits: Callable[..., Any], repetitions: int) -> None:
        self.limits = limits
        self.stopped = np.zeros(repetitions, bool)
        self.held = np.zeros(repetitions, bool)
        self.ever_wrong = np.zeros(repetitions, bool)
        self.replicas = np.zeros(repetitions, np.int64)
        self.wide = np.zeros(repetitions, bool)

    def look(self, p: float, emerged: Counts, replicas: int, goal: dict[str, Any]) -> None:
        low, high = self.limits(emerged, replicas, CONFIDENCE)
        holds = (low <= p) & (p <= high)
        narrow = self._narrow(low, high, emerged / replicas, goal)
        stops = ~self.stopped & (narrow | (replicas >= goal["most"]))
        self.ever_wrong |= ~self.stopped & ~holds
        self.held[stops], self.replicas[stops], self.wide[stops] = holds[stops], replicas, ~narrow[stops]
        self.stopped |= stops

    def _narrow(self, low: Any, high: Any, share: Any, goal: dict[str, Any]) -> Any:
        half = (high - low) / 2
        if goal["relative"] is not None:
            return (share > 0) & (half <= goal["relative"] * share)
        return half <= goal["precision"]

    def found(self) -> dict[str, float]:
        return {
            "coverage": float(self.held.mean()),
            "all_looks": float(1 - self.ever_wrong.mean()),
            "replicas": float(self.replicas.mean()),
            "not_reached": float(self.wide.mean()),
        }


def fixed(p: float, goal: dict[str, Any]) -> int | None:
    """Replicas with which Wilson's interval is as narrow as asked, for who knows P; None where none are."""

    def narrow(n: int) -> bool:
        low, high = wilson(n * p, n, CONFIDENCE)
        half = float(high - low) / 2
        return half <= (goal["precision"] if goal["relative"] is None else goal["relative"] * p)

    if p == 0 and goal["relative"] is not None:
        return None
    low, high = 0, 1
    while not narrow(high):
        low, high = high, 2 * high
        if high > _MOST_FIXED:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if narrow(middle) else (middle, high)
    return high


def tables(found: dict[str, Any]) -> dict[str, str]:
    """What the page shows."""
    header = (
        "asked, P",
        "at the stop",
        "at all looks",
        "replicas",
        "of a fixed number",
        "Wilson at its stop",
        "Wilson at all looks",
    )
    rows = [_row(f"{case['goal']}, {case['p']:g}", case) for case in found["cases"]]
    case = found["kernel"]
    rows.append(_row(f"{case['goal']}, {case['p']:.4f} (simulated systems)", case))
    return {"coverage": markdown(header, rows)}


def _row(name: str, case: dict[str, Any]) -> list[str]:
    own, control = case["sequence"], case["wilson"]
    least = CONFIDENCE - 3 * math.sqrt(CONFIDENCE * (1 - CONFIDENCE) / case["repetitions"])
    replicas = f"{own['replicas']:,.0f}" + ("*" if own["not_reached"] > 0.5 else "")
    ratio = f"{own['replicas'] / case['fixed']:.1f} x {case['fixed']:,}" if case["fixed"] else "-"
    shares = [f"{100 * value:.1f}" for value in (control["coverage"], control["all_looks"])]
    return [
        name,
        f"{100 * own['coverage']:.1f}",
        f"{100 * own['all_looks']:.1f}",
        replicas,
        ratio,
        *(f"**{text}**" if float(text) < 100 * least else text for text in shares),
    ]
