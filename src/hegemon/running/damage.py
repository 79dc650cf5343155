"""Damaged files of a run: found by reading all of it, moved aside on request so that they are made again."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hegemon.errors import RequestError
from hegemon.failures import PieceError
from hegemon.outputs import results
from hegemon.running import directory, provenance
from hegemon.storage import content, pieces
from hegemon.storage.pieces import PieceFile
from hegemon.storage.vetting import opened

if TYPE_CHECKING:
    from hegemon.planning.plan import Piece
    from hegemon.storage.job import Job

log = logging.getLogger(__name__)

FOLDER = "damaged"


def find(job: Job) -> Iterator[tuple[Path, str]]:
    """Damaged files of a run, each with what is wrong with it.

    Pieces are checked against their names, their hashes and the plan; `results.nc` against its digest; the
    records of what made the run for being readable. The manifest is sound: the job was read from it.
    """
    planned = {job.manifest.work(piece): piece for piece in job.manifest.plan}
    checks: list[tuple[Path, Callable[[], Any]]] = [
        (piece.path, partial(_check, piece, planned.get(piece.work))) for piece in pieces.every(job.pieces)
    ]
    if (job.folder / results.NAME).exists():
        checks.append((job.folder / results.NAME, partial(directory.estimates, job.folder)))
    checks += [(path, partial(provenance.read, path)) for path in provenance.files(job.folder)]
    for path, check in checks:
        try:
            check()
        except PieceError as error:
            yield path, str(error)


def set_aside(job: Job) -> list[Path]:
    """Move damaged files into the folder ``damaged`` of the run, so that what they held is made again.

    Returns
    -------
    list of Path
        Where they are now. Nothing is deleted, and no file there is replaced.

    Raises
    ------
    RequestError
        If a file cannot be moved.
    """
    moved = []
    for path, _ in list(find(job)):
        try:
            moved.append(_move(path, job.folder / FOLDER))
            log.info("%s: damaged, moved to %s", path, moved[-1])
        except OSError as error:
            raise RequestError(f"{path}: cannot be moved aside ({error.strerror or error})") from error
    return moved


def _check(piece: PieceFile, planned: Piece | None) -> None:
    with opened(piece.path, pieces.read(piece)) as file:
        if planned is not None:
            content.require_segments(piece, file, planned.segments)
        if piece.kind == "piece":
            content.tallies_of(piece, file)


def _move(path: Path, folder: Path) -> Path:
    if folder.is_symlink():
        raise NotADirectoryError(errno.ENOTDIR, "is a link to somewhere else", str(folder))
    folder.mkdir(exist_ok=True)
    target, count = folder / path.name, 0
    while target.exists():
        count += 1
        target = folder / f"{path.name}.{count}"
    return path.rename(target)
