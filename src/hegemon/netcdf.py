"""netCDF-4 files as bytes, built in memory.

Written with h5py rather than h5netcdf, which took 70 ms of CPU for the 35 columns of a piece where this takes
8, under h5py's global lock. Columns worth it are compressed outside that lock: shuffle, zlib by runs (twice
as fast as the default strategy on such columns and mostly smaller), and the chunk is handed to HDF5 as it is.

The bytes are a pure function of what is written and of the library versions: no times, no random order.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from hegemon.variables import Variable, checked

# What ncdump, h5dump and R of Debian 12 read; HDF5 2.0's "latest" none of them can.
LIBVER = ("earliest", "v110")
_NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable. {:10d}"


@dataclass(frozen=True)
class Field:
    """One variable to write: name, dimensions, values, attributes, and whether to compress."""

    name: str
    dims: tuple[str, ...]
    values: NDArray[Any]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    packed: bool = False


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
    fields = [_fitting(item, dims) for item in fields]
    coordinates = [field for field in fields if field.name in dims]
    others = [field for field in fields if field.name not in dims]
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver=LIBVER, track_order=True) as file:
        versions = f"version=2,h5py={h5py.__version__},hdf5={h5py.version.hdf5_version}"
        _put_text(file, "_NCProperties", versions)
        _put_attributes(file, attributes)
        known = {item.name: item for item in coordinates}
        for number, (name, length) in enumerate(dims.items()):
            _put_dimension(file, number, name, length, known.get(name))
        for item in others:
            _put_variable(file, item)
    return buffer.getvalue()


def _fitting(item: Field, dims: Mapping[str, int]) -> Field:
    if item.values.shape != tuple(dims[name] for name in item.dims):
        raise ValueError(f"{item.name}: shape {item.values.shape} along {item.dims} of {dict(dims)}")
    if item.name in dims and item.dims != (item.name,):
        raise ValueError(f"{item.name}: is a dimension, and a variable along {item.dims}")
    return item


def _put_dimension(file: h5py.File, number: int, name: str, length: int, own: Field | None) -> None:
    if own is None:
        scale = file.create_dataset(name, shape=(length,), dtype=">f4", track_order=True)
        scale.make_scale(_NO_VARIABLE.format(length))
    else:
        scale = _dataset(file, own)
        scale.make_scale(name)
        _put_attributes(scale, own.attributes)
    scale.attrs["_Netcdf4Dimid"] = np.int32(number)


def _put_variable(file: h5py.File, item: Field) -> None:
    dataset = _dataset(file, item)
    for axis, name in enumerate(item.dims):
        dataset.dims[axis].attach_scale(file[name])
    _put_attributes(dataset, item.attributes)


def _dataset(file: h5py.File, item: Field) -> h5py.Dataset:
    values = item.values
    if values.dtype.kind in "UO":
        return file.create_dataset(
            item.name, data=values.astype(object), dtype=h5py.string_dtype(), track_order=True
        )
    if not item.packed or values.size == 0:
        return file.create_dataset(item.name, data=values, track_order=True)
    dataset = file.create_dataset(
        item.name, values.shape, values.dtype, chunks=values.shape, shuffle=True, compression="gzip",
        compression_opts=1, track_order=True,
    )  # fmt: skip
    dataset.id.write_direct_chunk((0,) * values.ndim, _compressed(values))
    return dataset


def _compressed(values: NDArray[Any]) -> bytes:
    """HDF5's shuffle and deflate filters, without its lock."""
    flat = np.ascontiguousarray(values).reshape(-1)
    shuffled = np.ascontiguousarray(flat.view(np.uint8).reshape(flat.size, -1).T)
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    return packer.compress(shuffled.data) + packer.flush()


def _put_attributes(target: h5py.HLObject, attributes: Mapping[str, Any]) -> None:
    for name, value in attributes.items():
        if isinstance(value, str) and value and value.isascii():
            _put_text(target, name, value)
        else:
            target.attrs[name] = _short(value)


def _put_text(target: h5py.HLObject, name: str, value: str) -> None:
    """Text as characters, which every reader takes; h5py's own way to do it takes twice as long."""
    kind = h5py.h5t.C_S1.copy()
    kind.set_size(len(value))
    kind.set_strpad(h5py.h5t.STR_NULLPAD)
    attribute = h5py.h5a.create(target.id, name.encode(), kind, h5py.h5s.create(h5py.h5s.SCALAR))
    attribute.write(np.array(value.encode()))


def _short(value: Any) -> Any:
    """Whole numbers in the size that every reader knows, where they fit."""
    return np.int32(value) if isinstance(value, int) and abs(value) < 2**31 else value
