"""The files of a run's directory against its plan: what is there, what is missing, what is not a piece."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hegemon.config import dump
from hegemon.failures import PieceError
from hegemon.planning.design import Design
from hegemon.planning.looks import schedule
from hegemon.planning.plan import Kind, Piece
from hegemon.running.directory import EXPERIMENT
from hegemon.storage import files, manifest, pieces
from hegemon.storage.pieces import PieceFile
from hegemon.verify.report import Check

if TYPE_CHECKING:
    from hegemon.storage.job import Job

KINDS: tuple[Kind, ...] = ("piece", "trace")


@dataclass
class Inventory:
    """Pieces of a directory.

    Attributes
    ----------
    present : list of (Piece, list of PieceFile)
        Planned pieces with their files: more than one where two writers packed the same work differently.
    missing : list of str
        Stems of planned pieces that have no file.
    damaged : list of str
        Files of the wrong length, one line each.
    strange : list of str
        Names of files that are no piece of the plan.
    """

    present: list[tuple[Piece, list[PieceFile]]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def check(self, claims_all: bool) -> Check:
        """Whether everything planned is there; an estimate without its pieces is wrong, not unfinished."""
        planned = len(self.present) + len(self.missing)
        text = f"{len(self.present):,} of {planned:,} there"
        if self.strange:
            text += f"; files that are no piece of this run: {len(self.strange):,}, first {self.strange[0]}"
        if not self.missing:
            return Check("pieces", "equal", text)
        text += f"; first missing: {self.missing[0]}"
        return Check("pieces", "differs" if claims_all else "missing", text)


def take(job: Job) -> Inventory:
    """List the pieces of a directory and sort them by the plan; contents are not read."""
    files, found = _by_work(job.pieces), Inventory()
    for piece in job.manifest.plan:
        own = files.pop(job.manifest.work(piece), [])
        sound = [file for file in own if file.path.stat().st_size == file.size]
        found.damaged += [_wrong_size(file) for file in own if file not in sound]
        if sound:
            found.present.append((piece, sound))
        elif not own:
            found.missing.append(job.manifest.stem(piece))
    left = [file.path.name for work in files.values() for file in work]
    found.strange = sorted(left + _foreign(job.pieces))
    return found


def _by_work(folder: Path) -> dict[str, list[PieceFile]]:
    files = defaultdict(list)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        piece = pieces.parse(path)
        if piece is not None and path.is_file():
            files[piece.work].append(piece)
    return files


def _foreign(folder: Path) -> list[str]:
    """Names that no piece has; what writers leave for a moment does not count."""
    names = (path.name for path in folder.iterdir()) if folder.is_dir() else ()
    return [
        name
        for name in names
        if pieces.parse(folder / name) is None and not (name.startswith(".") and name.endswith(".tmp"))
    ]


def _wrong_size(file: PieceFile) -> str:
    return f"{file.path.name}: has {file.path.stat().st_size:,} bytes, should have {file.size:,}"


def experiment(job: Job) -> Check:
    """Whether the manifest plans what experiment.toml asks, with the settings that it names."""
    return verdict([*text(job), *settings(job, manifest.common(job.spec)), *_points(job, job.design)])


def verdict(wrong: Sequence[str]) -> Check:
    """The check of the experiment, by lines that say what is wrong."""
    if wrong:
        return Check("experiment", "differs", "; ".join(wrong))
    return Check("experiment", "equal", f"the manifest plans what {EXPERIMENT} asks")


def usable(job: Job, kinds: Sequence[Kind] = KINDS) -> bool:
    """Whether every planned piece is of points that the experiment has: else nobody knows what it holds."""
    asked = {point.identity for point in job.design.points}
    return all(asked.issuperset(job.manifest.plan.covered(kind)) for kind in kinds)


def text(job: Job) -> list[str]:
    """The manifest's experiment counts; the file beside it is for people, and should say the same."""
    path, should = job.folder / EXPERIMENT, dump(job.spec).encode()
    try:
        same = files.read(path, len(should)) == should
    except PieceError:  # not there, or larger than it can be: nothing of it is read
        same = False
    return [] if same else [f"{EXPERIMENT} is not what the manifest holds"]


def settings(job: Job, asked: Mapping[str, Any]) -> list[str]:
    """What the pieces have in common, against what the experiment asks."""
    own = job.manifest.common
    return [
        f"the experiment has {name} {value}, its pieces {own.get(name)}"
        for name, value in asked.items()
        if own.get(name) != value
    ]


def _points(job: Job, design: Design) -> list[str]:
    spec, asked = job.spec, {point.identity for point in design.points}
    looks = schedule(spec.most_replicas).tolist() if spec.to_precision else [spec.replicas]
    lines = []
    for kind, what, counts in zip(
        KINDS, ("replicas", "trajectories"), (looks, [spec.trajectories]), strict=True
    ):
        planned = job.manifest.plan.covered(kind)
        if planned.keys() - asked:
            lines.append(f"{len(planned.keys() - asked)} planned points are not in the experiment")
        short = sum(planned.get(identity, 0) not in counts for identity in asked)
        if short:
            number = f"{counts[0]:,} {what}" if len(counts) == 1 else f"{what} of a look"
            lines.append(f"{short} points are not planned with the {number} asked")
    return lines
