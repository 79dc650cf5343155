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
    from hegemon.storage.job import Job
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
  hegemon verify runs/twelve-rare

\b
Exit status:
  0  complete, and everything compared is equal to the last bit
  1  something is damaged, contradicts itself or is computed otherwise here
  2  nothing is wrong, but pieces or estimates are missing (a slice, a run that is not finished)""",
)
@options.folder
@click.option(
    "--sample",
    metavar="K",
    type=click.IntRange(0),
    help="Replicas to compute again, and as many trajectories of those kept; pieces, where a run keeps only "
    "tallies; repetitions, and pilots, of hegemon rare.  [default: 1000 replicas, 4 pieces, 4 repetitions]",
)
@click.option("--all", "everything", is_flag=True, help="Compute everything again.")
@click.option("--seed", type=click.IntRange(0), help="Seed of the sample.  [default: one that is printed]")
@options.workers
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
    """Check the run in the directory RUN, or what hegemon rare has left there.

    Every planned piece is there and has the bytes that its name vouches for; its tallies are those of its
    rows; results.nc is what all pieces give; and a random sample of the work, computed again, has the same
    bits. Says what differs (piece, point, replica, column, both values), and with which versions the run was
    made. Nothing is changed.

    Of hegemon rare: pilots and repetitions are computed again, and rare.nc is what all of them give.
    Directories of hegemon solve and hegemon sensitivity are runs.
    """
    if everything and (sample is not None or seed is not None):
        raise click.UsageError("--all excludes --sample and --seed: it computes everything again")
    verify, job = _held(folder)
    found = verify(job, sample, everything, seed, workers, None if quiet else _Lines())
    if as_json:
        click.echo(json.dumps(as_object(found), allow_nan=False))
    elif not quiet:
        _print(job, found)
    if found.state != "equal":
        leave(_STATUS[found.state], *_complaints(found, quiet))


def _held(folder: str) -> tuple[Callable[..., Report], Job]:
    """What a directory holds, and what verifies it: a run, or what `hegemon rare` has left."""
    from pathlib import Path

    from hegemon.splitting.folder import load as splitting

    job = splitting(Path(folder))
    if job is not None:
        from hegemon.splitting.verifying import verify as split

        return split, job
    from hegemon.running import directory
    from hegemon.verify import verify as whole

    directory.require(Path(folder))
    return whole, directory.load(Path(folder))


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


def _print(job: Job, found: Report) -> None:
    from hegemon.cli.table import show
    from hegemon.tables.table import Table

    points = len(job.design.points)
    least = "at most " if job.spec.to_precision else ""
    level = " a level" if found.sample.unit == "repetitions" else ""
    click.echo(
        f"{found.folder}: {job.spec.name}, {points:,} points x {least}{job.spec.most_replicas:,} replicas"
        f"{level}\n"
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
