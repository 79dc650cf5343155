"""Replicas kept whole, lazily from their pieces."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon.outputs.outcomes import lazy, row_coordinates
from hegemon.outputs.results import attributes
from hegemon.storage import reading, tracing
from hegemon.storage.reading import Stretch
from hegemon.variables import EVENTS, TRAJECTORIES, YEAR, Variable

if TYPE_CHECKING:
    from hegemon.storage.job import Job


def trajectories(job: Job, history: str = "") -> xr.Dataset:
    """The replicas of a run that were kept whole.

    Parameters
    ----------
    job : Job
        The run.
    history : str
        For the attribute of that name.

    Returns
    -------
    xarray.Dataset
        Variables along `row` (a replica), `year` (0 to T) and `state`, dask-backed; the log of crises along
        `event`, in memory, with the `row` of each; coordinates `point`, `replica` and the swept keys. NaN, 0
        and -1 fill what lies after a replica's end, beyond its horizon or its number of states.

    Raises
    ------
    PieceError
        If a piece is missing; a damaged one is found when it is read.
    """
    found = reading.stretches(job, "trace", most=job.spec.trajectories)
    models = [point.model for point in job.design.points]
    lengths = {
        "year": max(model.system.years for model in models) + 1,
        "state": max(model.system.states for model in models),
    }
    variables = {entry.name: _trajectory(entry, found, lengths) for entry in TRAJECTORIES.values()}
    coords = row_coordinates(job, found)
    coords |= _own_coordinates(job, found, lengths)
    return xr.Dataset({**variables, **_events(found)}, coords, attributes(job.spec, job.design, history))


def _own_coordinates(
    job: Job, found: Sequence[Stretch], lengths: dict[str, int]
) -> dict[Hashable, xr.Variable]:
    numbers = [np.arange(job.spec.trajectories) for _ in job.design.points]
    replica = np.concatenate(numbers)[: sum(part.stop - part.start for part in found)]
    coords: dict[Hashable, xr.Variable] = {
        "replica": xr.Variable(("row",), replica, {"long_name": "number of the replicate", "units": "1"}),
        "year": xr.Variable(("year",), np.arange(lengths["year"], dtype=np.int32), YEAR.attributes),
    }
    names = {point.model.state_names for point in job.design.points}
    if len(names) == 1:
        coords["state"] = xr.Variable(("state",), np.array(names.pop(), object), {"long_name": "state"})
    return coords


def _trajectory(entry: Variable, found: Sequence[Stretch], lengths: dict[str, int]) -> xr.Variable:
    shape = tuple(lengths[name] for name in entry.dims[1:])
    values = lazy(found, entry.dtype, _whole, shape, name=entry.name, lengths=lengths)
    return xr.Variable(entry.dims, values, entry.attributes)


def _whole(part: Stretch, name: str, lengths: dict[str, int]) -> NDArray[Any]:
    rows = reading.read_rows(part, name)
    return tracing.stack(TRAJECTORIES[name], [rows], {**lengths, "row": len(rows)})


def _events(found: Sequence[Stretch]) -> dict[Hashable, xr.Variable]:
    """Crises of the rows kept, with their rows renumbered from those of their pieces."""
    tables, begin = [], 0
    for part in found:
        table = reading.read_table(part, list(EVENTS))
        inside = (table["event_row"] >= part.start) & (table["event_row"] < part.stop)
        kept = {name: column[inside] for name, column in table.items()}
        kept["event_row"] = kept["event_row"] - part.start + begin
        begin += part.stop - part.start
        tables.append(kept)
    return {
        name: xr.Variable(
            entry.dims,
            np.concatenate([table[name] for table in tables]) if tables else np.empty(0, entry.dtype),
            entry.attributes,
        )
        for name, entry in EVENTS.items()
    }
