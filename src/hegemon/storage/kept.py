"""Variables of a netCDF file that stay there until they are asked for."""

from __future__ import annotations

import math
import os
import weakref
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core import indexing

from hegemon.failures import MENDING, PieceError
from hegemon.storage import files

if TYPE_CHECKING:
    import io

_PART = 1 << 20


class Shared:
    """An open file that is closed when nothing has it any more."""

    def __init__(self, file: io.FileIO) -> None:
        self.file, self.fileno = file, file.fileno
        weakref.finalize(self, file.close)


class Kept(BackendArray):
    """Numbers that lie one after the other in an open file, or in bytes.

    The file stays open: whatever takes its name later, these are the numbers that were there. A copy has the
    same file, and what is pickled has the numbers with it.

    Parameters
    ----------
    path : Path
        For messages.
    source : file or bytes
        Where they are; whoever opened a file closes it.
    begin : int
        The first byte.
    shape, dtype
        What they are; at least one dimension.
    """

    def __init__(
        self,
        path: Path,
        source: io.FileIO | Shared | bytes,
        begin: int,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
    ) -> None:
        self.path, self.source, self.begin = path, source, begin
        self.shape, self.dtype = shape, dtype

    @property
    def nbytes(self) -> int:
        """Bytes of all."""
        return math.prod(self.shape) * self.dtype.itemsize

    def variable(self, dims: tuple[str, ...], attributes: dict[str, Any]) -> xr.Variable:
        """A variable of them: read where they are indexed, and kept in memory once all have been."""
        wrappers: Any = indexing  # as `xarray.open_dataset` wraps what it reads; partly not annotated
        lazy = wrappers.CopyOnWriteArray(wrappers.LazilyIndexedArray(self))
        return xr.Variable(dims, wrappers.MemoryCachedArray(lazy), attributes, fastpath=True)

    def parts(self) -> Iterator[memoryview]:
        """Their bytes, a few at a time; each part is gone when the next one comes."""
        room = memoryview(bytearray(_PART))
        for begin in range(0, self.nbytes, _PART):
            part = room[: self.nbytes - begin]
            self._read(part, begin)
            yield part

    def __getitem__(self, key: Any) -> Any:
        support = indexing.IndexingSupport.BASIC
        return indexing.explicit_indexing_adapter(key, self.shape, support, self._indexed)

    def __deepcopy__(self, _: Any) -> Kept:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        whole = b"".join(map(bytes, self.parts()))
        return Kept, (self.path, whole, 0, self.shape, self.dtype)

    def _indexed(self, key: tuple[int | slice, ...]) -> NDArray[Any]:
        """Of the first dimension no more is read than lies between what is asked."""
        first, *rest = key
        if not isinstance(first, slice):
            found: NDArray[Any] = self._rows(first, first + 1)[(0, *rest)]
            return found
        wanted = range(*first.indices(self.shape[0]))
        rows = self._rows(wanted[0], wanted[-1] + 1) if len(wanted) else self._rows(0, 0)
        part: NDArray[Any] = rows[(slice(None, None, wanted.step), *rest)]
        return part

    def _rows(self, begin: int, end: int) -> NDArray[Any]:
        row = self.nbytes // self.shape[0] if self.shape[0] else 0
        values: NDArray[Any] = np.empty((end - begin, *self.shape[1:]), self.dtype)
        self._read(values.reshape(-1).view(np.uint8).data, begin * row)
        return values

    def _read(self, room: memoryview, begin: int) -> None:
        """Fill `room` with their bytes from number `begin` on."""
        begin += self.begin
        if isinstance(self.source, bytes):
            room[:] = self.source[begin : begin + len(room)]
            return
        done, number = 0, self.source.fileno()
        while done < len(room):  # a call gives 2 GiB at most
            try:
                count = files.patiently(partial(os.preadv, number, [room[done:]], begin + done))
            except OSError as error:
                raise PieceError(f"{self.path}: {error.strerror or error}") from error
            if not count:
                raise PieceError(f"{self.path}: damaged (it ends too early); {MENDING}")
            done += count
