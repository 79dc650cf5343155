"""Sampling to a precision: when to look at a point, and whether it has enough replicas.

Looks come at the same numbers of replicas in every experiment, and a point stops at the first of them where
its interval is as narrow as asked. So what is simulated is a function of the experiment alone, and a finer
precision, a greater confidence or a greater cap only adds to it: the interval at a look depends on nothing
but the counts and the confidence, and is the wider the greater that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from hegemon.config.spec import FIRST, PRECISIONS
from hegemon.errors import RequestError
from hegemon.estimates.sequential import confidence_sequence

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec

Integers = NDArray[np.int64]

_LOOKS = np.array([FIRST * 2**k * part // 4 for k in range(31) for part in (4, 5, 6, 7)], np.int64)
"""The first look, and those at 5/4, 6/4, 7/4, 2, 10/4, 3 ... times as many replicas: four to a doubling."""


def schedule(most: int) -> Integers:
    """Numbers of replicas at which a point may stop, where it may have so many at most."""
    return np.append(_LOOKS[most > _LOOKS], most)


@dataclass(frozen=True)
class Target:
    """The precision that an experiment asks for at every point.

    Attributes
    ----------
    precision, relative : float or None
        Greatest half-width of the interval, and greatest half-width over the estimate; where both are given
        both have to be reached.
    confidence : float
        Of the interval.
    most : int
        Replicas at which a point stops in any case.
    """

    precision: float | None
    relative: float | None
    confidence: float
    most: int

    @classmethod
    def of(cls, spec: ExperimentSpec) -> Self:
        """What an experiment asks for that has a precision."""
        return cls(spec.precision, spec.relative_precision, spec.confidence, spec.most_replicas)

    def reached(self, emerged: Integers, replicas: Integers) -> NDArray[np.bool_]:
        """Whether intervals are as narrow as asked. A relative precision is never reached at 0."""
        low, high = confidence_sequence(emerged, replicas, self.confidence)
        half = (high - low) / 2
        enough = np.full(half.shape, True)
        if self.precision is not None:
            enough &= half <= self.precision
        if self.relative is not None:
            enough &= (emerged > 0) & (half <= self.relative * (emerged / replicas))
        return enough

    def following(self, emerged: Integers, replicas: Integers) -> Integers:
        """Replicas that points are to have next, by what they have: as many where they stop."""
        looks = schedule(self.most)
        ended = np.isin(replicas, looks) & (self.reached(emerged, replicas) | (replicas >= self.most))
        after = looks[np.minimum(np.searchsorted(looks, replicas, side="right"), len(looks) - 1)]
        return np.where(ended, replicas, after)

    def stops(self, identities: Iterable[int], emerged: Integers, replicas: Integers) -> Mapping[int, int]:
        """Replicas that each point is to have next, by identity."""
        return dict(zip(identities, self.following(emerged, replicas).tolist(), strict=True))


def weaker(before: ExperimentSpec, after: ExperimentSpec) -> list[tuple[str, str, str]]:
    """Settings by which points may stop earlier than they did: what was asked, what is asked now.

    All others ask for at least the replicas that are there. A precision and a number of replicas cannot be
    compared.
    """
    if before.to_precision != after.to_precision:
        there, here = map(_asked, (before, after))
        return [("experiment", there, here)]
    if not before.to_precision:
        return []
    signs = dict.fromkeys(PRECISIONS, -1) | {"max_replicas": 1, "confidence": 1}
    found = []
    for name, sign in signs.items():
        there, here = getattr(before, name), getattr(after, name)
        if there is not None and (here is None or sign * here < sign * there):
            found.append((f"experiment.{name}", str(there), "nothing" if here is None else str(here)))
    return found


def refuse_precision(spec: ExperimentSpec, why: str) -> None:
    """Raise RequestError where points are to have a precision; `why` is what it says of that."""
    asked = " and ".join(f"experiment.{name}" for name in PRECISIONS if getattr(spec, name) is not None)
    if asked:
        raise RequestError(f"{spec.name}: {asked}: {why}")


def _asked(spec: ExperimentSpec) -> str:
    return "a precision" if spec.to_precision else f"{spec.replicas} replicas"
