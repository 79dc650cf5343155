"""The engine: hand out what is missing of a plan, a few tasks at a time, and gather the totals."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from hegemon.failures import Interrupted, Unfinished, WorkFailed
from hegemon.outputs.totals import Totals
from hegemon.parameters import kernel_values
from hegemon.planning.plan import Piece
from hegemon.planning.slices import Slice, members
from hegemon.running.claims import Claims
from hegemon.running.executors import Backend
from hegemon.running.remaining import Remaining
from hegemon.running.stopping import Watch
from hegemon.running.work import Finished, Make, Order, Setting, changes
from hegemon.storage import content, manifest
from hegemon.storage.job import Job

if TYPE_CHECKING:
    from hegemon.planning.design import Design
    from hegemon.storage.pieces import PieceFile

log = logging.getLogger(__name__)

MOST_PIECES = 256
"""Most pieces in one task, however short they are."""
POLL = 0.25
"""Seconds between looks at whether to stop."""
PATIENCE = 5.0
"""Seconds that tasks which were told to give up may take to do so: a kernel call, a write."""


@dataclass(frozen=True)
class Progress:
    """How far a run has come, what was found done included; `seconds` since this process began.

    A run to a precision is not `settled` before its end: its points may be given more. Points are done, then,
    that have the precision, and `replicas` and `pieces` are what is planned so far.
    """

    points_done: int
    points: int
    replicas_done: int
    replicas: int
    pieces_done: int
    pieces: int
    seconds: float
    settled: bool = True


ProgressCallback = Callable[[Progress], None]


class Known(NamedTuple):
    """Totals of the first so many pieces of a plan, all finished."""

    totals: Totals
    pieces: int


class _Tracker:
    """Counts what is done and tells the callback."""

    def __init__(self, job: Job, own: frozenset[int] | None, tell: ProgressCallback | None) -> None:
        self.left = _asked(job, own)
        self.replicas = self.replicas_left = sum(self.left.values())
        self.pieces = len(job.manifest.plan) if own is None else len(own)
        self.undecided = _undecided(job)
        self.points_done = sum(self._is_done(identity) for identity in self.left)
        self.done, self.told = 0, -1
        self.tell = tell
        self.begin = time.perf_counter()

    def add(self, piece: Piece | Order) -> None:
        self.done += 1
        if piece.kind == "piece":
            for segment in piece.segments:
                self.left[segment.identity] -= segment.count
                self.replicas_left -= segment.count
                self.points_done += self._is_done(segment.identity)

    def _is_done(self, identity: int) -> bool:
        return self.left[identity] == 0 and identity not in self.undecided

    def report(self) -> None:
        if self.tell is None or self.done == self.told:
            return
        self.told = self.done
        self.tell(
            Progress(
                points_done=self.points_done,
                points=len(self.left),
                replicas_done=self.replicas - self.replicas_left,
                replicas=self.replicas,
                pieces_done=self.done,
                pieces=self.pieces,
                seconds=time.perf_counter() - self.begin,
            )
        )


def _asked(job: Job, own: frozenset[int] | None) -> dict[int, int]:
    """Replicas of each point, of all of the run or of some of its pieces."""
    if own is None:
        return job.manifest.plan.covered("piece")
    asked: dict[int, int] = {}
    for piece in job.manifest.plan:
        if piece.number in own and piece.kind == "piece":
            for segment in piece.segments:
                asked[segment.identity] = asked.get(segment.identity, 0) + segment.count
    return asked


def _undecided(job: Job) -> frozenset[int]:
    """Points that may be given more once what is planned is done: those of the last round."""
    rounds = [work for work in job.manifest.plan.generations if work.kind == "piece"]
    return frozenset(rounds[-1].identities.tolist()) if job.spec.to_precision else frozenset()


class _Pace:
    """How many pieces a task should take, and how long it will, by the time that earlier ones took."""

    def __init__(self, least: float) -> None:
        self.least, self.seconds, self.pieces, self.cost = least, 0.0, 0, 0

    def saw(self, seconds: float, cost: int) -> None:
        self.seconds += seconds
        self.pieces += 1
        self.cost += cost

    @property
    def size(self) -> int:
        if self.pieces == 0:
            return 1
        mean = max(self.seconds / self.pieces, 1e-6)
        return min(MOST_PIECES, max(1, math.ceil(self.least / mean)))

    def expected(self, batch: tuple[Order, ...]) -> float:
        """Seconds; 0 before anything is known."""
        return sum(order.cost for order in batch) * self.seconds / self.cost if self.cost else 0.0


def setting(job: Job, make: Make | None = None) -> Setting:
    """What all tasks of a run share; `make` makes pieces that are not plain replicas."""
    spec = job.spec
    return Setting(
        folder=str(job.pieces.absolute()),
        seed=spec.seed,
        common_random_numbers=spec.common_random_numbers,
        dtype=spec.dtype,
        detail=spec.detail,
        base=kernel_values(job.design.points[0].model),
        make=make,
    )


def orders(job: Job, shared: Setting, pieces: Iterable[Piece]) -> Iterator[Order]:
    """What to tell a worker of each piece, made as it is needed."""
    models = {point.identity: point.model for point in job.design.points}
    known = job.design.differences
    for piece in pieces:
        own = [segment.identity for segment in piece.segments]
        found = {
            identity: known[identity]
            if identity in known
            else changes(kernel_values(models[identity]), shared.base)
            for identity in dict.fromkeys(own)
        }
        if job.spec.to_precision:  # points come up in one round after the other
            known.update(found)
        else:
            known = found  # a point goes on in the next piece, or is done
        stem = job.manifest.stem(piece)
        differences = tuple(found[identity] for identity in own)
        yield Order(piece.number, piece.kind, stem, piece.segments, differences, piece.cost)


def execute(
    job: Job,
    backend: Backend,
    tell: ProgressCallback | None = None,
    *,
    part: Slice | None = None,
    watch: Watch | None = None,
    claims: Claims | None = None,
    known: Known | None = None,
) -> Totals | None:
    """Do what is missing in a run's directory, and return the totals of all of it.

    Parameters
    ----------
    job, backend
        What to do, and where.
    tell : callable, optional
        Takes a `Progress` after each piece.
    part : Slice, optional
        Do the pieces of this slice only, and return None.
    watch : Watch, optional
        When to stop.
    claims : Claims, optional
        Of this process, where others may be at work on the same directory.
    known : Known, optional
        What need not be read again; its totals are added to.

    Raises
    ------
    Interrupted
        On KeyboardInterrupt; finished pieces are kept.
    Unfinished
        If the watch said to stop before all was done; finished pieces are kept.
    WorkFailed
        If a task failed, the disk is full, or a piece found there is damaged.
    """
    watch = watch or Watch()
    own = None if part is None else members(job.manifest.plan, part)
    tracker = _Tracker(job, own, tell)
    left = Remaining(job, own, claims, tracker.add)
    totals, read = known or Known(empty_totals(job.design), 0)

    def collect(order: Order, piece: Finished) -> None:
        if claims is not None:
            claims.release(order.stem)
        if piece.tallies is not None and part is None:
            totals.add(piece.tallies)
        tracker.add(order)
        log.debug("%s: done in %.3f s; %d of %d", order.stem, piece.seconds, tracker.done, tracker.pieces)
        tracker.report()

    shared = setting(job)
    log.info("%s: %d of %d pieces are there", job.folder, tracker.done, tracker.pieces)
    try:
        tracker.report()
        dispatch = Dispatch(shared, backend, collect, watch)
        work_off(dispatch, left, partial(orders, job, shared), tracker.report)
        if tracker.done < tracker.pieces:
            reason = watch.reason or "the rest would take longer than the time limit"
            raise Unfinished(str(job.folder), tracker.done, tracker.pieces, reason)
        if part is None:
            totals.add_all(_stored(job, left.found, read))
    except KeyboardInterrupt:
        raise Interrupted(str(job.folder), tracker.done, tracker.pieces) from None
    return totals if part is None else None


def work_off(
    dispatch: Dispatch,
    left: Remaining,
    orders: Callable[[Iterator[Piece]], Iterator[Order]],
    report: Callable[[], None],
) -> None:
    """Make the pieces that are left, or wait for the processes that do, until all are there or it is time to
    stop.
    """
    dispatch.run(orders(left.claimed()))
    while left and not dispatch.watch.closing():  # the rest is in others' hands, until they end or die
        time.sleep(POLL)
        dispatch.run(orders(left.claimed()))
        report()


def empty_totals(design: Design) -> Totals:
    """Totals of the points of a design, all zero."""
    distinct = dict.fromkeys(point.identity for point in design.points)
    return Totals(list(distinct), max(point.model.system.years for point in design.points))


def stored_totals(job: Job) -> Totals:
    """Totals of the finished pieces of a directory, each checked against its hash."""
    totals = empty_totals(job.design)
    totals.add_all(_stored(job, manifest.finished(job.folder, job.manifest)))
    return totals


def _stored(job: Job, found: Mapping[int, PieceFile], begin: int = 0) -> Iterator[content.Tallies]:
    for piece in islice(job.manifest.plan, begin, None):
        if piece.kind == "piece" and piece.number in found:
            yield content.read_tallies(found[piece.number], piece.segments)


class Dispatch:
    """Keeps `backend.window` tasks in flight until there are no more orders or the watch says to stop."""

    def __init__(
        self,
        shared: Setting,
        backend: Backend,
        collect: Callable[[Order, Finished], None],
        watch: Watch,
    ) -> None:
        self.source: Iterator[Order] = iter(())
        self.shared, self.backend, self.watch = shared, backend, watch
        self.collect = collect
        self.pace = _Pace(backend.least)
        self.pending: dict[Future[list[Finished]], tuple[Order, ...]] = {}
        self.drained = False

    def run(self, source: Iterator[Order]) -> None:
        """Submit tasks and collect pieces as they end; returns when none is in flight."""
        self.source = source
        if self.watch.end is not None:
            self.backend.brake.set_end(self.watch.end)
        try:
            while True:
                self._submit()
                if self.watch.closing() and self.watch.asked and not self.drained:
                    self._drain()
                if not self.pending or self.watch.left <= 0:
                    break
                self._collect(min(POLL, self.watch.left))
        except BaseException:
            self._give_up()
            raise
        if self.pending:
            self._give_up()
            self._collect(0)

    def _submit(self) -> None:
        while len(self.pending) < self.backend.window and not self.watch.closing():
            batch = tuple(islice(self.source, self.pace.size))
            if not batch or not self.watch.fits(self._expected(batch)):
                return
            self.pending[self.backend.submit(self.shared, batch)] = batch

    def _expected(self, batch: tuple[Order, ...]) -> float:
        """Seconds until a batch would be done: after those in flight, as if none of them had begun."""
        ahead = sum(map(self.pace.expected, self.pending.values()))
        return ahead / self.backend.workers + self.pace.expected(batch)

    def _collect(self, timeout: float) -> None:
        ended, _ = wait(self.pending, timeout=timeout, return_when=FIRST_COMPLETED)
        for future in ended:
            batch = {order.number: order for order in self.pending.pop(future)}
            for piece in self._result(future, tuple(batch.values())):
                order = batch[piece.number]
                self.pace.saw(piece.seconds, order.cost)
                self.collect(order, piece)

    def _result(self, future: Future[list[Finished]], batch: tuple[Order, ...]) -> list[Finished]:
        try:
            return future.result()
        except WorkFailed:
            raise
        except Exception as error:
            names = f"{batch[0].stem}" + (f" to {batch[-1].stem}" if len(batch) > 1 else "")
            raise WorkFailed(f"{names}: {self.backend.words(error)}; finished pieces are kept") from error

    def _drain(self) -> None:
        """Let what has begun end within the time left; take back the rest."""
        self.drained = True
        if self.watch.end is not None:
            self.backend.brake.set_end(self.watch.end)
        self.backend.brake.drain()
        self._cancel(self.backend.begun)

    def _cancel(self, keep: int = 0) -> None:
        for future in list(self.pending)[keep:]:
            if future.cancel():
                del self.pending[future]

    def _give_up(self) -> None:
        self.backend.brake.stop()
        self._cancel()
        wait(self.pending, timeout=PATIENCE, return_when=ALL_COMPLETED)
