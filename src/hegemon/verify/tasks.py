"""What is told of a piece to the thread that examines it, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from hegemon.running.work import Order, Setting
from hegemon.storage.content import Tallies
from hegemon.storage.pieces import PieceFile
from hegemon.verify.report import Difference
from hegemon.verify.samples import Picks

Columns = Mapping[str, NDArray[Any]]
"""Variables of a piece, by name."""


@dataclass
class Finding:
    """What was found in one piece.

    Attributes
    ----------
    tallies : Tallies or None
        As recorded; None of trajectories and where the piece cannot be used.
    damaged : list of str
        What is wrong with its files.
    miscounted : list of str
        Tallies that are not those of the rows beside them.
    differences : list of Difference
        Values that are computed otherwise here, the first of `different`.
    computed : int
        Replicas computed again; pieces, of tallies and where a piece is made anew.
    """

    kind: str
    tallies: Tallies | None = None
    damaged: list[str] = field(default_factory=list)
    recounted: bool = False
    miscounted: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    different: int = 0
    computed: int = 0


@dataclass(frozen=True)
class Task:
    """A piece to examine: what it should hold, its files, and which of its rows to compute again.

    Attributes
    ----------
    picks : array or None
        Rows; None for the whole piece, an empty array for none.
    scratch : str
        Folder for pieces that are made anew.
    index : mapping of int to int
        Place in the design of each point, by identity.
    """

    setting: Setting
    order: Order
    files: Sequence[PieceFile]
    picks: Picks | None
    scratch: str
    index: Mapping[int, int]

    def values(self) -> list[dict[str, Any]]:
        """Kernel values of each segment."""
        return [{**self.setting.base, **change} for change in self.order.changes]

    @property
    def replicas(self) -> int:
        """Replicas of all segments."""
        return sum(segment.count for segment in self.order.segments)
