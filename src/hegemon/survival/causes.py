"""What is told apart among hegemonies: who the hegemon was, and by which route it came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hegemon.errors import RequestError

Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Causes:
    """Kinds of hegemony, of which each has exactly one.

    Attributes
    ----------
    names : tuple of str
        In words.
    meaning : str
        How they are told apart.
    columns : tuple of str
        Outcome columns that tell.
    first : callable
        Takes these columns of replicas in which a hegemon emerged; returns where it is of the first kind.
    """

    names: tuple[str, str]
    meaning: str
    columns: tuple[str, ...]
    first: Callable[[Columns], NDArray[np.bool_]]


def _by_leader(columns: Columns) -> NDArray[np.bool_]:
    return np.asarray(columns["initial_rank"] == 1)


def _by_conquest(columns: Columns) -> NDArray[np.bool_]:
    won, gained = columns["conquest_gain"], columns["share_gain"]
    return np.asarray((won > 0) & (2 * won >= gained))


CAUSES: Mapping[str, Causes] = {
    "leader": Causes(
        ("initial leader", "another state"),
        "initial leader: the hegemon had the greatest capability at the start (initial_rank = 1)",
        ("initial_rank",),
        _by_leader,
    ),
    "route": Causes(
        ("conquest", "growth"),
        "conquest: at least half of the hegemon's gain in resource share was won in wars "
        "(conquest_gain > 0 and 2 conquest_gain >= share_gain); growth: all others",
        ("conquest_gain", "share_gain"),
        _by_conquest,
    ),
}
"""Ways to tell hegemonies apart, by the word that asks for them."""


def causes(by: str) -> Causes:
    """The kinds that `by` asks for.

    Raises
    ------
    RequestError
        If there are no such kinds.
    """
    if by not in CAUSES:
        raise RequestError(f"--by {by}: must be one of {', '.join(CAUSES)}")
    return CAUSES[by]
