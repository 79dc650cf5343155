"""The engine: hand out what is missing of a plan, a few tasks at a time, and gather the totals."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from hegemon import content, manifest
from hegemon.executors import Backend
from hegemon.failures import Interrupted, WorkFailed
from hegemon.parameters import kernel_values
from hegemon.plan import Piece
from hegemon.totals import Totals
from hegemon.work import Finished, Order, Setting, changes

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec
    from hegemon.design import Design
    from hegemon.pieces import PieceFile

MOST_PIECES = 256
"""Most pieces in one task, however short they are."""


@dataclass(frozen=True)
class Progress:
    """How far a run has come, what was found done included; `seconds` since this process began."""

    points_done: int
    points: int
    replicas_done: int
    replicas: int
    pieces_done: int
    pieces: int
    seconds: float


ProgressCallback = Callable[[Progress], None]


@dataclass(frozen=True)
class Job:
    """A run's directory and what it is to hold."""

    folder: Path
    spec: ExperimentSpec
    design: Design
    manifest: manifest.Manifest

    @property
    def pieces(self) -> Path:
        """The folder of pieces."""
        return self.folder / manifest.PIECES


class _Tracker:
    """Counts what is done and tells the callback."""

    def __init__(self, job: Job, tell: ProgressCallback | None) -> None:
        self.left = dict.fromkeys((point.identity for point in job.design.points), job.spec.replicas or 0)
        self.replicas = sum(self.left.values())
        self.pieces = len(job.manifest.plan)
        self.done = 0
        self.tell = tell
        self.begin = time.perf_counter()

    def add(self, piece: Piece | Order) -> None:
        self.done += 1
        if piece.kind == "piece":
            for segment in piece.segments:
                self.left[segment.identity] -= segment.count

    def report(self) -> None:
        if self.tell is None:
            return
        left = self.left.values()
        self.tell(
            Progress(
                points_done=sum(1 for value in left if value == 0),
                points=len(self.left),
                replicas_done=self.replicas - sum(left),
                replicas=self.replicas,
                pieces_done=self.done,
                pieces=self.pieces,
                seconds=time.perf_counter() - self.begin,
            )
        )


class _Pace:
    """How many pieces a task should take, by the time that earlier ones took."""

    def __init__(self, least: float) -> None:
        self.least, self.seconds, self.pieces = least, 0.0, 0

    def saw(self, seconds: float) -> None:
        self.seconds += seconds
        self.pieces += 1

    @property
    def size(self) -> int:
        if self.pieces == 0:
            return 1
        mean = max(self.seconds / self.pieces, 1e-6)
        return min(MOST_PIECES, max(1, math.ceil(self.least / mean)))


def setting(job: Job) -> Setting:
    """What all tasks of a run share."""
    spec = job.spec
    return Setting(
        folder=str(job.pieces.absolute()),
        seed=spec.seed,
        common_random_numbers=spec.common_random_numbers,
        dtype=spec.dtype,
        detail=spec.detail,
        base=kernel_values(job.design.points[0].model),
    )


def orders(job: Job, shared: Setting, pieces: Iterable[Piece]) -> Iterator[Order]:
    """What to tell a worker of each piece, made as it is needed."""
    models = {point.identity: point.model for point in job.design.points}
    for piece in pieces:
        differences = (
            changes(kernel_values(models[segment.identity]), shared.base) for segment in piece.segments
        )
        yield Order(piece.number, piece.kind, job.manifest.stem(piece), piece.segments, tuple(differences))


def execute(job: Job, backend: Backend, tell: ProgressCallback | None = None) -> Totals:
    """Do what is missing in a run's directory, and return the totals of all of it.

    Raises
    ------
    Interrupted
        On KeyboardInterrupt; finished pieces are kept.
    WorkFailed
        If a task failed, the disk is full, or a piece found there is damaged.
    """
    found = manifest.finished(job.folder, job.manifest)
    tracker = _Tracker(job, tell)
    for piece in job.manifest.plan if found else ():
        if piece.number in found:
            tracker.add(piece)
    totals = empty_totals(job.design)

    def collect(order: Order, piece: Finished) -> None:
        if piece.tallies is not None:
            totals.add(piece.tallies)
        tracker.add(order)
        tracker.report()

    shared = setting(job)
    missing = (piece for piece in job.manifest.plan if piece.number not in found)
    try:
        tracker.report()
        _hand_out(orders(job, shared, missing), shared, backend, collect)
        totals.add_all(_stored(found.values()))
    except KeyboardInterrupt:
        raise Interrupted(str(job.folder), tracker.done, tracker.pieces) from None
    return totals


def empty_totals(design: Design) -> Totals:
    """Totals of the points of a design, all zero."""
    distinct = dict.fromkeys(point.identity for point in design.points)
    return Totals(list(distinct), max(point.model.system.years for point in design.points))


def stored_totals(job: Job) -> Totals:
    """Totals of the finished pieces of a directory, each checked against its hash."""
    totals = empty_totals(job.design)
    totals.add_all(_stored(manifest.finished(job.folder, job.manifest).values()))
    return totals


def _stored(pieces: Iterable[PieceFile]) -> Iterator[content.Tallies]:
    return (content.read_tallies(piece) for piece in pieces if piece.kind == "piece")


def _hand_out(
    source: Iterator[Order], shared: Setting, backend: Backend, collect: Callable[[Order, Finished], None]
) -> None:
    """Keep `backend.window` tasks in flight until `source` is empty; collect pieces as tasks end."""
    pending: dict[Future[list[Finished]], tuple[Order, ...]] = {}
    pace = _Pace(backend.least)
    try:
        while True:
            _submit(source, shared, backend, pace.size, pending)
            if not pending:
                return
            ended, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in ended:
                batch = pending.pop(future)
                for order, piece in zip(batch, _result(future, batch), strict=True):
                    pace.saw(piece.seconds)
                    collect(order, piece)
    except BaseException:
        backend.stop()
        for future in pending:
            future.cancel()
        raise


def _submit(
    source: Iterator[Order],
    shared: Setting,
    backend: Backend,
    size: int,
    pending: dict[Future[list[Finished]], tuple[Order, ...]],
) -> None:
    while len(pending) < backend.window:
        batch = tuple(islice(source, size))
        if not batch:
            return
        pending[backend.submit(shared, batch)] = batch


def _result(future: Future[list[Finished]], batch: tuple[Order, ...]) -> list[Finished]:
    try:
        return future.result()
    except WorkFailed:
        raise
    except Exception as error:
        names = f"{batch[0].stem}" + (f" to {batch[-1].stem}" if len(batch) > 1 else "")
        raise WorkFailed(f"{names}: {type(error).__name__}: {error}; finished pieces are kept") from error
