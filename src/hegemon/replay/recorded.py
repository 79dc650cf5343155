"""What a run recorded of one replica, against the same replica simulated here."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from hegemon.planning.plan import Kind, Piece
from hegemon.running.engine import orders, setting
from hegemon.storage import pieces
from hegemon.verify.examine import examine
from hegemon.verify.report import Difference
from hegemon.verify.tasks import Task

if TYPE_CHECKING:
    from hegemon.planning.design import Point
    from hegemon.storage.job import Job

State = Literal["equal", "differs", "damaged", "missing", "not kept"]


@dataclass(frozen=True)
class Record:
    """How what was recorded compares with what is replayed.

    Attributes
    ----------
    state : {"equal", "differs", "damaged", "missing", "not kept"}
        "equal" to the last bit; "missing" where the piece is not there (yet); "not kept" where the run keeps
        none.
    text : str
        The name of the piece, or why there is nothing to compare with.
    differences : tuple of Difference
        Values that differ.
    """

    state: State
    text: str
    differences: tuple[Difference, ...] = ()


def outcome(job: Job, point: Point, replica: int) -> Record:
    """The row of outcomes."""
    if job.spec.detail != "outcomes":
        return Record("not kept", f'the run keeps no row per replica (detail = "{job.spec.detail}")')
    return _compare(job, "piece", point, replica)


def trajectory(job: Job, point: Point, replica: int) -> Record:
    """The trajectory with its crises."""
    if replica >= job.spec.trajectories:
        return Record("not kept", f"the run keeps {job.spec.trajectories} trajectories per point")
    return _compare(job, "trace", point, replica)


def _compare(job: Job, kind: Kind, point: Point, replica: int) -> Record:
    for piece, row in _places(job, kind, point.identity, replica):
        stem = job.manifest.stem(piece)
        named = (pieces.parse(path) for path in sorted(job.pieces.glob(f"{stem}-*.nc")))
        files = [file for file in named if file is not None]
        if not files:
            return Record("missing", f"{stem} is not there")
        shared = setting(job)
        (order,) = orders(job, shared, [piece])
        index = {segment.identity: point.index for segment in piece.segments}
        with tempfile.TemporaryDirectory(prefix="hegemon-replay-") as scratch:
            found = examine(Task(shared, order, files, np.array([row]), scratch, index))
        if found.damaged or found.miscounted:
            return Record("damaged", "; ".join(found.damaged + found.miscounted))
        state: State = "differs" if found.differences else "equal"
        return Record(state, files[0].path.name, tuple(found.differences))
    return Record("missing", "no piece is planned to hold it")


def _places(job: Job, kind: Kind, identity: int, replica: int) -> Iterator[tuple[Piece, int]]:
    """The planned piece that holds a replica, and the row of it there."""
    for piece in job.manifest.plan:
        row = 0
        for segment in piece.segments if piece.kind == kind else ():
            if segment.identity == identity and 0 <= replica - segment.first < segment.count:
                yield piece, row + replica - segment.first
            row += segment.count
