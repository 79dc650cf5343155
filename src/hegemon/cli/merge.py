"""`hegemon merge`: join slices or runs of one experiment."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import click

from hegemon.cli import options
from hegemon.cli.ending import show
from hegemon.cli.exits import told

EVERY = 5.0  # seconds between lines


@click.command(
    short_help="Join slices or runs of one experiment.",
    epilog="""\b
Example:
  hegemon merge runs/shared
  hegemon merge runs/whole runs/slice-1 runs/slice-2 runs/slice-3""",
)
@click.argument("out", metavar="OUT", type=options.Path())
@click.argument("runs", metavar="[RUN]...", nargs=-1, type=options.Path())
@click.option("--outcomes", is_flag=True, help="Write OUT/outcomes.nc too: one row per replica, in one file.")
@options.as_json
@options.quiet
@told
def merge(out: str, runs: tuple[str, ...], outcomes: bool, as_json: bool, quiet: bool) -> None:
    """Join the slices in the directories RUN into OUT, or those that share the directory OUT.

    The pieces and the estimates are those of one uninterrupted run. Runs are joined too, if one of them is
    the experiment and the others are smaller runs of it. Each piece is checked against its hash (status 1 if
    one is damaged); what is missing, or there twice, is named (status 2).
    """
    from hegemon.runs import merge as join

    show(join(out, runs, outcomes=outcomes, progress=None if quiet else lines()), quiet, as_json)
    if outcomes and not quiet and not as_json:
        click.echo(f"outcomes {Path(out) / 'outcomes.nc'}")


def lines(clock: Callable[[], float] = time.monotonic) -> Callable[[int, int], None]:
    """A callback that prints how far a merge has come, every few seconds and at the end."""
    due = clock() + EVERY

    def tell(done: int, pieces: int) -> None:
        nonlocal due
        if clock() >= due or done == pieces:
            due = clock() + EVERY
            click.echo(f"hegemon: {done:,} of {pieces:,} pieces joined", err=True)

    return tell
