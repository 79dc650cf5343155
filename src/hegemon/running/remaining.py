"""What is left of a run: pieces to be made here, and pieces that other processes have in hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from hegemon.planning.plan import Piece
from hegemon.running.claims import Claims
from hegemon.storage import manifest, pieces
from hegemon.storage.pieces import PieceFile

if TYPE_CHECKING:
    from hegemon.storage.job import Job


class Remaining:
    """Pieces of a run, or of a slice of it, by whether they are finished.

    Parameters
    ----------
    job : Job
        The run.
    own : set of int or None
        Numbers of the pieces of the slice; None for all.
    claims : Claims, optional
        Asked before a piece is begun; without them there is nobody to share with.
    add : callable
        Told of each finished piece that is found.

    Attributes
    ----------
    found : dict of int to PieceFile
        Finished pieces that were not made here, by number.
    """

    def __init__(
        self, job: Job, own: frozenset[int] | None, claims: Claims | None, add: Callable[[Piece], None]
    ) -> None:
        self._job, self._claims, self._add = job, claims, add
        self.found = manifest.finished(job.folder, job.manifest)
        self._left: dict[str, int] = {}
        self._seen: set[str] = set()
        for piece in job.manifest.plan:
            if own is not None and piece.number not in own:
                continue
            if piece.number in self.found:
                add(piece)
            else:
                self._left[job.manifest.stem(piece)] = piece.number

    def __bool__(self) -> bool:
        return bool(self._left)

    def claimed(self) -> Iterator[Piece]:
        """Pieces to be made here, in order; those that others have in hand are passed over."""
        for stem in list(self._left):
            self.look()
            if stem in self._left and (self._claims is None or self._claims.take(stem)):
                yield self._piece(self._left.pop(stem))

    def look(self) -> None:
        """Take note of what others have made, where it is time to."""
        if self._claims is None or not self._claims.look():
            return
        for path in self._job.pieces.iterdir():
            if path.name in self._seen:
                continue
            self._seen.add(path.name)
            file = pieces.parse(path)
            number = None if file is None else self._left.pop(_stem(file), None)
            if file is not None and number is not None:
                self.found[number] = file
                self._add(self._piece(number))

    def _piece(self, number: int) -> Piece:
        return self._job.manifest.plan.piece(number)


def _stem(file: PieceFile) -> str:
    return f"{file.kind}-{file.number:06d}-{file.work}"
