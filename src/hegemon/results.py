"""The labelled estimates of a run: from exact totals to an xarray Dataset and to `results.nc`."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import xarray as xr
from numpy.typing import NDArray

import hegemon_kernels as hk
from hegemon import files, netcdf, pieces, vetting
from hegemon._version import __version__
from hegemon.config.spec import PRECISIONS
from hegemon.estimates.moments import means_and_errors
from hegemon.estimates.proportions import wilson
from hegemon.estimates.sequential import confidence_sequence
from hegemon.estimates.survival import kaplan_meier
from hegemon.failures import MENDING, PieceError
from hegemon.labels import ALONG, coordinates, dimensions, variable
from hegemon.looks import Target
from hegemon.variables import (
    ESTIMATES,
    FORMAT_VERSION,
    OUTCOMES,
    YEAR,
    Variable,
    checked,
    error_of,
    mean_of,
)

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec
    from hegemon.design import Design
    from hegemon.totals import Totals

log = logging.getLogger(__name__)

NAME = "results.nc"
FIGURE = "figure.png"
"""What the command line draws of them."""
REPORT = "report.html"
"""The page that `hegemon report` makes of them."""
LARGEST = 1 << 32
"""Most bytes of it that are read: some ten thousand points with a curve of centuries each."""


def estimate(spec: ExperimentSpec, design: Design, totals: Totals, history: str = "") -> xr.Dataset:
    """All estimates of an experiment, labelled by what was swept.

    Parameters
    ----------
    spec, design
        The experiment.
    totals : Totals
        Exact totals of its points.
    history : str
        What made them, for the attribute of that name.

    Returns
    -------
    xarray.Dataset
        One dimension per swept key of a grid, `point` for a list, none without a sweep; `year` for survival.
        Attributes tell title, seed, versions and interval; variables depend on the experiment alone.
    """
    rows = np.array([totals.index[point.identity] for point in design.points])
    horizons = np.array([point.model.system.years for point in design.points])
    names = dimensions(design)
    flat = {**_proportions(totals, spec), **_survival(totals, horizons, rows, spec.confidence)}
    flat |= _means(totals, lasting=any(not point.model.hegemony.absorbing for point in design.points))
    variables = {}
    for name, (entry, values) in flat.items():
        whole = checked(entry, values if name.startswith("survival") else values[rows])
        shape = (*design.shape, *whole.shape[1:])
        variables[name] = variable((*names, *entry.dims), whole.reshape(shape), entry.attributes)
    years = np.arange(totals.years.shape[1], dtype=np.int32)
    coords = {**coordinates(design), "year": variable(("year",), years, YEAR.attributes)}
    return xr.Dataset(variables, coords, attributes(spec, design, history))


_Flat = dict[str, tuple[Variable, NDArray[Any]]]


def _proportions(totals: Totals, spec: ExperimentSpec) -> _Flat:
    limits = confidence_sequence if spec.to_precision else wilson
    low, high = limits(totals.emerged, totals.replicas, spec.confidence)
    values = {
        "replicas": totals.replicas,
        "emerged": totals.emerged,
        "p_emerged": np.divide(totals.emerged, totals.replicas),
        "p_emerged_low": low,
        "p_emerged_high": high,
    }
    if spec.to_precision:
        values["precision_reached"] = Target.of(spec).reached(totals.emerged, totals.replicas).astype(np.int8)
    return {name: (ESTIMATES[name], column) for name, column in values.items()}


def _survival(totals: Totals, horizons: NDArray[Any], rows: NDArray[Any], confidence: float) -> _Flat:
    """By design point, since one point's horizon may differ from another's: NaN beyond it."""
    curves = kaplan_meier(totals.years[rows], totals.replicas[rows], confidence)
    beyond = np.arange(totals.years.shape[1]) > horizons[:, np.newaxis]
    names = ("survival", "survival_low", "survival_high")
    return {
        name: (ESTIMATES[name], np.where(beyond, np.nan, curve))
        for name, curve in zip(names, curves, strict=True)
    }


def _means(totals: Totals, lasting: bool) -> _Flat:
    found: _Flat = {}
    for place, name in enumerate(hk.TALLY_COLUMNS):
        column = OUTCOMES[name]
        if column.lasting and not lasting:
            continue
        unit = hk.FIXED_POINT if np.dtype(column.dtype).kind == "f" else 1
        counts = totals.valid[:, place].tolist()
        sums, squares = totals.sums[:, place].tolist(), totals.squares[:, place].tolist()
        means, errors = means_and_errors(counts, sums, squares, unit)
        found[f"mean_{name}"] = mean_of(name), np.array(means)
        found[f"se_{name}"] = error_of(name), np.array(errors)
    return found


def attributes(spec: ExperimentSpec, design: Design, history: str = "") -> dict[str, Any]:
    """Global attributes of a run's datasets."""
    found: dict[str, Any] = {
        "title": spec.title or spec.name,
        "source": f"hegemon {__version__}, model version {hk.MODEL_VERSION}",
        "Conventions": "CF-1.11",
        "experiment": spec.name,
        "seed": spec.seed,
        "common_random_numbers": int(spec.common_random_numbers),
        "dtype": spec.dtype,
        "confidence": spec.confidence,
        "interval": interval(spec),
        "versions": f"hegemon {__version__}, numpy {np.__version__}, xarray {xr.__version__}",
        "model_version": hk.MODEL_VERSION,
        "format_version": FORMAT_VERSION,
    }
    if spec.to_precision:
        asked = (*PRECISIONS, "max_replicas")
        found |= {name: getattr(spec, name) for name in asked if getattr(spec, name) is not None}
    names = {point.model.state_names for point in design.points}
    if len(names) == 1:
        found["state_names"] = "; ".join(*names)
    if spec.description:
        found["description"] = spec.description
    if history:
        found["history"] = history
    return found


def interval(spec: ExperimentSpec) -> str:
    """What the intervals are, in words."""
    kind = "confidence sequence (beta-binomial mixture)" if spec.to_precision else "Wilson"
    level = f"{100 * spec.confidence:.6g} %"
    return f"{level}, {kind} for p_emerged, Greenwood (log-log, pointwise) for survival"


def save(folder: Path, dataset: xr.Dataset) -> None:
    """Write `results.nc`, whole or not at all; a figure and a report of other results are taken away."""
    with contextlib.suppress(OSError):  # nothing can be written then, and that is told next
        for made in (FIGURE, REPORT):
            (folder / made).unlink(missing_ok=True)
    pieces.write(folder / NAME, to_bytes(dataset))
    log.info("%s: written", folder / NAME)


def to_bytes(dataset: xr.Dataset) -> bytes:
    """A dataset as the bytes of a netCDF-4 file, with its digest."""
    fields = [
        netcdf.Field(str(name), tuple(map(str, found.dims)), _plain(found.values), _attributes(dataset, name))
        for name, found in dataset.variables.items()
    ]
    dims = {str(name): int(size) for name, size in dataset.sizes.items()}
    return netcdf.build(dims, fields, {**dataset.attrs, "digest": digest(dataset)})


def digest(dataset: xr.Dataset) -> str:
    """SHA-256 of all variables: names, dimensions, types, values, attributes. Two runs of one experiment have
    equal digests; a file that was damaged, or changed by hand, has another than it says.
    """
    whole = hashlib.sha256()
    for name in sorted(map(str, dataset.variables)):
        found = dataset.variables[name]
        values = np.ascontiguousarray(_plain(found.values))
        text = values.dtype.kind in "OUT"
        notes = {str(key): np.asarray(value).tolist() for key, value in found.attrs.items()}
        head = [name, found.dims, "text" if text else values.dtype.newbyteorder("<").str, found.shape, notes]
        whole.update(json.dumps([*head, values.tolist() if text else ""], sort_keys=True).encode())
        if not text:
            whole.update(values.astype(values.dtype.newbyteorder("<"), copy=False).data)
    return whole.hexdigest()


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


def load(folder: Path) -> xr.Dataset:
    """`results.nc` of a run, in memory.

    Raises
    ------
    PieceError
        If it is missing (the run is not complete) or cannot be read.
    """
    path = folder / NAME
    if not path.exists():
        raise PieceError(
            f"{folder}: no {NAME}; the run is not complete, and the same command goes on with it"
        )
    return from_bytes(path, files.read(path, LARGEST))


def from_bytes(path: Path, packed: bytes) -> xr.Dataset:
    """The dataset that the bytes of a `results.nc` hold; `path` is for messages.

    Raises
    ------
    PieceError
        If they are of another format, damaged, or made otherwise than we make them.
    """
    with vetting.opened(path, packed) as file:
        _refuse_other_format(path, vetting.attribute(file, "format_version"))
        vetting.inspect(file, len(packed))
        dataset = _labelled(file)
        if dataset.attrs["digest"] != digest(dataset):
            raise PieceError(f"{path}: damaged (its digest is not that of its values); {MENDING}")
    return dataset


def _labelled(file: h5py.File) -> xr.Dataset:
    """The dataset in a file that was looked at.

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
            labels.update(str(notes.pop("coordinates", "")).split())
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
