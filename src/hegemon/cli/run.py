"""`hegemon run`: simulate an experiment, or what is missing of it."""

from __future__ import annotations

import json
import shlex
import time
from typing import TYPE_CHECKING, Any

import click

from hegemon.cli import again, options
from hegemon.cli.durations import seconds
from hegemon.cli.ending import show
from hegemon.cli.exits import told
from hegemon.cli.signals import Signals, watched
from hegemon.planning.slices import Slice

if TYPE_CHECKING:
    from hegemon.runs import Run


@click.command(
    short_help="Run an experiment and print its estimates.",
    epilog="""\b
Example:
  hegemon run configs/waltz_mearsheimer.toml
  hegemon run configs/europe_1812.toml --set war.spoils=0.2 --replicas 5000 --out runs/spoils
  hegemon run configs/ideal_type.toml --slice 3/8 --time-limit 1h30m --out runs/shared

\b
Exit status:
  0  done                          2  the request was wrong (one line per mistake)
  1  the work failed              75  stopped in good order: run again; finished work is kept
                                 130  interrupted; finished work is kept""",
)
@options.config
@click.option("-o", "--out", type=options.Path(), help="Directory of the run.  [default: runs/NAME]")
@options.changes
@options.workers
@click.option("--scheduler", metavar="ADDRESS", help="Run on the dask cluster at this address instead.")
@click.option(
    "--slice",
    "part",
    metavar="I/N",
    help="Do the I-th of N slices only; when all are done, `hegemon merge` joins them.",
)
@options.time_limit
@options.recompute_damaged
@options.as_json
@options.quiet
@told
def run(config: str, out: str | None, part: str | None, as_json: bool, quiet: bool, **asked: Any) -> None:
    """Run the experiment in CONFIG and print its estimates.

    A directory that holds a part of the experiment is completed, one that holds a smaller run of it (fewer
    replicas or points) is extended; the results are those of one uninterrupted run, bit for bit.

    All finished work is kept whatever happens. Ctrl-C stops at once (status 130). A time limit, SIGTERM and
    SIGUSR1 stop in good order: pieces in flight end if they can in time (status 75: run again).
    """
    with again.going_on(lambda: _again(config, out, part, **asked)), watched() as signs:
        done = _simulate(config, out, part, quiet, signs, **asked)
        if part is not None:
            _tell_slice(done, part, as_json, quiet)
            return
        show(done, quiet, as_json)


def _simulate(
    config: str,
    out: str | None,
    part: str | None,
    quiet: bool,
    signs: Signals,
    *,
    settings: tuple[str, ...],
    replicas: int | None,
    seed: int | None,
    workers: int | None,
    scheduler: str | None,
    time_limit: str | None,
    recompute_damaged: bool,
) -> Run:
    from hegemon.cli.progress import shown

    if workers is not None and scheduler is not None:
        raise click.UsageError("--workers and --scheduler exclude each other: a cluster has its own workers")
    begin = time.monotonic()
    limit = None if time_limit is None else seconds("--time-limit", time_limit)
    piece = None if part is None else Slice.parse(part)
    with shown(quiet) as progress:
        from hegemon.experiment import Experiment

        experiment = Experiment.from_toml(config, options.overrides(settings, replicas, seed))
        return experiment.run(
            out,
            workers=workers,
            scheduler=scheduler,
            progress=progress,
            slice=None if piece is None else (piece.number, piece.count),
            time_limit=limit and max(0.0, limit - (time.monotonic() - begin)),
            stop=signs,
            recompute_damaged=recompute_damaged,
        )


def _tell_slice(done: Run, part: str, as_json: bool, quiet: bool) -> None:
    if as_json:
        click.echo(json.dumps({"out": str(done.path), "experiment": done.spec.name, "slice": part}))
        return
    if quiet:
        return
    click.echo(f"slice {part} is done; its pieces are in {done.path}")
    merge = shlex.join(["hegemon", "merge", str(done.path)])
    click.echo(f"when all slices are: {merge} (or hegemon merge OUT RUN... where each has its directory)")


def _again(
    config: str, out: str | None, part: str | None, settings: tuple[str, ...], **asked: Any
) -> list[str]:
    """The command that goes on with the run."""
    given = {name: asked[name] for name in ("replicas", "seed", "workers", "scheduler")}
    limit = asked["time_limit"]
    return again.words("run", config, settings, out=out, **given, slice=part, time_limit=limit)
