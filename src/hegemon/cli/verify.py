"""`hegemon verify`: whether a run is complete, undamaged, and what would be computed again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from hegemon.cli import options
from hegemon.cli.exits import WORK_FAILED, WRONG_REQUEST, leave, told

if TYPE_CHECKING:
    from hegemon.runs import Run
    from hegemon.verify import Report

_SHOWN = 20  # differences printed
_VERDICTS = {
    "equal": "all equal",
    "differs": "the run is not what it should be",
    "incomplete": "nothing is wrong with what is there, but not all is there",
}
_STATUS = {"equal": 0, "differs": WORK_FAILED, "incomplete": WRONG_REQUEST}


@click.command(
    short_help="Check a run: complete, undamaged, computed again.",
    epilog="""\b
Example:
  hegemon verify runs/waltz-mearsheimer
  hegemon verify runs/waltz-mearsheimer --sample 20000 --seed 5
  hegemon verify runs/waltz-mearsheimer --all --json

\b
Exit status:
  0  complete, and everything compared is equal to the last bit
  1  something is damaged, contradicts itself or is computed otherwise here
  2  nothing is wrong, but pieces or results.nc are missing (a slice, a run that is not finished)""",
)
@options.folder
@click.option(
    "--sample",
    metavar="K",
    type=click.IntRange(0),
    help="Replicas to compute again, and as many trajectories of those kept; pieces, where a run keeps only "
    "tallies.  [default: 1000 replicas or 4 pieces]",
)
@click.option("--all", "everything", is_flag=True, help="Compute everything again.")
@click.option("--seed", type=click.IntRange(0), help="Seed of the sample.  [default: one that is printed]")
@click.option("--workers", type=click.IntRange(1), help="Threads.  [default: the CPUs one may use]")
@options.as_json
@options.quiet
@told
def verify(
    folder: str,
    sample: int | None,
    everything: bool,
    seed: int | None,
    workers: int | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Check the run in the directory RUN.

    Every planned piece is there and has the bytes that its name vouches for; its tallies are those of its
    rows; results.nc is what all pieces give; and a random sample of the work, computed again, has the same
    bits. Says what differs (piece, point, replica, column, both values), and with which versions the run was
    made. Nothing is changed.
    """
    if everything and (sample is not None or seed is not None):
        raise click.UsageError("--all excludes --sample and --seed: it computes everything again")
    from hegemon.runs import open_run

    run = open_run(folder)
    tell = None if quiet else _Lines()
    found = run.verify(sample, everything=everything, seed=seed, workers=workers, progress=tell)
    if as_json:
        click.echo(json.dumps(as_object(found), allow_nan=False))
    elif not quiet:
        _print(run, found)
    if found.state != "equal":
        leave(_STATUS[found.state], *_complaints(found, quiet))


def _complaints(found: Report, quiet: bool) -> list[str]:
    """What is said on standard error: a line for each check that failed, where the table does not say it."""
    if not quiet:
        return [f"{found.folder}: {_VERDICTS[found.state]}"]
    return [f"{found.folder}: {check.name}: {check.text}" for check in found.checks if check.state != "equal"]


def as_object(found: Report) -> dict[str, Any]:
    """The report as one JSON object; what is not finite is null."""
    from hegemon.cli.summary import finite

    values: dict[str, Any] = finite(found.as_dict())
    return values


def _print(run: Run, found: Report) -> None:
    from hegemon.cli.table import show
    from hegemon.tables.table import Table

    points = len(run.design.points)
    least = "at most " if run.spec.to_precision else ""
    click.echo(
        f"{found.folder}: {run.spec.name}, {points:,} points x {least}{run.spec.most_replicas:,} replicas\n"
    )
    rows: list[tuple[str, ...]] = [(check.name, check.state, check.text) for check in found.checks]
    show(Table(("check", "", "what"), rows, left=True))
    if found.differences:
        click.echo(f"\n{found.difference_count:,} values differ{_first(found.difference_count)}\n")
        show(differences(found))
    click.echo(f"\n{'made with':<10}{_words(found.made_with)}\n{'here':<10}{_words((found.here,))}")
    other = found.other_versions
    click.echo(f"{'':<10}{'other here: ' + ', '.join(other) if other else 'the same'}")
    click.echo(f"\n{_VERDICTS[found.state]}")


def _first(count: int) -> str:
    return f"; the first {_SHOWN}:" if count > _SHOWN else ":"


def differences(found: Report) -> Any:
    """The first values that differ, as a table."""
    from hegemon.tables.table import Table

    rows = [
        tuple(
            _text(value)
            for value in (one.file, one.point, one.replica, one.column, one.recorded, one.computed)
        )
        for one in found.differences[:_SHOWN]
    ]
    return Table(("file", "point", "replica", "column", "recorded", "computed here"), rows)


def _text(value: Any) -> str:
    """A value with all digits that tell it from others; a dash where there is none."""
    return "-" if value is None else repr(value) if isinstance(value, float) else str(value)


def _words(versions: tuple[Any, ...]) -> str:
    """Versions on a line each."""
    lines = [
        f"hegemon {one.hegemon}, model version {one.model_version}, kernels {one.kernels}, "
        f"numba {one.numba}, numpy {one.numpy}, Python {one.python} on {one.cpu}"
        for one in versions
    ]
    return f"\n{'':<10}".join(lines) or "unknown: there is no provenance.json"


class _Lines:
    """A plain line every few seconds on standard error; none for a short verification."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        from hegemon.cli.progress import EVERY

        self.clock, self.every = clock, EVERY
        self.next = clock() + EVERY

    def __call__(self, done: int, pieces: int) -> None:
        if self.clock() >= self.next:
            self.next = self.clock() + self.every
            click.echo(f"hegemon: {done:,} of {pieces:,} pieces checked", err=True)
