"""Outcomes of a run: one row per replica, lazily from its pieces."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon import labels
from hegemon.failures import PieceError
from hegemon.outputs.results import attributes
from hegemon.storage import reading
from hegemon.storage.reading import Stretch
from hegemon.variables import OUTCOMES, outcome_columns

if TYPE_CHECKING:
    import dask.array as da

    from hegemon.storage.job import Job


def outcomes(job: Job, history: str = "") -> xr.Dataset:
    """One row per replica, ordered by design point and replica.

    Parameters
    ----------
    job : Job
        The run.
    history : str
        For the attribute of that name.

    Returns
    -------
    xarray.Dataset
        Dask-backed variables along `row`: the outcome columns; as coordinates the index of the row's design
        point (`point`) and the value of each swept key. -1 stands for "none".

    Raises
    ------
    PieceError
        If the run keeps no rows, or a piece of it is missing; a damaged piece is found when it is read.
    """
    if job.spec.detail != "outcomes":
        raise PieceError(f'{job.folder}: keeps no row per replica (experiment.detail = "{job.spec.detail}")')
    found = reading.stretches(job, "piece")
    variables = {name: column.variable(found) for name, column in columns(job).items()}
    return xr.Dataset(variables, row_coordinates(job, found), attributes(job.spec, job.design, history))


@dataclass(frozen=True)
class Column:
    """A variable along `row`, and how the rows of a stretch of a piece are had: ``load(stretch)``."""

    dtype: str
    attributes: Mapping[str, Any]
    load: Callable[[Stretch], NDArray[Any]]

    def variable(self, found: Sequence[Stretch]) -> xr.Variable:
        """All rows, dask-backed."""
        return xr.Variable(("row",), lazy(found, self.dtype, self.load), self.attributes)


def columns(job: Job) -> dict[Hashable, Column]:
    """The outcome columns of a run."""
    models = [point.model for point in job.design.points]
    holds = tuple(model.hegemony.hold for model in models)
    lasting = any(not model.hegemony.absorbing for model in models)
    return {
        column.name: Column(column.dtype, column.attributes, partial(_column, name=column.name, holds=holds))
        for column in outcome_columns(lasting)
    }


def labelling(job: Job) -> dict[Hashable, Column]:
    """Index of the design point of a row, and its value of each swept key."""
    about = {"long_name": "index of the design point", "units": "1"}
    found: dict[Hashable, Column] = {"point": Column("i8", about, _points)}
    for name, (values, notes) in labels.swept(job.design).items():
        fixed = values.astype(str) if values.dtype == object else values
        found[name] = Column(fixed.dtype.str, notes, partial(_values, values=fixed))
    return found


def row_coordinates(job: Job, found: Sequence[Stretch]) -> dict[Hashable, xr.Variable]:
    """Point and swept values of each row."""
    return {name: column.variable(found) for name, column in labelling(job).items()}


def lazy(
    found: Sequence[Stretch], dtype: str, load: Any, shape: tuple[int, ...] = (), **options: Any
) -> da.Array:
    """Dask array of a chunk per stretch: ``load(stretch, **options)``, of `shape` beyond the rows."""
    import dask.array as da

    if not found:
        empty: da.Array = da.zeros((0, *shape), dtype=dtype)
        return empty
    extra = {} if not shape else {"new_axis": list(range(1, 1 + len(shape)))}
    map_blocks: Any = da.map_blocks  # dask is not annotated
    whole: da.Array = map_blocks(
        _Loader(found, load, options),
        da.arange(len(found), chunks=1),
        name=f"hegemon-{uuid.uuid4().hex}",
        dtype=dtype,
        chunks=(tuple(part.stop - part.start for part in found), *shape),
        meta=np.empty((0,) * (1 + len(shape)), dtype),
        **extra,
    )
    return whole


class _Loader:
    """Loads a chunk by its number. Opaque to dask, which would walk through all stretches for each column."""

    def __init__(self, found: Sequence[Stretch], load: Any, options: Mapping[str, Any]) -> None:
        self.found, self.load, self.options = found, load, options

    def __call__(self, number: NDArray[np.int64]) -> NDArray[Any]:
        values: NDArray[Any] = self.load(self.found[int(number[0])], **self.options)
        return values


def _points(part: Stretch) -> NDArray[Any]:
    return np.repeat(np.array(part.points, np.int64), part.counts)


def _values(part: Stretch, values: NDArray[Any]) -> NDArray[Any]:
    found: NDArray[Any] = values[_points(part)]
    return found


def _column(part: Stretch, name: str, holds: Sequence[int]) -> NDArray[Any]:
    try:
        return reading.read_rows(part, name)
    except KeyError:
        return absorbed(name, reading.read_rows(part, "emerged"), np.array(holds)[_points(part)])


def absorbed(name: str, emerged: NDArray[Any], hold: NDArray[Any]) -> NDArray[Any]:
    """A column of lasting hegemony where replicas stopped at the first, and their pieces do not keep it."""
    known = {
        "spells": emerged,
        "years_hegemony": emerged * hold,
        "first_spell": np.where(emerged == 1, hold, -1),
        "first_spell_censored": emerged,
    }
    column: NDArray[Any] = known[name].astype(OUTCOMES[name].dtype)
    return column
