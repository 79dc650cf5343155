"""The front door of splitting: pilots, then repetitions until intervals are narrow enough, then estimates."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from hegemon.errors import RequestError
from hegemon.failures import Interrupted, PieceError, Unfinished
from hegemon.parameters import kernel_values
from hegemon.planning.plan import Kind, Piece
from hegemon.running import damage, provenance
from hegemon.running.claims import Claims
from hegemon.running.engine import Dispatch, Progress, ProgressCallback, setting, work_off
from hegemon.running.executors import Backend, open_backend
from hegemon.running.remaining import Remaining
from hegemon.running.stopping import Sign, Watch
from hegemon.running.work import Finished, Order, Setting, changes
from hegemon.splitting import estimates, folder
from hegemon.splitting.looks import Asked, wanted
from hegemon.splitting.making import make, read_counts, read_schemes
from hegemon.splitting.scheme import LEAST_EFFORT, Scheme
from hegemon.splitting.stages import Counts
from hegemon.storage import manifest
from hegemon.storage.job import Job

if TYPE_CHECKING:
    from hegemon.experiment import Experiment
    from hegemon.verify import Report

EFFORT = 4000
"""Replicas of a stage where no number is asked for."""
_LEAST = 8 * LEAST_EFFORT


@dataclass(frozen=True)
class Rare:
    """What `rare` found.

    Attributes
    ----------
    folder : Path
        The directory.
    results : xarray.Dataset
        `p_emerged` with its limits and error, repetitions, what plain replicas would take, and along `stage`
        the levels, conditional probabilities and what tells whether the levels serve (docs/rare.md).
    points : list of mappings
        Swept keys with their values, of each design point in order.
    """

    folder: Path
    results: xr.Dataset
    points: list[Mapping[str, Any]]

    def parts(self) -> Iterator[xr.Dataset]:
        """The results of each design point, in order."""
        dims = [str(dim) for dim in self.results.p_emerged.dims]
        for place in np.ndindex(*self.results.p_emerged.shape):
            yield self.results.isel(dict(zip(dims, place, strict=True)))

    def warnings(self) -> list[str]:
        """What speaks against trusting the estimates, a line each; none where nothing does."""
        from hegemon.splitting.diagnosis import warnings

        return warnings(self.results)

    def verify(
        self,
        sample: int | None = None,
        *,
        everything: bool = False,
        seed: int | None = None,
        workers: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Report:
        """Check that the directory is complete and undamaged, and that its work is computed alike here.

        Parameters
        ----------
        sample : int, optional
            Repetitions to compute again, and as many pilots; 4 if not given.
        everything, seed, workers, progress
            As `hegemon.runs.Run.verify` takes them.

        Returns
        -------
        hegemon.verify.Report
            True where all is there and equal to the last bit.

        Raises
        ------
        hegemon.errors.RequestError
            If an option is out of range, the directory holds something else by now, or is of another format
            or version of the model.
        """
        from hegemon.splitting.verifying import verify

        job = folder.load(self.folder)
        if job is None:
            raise RequestError(f"{self.folder}: holds nothing that hegemon rare has left")
        return verify(job, sample, everything, seed, workers, progress)


def rare(
    experiment: Experiment,
    out: str | os.PathLike[str] | None = None,
    *,
    replicas: int | None = None,
    repetitions: int | None = None,
    workers: int | None = None,
    progress: ProgressCallback | None = None,
    time_limit: float | None = None,
    stop: Sign | None = None,
    recompute_damaged: bool = False,
) -> Rare:
    """Estimate P(hegemon) by multilevel splitting where it is too small for plain replicas.

    Parameters
    ----------
    experiment : Experiment
        The model, what is swept, the seed and the confidence. Its number of replicas, and `max_replicas`, do
        not count; a precision does.
    out : path, optional
        The directory; ``runs/NAME-rare`` if not given. One that holds a part of the same request is
        completed.
    replicas : int, optional
        Replicas of each level in one repetition; 4000 if not given.
    repetitions : int, optional
        Independent repetitions; if not given, as many as an interval takes that has the precision which the
        experiment asks for: a `relative_precision` of 0.25, unless it says.
    workers, progress, time_limit, stop, recompute_damaged
        As for `Experiment.run`.

    Returns
    -------
    Rare

    Raises
    ------
    hegemon.errors.RequestError
        If the directory holds something else, or a number is out of range.
    Interrupted, Unfinished, WorkFailed
        As `Experiment.run`; finished work is kept.

    Examples
    --------
    >>> import hegemon as hg
    >>> twelve = hg.Model(system={"states": 12}, balancing={"efficiency": 1.0})
    >>> found = hg.rare(hg.Experiment(twelve, seed=1), "runs/twelve")  # doctest: +SKIP
    """
    effort = EFFORT if replicas is None else replicas
    if effort < _LEAST:
        raise RequestError(f"--replicas: {effort}; splitting takes at least {_LEAST} a level")
    if repetitions is not None and not 2 <= repetitions <= folder.MOST_REPETITIONS:
        allowed = f"2 to {folder.MOST_REPETITIONS}"
        raise RequestError(f"--repetitions: {repetitions}; must be {allowed}")
    watch, asked = Watch(time_limit, stop), Asked.of(experiment.spec, repetitions)
    spec = folder.asked(experiment.spec, effort)
    path = Path(out) if out is not None else Path("runs") / f"{spec.name}-rare"
    with _own_words():
        job = folder.prepare(path, spec, experiment.design)
        job = replace(job, folder=path.absolute())
        if recompute_damaged and manifest.load(path) is not None:
            damage.set_aside(job)
        with open_backend(workers) as backend:
            found = _run(folder.write(job, "pilot", {}), backend, progress, watch, asked)
    return Rare(path, found, [point.values for point in job.design.points])


@contextlib.contextmanager
def _own_words() -> Iterator[None]:
    """What to do about damage, in the words of this command."""
    try:
        yield
    except PieceError as error:
        raise PieceError(str(error).replace("hegemon run with", "hegemon rare with")) from error


def _run(job: Job, backend: Backend, tell: ProgressCallback | None, watch: Watch, asked: Asked) -> xr.Dataset:
    session = provenance.Session(job.spec.seed, backend.workers, backend.name)
    with provenance.recording(job.folder, job.manifest.experiment, session) as recorder:
        with Claims(recorder.path) as claims:
            found = _Study(job, backend, tell, watch, claims).until_settled(asked)
        dataset = estimates.dataset(
            job.spec,
            job.design,
            found.schemes,
            found.used,
            asked.attributes,
            provenance.history(provenance.load(job.folder)),
        )
        estimates.save(job.folder, dataset)
        return dataset


@dataclass
class _Study:
    """The work of one process on a directory: schemes of all points, and counts of their repetitions."""

    job: Job
    backend: Backend
    tell: ProgressCallback | None
    watch: Watch
    claims: Claims
    schemes: dict[int, Scheme] = field(default_factory=dict)
    used: dict[int, Counts] = field(default_factory=dict)
    _read: dict[str, list[Counts]] = field(default_factory=dict)
    _begin: float = field(default_factory=time.perf_counter)

    def until_settled(self, asked: Asked) -> _Study:
        """Choose schemes, and repeat until no point wants more."""
        self._work_off("pilot")
        for piece, file in self._finished("pilot"):
            own = read_schemes(file, piece.segments)
            self.schemes |= dict(zip((part.identity for part in piece.segments), own, strict=True))
        while True:
            made = self._counts()
            stops = {
                identity: wanted(_values(made.get(identity)), asked, self.job.spec.confidence)
                for identity in self.schemes
            }
            if all(_number(made.get(identity)) >= stop for identity, stop in stops.items()):
                self.used = {
                    identity: made[identity].part(slice(0, stop)) for identity, stop in stops.items()
                }
                return self
            self.job = folder.write(self.job, "split", stops)
            self._work_off("split")

    def _finished(self, kind: Kind) -> Iterator[tuple[Piece, Any]]:
        found = manifest.finished(self.job.folder, self.job.manifest)
        for piece in self.job.manifest.plan:
            if piece.kind == kind and piece.number in found:
                yield piece, found[piece.number]

    def _counts(self) -> dict[int, Counts]:
        """Repetitions of each point in their order, as far as none is missing."""
        parts: dict[int, list[tuple[int, Counts]]] = {identity: [] for identity in self.schemes}
        for piece, file in self._finished("split"):
            if file.work not in self._read:
                own = [self.schemes[part.identity] for part in piece.segments]
                self._read[file.work] = read_counts(file, piece.segments, own)
            for part, counts in zip(piece.segments, self._read[file.work], strict=True):
                parts[part.identity].append((part.first, counts))
        joined = {identity: Counts.joined(found) for identity, found in parts.items()}
        return {identity: found for identity, found in joined.items() if found is not None}

    def _work_off(self, kind: Kind) -> None:
        """Make all pieces of a kind that are planned and missing."""
        own = [piece for piece in self.job.manifest.plan if piece.kind == kind]
        tracker = _Tracker(own, self.job.spec.replicas or 1, self.tell, self._begin)
        left = Remaining(self.job, frozenset(piece.number for piece in own), self.claims, tracker.add)
        shared = setting(self.job, make)

        def collect(order: Order, piece: Finished) -> None:
            self.claims.release(order.stem)
            tracker.add(order)
            tracker.report()

        def orders(pieces: Iterable[Piece]) -> Iterator[Order]:
            return _orders(self.job, shared, pieces, self.schemes)

        try:
            tracker.report()
            work_off(Dispatch(shared, self.backend, collect, self.watch), left, orders, tracker.report)
        except KeyboardInterrupt:
            raise Interrupted(str(self.job.folder), tracker.done, tracker.pieces) from None
        if tracker.done < tracker.pieces:
            reason = self.watch.reason or "the rest would take longer than the time limit"
            raise Unfinished(str(self.job.folder), tracker.done, tracker.pieces, reason)


def _orders(
    job: Job, shared: Setting, pieces: Iterable[Piece], schemes: Mapping[int, Scheme]
) -> Iterator[Order]:
    """What to tell a worker of each piece: as of a run's, with the effort and, once known, the scheme."""
    models = {point.identity: point.model for point in job.design.points}
    for piece in pieces:
        differences = []
        for part in piece.segments:
            own = changes(kernel_values(models[part.identity]), shared.base)
            own["effort"] = job.spec.replicas
            if piece.kind == "split":
                own["scheme"] = schemes[part.identity]
            differences.append(own)
        stem = job.manifest.stem(piece)
        yield Order(piece.number, piece.kind, stem, piece.segments, tuple(differences), piece.cost)


def _number(counts: Counts | None) -> int:
    return 0 if counts is None else len(counts.started)


def _values(counts: Counts | None) -> Any:
    return np.empty(0) if counts is None else estimates.products(counts)[:, -1]


class _Tracker:
    """Counts what is done of what is planned so far, and tells the callback."""

    def __init__(
        self, planned: list[Piece], effort: int, tell: ProgressCallback | None, begin: float
    ) -> None:
        self.effort, self.tell, self.begin = effort, tell, begin
        self.left: dict[int, int] = {}
        for piece in planned:
            for part in piece.segments:
                self.left[part.identity] = self.left.get(part.identity, 0) + part.count
        self.all = sum(self.left.values())
        self.pieces, self.done, self.told = len(planned), 0, -1

    def add(self, piece: Piece | Order) -> None:
        self.done += 1
        for part in piece.segments:
            self.left[part.identity] -= part.count

    def report(self) -> None:
        if self.tell is None or self.done == self.told:
            return
        self.told = self.done
        left = self.left.values()
        self.tell(
            Progress(
                points_done=sum(1 for value in left if value == 0),
                points=len(self.left),
                replicas_done=(self.all - sum(left)) * self.effort,
                replicas=self.all * self.effort,
                pieces_done=self.done,
                pieces=self.pieces,
                seconds=time.perf_counter() - self.begin,
            )
        )
