"""Whether the directory of a splitting holds what it should, as `hegemon.verify` asks it of a run.

Pilots come first: repetitions can be read and computed again only with the scheme that their pilot chose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon.bits import differing
from hegemon.failures import PieceError
from hegemon.parameters import kernel_values
from hegemon.planning.plan import Kind, Piece, Segment
from hegemon.running.engine import setting
from hegemon.running.executors import available
from hegemon.running.work import Setting
from hegemon.splitting import estimates, folder, making
from hegemon.splitting.looks import Asked, wanted
from hegemon.splitting.scheme import Scheme
from hegemon.splitting.stages import Counts
from hegemon.storage import datasets
from hegemon.storage.pieces import PieceFile
from hegemon.verify import inventory, samples, versions
from hegemon.verify.checks import checksums, compared, examined, refuse_workers
from hegemon.verify.estimates import Comparison
from hegemon.verify.inventory import Inventory
from hegemon.verify.report import SHOWN, Check, Difference, Report, Sample, first
from hegemon.verify.whole import Tell

if TYPE_CHECKING:
    from hegemon.storage.job import Job

REPETITIONS = 4
"""Repetitions, and pilots, computed again unless told otherwise: each takes a second or a few."""
_KINDS: tuple[Kind, ...] = ("pilot", "split")


def verify(
    job: Job,
    sample: int | None = None,
    everything: bool = False,
    seed: int | None = None,
    workers: int | None = None,
    tell: Tell | None = None,
) -> Report:
    """Check what `hegemon rare` has left; parameters and errors are those of `hegemon.verify.verify`.

    `sample` counts repetitions, and pilots.
    """
    folder.refuse_version(job.folder, job.manifest)
    refuse_workers(workers)
    samples.require(sample, seed)
    found = inventory.take(job)
    known = inventory.usable(job, _KINDS)
    sums = _Sums(None if everything else samples.given_or_new(seed))
    if known:
        examine = partial(_examine_all, job, found, sums, workers or available(), _told(tell, found))
        for kind in _KINDS:
            examine(kind, None if everything else REPETITIONS if sample is None else sample)
    return _report(job, found, known, sums)


def _told(tell: Tell | None, found: Inventory) -> Callable[[], None]:
    """Counts pieces, of both kinds together."""
    done = count(1)

    def told() -> None:
        if tell is not None:
            tell(next(done), len(found.present))

    return told


# Pieces


@dataclass(frozen=True)
class _Task:
    """A piece to examine, and which of its rows (pilots or repetitions) to compute again.

    `values` are the kernel's, of each segment, with the effort and, for repetitions, the scheme; None where
    that is not known, since the pilot is missing or damaged.
    """

    setting: Setting
    piece: Piece
    files: Sequence[PieceFile]
    values: Sequence[Mapping[str, Any]] | None
    picks: NDArray[np.int64]
    index: Mapping[int, int]


@dataclass
class _Finding:
    """What was found in a piece: the schemes or counts of its segments, and what is wrong."""

    held: list[Any] | None = None
    damaged: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    different: int = 0
    computed: int = 0

    def compare(
        self, recorded: Mapping[str, Any], computed: Mapping[str, Any], place: tuple[str, int, int | None]
    ) -> None:
        """Add what differs; `place` is the file, the point and the repetition."""
        for name in recorded:
            ours, theirs = np.asarray(recorded[name]), np.asarray(computed[name])
            if ours.shape != theirs.shape:
                self.different += 1
                shapes = str(ours.shape), str(theirs.shape)
                self.differences.append(Difference(*place, f"{name} (shape)", *shapes))
                continue
            places = differing(ours, theirs)
            self.different += len(places)
            for at in places[: max(0, SHOWN - len(self.differences))].tolist():
                values = ours.item(*at), theirs.item(*at)
                self.differences.append(Difference(*place, f"{name}{at}" if at else name, *values))


def _examine(task: _Task) -> _Finding:
    """Check a piece; each of its files, where it has more than one."""
    found = _Finding()
    for file in task.files:
        try:
            held = _held(task, file)
        except PieceError as error:
            text = str(error).replace(str(file.path), file.path.name)
            found.damaged.append(text.replace("hegemon run with", "hegemon rare with"))
        else:
            found.held = held
            _compute(task, file, held, found)
    return found


def _held(task: _Task, file: PieceFile) -> list[Any] | None:
    """Schemes or counts of the segments; None of repetitions whose scheme is not known."""
    if task.piece.kind == "pilot":
        return list(making.read_schemes(file, task.piece.segments))
    if task.values is None:
        making.require(file, task.piece.segments)
        return None
    schemes = [value["scheme"] for value in task.values]
    return list(making.read_counts(file, task.piece.segments, schemes))


def _compute(task: _Task, file: PieceFile, held: list[Any] | None, found: _Finding) -> None:
    """Compute again what was picked of a piece."""
    if held is None or task.values is None:
        return
    ends = np.cumsum([segment.count for segment in task.piece.segments])
    found.computed = len(task.picks)
    for row, at in zip(task.picks.tolist(), np.searchsorted(ends, task.picks, side="right"), strict=True):
        segment, value = task.piece.segments[at], task.values[at]
        point = task.index[segment.identity]
        if task.piece.kind == "pilot":
            made = making.pilot(task.setting, segment, value)
            found.compare(vars(held[at]), vars(made), (file.path.name, point, None))
            continue
        inner = row - int(ends[at]) + segment.count
        number = segment.first + inner
        again = making.repetitions(task.setting, segment, value, [number])
        place = file.path.name, point, number
        found.compare(_row(held[at], inner), _row(again, 0), place)


def _row(counts: Counts, row: int) -> dict[str, NDArray[Any]]:
    return {name: getattr(counts, name)[row] for name in counts.names()}


# All of them


@dataclass
class _Sums:
    """Findings of all pieces, put together."""

    seed: int | None
    schemes: dict[int, Scheme] = field(default_factory=dict)
    parts: dict[int, list[tuple[int, Counts]]] = field(default_factory=dict)
    unread: set[int] = field(default_factory=set)
    sound: int = 0
    damaged: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    different: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_KINDS, 0))
    computed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_KINDS, 0))
    population: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_KINDS, 0))

    def add(self, piece: Piece, found: _Finding) -> None:
        self.damaged += found.damaged
        self.sound += not found.damaged
        self.differences += found.differences[: max(0, SHOWN - len(self.differences))]
        self.different[piece.kind] += found.different
        self.computed[piece.kind] += found.computed
        if found.held is None or found.damaged:
            self.unread.add(piece.number)
            return
        for segment, held in zip(piece.segments, found.held, strict=True):
            if piece.kind == "pilot":
                self.schemes[segment.identity] = held
            else:
                self.parts.setdefault(segment.identity, []).append((segment.first, held))


def _examine_all(
    job: Job,
    found: Inventory,
    sums: _Sums,
    workers: int,
    told: Callable[[], None],
    kind: Kind,
    most: int | None,
) -> None:
    """Examine all pieces of a kind that are there, and compute so many of their rows again, or all."""
    present = [(piece, files) for piece, files in found.present if piece.kind == kind]
    pieces = [piece for piece, _ in present]
    sums.population[kind] = sum(piece.replicas for piece in pieces)
    picks = samples.rows(pieces, sums.population[kind] if most is None else most, sums.seed or 0, kind)
    tasks = _tasks(job, present, picks, sums.schemes)
    for piece, finding in zip(pieces, examined(tasks, _examine, workers, told), strict=True):
        sums.add(piece, finding)


def _tasks(
    job: Job,
    present: Sequence[tuple[Piece, Sequence[PieceFile]]],
    picks: Mapping[int, NDArray[np.int64]],
    schemes: Mapping[int, Scheme],
) -> Iterator[_Task]:
    shared = setting(job)
    index = job.design.first
    models = {point.identity: point.model for point in job.design.points}

    def values(segment: Segment) -> dict[str, Any]:
        own = {**kernel_values(models[segment.identity]), "effort": job.spec.replicas}
        return {**own, "scheme": schemes.get(segment.identity)}

    for piece, files in present:
        known = piece.kind == "pilot" or all(part.identity in schemes for part in piece.segments)
        own = [values(segment) for segment in piece.segments] if known else None
        yield _Task(shared, piece, files, own, picks.get(piece.number, np.empty(0, np.int64)), index)


# The report


def _report(job: Job, found: Inventory, known: bool, sums: _Sums) -> Report:
    damaged = found.damaged + sums.damaged
    recorded, held, lost = _recorded(job), Comparison(estimates.NAME), False
    if isinstance(recorded, Check):
        made = [recorded]
    else:
        lost = _lost(job, found, sums, recorded[1])
        made = [Check(estimates.NAME, "skipped", "cannot be computed again from what is there")]
        if known and not lost:
            made = _estimates(job, *recorded, sums, held)
    record, made_with = versions.recorded(job.folder)
    checks = [
        _experiment(job),
        found.check(lost),
        checksums(sums.sound, damaged, known),
        *made,
        *_recomputed(sums, known),
        *record,
    ]
    computed, population = sums.computed["split"], sums.population["split"]
    return Report(
        folder=str(job.folder),
        checks=tuple(checks),
        missing=first(found.missing),
        damaged=first(damaged),
        differences=first(sums.differences + held.differences),
        missing_count=len(found.missing),
        damaged_count=len(damaged),
        difference_count=sum(sums.different.values()) + held.count,
        sample=Sample(sums.seed, "repetitions", computed, population, 0, 0),
        made_with=made_with,
        here=versions.here(),
    )


def _experiment(job: Job) -> Check:
    """Whether the manifest plans a pilot, and repetitions, of each point that is asked, and of no other."""
    asked = {point.identity for point in job.design.points}
    piloted, split = (job.manifest.plan.covered(kind) for kind in _KINDS)
    lines = [*inventory.text(job), *inventory.settings(job, folder.common(job.spec))]
    if other := (piloted.keys() | split.keys()) - asked:
        lines.append(f"{len(other)} planned points are not in the experiment")
    if without := asked - piloted.keys():
        lines.append(f"{len(without)} points are planned without a pilot")
    return inventory.verdict(lines)


def _recorded(job: Job) -> tuple[xr.Dataset, dict[int, int], Asked | None] | Check:
    """`rare.nc`, the repetitions it rests on, by point, and the precision asked; or why it cannot be used."""
    if not (job.folder / estimates.NAME).exists():
        text = "not there: `hegemon rare`, given again, goes on and makes it"
        return Check(estimates.NAME, "missing", text)
    try:
        recorded = estimates.load(job.folder, job.design)
        asked = Asked.from_attributes(recorded.attrs)
    except (PieceError, ValueError) as error:
        return Check(estimates.NAME, "differs", str(error))
    numbers = recorded["repetitions"].values if "repetitions" in recorded else np.empty(0)
    if numbers.shape != job.design.shape or numbers.dtype.kind != "i" or (numbers < 1).any():
        return Check(estimates.NAME, "differs", "does not tell the repetitions of these points")
    points = [point.identity for point in job.design.points]
    return recorded, dict(zip(points, numbers.ravel().tolist(), strict=True)), asked


def _lost(job: Job, found: Inventory, sums: _Sums, used: Mapping[int, int]) -> bool:
    """Whether a piece cannot be used that estimates rest on: repetitions beyond these may well be missing."""
    there = {piece.number for piece, _ in found.present} - sums.unread
    return any(
        piece.kind == "pilot" or part.first < used.get(part.identity, 0)
        for piece in job.manifest.plan
        if piece.number not in there
        for part in piece.segments
    )


def _estimates(
    job: Job,
    recorded: xr.Dataset,
    used: Mapping[int, int],
    asked: Asked | None,
    sums: _Sums,
    held: Comparison,
) -> list[Check]:
    """`rare.nc`, computed again from the counts, and whether repetitions ended where they should."""
    joined = {identity: Counts.joined(sums.parts.get(identity, [])) for identity in used}
    counts = {
        identity: whole.part(slice(0, used[identity]))
        for identity, whole in joined.items()
        if whole is not None and len(whole.started) >= used[identity]
    }
    if counts.keys() != used.keys() or not used.keys() <= sums.schemes.keys():
        few = len(used) - len(counts)
        return [Check(estimates.NAME, "differs", f"{few} points rest on more repetitions than there are")]
    told = {} if asked is None else asked.attributes
    made = datasets.to_bytes(estimates.dataset(job.spec, job.design, sums.schemes, counts, told))
    held.datasets(recorded, estimates.read(made, job.design))  # read as the other was
    return [held.check(len(recorded.variables)), _stopped(counts, asked, job.spec.confidence)]


def _stopped(counts: Mapping[int, Counts], asked: Asked | None, confidence: float) -> Check:
    """Whether points have a number of repetitions that was fixed, or stopped at their first look."""
    numbers = {identity: len(own.started) for identity, own in counts.items()}
    if asked is None:
        if len(set(numbers.values())) == 1:
            return Check("stopping", "equal", f"{next(iter(numbers.values())):,} repetitions of each point")
        return Check(
            "stopping", "differs", "points have different numbers of repetitions, and none was asked"
        )
    wrong = sum(
        wanted(estimates.products(own)[:, -1], asked, confidence) != numbers[identity]
        for identity, own in counts.items()
    )
    if wrong:
        return Check("stopping", "differs", f"{wrong} points did not stop at their first look that suffices")
    return Check("stopping", "equal", "every point stopped at its first look with the precision, or the last")


def _recomputed(sums: _Sums, known: bool) -> list[Check]:
    """Pilots and repetitions that were computed again."""
    if not known:
        return [Check("repetitions", "skipped", "not known what to compute")]
    how = "all" if sums.seed is None else f"drawn with --seed {sums.seed}"
    return [
        compared(
            name,
            f"{sums.computed[kind]:,} of {sums.population[kind]:,} {name} computed again ({how})",
            sums.different[kind],
        )
        for kind, name in zip(_KINDS, ("pilots", "repetitions"), strict=True)
    ]
