"""Large files, written where they are to stay, by HDF5 and by ourselves: whole or not there."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hegemon.storage import pieces


class Sheltered(io.FileIO):
    """A file that keeps what goes wrong for us, and tells HDF5 that all is well.

    Of a write that fails HDF5 makes crashes when the file is closed, or files full of zeros.
    """

    failure: OSError | None = None

    def write(self, data: Any) -> int:
        """Write all of `data` where the file can; from the first failure on, nothing."""
        view = memoryview(data).cast("B")
        begin = 0
        while begin < len(view) and self.failure is None:
            try:
                begin += os.write(self.fileno(), view[begin:])
            except OSError as error:
                self.failure = error
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        """Make the file so long, where it can."""
        try:
            return super().truncate(size)
        except OSError as error:
            self.failure = self.failure or error
            return size or 0

    def check(self) -> None:
        """Raise what went wrong."""
        if self.failure is not None:
            raise self.failure


@contextmanager
def replacing(path: Path) -> Iterator[Sheltered]:
    """A file to write that takes the place of `path` once it is whole and on disk.

    Raises
    ------
    WorkFailed
        If the disk is full or the file cannot be written; nothing is left behind.
    """
    with pieces.replacing(path) as temporary:
        file = Sheltered(temporary, "w+")
        try:
            yield file
            file.check()
            os.fsync(file.fileno())
        except Exception:
            file.check()  # what came of it matters less
            raise
        finally:
            file.close()
