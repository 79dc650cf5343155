"""Slices: the work of an experiment shared out among the tasks of an array job, by expected cost."""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from hegemon.errors import RequestError

if TYPE_CHECKING:
    from hegemon.plan import Plan

MOST = 100_000
"""Most slices of one experiment."""


@dataclass(frozen=True)
class Slice:
    """Slice `number` (from 1) of `count`.

    Raises
    ------
    RequestError
        If there is no such slice.
    """

    number: int
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.count <= MOST:
            raise RequestError(f"--slice: {self}; must be I/N with I from 1 to N, and N at most {MOST:,}")

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``I/N``."""
        match = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text, re.ASCII)
        if match is None:
            raise RequestError(f"--slice: {text!r}; must be I/N, such as 3/8 for the third of eight slices")
        return cls(int(match[1]), int(match[2]))


def members(plan: Plan, part: Slice) -> frozenset[int]:
    """Numbers of the pieces of a slice, a pure function of the plan.

    The dearest piece goes first, to the slice with the least to do (of equals the first). Generations are
    shared out one after the other, so that what an extension adds is balanced too.
    """
    loads = [(0, number) for number in range(1, part.count + 1)]
    own, begin = set[int](), 0
    for costs in plan.costs():
        for index in sorted(range(len(costs)), key=lambda index: -costs[index]):
            load, number = loads[0]
            heapq.heapreplace(loads, (load + costs[index], number))
            if number == part.number:
                own.add(begin + index)
        begin += len(costs)
    return frozenset(own)
