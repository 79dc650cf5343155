"""What is exported: named columns with their meaning, and rows that are made some at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon import labels
from hegemon.outputs import streaming
from hegemon.outputs.outcomes import columns as outcome_columns
from hegemon.outputs.outcomes import labelling
from hegemon.storage import reading
from hegemon.storage.reading import Stretch
from hegemon.variables import OUTCOMES, YEAR

if TYPE_CHECKING:
    from hegemon.storage.job import Job

Batch = dict[str, NDArray[Any]]
_CURVE = 1 << 16  # rows of a batch of survival curves
_POINT = {"long_name": "index of the design point", "units": "1"}
TIME = {
    "long_name": "years observed: until hegemony emerged, or to the horizon (censored)",
    "units": "years",
}
"""Attributes of the column `time`, which with `emerged` is what programs for survival take."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
        Its name.
    dtype : numpy.dtype
        Its type; text has the kind "U".
    attributes : mapping
        ``long_name``, ``units``; ``key`` of a swept key; ``none_value`` where a number stands for "none".
    words : mapping
        What its numbers stand for, where they stand for something.
    values : tuple of str
        All values of a column of text.
    """

    name: str
    dtype: np.dtype[Any]
    attributes: Mapping[str, Any]
    words: Mapping[int, str] = field(default_factory=dict)
    values: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Its meaning in a line, with the unit where it has one."""
        meaning, unit = str(self.attributes.get("long_name", self.name)), self.attributes.get("units", "1")
        return meaning if unit == "1" else f"{meaning} ({unit})"

    @property
    def none(self) -> Any:
        """The number that stands for "none"; None where there is no such number."""
        return self.attributes.get("none_value")


@dataclass(frozen=True)
class Table:
    """A table whose rows are made when they are asked for.

    Attributes
    ----------
    what : str
        "estimates", "survival" or "outcomes".
    columns : tuple of Column
    rows : int
        How many there are.
    attributes : mapping
        Of the run: title, seed, versions.
    batches : callable
        An iterator over the rows, some at a time: arrays by name of column.
    """

    what: str
    columns: tuple[Column, ...]
    rows: int
    attributes: Mapping[str, Any]
    batches: Callable[[], Iterator[Batch]]


def estimates(job: Job, results: xr.Dataset) -> Table:
    """One row per design point: the swept keys, then every estimate that has no year.

    An estimate with a further dimension makes a column for each value along it, ``name_value``.
    """
    columns, values = _labels(job)
    for name, found in results.data_vars.items():
        if YEAR.name not in found.dims:
            for column, flat in _spread(job, str(name), found):
                columns.append(column)
                values[column.name] = flat
    rows = len(job.design.points)
    return Table("estimates", tuple(columns), rows, results.attrs, lambda: iter([values]))


def survival(job: Job, results: xr.Dataset) -> Table:
    """One row per design point and year, to the point's own horizon: every estimate that has a year."""
    columns, own = _labels(job)
    curves: Batch = {}
    made = [_column(YEAR.name, np.dtype(YEAR.dtype), YEAR.attributes)]
    for name, found in results.data_vars.items():
        if YEAR.name in found.dims:
            for column, flat in _spread(job, str(name), found, (YEAR.name,)):
                made.append(column)
                curves[column.name] = flat
    lengths = np.array([point.model.system.years + 1 for point in job.design.points])

    def batches() -> Iterator[Batch]:
        step = max(1, _CURVE // int(lengths.max()))
        for first in range(0, len(lengths), step):
            some = slice(first, first + step)
            inside = np.arange(int(lengths.max())) < lengths[some, np.newaxis]
            place, year = np.nonzero(inside)
            yield {
                **{name: values[some][place] for name, values in own.items()},
                YEAR.name: year.astype(YEAR.dtype),
                **{name: values[some][place, year] for name, values in curves.items()},
            }

    return Table("survival", (*columns, *made), int(lengths.sum()), results.attrs, batches)


def outcomes(job: Job, attributes: Mapping[str, Any], rows: int) -> Table:
    """One row per replica, ordered by design point and replica, `rows` of them at a time.

    The swept keys and the column `time` stand before the outcome columns.
    """
    streaming.require_rows(job)
    found = reading.stretches(job, "piece")
    labelled, kept = labelling(job), outcome_columns(job)
    texts = {
        name: _texts(values) for name, (values, _) in labels.swept(job.design).items() if _is_text(values)
    }
    words = _words(job)
    columns = [
        _column(str(name), np.dtype(one.dtype), one.attributes, words, texts.get(str(name), ()))
        for name, one in labelled.items()
    ]
    columns += [_column("time", np.dtype("i4"), TIME)]
    columns += [_column(str(name), np.dtype(one.dtype), one.attributes, words) for name, one in kept.items()]
    horizons = np.array([point.model.system.years for point in job.design.points], np.int32)

    def batches() -> Iterator[Batch]:
        for batch in streaming.chunks(found, {**labelled, **kept}, rows):
            table = {str(name): values for name, values in batch.items()}
            observed = np.where(table["emerged"] == 1, table["year"], horizons[table["point"]])
            yield {"time": observed, **table}

    return Table("outcomes", tuple(columns), _count(found), attributes, batches)


def _count(found: Sequence[Stretch]) -> int:
    return sum(part.stop - part.start for part in found)


def _labels(job: Job) -> tuple[list[Column], Batch]:
    """Index and swept values of every design point."""
    values: Batch = {"point": np.arange(len(job.design.points))}
    columns = [_column("point", values["point"].dtype, _POINT)]
    for name, (found, notes) in labels.swept(job.design).items():
        values[name] = found.astype(str) if _is_text(found) else found
        texts = _texts(found) if _is_text(found) else ()
        columns.append(_column(name, values[name].dtype, notes, {}, texts))
    return columns, values


def _spread(
    job: Job, name: str, found: xr.DataArray, last: tuple[str, ...] = ()
) -> Iterator[tuple[Column, NDArray[Any]]]:
    """An estimate as columns of shape (points, *last): one, or one for each value of a further dimension."""
    known = (*labels.dimensions(job.design), *last)
    further = next((dim for dim in found.dims if dim not in known), None)
    if further is None:
        shape = (len(job.design.points), *(found.sizes[dim] for dim in last))
        yield _column(name, found.dtype, found.attrs), found.transpose(*known).values.reshape(shape)
        return
    for place in range(found.sizes[further]):
        one = found.isel({further: place})
        value = str(one[further].values) if further in one.coords else str(place)
        meaning = f"{found.attrs.get('long_name', name)}: {further} {value}"
        own = one.reset_coords(drop=True).assign_attrs({**found.attrs, "long_name": meaning})
        yield from _spread(job, f"{name}_{value}", own, last)


def _column(
    name: str,
    dtype: np.dtype[Any],
    attributes: Mapping[str, Any],
    words: Mapping[str, Mapping[int, str]] | None = None,
    texts: tuple[str, ...] = (),
) -> Column:
    return Column(name, dtype, attributes, (words or {}).get(name, {}), texts)


def _words(job: Job) -> dict[str, dict[int, str]]:
    """What the numbers of outcome columns stand for; the states only where all points have the same."""
    found = {
        "emerged": {0: "no hegemon", 1: "a hegemon emerged"},
        "revisionist": {0: "security seeker", 1: "revisionist"},
        "first_spell_censored": {0: "ended", 1: "running at the end"},
    }
    names = {point.model.state_names for point in job.design.points}
    if len(names) == 1:
        found["hegemon"] = dict(enumerate(names.pop()))
    return {name: words for name, words in found.items() if name in OUTCOMES}


def _is_text(values: NDArray[Any]) -> bool:
    return values.dtype.kind in "OU"


def _texts(values: NDArray[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(str, values)))
