"""What is printed and drawn when a run is complete."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hegemon.experiment import Run

FIGURE = "figure.png"


def show(done: Run, quiet: bool) -> None:
    """Print the tables and where things are, and draw the figure; only draw it if quiet."""
    # The numbers first: the figure takes about a second more.
    if not quiet:
        _tell(done)
    figure = draw(done)
    if not quiet:
        click.echo(f"figure   {figure}")


def draw(done: Run) -> Path:
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
