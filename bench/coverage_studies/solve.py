"""Coverage of the interval of `hegemon solve`: the whole procedure on curves whose roots are known.

Counts are binomial; the last case simulates the model itself. Two controls are made from the same counts and
must fall short: a line through the two steps of the grid beside the target, and one logistic line through all
evaluations, which takes what the search chose for independent data.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from coverage_studies import markdown
from hegemon.estimates.proportions import normal_quantile
from hegemon.solving.finding import GRID, find
from hegemon.solving.task import Count, Found, Task, logit

PAGE = "solve.md"
REPETITIONS = 2000
LEVEL = 0.95
Curve = Callable[[float], float]
Evaluate = Callable[[float, int], int]


def _cliff(high: float, low: float) -> Curve:
    return lambda x: high if x < 0.4711 else low


def _kink(x: float) -> float:
    return 0.6 - 1.2 * x if x < 0.4 else 0.12 * math.exp(-3 * (x - 0.4))


CASES: dict[str, tuple[Curve, float, int]] = {
    "logistic": (lambda x: float(expit(10 * (0.47 - x))), 0.2, 1_000),
    "logistic, few replicas": (lambda x: float(expit(10 * (0.47 - x))), 0.2, 200),
    "logistic, steep": (lambda x: float(expit(200 * (0.47 - x))), 0.2, 1_000),
    "cliff from 0.9 to 0.01": (_cliff(0.9, 0.01), 0.2, 1_000),
    "step from 0.5 to 0.05": (_cliff(0.5, 0.05), 0.2, 1_000),
    "exponential, near 0": (lambda x: 0.3 * math.exp(-12 * x), 0.002, 20_000),
    "exponential, near 1": (lambda x: 1 - 0.3 * math.exp(-12 * x), 0.998, 20_000),
    "linear with a kink": (_kink, 0.2, 1_000),
    "bell, strongly curved": (lambda x: 0.02 + 0.9 * math.exp(-((x / 0.45) ** 4)), 0.2, 1_000),
    "rises, then falls": (lambda x: 0.15 + 0.5 * math.exp(-(((x - 0.1) / 0.3) ** 2)), 0.2, 10_000),
    "root beside the end": (lambda x: 0.5 - 0.31 * x, 0.2, 20_000),
    "nearly flat": (lambda x: 0.25 - 0.1 * x, 0.2, 20_000),
}
"""P at x from 0 to 1, the target, replicas of each evaluation."""
KERNEL = "the model, 6 states"
_KERNEL_REPLICAS, _KERNEL_TOLERANCE, _TRUTH_REPLICAS = 1_000, 0.05, 40_000
_KERNEL_SHARE = 20  # repetitions of the known curves for each of the model, which takes a second


@dataclass
class _Tried:
    """Repetitions of one case."""

    root: float
    held: list[bool] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    evaluations: list[int] = field(default_factory=list)
    grid: list[bool] = field(default_factory=list)
    line: list[bool] = field(default_factory=list)

    def add(self, task: Task, answer: Found, counts: list[Count]) -> None:
        self.evaluations.append(len(counts))
        if answer.state == "found":
            self.held.append(answer.low <= self.root <= answer.high)
            self.widths.append(answer.high - answer.low)
        self.grid.append(_holds(_grid_line(task, counts[:GRID]), self.root))
        self.line.append(_holds(_one_line(task, counts), self.root))

    def summary(self, replicas: int, target: float) -> dict[str, float]:
        return {
            "target": target,
            "replicas": replicas,
            "repetitions": len(self.evaluations),
            "found": len(self.held) / len(self.evaluations),
            "held": float(np.mean(self.held)),
            "width": float(np.mean(self.widths)),
            "widest": float(np.max(self.widths)),
            "evaluations": float(np.mean(self.evaluations)),
            "control: grid": float(np.mean(self.grid)),
            "control: one line": float(np.mean(self.line)),
        }


def study(repetitions: int, seed: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Shares of repetitions in which the interval held the root, its width, and the controls."""
    found = {}
    for number, (name, (curve, target, replicas)) in enumerate(CASES.items()):
        tell(f"solve: {name}")
        random = np.random.default_rng([seed, number])
        found[name] = _known(random, curve, target, replicas, repetitions)
    tell(f"solve: {KERNEL}")
    found[KERNEL] = _model(max(2, repetitions // _KERNEL_SHARE), seed, tell)
    return found


def _known(
    random: np.random.Generator, curve: Curve, target: float, replicas: int, repetitions: int
) -> dict[str, float]:
    tried = _Tried(_root(curve, target))
    task = Task(0.0, 1.0, target, 0.02, replicas, LEVEL)
    for _ in range(repetitions):
        tried.add(task, *drive(task, lambda x, n: int(random.binomial(n, curve(x)))))
    return tried.summary(replicas, target)


def _root(curve: Curve, target: float) -> float:
    """Where the curve passes the target: none of them does so left of 0.1."""
    return float(brentq(lambda x: curve(x) - target, 0.1, 1.0))


def drive(task: Task, evaluate: Evaluate) -> tuple[Found, list[Count]]:
    """The whole procedure: the answer and all evaluations in the order in which they were asked."""
    finder, counts = find(task), []
    wanted = next(finder)
    while True:
        sent = [Count(x, task.replicas, evaluate(x, task.replicas)) for x in wanted]
        counts += sent
        try:
            wanted = finder.send(sent)
        except StopIteration as stop:
            return stop.value, counts


def _holds(interval: tuple[float, float] | None, root: float) -> bool:
    return interval is not None and interval[0] <= root <= interval[1]


def _grid_line(task: Task, counts: list[Count]) -> tuple[float, float] | None:
    """A line through the steps of the grid beside the target, with the error of their level only."""
    ordered = sorted(counts, key=lambda c: c.x)
    for a, b in itertools.pairwise(ordered):
        if (a.p - task.target) * (b.p - task.target) <= 0 and a.p != b.p:
            slope = (b.p - a.p) / (b.x - a.x)
            error = math.sqrt(task.target * (1 - task.target) / task.replicas) / abs(slope)
            root, z = a.x + (task.target - a.p) / slope, normal_quantile(task.confidence)
            return root - z * error, root + z * error
    return None


def _one_line(task: Task, counts: list[Count]) -> tuple[float, float]:
    """A logistic line through all evaluations, by weighted least squares, with the delta method's error."""
    x, y, w = (np.array(v) for v in zip(*((c.x, c.logit, c.weight) for c in counts), strict=True))
    columns = np.stack([np.ones_like(x), x], 1)
    covariance = np.linalg.inv(columns.T @ (columns * w[:, np.newaxis]))
    a, b = covariance @ columns.T @ (w * y)
    root = (logit(task.target) - a) / b
    direction = np.array([1.0, root])
    error = math.sqrt(direction @ covariance @ direction) / abs(b)
    z = normal_quantile(task.confidence)
    return root - z * error, root + z * error


def _model(repetitions: int, seed: int, tell: Callable[[str], None]) -> dict[str, float]:
    """The same with the kernel: its root is taken from forty times as many replicas."""
    precise = Task(0.0, 1.0, 0.2, 0.02, max(_TRUTH_REPLICAS * min(repetitions, 100) // 100, 1_000), LEVEL)
    truth, _ = drive(precise, _simulated(seed, 0))
    tell(f"solve: the model's root is {truth.value:.5f}, {truth.low:.5f} to {truth.high:.5f}")
    task = Task(0.0, 1.0, 0.2, _KERNEL_TOLERANCE, _KERNEL_REPLICAS, LEVEL)
    tried = _Tried(truth.value)
    for number in range(repetitions):
        tried.add(task, *drive(task, _simulated(seed, number + 1)))
    return tried.summary(_KERNEL_REPLICAS, 0.2) | {"root": truth.value, "root_width": truth.high - truth.low}


def _simulated(seed: int, stream: int) -> Evaluate:
    import hegemon_kernels as hk
    from hegemon import Model
    from hegemon.parameters import kernel_values
    from hegemon.planning.design import identity

    def evaluate(x: float, n: int) -> int:
        model = Model(system={"states": 6}, balancing={"efficiency": x})
        rows = np.empty(n, hk.OUTCOME_DTYPE)
        key = hk.stream_key(1000 * seed + stream, identity(model))
        hk.simulate(hk.pack_point(kernel_values(model), "float64"), key, 0, rows)
        return int(rows["emerged"].sum())

    return evaluate


def tables(found: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """One row per curve."""
    header = [
        "curve",
        "target",
        "replicas per evaluation",
        "repetitions",
        "interval held the root, %",
        "a value was found, %",
        "mean width",
        "greatest width",
        "evaluations",
        "control: line through the grid, %",
        "control: one line through all, %",
    ]
    rows = [
        [
            name,
            f"{case['target']:g}",
            f"{case['replicas']:,}",
            f"{case['repetitions']:,}",
            f"{100 * case['held']:.1f}",
            f"{100 * case['found']:.1f}",
            f"{case['width']:.4f}",
            f"{case['widest']:.4f}",
            f"{case['evaluations']:.0f}",
            f"{100 * case['control: grid']:.1f}",
            f"{100 * case['control: one line']:.1f}",
        ]
        for name, case in found.items()
    ]
    return {"solve-coverage": markdown(header, rows)}
