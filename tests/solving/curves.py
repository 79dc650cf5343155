"""Known curves in the place of simulations."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.special import expit

from hegemon.solving.finding import find
from hegemon.solving.task import Count, Found, Task

Curve = Callable[[float], float]


def logistic(root: float, slope: float) -> Curve:
    """P = 0.2 at `root`, where the logit has this slope."""
    return lambda x: float(expit(math.log(0.25) + slope * (x - root)))


def search(
    curve: Curve,
    *,
    target: float = 0.2,
    replicas: int = 1_000,
    seed: int = 1,
    low: float = 0.0,
    high: float = 1.0,
    tolerance: float = 0.02,
    whole: bool = False,
) -> tuple[Found, list[Count]]:
    """The answer and all evaluations; places must be new and in the range."""
    task = Task(low, high, target, tolerance, replicas, whole=whole)
    random, finder, counts = np.random.default_rng(seed), find(task), []
    wanted = next(finder)
    while True:
        seen = {count.x for count in counts}
        assert len(set(wanted)) == len(wanted) > 0
        assert all(low <= x <= high and x not in seen for x in wanted)
        sent = [Count(x, replicas, int(random.binomial(replicas, curve(x)))) for x in wanted]
        counts += sent
        try:
            wanted = finder.send(sent)
        except StopIteration as stop:
            return stop.value, counts
