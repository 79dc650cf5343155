"""Evaluations so far, and what is certain of them: the search for a range that holds the root."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from hegemon.solving.task import Count, Task

_NOTICE = 0.01
"""Chance to call a monotone curve one that is not."""


@dataclass(frozen=True)
class Bracket:
    """Two evaluations with the root between them, and whether each is certain to be on its side.

    `direction` is 1 where P rises from left to right, -1 where it falls.
    """

    left: Count
    right: Count
    direction: int
    left_certain: bool = True
    right_certain: bool = True

    @property
    def width(self) -> float:
        """From one to the other."""
        return self.right.x - self.left.x


class Book:
    """The evaluations of a task, ordered by their place."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.counts: list[Count] = []
        self.sides: dict[float, int] = {}

    def add(self, counts: Iterable[Count]) -> None:
        """Take in evaluations."""
        for count in counts:
            self.counts.append(count)
            self.sides[count.x] = count.side(self.task.target, self.task.error)
        self.counts.sort(key=lambda count: count.x)

    @property
    def certain(self) -> list[Count]:
        """Those that are certainly on one side of the target."""
        return [count for count in self.counts if self.sides[count.x]]

    @property
    def crossings(self) -> list[Bracket]:
        """Neighbours among the certain ones that lie on different sides."""
        pairs = itertools.pairwise(self.certain)
        return [Bracket(a, b, self.sides[b.x]) for a, b in pairs if self.sides[a.x] != self.sides[b.x]]

    def undecided(self, bracket: Bracket) -> list[Count]:
        """Evaluations inside a bracket that cannot be told from the target."""
        return [c for c in self.counts if bracket.left.x < c.x < bracket.right.x and not self.sides[c.x]]

    def within(self, bracket: Bracket) -> Bracket:
        """The narrowest bracket inside another, as far as it is known by now."""
        left = bracket.left.x if bracket.left_certain else -math.inf
        right = bracket.right.x if bracket.right_certain else math.inf
        return next((b for b in self.crossings if left <= b.left.x and b.right.x <= right), bracket)

    @property
    def end(self) -> Bracket | None:
        """Where P may cross the target between the outermost certain evaluation and an end of the range."""
        certain = self.certain
        if not certain:
            return None
        first, last = self.counts[0], self.counts[-1]
        inner = sum(not self.sides[c.x] for c in self.counts if certain[0].x < c.x < certain[-1].x)
        if inner or self.sides[first.x] == self.sides[last.x]:
            return None
        if not self.sides[last.x] and not self.sides[first.x]:
            return None
        if not self.sides[last.x]:
            return Bracket(certain[-1], last, -self.sides[certain[-1].x], right_certain=False)
        return Bracket(first, certain[0], self.sides[certain[0].x], left_certain=False)

    def reversal(self) -> tuple[Count, Count] | None:
        """Two evaluations between which P goes against its course over the range, beyond what is chance.

        A test of all pairs, of which each takes its part of the chance of a false alarm.
        """
        if not self.counts:
            return None
        course = 1 if self.counts[-1].p >= self.counts[0].p else -1
        limit = stats.norm.isf(_NOTICE / math.comb(len(self.counts), 2)) if len(self.counts) > 1 else 0.0
        pairs = [(_fall(a, b, course), a, b) for a, b in itertools.combinations(self.counts, 2)]
        worst = max(pairs, key=lambda pair: pair[0], default=None)
        return None if worst is None or worst[0] < limit else worst[1:]

    def local(self, bracket: Bracket, at: float) -> tuple[float, float]:
        """Root and slope of a straight line through the empirical logits of the evaluations nearest to `at`,
        those of the bracket among them.
        """
        inside = [c for c in self.counts if bracket.left.x <= c.x <= bracket.right.x]
        near = sorted(inside, key=lambda c: abs(c.x - at))[:4]
        x, y, w = (np.array(v) for v in zip(*((c.x, c.logit, c.weight) for c in near), strict=True))
        scale = float(np.ptp(x)) or 1.0
        z = (x - at) / scale
        mean, level = np.average(z, weights=w), np.average(y, weights=w)
        slope = float(np.sum(w * (z - mean) * (y - level)) / np.sum(w * (z - mean) ** 2))
        if slope * bracket.direction <= 0:
            slope = (bracket.right.logit - bracket.left.logit) / bracket.width * scale
        goal = math.log(self.task.target / (1 - self.task.target))
        root = at + scale * (mean + (goal - level) / slope)
        return float(min(max(root, bracket.left.x), bracket.right.x)), slope / scale


def _fall(a: Count, b: Count, course: int) -> float:
    """By how many standard errors P goes against the course from a to b."""
    pooled = (a.k + b.k + 1) / (a.n + b.n + 2)
    return course * (a.p - b.p) / math.sqrt(pooled * (1 - pooled) * (1 / a.n + 1 / b.n))
