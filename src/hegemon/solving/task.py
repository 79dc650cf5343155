"""What is asked of a root finder, what it sees, and what it answers; nothing here knows of simulations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scipy import special

MOST_EVALUATIONS = 1000
"""Most evaluations of one root: what is certain of each is certain to a thousandth of the error allowed."""
MOST_WHOLE = 64
"""The same for a key of whole numbers."""

State = Literal["found", "none", "several", "end", "unclear"]
Method = Literal["fit", "bracket", "whole", ""]


@dataclass(frozen=True)
class Task:
    """One root to be found.

    Attributes
    ----------
    low, high
        The searched range of the key.
    target
        The probability that is to be met, between 0 and 1.
    tolerance
        Widest interval, in the unit of the key.
    replicas
        Replicas of each evaluation.
    confidence
        Nominal coverage of the interval.
    whole
        Whether the key takes whole numbers only.
    """

    low: float
    high: float
    target: float
    tolerance: float
    replicas: int
    confidence: float = 0.95
    whole: bool = False

    @property
    def error(self) -> float:
        """Chance to take a point for one on the wrong side of the target, at most."""
        return (1 - self.confidence) / self.most

    @property
    def most(self) -> int:
        """Most evaluations."""
        return MOST_WHOLE if self.whole else MOST_EVALUATIONS

    @property
    def least_replicas(self) -> int:
        """Replicas from which on an evaluation can tell a probability of 0, or 1, from the target."""
        rarer = min(self.target, 1 - self.target)
        return math.ceil(math.log(self.error) / math.log1p(-rarer))


@dataclass(frozen=True)
class Count:
    """One evaluation: at x, k of n replicas saw a hegemon."""

    x: float
    n: int
    k: int

    @property
    def p(self) -> float:
        """The share."""
        return self.k / self.n

    @property
    def logit(self) -> float:
        """Empirical logit: finite where none or all did."""
        return math.log((self.k + 0.5) / (self.n - self.k + 0.5))

    @property
    def weight(self) -> float:
        """One over the variance of the empirical logit."""
        return 1 / (1 / (self.k + 0.5) + 1 / (self.n - self.k + 0.5))

    def side(self, target: float, error: float) -> int:
        """1 where P is certainly above the target, -1 where below, 0 where it cannot be told.

        By exact binomial tests, each wrong with a chance of `error` at most.
        """
        if self.p > target:
            return int(special.bdtrc(self.k - 1, self.n, target) <= error)
        return -int(special.bdtr(self.k, self.n, target) <= error)


@dataclass(frozen=True)
class Found:
    """The answer.

    Attributes
    ----------
    state
        "found"; "none" where P lies on one side of the target all over the range; "several" where it crosses
        it more than once; "end" where the only crossing cannot be told from an end of the range; "unclear"
        where P cannot be told from the target.
    value, low, high
        The root and its interval; NaN unless found.
    method
        How the interval was made: "fit", "bracket" or "whole".
    words
        What there is to say, as lines.
    side
        1 where P lies above the target all over the range, -1 where below, 0 where it meets the target.
    """

    state: State
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    method: Method = ""
    words: tuple[str, ...] = ()
    side: int = 0


def logit(p: float) -> float:
    """ln(p / (1 - p))."""
    return math.log(p / (1 - p))
