"""Files read whole: ordinary ones, of a bounded size, and patiently where a network file system stumbles."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hegemon.failures import PieceError

T = TypeVar("T")

PAUSES = (0.1, 1.0)
"""Seconds to wait before a file is tried again."""
_PASSING = (errno.ESTALE, errno.EIO, errno.ETIMEDOUT, errno.EAGAIN)


def read(path: Path, most: int) -> bytes:
    """Bytes of a file.

    Parameters
    ----------
    path : Path
        The file.
    most : int
        Bytes it may hold; of a larger one nothing is read.

    Raises
    ------
    PieceError
        If it cannot be read, is larger, or is not an ordinary file (a pipe would be waited for, for ever).
    """
    try:
        return patiently(lambda: _read(path, most))
    except OSError as error:
        raise PieceError(f"{path}: {error.strerror or error}") from error


def patiently(action: Callable[[], T]) -> T:
    """Result of an action that is tried again where it fails as network file systems do for a moment."""
    for pause in PAUSES:
        try:
            return action()
        except OSError as error:
            if error.errno not in _PASSING:
                raise
        time.sleep(pause)
    return action()


def _read(path: Path, most: int) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise PieceError(f"{path}: is not an ordinary file")
        if state.st_size > most:
            raise PieceError(f"{path}: is larger than it can be ({state.st_size} bytes; at most {most})")
        return file.read(state.st_size)
