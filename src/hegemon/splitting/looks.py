"""How many repetitions: a fixed number, or as many as an interval of the wanted width takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from hegemon.config.spec import PRECISIONS
from hegemon.splitting.interval import interval

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec

FIRST, GROWTH = 24, 1.5
MOST = 1500
"""Most repetitions that a wanted width can take."""
MOST_EMPTY = 122
"""Repetitions after which no more are made where none has seen a hegemon."""
RELATIVE = 0.25
"""Half-width of the interval over the estimate, to reach where nothing else is asked."""


@dataclass(frozen=True)
class Asked:
    """How many repetitions a point is to have.

    Attributes
    ----------
    repetitions : int or None
        A fixed number; None to go on until the interval is narrow enough.
    relative : float
        Greatest half-width of the interval, as a share of the estimate.
    precision : float or None
        Greatest half-width of the interval, where that is asked for too.
    """

    repetitions: int | None = None
    relative: float = RELATIVE
    precision: float | None = None

    @classmethod
    def of(cls, spec: ExperimentSpec, repetitions: int | None) -> Self:
        """What an experiment asks for; a number of repetitions replaces that."""
        if repetitions is not None:
            return cls(repetitions)
        return cls(None, spec.relative_precision or RELATIVE, spec.precision)

    @property
    def attributes(self) -> dict[str, float]:
        """As attributes of a file, named as in an experiment; none of a fixed number."""
        if self.repetitions is not None:
            return {}
        own = {"relative_precision": self.relative, "precision": self.precision}
        return {name: value for name, value in own.items() if value is not None}

    @classmethod
    def from_attributes(cls, attributes: Mapping[Any, Any]) -> Self | None:
        """What the attributes of a file tell; None of a fixed number, which they do not name.

        Raises
        ------
        ValueError
            If one is no finite number above 0.
        """
        found = {name: attributes[name] for name in PRECISIONS if name in attributes}
        for name, value in found.items():
            if not isinstance(value, int | float | np.integer | np.floating) or not 0 < value < np.inf:
                raise ValueError(f"attribute {name} is no finite number above 0")
        if not found:
            return None
        return cls(None, found.get("relative_precision", np.inf), found.get("precision"))

    def reached(self, low: float, mean: float, high: float) -> bool:
        """Whether an interval is narrow enough."""
        half = (high - low) / 2
        return half <= self.relative * mean and (self.precision is None or half <= self.precision)


def schedule() -> Iterator[int]:
    """Numbers of repetitions at which the width is looked at: few, and the same in every run."""
    count = float(FIRST)
    while round(count) <= MOST:
        yield round(count)
        count = np.ceil(count * GROWTH)


def wanted(estimates: NDArray[np.float64], asked: Asked, confidence: float) -> int:
    """Number of repetitions that an estimate rests on, given those that there are.

    Parameters
    ----------
    estimates : float64 array, shape (repetitions made,)
        Estimates of the probability, in the order of the repetitions.
    asked : Asked
        What is asked for.
    confidence : float
        Of the interval.

    Returns
    -------
    int
        The first look with an interval that is narrow enough or, where none of those made is, the next: it is
        final if no more are wanted than there are.
    """
    if asked.repetitions is not None:
        return asked.repetitions
    count = FIRST
    for count in schedule():
        if count > len(estimates) or settled(estimates[:count], asked, confidence):
            break
    return count


def settled(estimates: NDArray[np.float64], asked: Asked, confidence: float) -> bool:
    """Whether an interval is narrow enough, or there is no hope that it will be."""
    if not estimates.any():
        return len(estimates) >= MOST_EMPTY
    found = interval(estimates, confidence)
    return asked.reached(found.low, found.mean, found.high)
