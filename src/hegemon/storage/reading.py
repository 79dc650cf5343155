"""Columns of finished pieces, read when they are needed and checked when they are first read."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import h5py
from numpy.typing import NDArray

from hegemon.failures import PieceError
from hegemon.planning.plan import Kind, Segment
from hegemon.storage import content, manifest, pieces, vetting
from hegemon.storage.pieces import PieceFile
from hegemon.variables import EVENTS, OUTCOMES, TRAJECTORIES

if TYPE_CHECKING:
    from hegemon.storage.job import Job

_KEPT = {**OUTCOMES, **TRAJECTORIES, **EVENTS}
_checked: set[tuple[str, int, int]] = set()
_lock = threading.Lock()


@dataclass(frozen=True)
class Stretch:
    """Consecutive rows of one piece.

    Attributes
    ----------
    piece : PieceFile
    start, stop : int
        Rows of the piece.
    points, counts : tuple of int
        Index in the design and number of rows of each segment in it.
    segments : tuple of Segment
        All that the piece should hold.
    """

    piece: PieceFile
    start: int
    stop: int
    points: tuple[int, ...]
    counts: tuple[int, ...]
    segments: tuple[Segment, ...]

    def followed_by(self, other: Stretch) -> Stretch | None:
        """Both as one, where `other` goes on in the same piece."""
        if other.piece != self.piece or other.start != self.stop:
            return None
        points, counts = (*self.points, *other.points), (*self.counts, *other.counts)
        return replace(self, stop=other.stop, points=points, counts=counts)


def stretches(job: Job, kind: Kind, most: int | None = None) -> list[Stretch]:
    """Rows of all finished pieces, ordered by point and replica: the same order however the work was cut.

    Points that are one model share their replicas: these are rows of each of them.

    Parameters
    ----------
    job : Job
        The run.
    kind : str
        "piece" or "trace".
    most : int, optional
        Leave out replicas from this number on.

    Raises
    ------
    PieceError
        If a planned piece is missing.
    """
    places: dict[int, list[int]] = {}
    for point in job.design.points:
        places.setdefault(point.identity, []).append(point.index)
    parts = []
    for piece in _present(job, kind):
        offset = 0
        for segment in piece[1]:
            count = segment.count if most is None else min(segment.count, most - segment.first)
            if count > 0:
                for place in places[segment.identity]:
                    part = Stretch(piece[0], offset, offset + count, (place,), (count,), piece[1])
                    parts.append((place, segment.first, part))
            offset += segment.count
    parts.sort(key=lambda item: item[:2])
    return _joined(part for _, _, part in parts)


def _present(job: Job, kind: Kind) -> list[tuple[PieceFile, Any]]:
    found = manifest.finished(job.folder, job.manifest)
    planned = [piece for piece in job.manifest.plan if piece.kind == kind]
    missing = [piece for piece in planned if piece.number not in found]
    if missing:
        first = job.manifest.stem(missing[0])
        raise PieceError(f"{job.folder}: {len(missing)} of {len(planned)} pieces are missing, first {first}")
    return [(found[piece.number], piece.segments) for piece in planned]


def _joined(parts: Iterable[Stretch]) -> list[Stretch]:
    whole: list[Stretch] = []
    for part in parts:
        both = whole[-1].followed_by(part) if whole else None
        if both is None:
            whole.append(part)
        else:
            whole[-1] = both
    return whole


def read_rows(stretch: Stretch, name: str) -> NDArray[Any]:
    """Rows of one variable of a piece; KeyError where the piece does not keep it.

    Raises
    ------
    PieceError
        If the piece is missing or damaged.
    """
    rows = slice(stretch.start, stretch.stop)
    with _open(stretch) as file:
        found = _column(file, name, stretch, rows) if name in file else None
    if found is None:
        raise KeyError(name)
    return found


def read_table(stretch: Stretch, names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Whole variables of the piece of a stretch.

    Raises
    ------
    PieceError
        If the piece is missing or damaged.
    """
    with _open(stretch) as file:
        return {name: _column(file, name, stretch) for name in names}


def _column(file: h5py.File, name: str, stretch: Stretch, rows: slice = slice(None)) -> NDArray[Any]:
    variable, count = _KEPT[name], sum(segment.count for segment in stretch.segments)
    shape = tuple(count if along == "row" else None for along in variable.dims)
    return vetting.take(file, name, variable.dtype, shape, rows)


@contextlib.contextmanager
def _open(stretch: Stretch) -> Iterator[h5py.File]:
    """The piece as an HDF5 file; it is checked once per process, as long as the file stays as it is."""
    piece = stretch.piece
    try:
        state = piece.path.stat()
    except OSError as error:
        raise PieceError(f"{piece.path}: {error.strerror or error}") from error
    seen = (str(piece.path), state.st_mtime_ns, state.st_size)
    known = seen in _checked
    with vetting.opened(piece.path, None if known else pieces.read(piece)) as file:
        if not known:
            content.require_segments(piece, file, stretch.segments)
            with _lock:
                _checked.add(seen)
        yield file
