"""`hegemon export`: a run's estimates or outcomes as CSV, Parquet, Stata or netCDF."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from hegemon.cli import options
from hegemon.cli.exits import told

if TYPE_CHECKING:
    from hegemon.export import Written

EVERY = 5.0  # seconds between lines


@click.command(
    short_help="Write a run's tables as CSV, Parquet, Stata, netCDF.",
    epilog="""\b
Example:
  hegemon export runs/waltz-mearsheimer --to csv
  hegemon export runs/waltz-mearsheimer --outcomes -o outcomes.parquet
  hegemon export runs/waltz-mearsheimer --survival --to stata --force
  hegemon export runs/waltz-mearsheimer --outcomes --to csv -o - | gzip > outcomes.csv.gz

\b
Exit status:
  0  written                 2  the request was wrong, or the file is there (--force replaces it)
  1  the run is not complete or damaged, or the disk is full: nothing is left behind""",
)
@options.folder
@click.option(
    "--to",
    type=click.Choice(["csv", "parquet", "stata", "netcdf"]),
    help="The format.  [default: by the end of FILE: .csv, .parquet, .dta, .nc]",
)
@click.option("--outcomes", is_flag=True, help="One row per replica, instead of one per design point.")
@click.option("--survival", is_flag=True, help="One row per design point and year: the survival curves.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=options.Path(),
    help="File; - for standard output (CSV).  [default: RUN/estimates.csv, RUN/outcomes.dta, ...]",
)
@click.option(
    "--na",
    "missing",
    is_flag=True,
    help='Empty cells (CSV) or nulls (Parquet) where a column has -1 for "none". Stata\'s files always have '
    "missing values there.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@options.as_json
@options.quiet
@told
def export(
    folder: str,
    to: str | None,
    outcomes: bool,
    survival: bool,
    output: str | None,
    missing: bool,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write the estimates of the run in RUN, or its outcomes, to one file for other programs.

    A table of estimates has one row per design point: its index `point`, the swept keys, and every estimate
    with its interval. A table of outcomes has one row per replica: `point`, the swept keys, `time` (the years
    observed; with `emerged` what programs for survival take), and every outcome. Rows are streamed: memory
    does not grow with their number. Parquet needs pyarrow (pip install 'hegemon[parquet]').
    """
    if outcomes and survival:
        raise click.UsageError("--outcomes and --survival exclude each other: each is a table of its own")
    if output == "-" and as_json:
        raise click.UsageError("--json and --output - exclude each other: both write to standard output")
    from hegemon.runs import open_run

    written = open_run(folder).export(
        output,
        to=to,  # type: ignore[arg-type]
        what="outcomes" if outcomes else "survival" if survival else "estimates",
        missing=missing,
        force=force,
        progress=None if quiet else lines(),
    )
    if as_json:
        click.echo(json.dumps(as_object(written), allow_nan=False))
    elif not quiet and written.path is not None:
        from hegemon.cli.validate import size

        click.echo(
            f"{written.path}: {written.what}, {written.rows:,} rows, {len(written.columns)} columns, "
            f"{size(written.path.stat().st_size)}"
        )


def as_object(written: Written) -> dict[str, Any]:
    """What was written, as one JSON object."""
    assert written.path is not None
    return {
        "file": str(written.path),
        "table": written.what,
        "format": written.format,
        "rows": written.rows,
        "columns": list(written.columns),
        "bytes": written.path.stat().st_size,
    }


def lines(clock: Callable[[], float] = time.monotonic) -> Callable[[int, int], None]:
    """A callback that prints how far an export has come, every few seconds; nothing of a short one."""
    due = clock() + EVERY

    def tell(done: int, rows: int) -> None:
        nonlocal due
        if clock() >= due:
            due = clock() + EVERY
            click.echo(f"hegemon: {done:,} of {rows:,} rows written", err=True)

    return tell
