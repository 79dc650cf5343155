"""Join slices, or runs that are one experiment and its extensions, into one directory.

Pieces are taken as they are, so that what comes out is, file for file, what one run would have left. Nothing
is written before it is known that nothing is missing and nothing is there twice.
"""

from __future__ import annotations

import contextlib
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hegemon.bits import same
from hegemon.errors import RequestError
from hegemon.failures import PieceError
from hegemon.outputs import results, streaming
from hegemon.outputs.totals import Totals
from hegemon.planning.looks import Target
from hegemon.planning.plan import Generation, Piece, Plan, extend, to_json
from hegemon.planning.slices import owners
from hegemon.running import directory, provenance
from hegemon.running.claims import Claims
from hegemon.running.engine import empty_totals
from hegemon.storage import content, manifest, pieces
from hegemon.storage.job import Job
from hegemon.storage.pieces import PieceFile
from hegemon.storage.vetting import opened

log = logging.getLogger(__name__)

Tell = Callable[[int, int], None]
"""Takes the number of pieces that are joined, and of all."""
_SHOWN = 5  # lines on one kind of mistake


@dataclass(frozen=True)
class _Part:
    """A directory to join, and the files of its pieces by the identity of their work."""

    job: Job
    files: dict[str, list[PieceFile]]

    @property
    def folder(self) -> Path:
        return self.job.folder


def merge(out: Path, folders: Sequence[Path] = (), outcomes: bool = False, tell: Tell | None = None) -> Job:
    """Join directories into `out`; with no `folders`, the slices that share `out`.

    Parameters
    ----------
    out : Path
        Holds nothing yet, or a part of the same experiment.
    folders : sequence of Path
        Directories of slices or runs.
    outcomes : bool
        Write all rows into one file too.
    tell : callable, optional
        Told how many pieces are joined, of how many.

    Returns
    -------
    Job
        The run in `out`, complete, with its estimates.

    Raises
    ------
    RequestError
        If they are not one experiment and extensions of it, of this model and format version; if work is
        missing, or is in two of the directories; if `out` holds another experiment.
    PieceError
        If a piece is damaged.
    """
    parts, held = _parts(out, folders)
    job = _whole(out, parts, held)
    if outcomes:
        streaming.require_rows(job)
    files = _chosen(job, parts, held)
    _require_precision(job, files)
    log.info("%s: %d pieces of %d directories", out, len(files), len(parts))
    job = directory.write(job)
    session = provenance.Session(job.spec.seed, 1, "threads")
    with provenance.recording(job.folder, job.manifest.experiment, session) as recorder:
        with Claims(recorder.path):
            totals = _join(job, files, tell)
        history = _finish(job, parts, totals)
        if outcomes:
            streaming.write(job, job.folder / streaming.NAME, history)
    return job


def _parts(out: Path, folders: Sequence[Path]) -> tuple[list[_Part], _Part | None]:
    """What is to be joined, and which of it `out` holds already."""
    known: dict[str, Job] = {}
    parts: list[_Part] = []
    for place, folder in enumerate(folders):
        if any(_is_same(folder, other) for other in folders[:place]):
            raise RequestError(f"{folder}: is given twice")
        parts.append(_part(folder, known))
    held = next((part for part in parts if _is_same(part.folder, out)), None)
    if held is None and (not folders or manifest.load(out) is not None):
        held = _part(out, known)
        parts.append(held)
    return parts, held


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _part(folder: Path, known: dict[str, Job]) -> _Part:
    """A directory; slices of one experiment, of which there may be thousands, share its design."""
    held = manifest.load(folder)
    like = None if held is None else known.get(held.experiment)
    job = (
        directory.load(folder)
        if held is None or like is None
        else replace(like, folder=folder, manifest=held)
    )
    directory.refuse_version(folder, job.manifest)
    if job.manifest.experiment:
        known[job.manifest.experiment] = job
    files = defaultdict(list)
    for piece in pieces.every(job.pieces):
        files[piece.work].append(piece)
    return _Part(job, dict(files))


def _whole(out: Path, parts: Sequence[_Part], held: _Part | None) -> Job:
    """The experiment that holds all others, with the plan that finds most of its pieces."""
    jobs = [part.job for part in parts]
    best = max(jobs, key=lambda job: (len(job.design.points), job.spec.replicas, job.spec.trajectories))
    most = {name: max(getattr(job.spec, name) for job in jobs) for name in ("replicas", "trajectories")}
    spec = best.spec if most.items() <= dict(best.spec).items() else best.spec.model_copy(update=most)
    lines = []
    for job in jobs:
        if job.manifest.experiment != best.manifest.experiment:
            found = directory.differences(job, spec, best.design)
            lines += [
                f"{job.folder}: {key}: {there}, and in {best.folder} {here}" for key, there, here in found
            ]
    if lines:
        raise RequestError(*_short(lines), "only one experiment and its extensions can be joined")
    job = Job(out, spec, best.design, best.manifest)
    if held is None:
        job = directory.prepare(out, spec, best.design)  # refuses what is no run
    base = job.manifest if held is None else held.job.manifest
    return replace(job, manifest=replace(base, plan=_plan(job, parts, base.plan if held else Plan(()))))


def _plan(job: Job, parts: Sequence[_Part], before: Plan) -> Plan:
    """Of the plans of all parts that go on from `before`, the first with the fewest pieces missing."""
    plans = {_text(part.job.manifest.plan.generations): part.job.manifest.plan for part in parts}
    head = _text(before.generations)
    works = {work for part in parts for work in part.files}
    best: tuple[int, Plan] | None = None
    for text, plan in plans.items():
        if text[: len(head)] != head:
            continue
        whole = extend(plan, job.spec, job.design)
        missing = sum(job.manifest.work(piece) not in works for piece in whole)
        if best is None or missing < best[0]:
            best = missing, whole
    return extend(before, job.spec, job.design) if best is None else best[1]


def _text(generations: Sequence[Generation]) -> tuple[str, ...]:
    return tuple(str(to_json(generation)) for generation in generations)


def _chosen(job: Job, parts: Sequence[_Part], held: _Part | None) -> list[tuple[Piece, PieceFile]]:
    """The file of each piece; RequestError names what is missing and what is there twice."""
    where: dict[str, list[_Part]] = defaultdict(list)
    for part in parts:
        for work in part.files:
            where[work].append(part)
    chosen, gaps, doubles = [], [], []
    for piece in job.manifest.plan:
        there = where.get(job.manifest.work(piece), [])
        given = [part for part in there if part is not held]
        if len(given) > 1:
            doubles.append((piece, given))
        elif not there:
            gaps.append(piece)
        else:
            files = there[-1].files[job.manifest.work(piece)]  # what is held stands last
            chosen.append((piece, files[0]))
            _require_equal(files)
    if gaps or doubles:
        raise RequestError(*_doubled(job, doubles), *_gaps(job, parts, gaps))
    return chosen


def _require_precision(job: Job, files: Sequence[tuple[Piece, PieceFile]]) -> None:
    """Raise RequestError where points need more replicas than are planned, for the precision asked."""
    if not job.spec.to_precision:
        return
    totals = empty_totals(job.design)
    totals.add_all(
        content.read_tallies(file, piece.segments) for piece, file in files if piece.kind == "piece"
    )
    stops = Target.of(job.spec).stops(totals.index, totals.emerged, totals.replicas)
    planned = job.manifest.plan.covered("piece")
    short = sum(stops[identity] > planned[identity] for identity in stops)
    if short:
        raise RequestError(
            f"{job.folder}: {short} of {len(stops)} points have neither the precision nor max_replicas yet; "
            "go on with one of the runs, then merge"
        )


def _doubled(job: Job, doubles: Sequence[tuple[Piece, list[_Part]]]) -> list[str]:
    lines = [
        f"{job.manifest.stem(piece)}: is in {' and in '.join(str(part.folder) for part in given)}; "
        "give each slice once"
        for piece, given in doubles[:_SHOWN]
    ]
    return lines + _more(len(doubles), "pieces are there twice")


def _gaps(job: Job, parts: Sequence[_Part], gaps: Sequence[Piece]) -> list[str]:
    """A line for each slice of which something is missing, where the work was done in slices."""
    count = _slices(parts)
    if not gaps or count is None:
        lines = [f"{job.manifest.stem(piece)}: is missing" for piece in gaps[:_SHOWN]]
        return lines + _more(len(gaps), f"of {len(job.manifest.plan)} pieces are missing")
    owner = owners(job.manifest.plan, count)
    all_of = Counter(owner)
    first = {owner[piece.number]: piece for piece in reversed(gaps)}
    missing = Counter(owner[piece.number] for piece in gaps)
    lines = [
        f"slice {number}/{count}: {missing[number]} of {all_of[number]} pieces are missing, first "
        f"{job.manifest.stem(first[number])}; run it (again), then merge"
        for number in sorted(missing)
    ]
    return lines[:_SHOWN] + _more(len(lines), f"of {count} slices are not complete")


def _more(count: int, what: str) -> list[str]:
    return [f"{count} {what}"] if count > _SHOWN else []


def _short(lines: list[str]) -> list[str]:
    return lines[:_SHOWN] + _more(len(lines), "keys differ")


def _slices(parts: Sequence[_Part]) -> int | None:
    """In how many slices the work was cut, where all sessions agree on it."""
    texts = {made.get("slice", "") for part in parts for made in provenance.load(part.folder)["sessions"]}
    counts = {text.partition("/")[2] for text in texts if text}
    with contextlib.suppress(ValueError):
        return int(counts.pop()) if len(counts) == 1 else None
    return None


def _require_equal(files: Sequence[PieceFile]) -> None:
    """Two versions of a library may pack a piece differently; what they hold must be equal."""
    for other in files[1:]:
        with (
            opened(files[0].path, pieces.read(files[0])) as one,
            opened(other.path, pieces.read(other)) as two,
        ):
            names = [name for name in one if name in two]
            equal = len(names) == len(one) == len(two) and all(same(one[n][()], two[n][()]) for n in names)
        if not equal:
            raise RequestError(f"{files[0].path}: holds other results than {other.path.name}; verify the run")


def _join(job: Job, files: Sequence[tuple[Piece, PieceFile]], tell: Tell | None) -> Totals:
    """Check each piece, bring it into the directory, and add it up."""
    totals = empty_totals(job.design)
    for done, (piece, file) in enumerate(files, start=1):
        tallies = _checked(piece, file)
        _bring(file, job.pieces)
        if tallies is not None:
            totals.add(tallies)
        if tell is not None:
            tell(done, len(files))
    pieces.sync(job.pieces)
    return totals


def _checked(piece: Piece, file: PieceFile) -> content.Tallies | None:
    with opened(file.path, pieces.read(file)) as opened_file:
        if content.segments_of(file, opened_file) != piece.segments:
            raise PieceError(f"{file.path}: holds other replicas than its name says")
        return content.tallies_of(file, opened_file) if piece.kind == "piece" else None


def _bring(file: PieceFile, folder: Path) -> None:
    """Link a piece into a folder: it never changes. Copy it where file systems do not allow that."""
    target = folder / file.path.name
    if target.exists():
        return
    try:
        target.hardlink_to(file.path)
    except FileExistsError:
        return
    except OSError:
        pieces.write(target, pieces.read(file))


def _finish(job: Job, parts: Sequence[_Part], totals: Totals) -> str:
    """Write the record and the estimates; returns the history."""
    sessions: Iterator[list[dict[str, Any]]] = (provenance.load(part.folder)["sessions"] for part in parts)
    record = provenance.collect(job.folder, job.manifest.experiment, *sessions)
    history = provenance.history(record)
    results.save(job.folder, job.spec, job.design, totals, history)
    return history
