"""Labelled datasets as netCDF-4 files, and back."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Collection, Hashable, Iterable, Mapping
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

import h5py
import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon.failures import MENDING, PieceError
from hegemon.labels import ALONG, variable
from hegemon.storage import files, netcdf, vetting
from hegemon.storage.kept import Kept, Shared
from hegemon.variables import FORMAT_VERSION, YEAR

LARGEST = 1 << 32
"""Most bytes of a file that are read: some ten thousand points with a curve of centuries each."""
WHOLE = 1 << 23
"""Most bytes of a file that are read at once; of a larger one, curves stay in it until they are asked for."""
_NO_DIGEST = "0" * 64


def to_bytes(dataset: xr.Dataset) -> bytes:
    """A dataset as the bytes of a netCDF-4 file, with its digest."""
    return netcdf.build(_sizes(dataset), _fields(dataset), {**dataset.attrs, "digest": digest(dataset)})


def write(file: io.FileIO, dataset: xr.Dataset, blocks: Iterable[Mapping[str, NDArray[Any]]]) -> None:
    """Write a dataset of which memory does not hold all at once: the same bytes as `to_bytes` gives.

    Parameters
    ----------
    file : file
        Empty, to read and write; it must not fail (see `hegemon.storage.sheltering`).
    dataset : xarray.Dataset
        As it is to be; of the variables that blocks bring, the values are only of their type and shape.
    blocks : iterable of mappings
        The next values of each such variable, in the order in which they lie in it.

    Raises
    ------
    ValueError
        If the blocks do not fill their variables.
    """
    source = iter(blocks)
    block = next(source)
    fields = _fields(dataset, block.keys())
    places = netcdf.lay_out(file, _sizes(dataset), fields, {**dataset.attrs, "digest": _NO_DIGEST})
    ends = dict(places)
    for filled in chain((block,), source):
        for name, values in filled.items():
            file.seek(ends[name])
            ends[name] += file.write(_numbers(_plain(values)))
    blank = {
        item.name: Kept(Path(), file, places[item.name], item.values.shape, item.values.dtype)
        for item in fields
        if item.blank
    }
    if any(ends[name] - places[name] != there.nbytes for name, there in blank.items()):
        raise ValueError("the blocks do not fill their variables")
    netcdf.set_text(file, "digest", digest(dataset, blank))


def digest(dataset: xr.Dataset, kept: Mapping[str, Kept] | None = None) -> str:
    """SHA-256 of all variables: names, dimensions, types, values, attributes. Two runs of one experiment have
    equal digests; a file that was damaged, or changed by hand, has another than it says.

    Parameters
    ----------
    dataset : xarray.Dataset
        The variables.
    kept : mapping, optional
        Numbers of those that are not in memory.
    """
    whole, elsewhere = hashlib.sha256(), kept or {}
    for name in sorted(map(str, dataset.variables)):
        found = dataset.variables[name]
        kind = np.dtype(np.int8) if found.dtype == bool else found.dtype
        text = kind.kind in "OUT"
        notes = {str(key): np.asarray(value).tolist() for key, value in found.attrs.items()}
        head = [name, found.dims, "text" if text else kind.newbyteorder("<").str, found.shape, notes]
        whole.update(json.dumps([*head, found.values.tolist() if text else ""], sort_keys=True).encode())
        if not text:
            parts = elsewhere[name].parts() if name in elsewhere else (_numbers(_plain(found.values)),)
            for part in parts:
                whole.update(part)
    return whole.hexdigest()


def load(path: Path, dims: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> xr.Dataset:
    """The dataset of a file: in memory, but for the curves of a large one.

    Parameters
    ----------
    path : Path
        The file.
    dims : mapping, optional
        Dimensions of variables that have others than those of a design, or these and the year.

    Raises
    ------
    PieceError
        As `from_bytes`; of what stays in the file, when it is read.
    """
    with files.opened(path, LARGEST) as file:
        size = os.fstat(file.fileno()).st_size
    if size <= WHOLE:
        return from_bytes(path, files.read(path, LARGEST), dims)
    shared = Shared(files.opened(path, LARGEST))
    return _opened(path, shared, os.fstat(shared.fileno()).st_size, dims)


def from_bytes(
    path: Path, packed: bytes, dims: Mapping[str, tuple[str, ...]] = MappingProxyType({})
) -> xr.Dataset:
    """The dataset that the bytes of a file hold; `path` is for messages, `dims` as `load` takes them.

    Raises
    ------
    PieceError
        If they are of another format, damaged, or made otherwise than we make them.
    """
    return _opened(path, packed, len(packed), dims)


def _opened(path: Path, source: bytes | Shared, size: int, dims: Mapping[str, tuple[str, ...]]) -> xr.Dataset:
    """The dataset; its curves stay in a source that is a file."""
    with vetting.opened(path, source if isinstance(source, bytes) else source.file) as file:
        _refuse_other_format(path, vetting.attribute(file, "format_version"))
        vetting.inspect(file, size)
        kept = {} if isinstance(source, bytes) else _curves(path, source, file, size)
        dataset = _labelled(file, kept, dims)
        if dataset.attrs["digest"] != digest(dataset, kept):
            raise PieceError(f"{path}: damaged (its digest is not that of its values); {MENDING}")
    return dataset


def _curves(path: Path, source: Shared, file: h5py.File, size: int) -> dict[str, Kept]:
    """Where the numbers of variables by year lie, other than those of a single point."""
    found = {}
    for name in vetting.names(file):
        dataset = file[name]
        if YEAR.name not in file or dataset.ndim < 2 or dataset.shape[-1] != len(file[YEAR.name]):
            continue
        kept = Kept(path, source, dataset.id.get_offset() or 0, dataset.shape, dataset.dtype)
        if dataset.id.get_storage_size() != kept.nbytes or kept.begin + kept.nbytes > size:
            raise ValueError(f"{name} is not stored whole")
        found[name] = kept
    return found


def _sizes(dataset: xr.Dataset) -> dict[str, int]:
    return {str(name): int(size) for name, size in dataset.sizes.items()}


def _fields(dataset: xr.Dataset, blank: Collection[str] = ()) -> list[netcdf.Field]:
    return [
        netcdf.Field(
            str(name),
            tuple(map(str, found.dims)),
            _plain(found.values),
            _attributes(dataset, name),
            blank=name in blank,
        )
        for name, found in dataset.variables.items()
    ]


def _numbers(values: NDArray[Any]) -> memoryview:
    """Their bytes, the lowest first."""
    return np.ascontiguousarray(values, values.dtype.newbyteorder("<")).reshape(-1).view(np.uint8).data


def _attributes(dataset: xr.Dataset, name: Hashable) -> dict[str, Any]:
    """Those of a variable, and as CF has it the names of its coordinates that are no dimensions."""
    own = dataset.variables[name]
    labels = [
        str(label)
        for label, labelled in dataset.coords.variables.items()
        if label not in dataset.dims and set(labelled.dims) <= set(own.dims)
    ]
    if name in dataset.coords or not labels:
        return dict(own.attrs)
    return {**own.attrs, "coordinates": " ".join(labels)}


def _plain(values: NDArray[Any]) -> NDArray[Any]:
    """netCDF has no truth values."""
    return values.astype(np.int8) if values.dtype == bool else values


def _labelled(file: h5py.File, kept: Mapping[str, Kept], known: Mapping[str, tuple[str, ...]]) -> xr.Dataset:
    """The dataset in a file that was looked at; what is kept elsewhere is not read.

    Not by xarray's own reader: it asks HDF5 for lists of references, over which HDF5 hangs where they are
    damaged.
    """
    names = vetting.names(file)
    numbers = {name: int(file[name].attrs[_DIMENSION]) for name in names if _DIMENSION in file[name].attrs}
    dims = sorted(numbers, key=lambda name: numbers[name])
    along = [name for name in dims if name != YEAR.name]
    variables, labels = {}, {name for name in dims if _text(file[name].attrs["NAME"]) == name}
    for name in names:
        if name in labels or name not in numbers:
            notes = _notes(file[name])
            own = (name,) if name in numbers else (*along, YEAR.name)[: max(len(along), file[name].ndim)]
            if notes.get(ALONG) in along:  # a key that moves with that of a dimension
                own = (notes[ALONG],)
            own = known.get(name, own)
            labels.update(str(notes.pop("coordinates", "")).split())
            if name in kept:
                variables[name] = kept[name].variable(own, notes)
            else:
                variables[name] = variable(own, _values(file[name]), notes)
    dataset = xr.Dataset(variables, attrs=_notes(file))
    return dataset.set_coords(sorted(labels & variables.keys()))


_DIMENSION = "_Netcdf4Dimid"
_HIDDEN = ("CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "_NCProperties", _DIMENSION)


def _values(found: h5py.Dataset) -> NDArray[Any]:
    text = h5py.check_string_dtype(found.dtype) is not None
    return np.asarray(found.asstr()[()], str) if text else np.asarray(found[()])


def _notes(target: h5py.File | h5py.Dataset) -> dict[str, Any]:
    found = {name: target.attrs[name] for name in target.attrs if name not in _HIDDEN}
    return {name: _text(value) if isinstance(value, bytes | str) else value for name, value in found.items()}


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _refuse_other_format(path: Path, found: str | int) -> None:
    if found != FORMAT_VERSION:
        raise PieceError(f"{path}: format version {found}; this program reads version {FORMAT_VERSION}")
