"""HDF5 files that may come from anybody: what they declare is looked at before anything is read.

A checksum finds what went wrong by accident. It does not help against a file that was made to harm: a few
kilobytes can declare terabytes, name other files to be read in their stead, or filters to be loaded. So
values are taken only from datasets that are as the writer (`netcdf`) makes them, and of the size that they
must have.
"""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import h5py
import numpy as np
from h5py import h5d, h5l, h5s, h5t, h5z
from numpy.typing import NDArray

from hegemon.failures import PieceError

LARGEST = 1 << 28
"""Most bytes of one variable of a piece: twice the longest log of crises that one replica can have."""
_MOST_OBJECTS = 1000  # in a file; estimates and labels are about a hundred
_PLAIN = (h5t.INTEGER, h5t.FLOAT)
_FILTERS = (h5z.FILTER_SHUFFLE, h5z.FILTER_DEFLATE)


@contextlib.contextmanager
def opened(path: Path, content: bytes | BinaryIO | None) -> Iterator[h5py.File]:
    """A file as HDF5; whatever goes wrong while it is read is told with its name.

    Parameters
    ----------
    path : Path
        The file.
    content : bytes, binary file or None
        Its bytes, where they have just been read and checked; the file itself, where it is open; None for a
        file that was checked before.

    Raises
    ------
    PieceError
        If what is asked of it is not there, or not as it should be.
    """
    try:
        source = path if content is None else io.BytesIO(content) if isinstance(content, bytes) else content
        with h5py.File(source, "r", locking=False) as file:
            yield file
    except PieceError:
        raise
    except Exception as error:  # h5py tells of damage in many kinds of exceptions
        raise PieceError(f"{path}: cannot be read ({type(error).__name__}: {error})") from error


def take(
    file: h5py.File, name: str, dtype: str, shape: tuple[int | None, ...], rows: slice = slice(None)
) -> NDArray[Any]:
    """Values of one dataset.

    Parameters
    ----------
    file : h5py.File
        Where it is.
    name : str
        Of the dataset.
    dtype : str
        NumPy type that it must have.
    shape : tuple of int or None
        Shape that it must have; None for any length.
    rows : slice, optional
        Along the first dimension.

    Raises
    ------
    ValueError, KeyError
        If it is not there, or not such a dataset.
    """
    found = _dataset(file, name)
    own, kind = found.shape, found.dtype
    fits = len(own) == len(shape) and all(want in (None, got) for want, got in zip(shape, own, strict=True))
    if not fits or kind != np.dtype(dtype):
        raise ValueError(f"{name} is {kind} {own}, not {np.dtype(dtype)} {shape}")
    if math.prod(own) * kind.itemsize > LARGEST:
        raise ValueError(f"{name} declares {math.prod(own) * kind.itemsize} bytes")
    if rows != slice(None):
        part: NDArray[Any] = h5py.Dataset(found)[rows]
        return part
    whole: NDArray[Any] = np.empty(own, kind)
    if whole.size:
        found.read(h5s.ALL, h5s.ALL, whole)
    return whole


def attribute(file: h5py.File, name: str) -> str | int:
    """A global attribute: one whole number, or text of one object.

    Raises
    ------
    ValueError, KeyError
        If it is not there, or something else.
    """
    found = h5py.h5a.open(file.id, name.encode())
    kind = found.get_type()
    if found.shape != () or not (kind.get_class() == h5t.INTEGER or _is_text(kind)):
        raise ValueError(f"the attribute {name} is neither text nor a number")
    value = file.attrs[name]
    return int(value) if isinstance(value, np.integer) else np.bytes_(value).decode()


def inspect(file: h5py.File, size: int) -> None:
    """Look at all of a file of which everything is going to be read.

    Parameters
    ----------
    file : h5py.File
        The file. Its values must not be compressed.
    size : int
        Its bytes: what its variables declare, together, must be in it.

    Raises
    ------
    ValueError, KeyError
        If it is not as the writer makes them.
    """
    if file.id.get_num_objs() > _MOST_OBJECTS:
        raise ValueError(f"holds {file.id.get_num_objs()} objects")
    text = _Budget(max(size, LARGEST))
    declared = 0
    _look_at_attributes(file, text)
    for name in names(file):
        dataset = h5py.Dataset(_dataset(file, name, packed=False))
        _look_at_attributes(dataset, text)
        if isinstance(dataset.id.get_type(), h5t.TypeStringID):
            _look_at_text(dataset, size, text)
        elif dataset.id.get_storage_size():  # a dimension without a coordinate has no values
            declared += dataset.nbytes
    if declared > size:
        raise ValueError(f"declares {declared} bytes of values, and is of {size}")


def names(file: h5py.File) -> list[str]:
    """Names of what is in a file, in the order in which it was put there."""
    found: list[bytes] = []
    file.id.links.iterate(found.append, idx_type=h5py.h5.INDEX_CRT_ORDER)
    return [name.decode() for name in found]


class _Budget:
    """Bytes of text that may be read: one long text in a file may stand in many places of it."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise ValueError("holds more text than it can")


def _dataset(file: h5py.File, name: str, packed: bool = True) -> h5d.DatasetID:
    """A dataset of the file itself, all of it there, stored as it is or packed as the writer does."""
    place = name.encode()
    if file.id.links.get_info(place).type != h5l.TYPE_HARD:
        raise ValueError(f"{name} is a link to somewhere else")
    found = h5py.h5o.open(file.id, place)
    if not isinstance(found, h5d.DatasetID):
        raise ValueError(f"{name} is not a variable")
    kind = found.get_type()
    if kind.committed() or not (kind.get_class() in _PLAIN or (not packed and _is_text(kind))):
        raise ValueError(f"{name} is of a type that no variable has")
    plan = found.get_create_plist()
    layout, stored = plan.get_layout(), found.get_storage_size()
    if layout not in (h5d.CONTIGUOUS, h5d.CHUNKED) or plan.get_external_count():
        raise ValueError(f"{name} is not stored in the file")
    if layout == h5d.CHUNKED:
        filters = [plan.get_filter(index)[0] for index in range(plan.get_nfilters())]
        if not packed or plan.get_chunk() != found.shape or any(code not in _FILTERS for code in filters):
            raise ValueError(f"{name} is packed in another way than ours")
        if not stored:
            raise ValueError(f"{name} has no values")
    elif packed and stored != math.prod(found.shape) * kind.get_size():
        raise ValueError(f"{name} is stored in {stored} bytes, and declares another number")
    return found


def _is_text(kind: Any) -> bool:
    return isinstance(kind, h5t.TypeStringID)


def _look_at_attributes(target: h5py.File | h5py.Dataset, text: _Budget) -> None:
    if len(target.attrs) > _MOST_OBJECTS:
        raise ValueError(f"{target.name} has {len(target.attrs)} attributes")
    for name in target.attrs:
        found = h5py.h5a.open(target.id, name.encode())
        kind = found.get_type()
        if kind.get_class() in _PLAIN:
            continue
        if _is_text(kind):
            if math.prod(found.shape) > 1:
                raise ValueError(f"the attribute {name} holds several texts")
            value = target.attrs[name]
            text.spend(0 if isinstance(value, h5py.Empty) else len(value))
        elif name not in ("DIMENSION_LIST", "REFERENCE_LIST"):
            raise ValueError(f"the attribute {name} is of a type that none has")


def _look_at_text(dataset: h5py.Dataset, size: int, text: _Budget) -> None:
    """Count what the texts hold, a few at a time: each may be as long as the file."""
    if dataset.ndim > 1 or dataset.size > size:
        raise ValueError(f"{dataset.name} declares {dataset.shape} texts")
    step = max(1, LARGEST // max(size, 1))
    values = [dataset[()]] if dataset.ndim == 0 else []
    for begin in range(0, dataset.size if dataset.ndim else 0, step):
        values = dataset[begin : begin + step]
        text.spend(sum(len(value) for value in values))
