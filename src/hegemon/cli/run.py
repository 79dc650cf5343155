"""`hegemon run`: simulate an experiment, or what is missing of it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hegemon.cli import options
from hegemon.cli.exits import INTERRUPTED, leave, told

if TYPE_CHECKING:
    from hegemon.experiment import Run

FIGURE = "figure.png"


@click.command(
    short_help="Run an experiment and print its estimates.",
    epilog="""\b
Example:
  hegemon run configs/waltz_mearsheimer.toml
  hegemon run configs/europe_1812.toml --set war.spoils=0.2 --replicas 5000 --out runs/spoils""",
)
@options.config
@click.option("-o", "--out", type=click.Path(), help="Directory of the run.  [default: runs/NAME]")
@options.changes
@click.option("--workers", type=click.IntRange(1), help="Threads.  [default: the CPUs one may use]")
@click.option("--scheduler", metavar="ADDRESS", help="Run on the dask cluster at this address instead.")
@options.quiet
@told
def run(
    config: str,
    out: str | None,
    settings: tuple[str, ...],
    replicas: int | None,
    seed: int | None,
    workers: int | None,
    scheduler: str | None,
    quiet: bool,
) -> None:
    """Run the experiment in CONFIG and print its estimates.

    A directory that holds a part of the experiment is completed, one that holds a smaller run of it (fewer
    replicas or points) is extended; the results are those of one uninterrupted run, bit for bit. Ctrl-C
    keeps finished work.
    """
    if workers is not None and scheduler is not None:
        raise click.UsageError("--workers and --scheduler exclude each other: a cluster has its own workers")
    changes = options.overrides(settings, replicas, seed)
    try:
        done = _simulate(config, out, changes, workers, scheduler, quiet)
        # The numbers first: the figure takes about a second more.
        if not quiet:
            _tell(done)
        figure = _draw(done)
        if not quiet:
            click.echo(f"figure   {figure}")
    except KeyboardInterrupt as stop:
        again = _again(config, out, settings, replicas, seed, workers, scheduler)
        leave(INTERRUPTED, str(stop) or "interrupted: finished work is kept", f"go on with: {again}")


def _simulate(
    config: str, out: str | None, changes: list[str], workers: int | None, scheduler: str | None, quiet: bool
) -> Run:
    from hegemon.cli.progress import shown

    with shown(quiet) as progress:
        from hegemon.experiment import Experiment

        experiment = Experiment.from_toml(config, changes)
        return experiment.run(out, workers=workers, scheduler=scheduler, progress=progress)


def _draw(done: Run) -> Path:
    """Draw the figure, unless that of these very results is there."""
    path = done.path / FIGURE
    if path.exists() and path.stat().st_mtime_ns >= (done.path / "results.nc").stat().st_mtime_ns:
        return path
    from hegemon.figures import headline, save

    return save(headline(done.results), path)


def _tell(done: Run) -> None:
    from hegemon.cli.summary import print_tables

    print_tables(done)
    click.echo(f"\nresults  {done.path / 'results.nc'}")


def _again(
    config: str,
    out: str | None,
    settings: tuple[str, ...],
    replicas: int | None,
    seed: int | None,
    workers: int | None,
    scheduler: str | None,
) -> str:
    """The command that goes on with the run."""
    words = ["hegemon", "run", config]
    for text in settings:
        words += ["--set", text]
    named = {"out": out, "replicas": replicas, "seed": seed, "workers": workers, "scheduler": scheduler}
    for name, value in named.items():
        if value is not None:
            words += [f"--{name}", str(value)]
    return shlex.join(words)
