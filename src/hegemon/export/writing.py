"""From a run to a file: which table, which format, and nothing half-written."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import xarray as xr

from hegemon import targets
from hegemon.errors import RequestError
from hegemon.export import parquet, stata, tables, text
from hegemon.export.tables import Table
from hegemon.outputs import results, streaming
from hegemon.outputs.outcomes import columns, labelling
from hegemon.storage import datasets, pieces

if TYPE_CHECKING:
    from hegemon.storage.job import Job

log = logging.getLogger(__name__)

What = Literal["estimates", "survival", "outcomes"]
Tell = Callable[[int, int], None]

FORMATS = {"csv": ".csv", "parquet": ".parquet", "stata": ".dta", "netcdf": ".nc"}
"""Name of each format, and how its files end."""
STDOUT = "-"
_GROUP = {"csv": 1 << 14, "parquet": 1 << 17, "stata": 1 << 16}
"""Rows of outcomes held at a time: a row takes more memory as text, and Parquet wants large groups."""
_WRITERS: dict[str, ModuleType] = {"csv": text, "parquet": parquet, "stata": stata}


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes
    ----------
    what : str
        "estimates", "survival" or "outcomes".
    format : str
        "csv", "parquet", "stata" or "netcdf".
    path : Path or None
        The file; None for standard output.
    rows : int
        Rows; design points of a netCDF file of estimates.
    columns : tuple of str
        Names of the columns, or of the variables.
    """

    what: What
    format: str
    path: Path | None
    rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """A run to export.

    Attributes
    ----------
    job : Job
        What it holds.
    estimates : callable
        Its labelled estimates, read when they are asked for.
    history : str
        What made it, for the attribute of that name.
    """

    job: Job
    estimates: Callable[[], xr.Dataset]
    history: str


def export(
    run: Source,
    path: str | os.PathLike[str] | None = None,
    to: str | None = None,
    what: What = "estimates",
    *,
    missing: bool = False,
    force: bool = False,
    progress: Tell | None = None,
) -> Written:
    """Write a table of a run to a file.

    Parameters
    ----------
    run : Source
        A complete run.
    path : path, optional
        The file; ``"-"`` for standard output (CSV). The table's own name in the run's directory if not given.
    to : {"csv", "parquet", "stata", "netcdf"}, optional
        The format; by the end of the file's name if not given.
    what : {"estimates", "survival", "outcomes"}, optional
        One row per design point, per design point and year, or per replica.
    missing : bool, optional
        Write missing values where a column has its number for "none" (-1); Stata's files always have them.
    force : bool, optional
        Replace a file that is there.
    progress : callable, optional
        Takes the numbers of rows written and of all.

    Returns
    -------
    Written

    Raises
    ------
    hegemon.errors.RequestError
        If the format is not known or cannot hold the table, the file is there already, its directory is not,
        or the run keeps no row per replica.
    hegemon.failures.WorkFailed
        If the run is not complete or is damaged, or the disk is full; then nothing is left behind.
    """
    form = chosen(path, to)
    log.info("%s: %s as %s", run.job.folder, what, form)
    target = None if path == STDOUT else Path(path or run.job.folder / f"{what}{FORMATS[form]}")
    _require(target, form, what, missing, force)
    if form == "netcdf":
        assert target is not None
        return _netcdf(run, target, what, progress)
    table = _table(run, what, _GROUP[form])
    if form == "stata":
        stata.require(table)
    tell = progress or (lambda done, rows: None)
    if target is None:
        _write(table, form, sys.stdout.buffer, missing, tell)
    else:
        with pieces.replacing(target) as temporary:
            with temporary.open("xb") as file:
                _write(table, form, file, missing, tell)
                file.flush()
                os.fsync(file.fileno())
            _refuse_overwriting(target, force)  # an export may take long: look again
    return Written(what, form, target, table.rows, tuple(column.name for column in table.columns))


def chosen(path: str | os.PathLike[str] | None, to: str | None) -> str:
    """The format that is asked for, by its name or by the end of a file's name.

    Raises
    ------
    RequestError
        If neither tells.
    """
    allowed = f"must be one of {', '.join(FORMATS)}"
    if to is not None:
        if to not in FORMATS:
            raise RequestError(f"--to {to}: {allowed}")
        return to
    ends = {end: name for name, end in FORMATS.items()}
    if path is None or Path(path).suffix.lower() not in ends:
        named = (
            "no file's name tells the format" if path is None else f"--output {path} does not tell the format"
        )
        raise RequestError(f"--to: is not given, and {named}; {allowed}")
    return ends[Path(path).suffix.lower()]


def _require(target: Path | None, form: str, what: What, missing: bool, force: bool) -> None:
    """Refuse what cannot be done, before any work."""
    if target is None and form != "csv":
        raise RequestError(f"--output -: only CSV goes to standard output, not {form}")
    if target is not None:
        targets.require("--output", target)
    if form == "netcdf" and missing:
        raise RequestError("--na: a netCDF file holds -1 and says so in the attribute none_value")
    if form == "netcdf" and what == "survival":
        raise RequestError("--survival: a netCDF file of estimates holds the survival curves; leave it out")
    if form == "parquet":
        parquet.require()
    if target is not None:
        _refuse_overwriting(target, force)


def _refuse_overwriting(target: Path, force: bool) -> None:
    if not force and target.exists():
        raise RequestError(f"{target}: is there already; --force replaces it")


def _table(run: Source, what: What, rows: int) -> Table:
    if what == "estimates":
        return tables.estimates(run.job, run.estimates())
    if what == "survival":
        return tables.survival(run.job, run.estimates())
    about = results.attributes(run.job.spec, run.job.design, run.history)
    return tables.outcomes(run.job, about, rows)


def _write(table: Table, form: str, file: BinaryIO, missing: bool, tell: Tell) -> None:
    steps: Generator[int, None, None] = _WRITERS[form].write(table, file, missing)
    with closing(steps):  # while the file is open: what writes it has its own end to write
        for done in steps:
            log.debug("%d of %d rows", done, table.rows)
            tell(done, table.rows)


def _netcdf(run: Source, target: Path, what: What, progress: Tell | None) -> Written:
    """The estimates as `results.nc` has them, or the outcomes as `hegemon merge --outcomes` writes them."""
    if what == "outcomes":
        rows = streaming.write(run.job, target, run.history, progress)
        names: list[Any] = [*labelling(run.job), *columns(run.job)]
        return Written(what, "netcdf", target, rows, tuple(map(str, names)))
    dataset = run.estimates()
    pieces.write(target, datasets.to_bytes(dataset))
    return Written(what, "netcdf", target, len(run.job.design.points), tuple(map(str, dataset.variables)))
