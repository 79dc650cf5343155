"""What can stop the work, as exceptions that say what was kept and how to go on."""

from __future__ import annotations

import contextlib
from pathlib import Path

MENDING = "hegemon run with --recompute-damaged moves it aside and makes it again"
"""What to do about a damaged file."""


class WorkFailed(Exception):
    """The work could not be done; finished pieces stay. The command line exits with status 1."""


class PieceError(WorkFailed):
    """A piece or manifest is missing, damaged or not what its name says; the message names it."""


def _shown(folder: str) -> str:
    """A directory as one would write it here."""
    with contextlib.suppress(ValueError, OSError):
        return str(Path(folder).relative_to(Path.cwd()))
    return folder


class Interrupted(KeyboardInterrupt):
    """Ctrl-C: running pieces were given up, finished ones are kept. The command line exits with status 130.

    Attributes
    ----------
    folder : str
        The run's directory.
    done, pieces : int
        Pieces that are finished, of all.
    """

    def __init__(self, folder: str, done: int, pieces: int) -> None:
        super().__init__(
            f"interrupted: {done} of {pieces} pieces are finished and kept in {_shown(folder)}; "
            "the same command goes on from there"
        )
        self.folder, self.done, self.pieces = folder, done, pieces


class Unfinished(Exception):
    """Stopped in good order before all was done; finished pieces are kept. The command line exits with 75.

    Attributes
    ----------
    folder : str
        The run's directory.
    done, pieces : int
        Pieces that are finished, of all (of the slice, where one was asked for).
    """

    def __init__(self, folder: str, done: int, pieces: int, reason: str) -> None:
        super().__init__(
            f"stopped ({reason}): {done} of {pieces} pieces are finished and kept in {_shown(folder)}; "
            "the same command goes on from there"
        )
        self.folder, self.done, self.pieces, self.reason = folder, done, pieces, reason
