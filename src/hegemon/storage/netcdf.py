"""netCDF-4 files as bytes, built in memory.

Written with calls of h5py rather than h5netcdf, which took 70 ms of CPU for the 35 columns of a piece where
this takes 7, under h5py's global lock. Columns worth it are compressed outside that lock (`packing`), and the
chunk is handed to HDF5 as it is.

The bytes are a pure function of what is written and of the library versions: no times, no random order.
"""

from __future__ import annotations

import contextlib
import io
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, BinaryIO

import h5py
import numpy as np
from h5py import h5a, h5d, h5ds, h5p, h5s, h5t
from h5py.h5d import DatasetID
from numpy.typing import NDArray

from hegemon.storage import packing
from hegemon.variables import Variable, checked

# What ncdump, h5dump and R of Debian 12 read; HDF5 2.0's "latest" none of them can.
LIBVER = ("earliest", "v110")
_MADE_BY = f"version=2,h5py={h5py.__version__},hdf5={h5py.version.hdf5_version}"
_NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable. {:10d}"


@dataclass(frozen=True)
class Field:
    """One variable to write: name, dimensions, values, attributes, and whether to compress.

    Of a `blank` one the values are only of the type and shape that it is to have.
    """

    name: str
    dims: tuple[str, ...]
    values: NDArray[Any]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    packed: bool = False
    blank: bool = False


def registered(variable: Variable, values: NDArray[Any], dims: tuple[str, ...] | None = None) -> Field:
    """Field of a registered variable, checked against its entry; `dims` replaces the entry's own."""
    dims = variable.dims if dims is None else dims
    return Field(variable.name, dims, checked(variable, values), variable.attributes, variable.packed)


def build(dims: Mapping[str, int], fields: Iterable[Field], attributes: Mapping[str, Any]) -> bytes:
    """Bytes of a netCDF-4 file.

    Parameters
    ----------
    dims : mapping of str to int
        Name and length of every dimension.
    fields : iterable of Field
        Variables; one that bears the name of a dimension becomes its coordinate.
    attributes : mapping
        Global attributes: str, numbers, or arrays of numbers.

    Raises
    ------
    ValueError
        If a variable's shape is not that of its dimensions, or it has a dimension's name but is not along it.
    """
    left = deque(_fitting(item, dims) for item in fields)
    heads = tuple(_Head.of(item) for item in left)
    with _no_room_is_told():
        buffer = io.BytesIO(_skeleton(tuple(dims.items()), heads, _frozen(attributes)))
        with h5py.File(buffer, "r+", libver=LIBVER) as file:
            for head in heads:
                _put_values(file, left.popleft(), head.packed)  # of which nothing is kept
        return buffer.getvalue()


def lay_out(
    file: BinaryIO, dims: Mapping[str, int], fields: Iterable[Field], attributes: Mapping[str, Any]
) -> dict[str, int]:
    """Write a netCDF-4 file but for the numbers of blank fields: those may be more than memory holds.

    Once they are written too, the file holds what `build` gives.

    Parameters
    ----------
    file : binary file
        Empty, to read and write. It must not fail (see `hegemon.storage.sheltering`).
    dims, fields, attributes
        As `build` takes them; what is packed is never blank.

    Returns
    -------
    dict of str to int
        Where the numbers of each blank field begin in the file.

    Raises
    ------
    ValueError
        As `build`.
    """
    fields = [_fitting(item, dims) for item in fields]
    heads = tuple(_Head.of(item) for item in fields)
    places = {}
    with _no_room_is_told():
        file.write(_skeleton(tuple(dims.items()), heads, _frozen(attributes)))
        with h5py.File(file, "r+", libver=LIBVER) as target:
            for item, head in zip(fields, heads, strict=True):
                if item.blank:
                    places[item.name] = _reserve(target, item)
                else:
                    _put_values(target, item, head.packed)
    return places


def set_text(file: BinaryIO, name: str, value: str) -> None:
    """Replace a global attribute of a file by another text of the same length, in ASCII."""
    with _no_room_is_told(), h5py.File(file, "r+", libver=LIBVER) as target:
        h5a.open(target.id, name.encode()).write(np.array(value.encode()))


@contextlib.contextmanager
def _no_room_is_told() -> Iterator[None]:
    """Where memory has run out h5py fails in other words, once more where it closes the file.

    Nothing here touches a disk that may fail, so what HDF5 itself reports (OSError, RuntimeError) has no
    other reason.
    """
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        if not isinstance(error, ValueError) or _context_has(error, MemoryError):
            raise MemoryError("there is no room for the bytes of a file") from error
        raise


def _context_has(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__context__
    return False


def _fitting(item: Field, dims: Mapping[str, int]) -> Field:
    if item.values.shape != tuple(dims[name] for name in item.dims):
        raise ValueError(f"{item.name}: shape {item.values.shape} along {item.dims} of {dict(dims)}")
    if item.name in dims and item.dims != (item.name,):
        raise ValueError(f"{item.name}: is a dimension, and a variable along {item.dims}")
    return item


_Frozen = tuple[tuple[str, str, Any], ...]


def _frozen(attributes: Mapping[str, Any]) -> _Frozen:
    """Attributes as a key: with their types, since 1 is equal to 1.0."""
    return tuple((name, type(value).__name__, value) for name, value in attributes.items())


@dataclass(frozen=True)
class _Head:
    """All of a variable but its values."""

    name: str
    dims: tuple[str, ...]
    dtype: np.dtype[Any]
    packed: bool
    attributes: _Frozen

    @classmethod
    def of(cls, item: Field) -> _Head:
        text = item.values.dtype.kind in "UO"
        dtype = np.dtype(object) if text else item.values.dtype
        packed = item.packed and item.values.size > 0
        return cls(item.name, item.dims, dtype, packed, _frozen(item.attributes))


@lru_cache(maxsize=16)
def _skeleton(dims: tuple[tuple[str, int], ...], heads: tuple[_Head, ...], attributes: _Frozen) -> bytes:
    """The file without values: most pieces of a run share one, and it is most of what a small piece costs."""
    buffer, lengths = io.BytesIO(), dict(dims)
    coordinates = {head.name: head for head in heads if head.name in lengths}
    with h5py.File(buffer, "w", libver=LIBVER, track_order=True) as file:
        root = h5py.h5o.open(file.id, b"/")
        _put_attributes(root, (("_NCProperties", "str", _MADE_BY), *attributes))
        scales = {
            name: _put_dimension(file, number, name, length, coordinates.get(name))
            for number, (name, length) in enumerate(dims)
        }
        for head in heads:
            if head.name not in lengths:
                dataset = _create(file, head, tuple(lengths[name] for name in head.dims))
                for axis, name in enumerate(head.dims):
                    h5ds.attach_scale(dataset, scales[name], axis)
                _put_attributes(dataset, head.attributes)
    return buffer.getvalue()


def _put_dimension(file: h5py.File, number: int, name: str, length: int, own: _Head | None) -> DatasetID:
    bare = _Head(name, (name,), np.dtype(">f4"), False, ())
    scale = _create(file, own or bare, (length,))
    h5ds.set_scale(scale, (name if own else _NO_VARIABLE.format(length)).encode())
    _put_attributes(scale, (own or bare).attributes)
    _put_attribute(scale, "_Netcdf4Dimid", number)
    return scale


def _create(file: h5py.File, head: _Head, shape: tuple[int, ...]) -> DatasetID:
    properties = h5p.create(h5p.DATASET_CREATE)
    # Attributes in the order of writing, as netCDF asks, and no times.
    properties.set_attr_creation_order(h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED)
    properties.set_obj_track_times(False)
    if head.packed:
        properties.set_chunk(shape)
        if packing.shuffled(head.dtype):
            properties.set_shuffle()
        properties.set_deflate(1)
    kind = h5t.py_create(h5py.string_dtype() if head.dtype.kind == "O" else head.dtype, logical=True)
    return h5d.create(file.id, head.name.encode(), kind, _space(shape), properties)


def _put_values(file: h5py.File, item: Field, packed: bool) -> None:
    values = np.ascontiguousarray(item.values).reshape(item.values.shape)
    if values.dtype.kind in "UO":
        values = values.astype(h5py.string_dtype())
    dataset = h5d.open(file.id, item.name.encode())
    if packed:
        dataset.write_direct_chunk((0,) * values.ndim, packing.packed(values))
    elif values.size:
        dataset.write(h5s.ALL, h5s.ALL, values)


def _reserve(file: h5py.File, item: Field) -> int:
    """Have HDF5 find the place for the numbers of a variable, which it does for the first of them."""
    dataset = h5d.open(file.id, item.name.encode())
    first, whole = h5s.create_simple((1,)), dataset.get_space()
    if item.dims:
        whole.select_hyperslab((0,) * len(item.dims), (1,) * len(item.dims))
    dataset.write(first, whole, np.zeros(1, item.values.dtype))
    place: int = dataset.get_offset()
    return place


def _space(shape: tuple[int, ...]) -> Any:
    return h5s.create_simple(shape) if shape else h5s.create(h5s.SCALAR)


def _put_attributes(target: Any, attributes: _Frozen) -> None:
    for name, _, value in attributes:
        _put_attribute(target, name, value)


def _put_attribute(target: Any, name: str, value: Any) -> None:
    """Text as characters where ASCII, else as an UTF-8 string; whole numbers in 32 bits where they fit."""
    if isinstance(value, str):
        plain = value and value.isascii()
        array = np.array(value.encode() if plain else value, None if plain else h5py.string_dtype())
    elif isinstance(value, int) and abs(value) < 2**31:
        array = np.array(value, np.int32)
    else:
        array = np.asarray(value)
    kind = h5t.py_create(array.dtype, logical=True)
    h5a.create(target, name.encode(), kind, _space(array.shape)).write(array)
