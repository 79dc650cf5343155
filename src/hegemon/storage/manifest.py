"""The manifest: what a directory is planned to hold; a listing of its pieces then says what is missing.

It is written before the work starts and again only when the run is extended; finished pieces speak for
themselves, so a crash leaves nothing to mend.

Of two processes that extend a run at once, the second extends what the first has made of it: each state of
the manifest has one successor, the first that is linked to the name ``sessions/.after-<SHA-256 of the
state>``. Whoever reads the manifest follows these links: no generation is lost, whatever dies in between.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hegemon_kernels as hk
from hegemon.failures import PieceError
from hegemon.planning.plan import Piece, Plan, from_json, to_json
from hegemon.storage import files, pieces
from hegemon.variables import FORMAT_VERSION

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec

NAME = "manifest"
PIECES = "pieces"
SESSIONS = "sessions"
LARGEST = 1 << 28
"""Most bytes of a manifest that are read."""


@dataclass(frozen=True)
class Manifest:
    """Plan of a directory, and what all its pieces have in common.

    Attributes
    ----------
    common : dict
        Format and model version, seed, common_random_numbers, dtype, detail: work made under other values is
        other work.
    plan : Plan
        Everything the directory is to hold.
    experiment : str
        The experiment as it was last asked: the text of experiment.toml. Empty in manifests of version 0.1.0
        before its release.
    revision : int
        How often it was changed.
    state : str
        What it was read from: 16 hex digits of a SHA-256; empty where there is no manifest yet.
    """

    common: dict[str, Any]
    plan: Plan
    experiment: str = ""
    revision: int = 0
    state: str = ""

    def work(self, piece: Piece) -> str:
        """Identity of a piece's work: 16 hex digits that stand for its segments and for `common`."""
        segments = [(f"{part.identity:016x}", part.first, part.count) for part in piece.segments]
        text = json.dumps([self.common, piece.kind, segments], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def stem(self, piece: Piece) -> str:
        """First part of the name of a piece's file."""
        return f"{piece.kind}-{piece.number:06d}-{self.work(piece)}"


def versions() -> dict[str, int]:
    """Versions that work must share to be joined."""
    return {"format_version": FORMAT_VERSION, "model_version": hk.MODEL_VERSION}


def common(spec: ExperimentSpec) -> dict[str, Any]:
    """What all pieces of an experiment share."""
    return {
        **versions(),
        "seed": spec.seed,
        "common_random_numbers": spec.common_random_numbers,
        "dtype": spec.dtype,
        "detail": spec.detail,
    }


def load(folder: Path) -> Manifest | None:
    """Manifest of a directory; None where there is none.

    Raises
    ------
    PieceError
        If it cannot be read as one.
    """
    found = None
    for path in _chain(folder):
        found = _read(path)
    return found


def restore(folder: Path) -> None:
    """Write the manifest where it is missing: a process that was killed may have got no further."""
    if not (folder / NAME).exists():
        *_, last = _chain(folder)
        pieces.write(folder / NAME, last.read_bytes())


def _chain(folder: Path) -> Iterator[Path]:
    """The manifest and what follows it, each read by the caller before the next is looked for."""
    path, passed = folder / NAME, set[str]()
    if not path.exists():
        path = _after(folder, "")
    while path.exists():
        yield path
        state = _state(files.read(path, LARGEST))
        if state in passed:
            raise PieceError(f"{path}: follows itself; it was changed by hand")
        passed.add(state)
        path = _after(folder, state)


def _read(path: Path) -> Manifest:
    content = files.read(path, LARGEST)
    try:
        values = json.loads(content)
        if values.pop("sha256") != _digest(values):
            raise ValueError("it was damaged: its SHA-256 is another than it says")
        generations = [from_json(item) for item in values["generations"]]
        experiment, revision = str(values.get("experiment", "")), int(values.get("revision", 1))
        return Manifest(dict(values["common"]), Plan(generations), experiment, revision, _state(content))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise PieceError(f"{path}: not a manifest of hegemon ({error})") from error


def _digest(values: dict[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _after(folder: Path, state: str) -> Path:
    return folder / SESSIONS / f".after-{state or 'nothing'}"


def _state(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def save(folder: Path, manifest: Manifest) -> Manifest | None:
    """Write a manifest that was changed, whole or not at all, in place of the state that it was made from.

    Returns
    -------
    Manifest or None
        As it now is; None, with nothing written, where another process has replaced that state already.
    """
    generations = [to_json(generation) for generation in manifest.plan.generations]
    values = {
        "common": manifest.common,
        "revision": manifest.revision + 1,  # no state ever returns
        "experiment": manifest.experiment,
        "generations": generations,
    }
    values["sha256"] = _digest(values)
    content = (json.dumps(values, indent=1, ensure_ascii=False) + "\n").encode()
    if not pieces.write_first(folder / NAME, _after(folder, manifest.state), content):
        return None
    return replace(manifest, revision=manifest.revision + 1, state=_state(content))


def finished(folder: Path, manifest: Manifest) -> dict[int, pieces.PieceFile]:
    """Finished pieces of a directory by their number in the plan; files of no planned piece are left out.

    Raises
    ------
    PieceError
        If a piece is not as long as its name says.
    """
    listed = pieces.listing(folder / PIECES)
    if not listed:
        return {}
    planned = ((piece.number, manifest.work(piece)) for piece in manifest.plan)
    return {number: listed[work] for number, work in planned if work in listed}
