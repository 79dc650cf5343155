"""Files to be read: ordinary ones, of a bounded size, and patiently where a network file system stumbles."""

from __future__ import annotations

import errno
import io
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


def opened(path: Path, most: int) -> io.FileIO:
    """An ordinary file of a bounded size, open to be read in parts; parameters and errors as `read` has."""
    try:
        return patiently(lambda: _opened(path, most))
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
    with io.BufferedReader(_opened(path, most)) as file:
        return file.read(os.fstat(file.fileno()).st_size)


def _opened(path: Path, most: int) -> io.FileIO:
    file = io.FileIO(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "r")
    state = os.fstat(file.fileno())
    if stat.S_ISREG(state.st_mode) and state.st_size <= most:
        return file
    file.close()
    if not stat.S_ISREG(state.st_mode):
        raise PieceError(f"{path}: is not an ordinary file")
    raise PieceError(f"{path}: is larger than it can be ({state.st_size} bytes; at most {most})")
