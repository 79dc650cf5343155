"""Slices: the work of an experiment shared out among the tasks of an array job, by expected cost."""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from hegemon.errors import RequestError

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec
    from hegemon.planning.plan import Plan

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


def refuse_precision(spec: ExperimentSpec) -> None:
    """Raise RequestError where an experiment asks for a precision: its work is not known beforehand."""
    if spec.to_precision:
        raise RequestError(
            "slices: an experiment with a precision has none, since how many replicas a point needs is known "
            "only from its replicas; start the same `hegemon run` several times on one directory, which "
            "shares the work, or give --replicas"
        )


def owners(plan: Plan, count: int) -> list[int]:
    """Number of the slice, of `count`, that each piece belongs to: a pure function of the plan.

    The dearest piece goes first, to the slice with the least to do (of equals the first). Generations are
    shared out one after the other, so that what an extension adds is balanced too.
    """
    loads = [(0, number) for number in range(1, count + 1)]
    found: list[int] = []
    for costs in plan.costs():
        own = [0] * len(costs)
        for index in sorted(range(len(costs)), key=lambda index: -costs[index]):
            load, own[index] = loads[0]
            heapq.heapreplace(loads, (load + costs[index], own[index]))
        found += own
    return found


def members(plan: Plan, part: Slice) -> frozenset[int]:
    """Numbers of the pieces of a slice."""
    return frozenset(piece for piece, number in enumerate(owners(plan, part.count)) if number == part.number)
