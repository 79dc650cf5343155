"""Which design points of two runs are the same place: equal in all that either run sweeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import xarray as xr

from hegemon.contrasts.lines import toml
from hegemon.errors import RequestError
from hegemon.parameters import parameter

if TYPE_CHECKING:
    from hegemon.parameters import Model
    from hegemon.planning.design import Point
    from hegemon.storage.job import Job


@dataclass(frozen=True)
class Side:
    """One of the two runs.

    Attributes
    ----------
    job : Job
        What it holds.
    results : xarray.Dataset
        Its estimates.
    history : str
        What made it.
    """

    job: Job
    results: xr.Dataset
    history: str = ""


def swept(first: Side, second: Side) -> tuple[str, ...]:
    """Keys that either run sweeps, those of the first before those of the second."""
    return tuple(dict.fromkeys((*first.job.spec.sweep.keys, *second.job.spec.sweep.keys)))


def matched(first: Side, second: Side) -> list[tuple[int, int]]:
    """Indices of points that have equal values of all keys that either run sweeps.

    Where several points of a run have the same values the first of them counts.

    Raises
    ------
    RequestError
        If there are none.
    """
    keys = swept(first, second)
    places: dict[tuple[str, ...], int] = {}
    for point in second.job.design.points:
        places.setdefault(_place(point, keys), point.index)
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    for point in first.job.design.points:
        place = _place(point, keys)
        if place in places:
            found.setdefault(place, (point.index, places[place]))
    if not found:
        raise RequestError(
            f"{first.job.folder} and {second.job.folder}: have no design point in common (equal in "
            f"{', '.join(keys)}, which one or both of them sweep)"
        )
    return list(found.values())


def _place(point: Point, keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(toml(of(point.model, key)) for key in keys)


def of(model: Model, key: str) -> Any:
    """The value of a key in a model; of a key that follows another, that of the other."""
    section, _, name = key.partition(".")
    found = getattr(getattr(model, section), name)
    follows = parameter(key).follows
    return of(model, follows) if found is None and follows else found
