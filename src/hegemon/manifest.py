"""The manifest: what a directory is planned to hold; a listing of its pieces then says what is missing.

It is written before the work starts and again only when the run is extended; finished pieces speak for
themselves, so a crash leaves nothing to mend.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hegemon_kernels as hk
from hegemon import pieces
from hegemon.failures import PieceError
from hegemon.plan import Piece, Plan, from_json, to_json
from hegemon.variables import FORMAT_VERSION

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec

NAME = "manifest"
PIECES = "pieces"


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
    """

    common: dict[str, Any]
    plan: Plan

    def work(self, piece: Piece) -> str:
        """Identity of a piece's work: 16 hex digits that stand for its segments and for `common`."""
        segments = [(f"{part.identity:016x}", part.first, part.count) for part in piece.segments]
        text = json.dumps([self.common, piece.kind, segments], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def stem(self, piece: Piece) -> str:
        """First part of the name of a piece's file."""
        return f"{piece.kind}-{piece.number:06d}-{self.work(piece)}"


def common(spec: ExperimentSpec) -> dict[str, Any]:
    """What all pieces of an experiment share."""
    return {
        "format_version": FORMAT_VERSION,
        "model_version": hk.MODEL_VERSION,
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
    path = folder / NAME
    if not path.exists():
        return None
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        generations = [from_json(item) for item in values["generations"]]
        return Manifest(dict(values["common"]), Plan(generations))
    except (ValueError, KeyError, TypeError) as error:
        raise PieceError(f"{path}: not a manifest of hegemon ({error})") from error


def save(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, whole or not at all."""
    generations = [to_json(generation) for generation in manifest.plan.generations]
    text = json.dumps({"common": manifest.common, "generations": generations}, indent=1)
    pieces.write(folder / NAME, (text + "\n").encode())


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
