"""Labels of a design: the dimensions and coordinates that its datasets have."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon.parameters import parameter

if TYPE_CHECKING:
    from hegemon.planning.design import Design

POINT = "point"
ALONG = "along"
"""Attribute of a coordinate that lies along the dimension of another key: its name."""


def dimensions(design: Design) -> tuple[str, ...]:
    """Names of the dimensions of the design, in order."""
    return tuple(dimension.name for dimension in design.dims)


def coordinates(design: Design) -> dict[Hashable, xr.Variable]:
    """Coordinates along the dimensions of the design: the swept keys, and the number of a listed point."""
    found: dict[Hashable, xr.Variable] = {}
    if _is_listed(design):
        about = {"long_name": "number of the design point", "units": "1"}
        found[POINT] = variable((POINT,), np.arange(len(design.points)), about)
    for label in design.coordinates:
        notes = attributes(label.key)
        if label.along not in ("", POINT):
            notes[ALONG] = label.along
        found[label.name] = variable((label.along or label.name,), column(label.values), notes)
    return found


def variable(dims: tuple[str, ...], values: NDArray[Any], attributes: Mapping[str, Any]) -> xr.Variable:
    """A variable of a NumPy array."""
    # Else xarray looks for arrays of other kinds and imports dask.array to do so: 0.3 s of a small run's 2 s.
    return xr.Variable(dims, values, attributes, fastpath=True)


def swept(design: Design) -> dict[str, tuple[NDArray[Any], dict[str, Any]]]:
    """Value of each swept key at every point, in the order of the points, and its attributes, by name."""
    found = {}
    places = np.unravel_index(np.arange(len(design.points)), design.shape) if design.dims else ()
    along = dict(zip(dimensions(design), places, strict=True))
    for label in design.coordinates:
        found[label.name] = column(label.values)[along[label.along or label.name]], attributes(label.key)
    return found


def column(values: Sequence[Any]) -> NDArray[Any]:
    """Values of a swept key as an array; truth values as 0 and 1, which is all that netCDF has."""
    if all(isinstance(value, bool) for value in values):
        return np.array(values, np.int8)
    if all(isinstance(value, (int, float)) for value in values):
        return np.array(values)
    return np.array([str(value) for value in values], object)


def attributes(key: str) -> dict[str, Any]:
    """Attributes of the coordinate of a swept key."""
    known = parameter(key)
    return {"long_name": known.title, "units": known.unit, "key": key, "description": known.description}


def _is_listed(design: Design) -> bool:
    return any(dimension.name == POINT for dimension in design.dims)
