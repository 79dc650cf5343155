"""All outcomes of a run as one netCDF-4 file, written in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5netcdf
import h5py
import numpy as np
from numpy.typing import NDArray

from hegemon.errors import RequestError
from hegemon.outputs.outcomes import Column, columns, labelling
from hegemon.outputs.results import attributes
from hegemon.storage import reading
from hegemon.storage.netcdf import LIBVER
from hegemon.storage.reading import Stretch
from hegemon.storage.sheltering import replacing

if TYPE_CHECKING:
    from hegemon.storage.job import Job

NAME = "outcomes.nc"
ROWS = 1 << 16
"""Rows of a chunk: 12 MB of all columns."""
Tell = Callable[[int, int], None]


def require_rows(job: Job) -> None:
    """Raise RequestError where a run keeps no row per replica."""
    if job.spec.detail != "outcomes":
        raise RequestError(
            f'{job.folder}: keeps no row per replica (experiment.detail = "{job.spec.detail}")'
        )


def write(job: Job, path: Path, history: str = "", tell: Tell | None = None) -> int:
    """Write one row per replica, ordered by design point and replica, with the labels of the point.

    Parameters
    ----------
    job : Job
        A complete run.
    path : Path
        The file; whole or not there.
    history : str
        For the attribute of that name.
    tell : callable, optional
        Takes the numbers of rows written and of all.

    Returns
    -------
    int
        The number of rows.

    Raises
    ------
    RequestError
        If the run keeps no rows.
    WorkFailed
        If a piece is missing or damaged, or the disk is full.
    """
    require_rows(job)
    found = reading.stretches(job, "piece")
    total = sum(part.stop - part.start for part in found)
    notes, names = labelling(job), columns(job)
    along = " ".join(map(str, notes))
    with replacing(path) as file, h5netcdf.File(file, "w", libver=LIBVER) as target:
        target.attrs.update(_texts(attributes(job.spec, job.design, history)))
        target.dimensions = {"row": total}
        for name, column in {**notes, **names}.items():
            extra = {"coordinates": along} if name in names else {}
            _create(target, str(name), column, total, {**column.attributes, **extra})
        done = 0
        for table in chunks(found, {**notes, **names}):
            count = len(next(iter(table.values())))
            for name, values in table.items():
                target[str(name)][done : done + count] = values
            done += count
            file.check()
            if tell is not None:
                tell(done, total)
    return total


def _create(target: Any, name: str, column: Column, total: int, notes: Mapping[str, Any]) -> None:
    """A compressed variable; columns full of entropy are packed too: the shuffle finds their exponents."""
    text = np.dtype(column.dtype).kind in "UO"
    made = target.create_variable(
        name,
        ("row",),
        h5py.string_dtype() if text else np.dtype(column.dtype),
        chunks=(min(ROWS, max(total, 1)),),
        compression="gzip",
        compression_opts=1,
        shuffle=not text,
    )
    made.attrs.update(_texts(notes))


def _texts(notes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes with whole numbers in 32 bits where they fit, as netCDF's readers expect."""
    return {
        name: np.int32(value) if type(value) is int and abs(value) < 2**31 else value
        for name, value in notes.items()
    }


def chunks(
    found: Sequence[Stretch], wanted: Mapping[Hashable, Column], rows: int = ROWS
) -> Iterator[dict[Hashable, NDArray[Any]]]:
    """Rows of all columns, `rows` at a time and what is left at the end."""
    held: list[dict[Hashable, NDArray[Any]]] = []
    count = 0
    for part in found:
        held.append({name: column.load(part) for name, column in wanted.items()})
        count += part.stop - part.start
        while count >= rows:
            whole = _joined(held)
            yield {name: values[:rows] for name, values in whole.items()}
            held = [{name: values[rows:] for name, values in whole.items()}]
            count -= rows
    if count:
        yield _joined(held)


def _joined(tables: Sequence[dict[Hashable, NDArray[Any]]]) -> dict[Hashable, NDArray[Any]]:
    if len(tables) == 1:
        return tables[0]
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
