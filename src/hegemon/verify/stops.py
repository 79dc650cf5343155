"""Whether the points of a run to a precision stopped where they should: at the first look that gave it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from hegemon.planning.looks import Target, schedule
from hegemon.verify.report import Check

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec
    from hegemon.planning.plan import Piece
    from hegemon.storage.content import Tallies


class Stops:
    """In how many replicas of each point a hegemon emerged, stretch by stretch."""

    def __init__(self) -> None:
        self._parts: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)

    def add(self, piece: Piece, tallies: Tallies) -> None:
        """Take note of a piece."""
        for segment, emerged in zip(piece.segments, tallies.emerged.tolist(), strict=True):
            self._parts[segment.identity].append((segment.first + segment.count, emerged))

    def check(self, spec: ExperimentSpec, claims_all: bool) -> Check:
        """Every point, at all of its looks; `claims_all` where the run says that none needs more."""
        target = Target.of(spec)
        point, replicas, emerged = self._looks(target.most)
        reached = target.reached(emerged, replicas)
        last = np.append(point[1:] != point[:-1], True)
        late = len(np.unique(point[reached & ~last]))
        short = int((last & ~reached & (replicas < target.most)).sum())
        capped = int((last & ~reached & (replicas >= target.most)).sum())
        if late or (short and claims_all):
            return Check("precision", "differs", f"{late} points stopped too late, {short} too early")
        if short:
            return Check("precision", "missing", f"{short} points need more replicas")
        text = "every point stopped at its first look with the precision"
        return Check(
            "precision", "equal", text + (f", or at max_replicas ({capped} points)" if capped else "")
        )

    def _looks(self, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Number of the point, replicas and emerged at each look, and where each point ends."""
        looks, rows = set(schedule(most).tolist()), []
        for point, parts in enumerate(self._parts.values()):
            stops, counts = np.array(sorted(parts), np.int64).T
            sums = np.cumsum(counts)
            here = [n in looks for n in stops[:-1].tolist()] + [True]
            rows.append(np.stack([np.full(len(stops), point), stops, sums])[:, here])
        point, replicas, emerged = np.concatenate(rows, axis=1)
        return point, replicas, emerged
