"""What is printed and drawn when a run is complete."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hegemon.errors import one_line

if TYPE_CHECKING:
    from hegemon.experiment import Run


def show(done: Run, quiet: bool) -> None:
    """Print the tables and where things are, and draw the figure; only draw it if quiet."""
    # The numbers first: the figure takes about a second more.
    if not quiet:
        _tell(done)
    figure = draw(done)
    if not quiet:
        click.echo(one_line(f"figure   {figure}"))


def draw(done: Run) -> Path:
    """Draw the figure, unless it is there: `hegemon.results.save` takes that of other results away."""
    from hegemon.results import FIGURE

    path = done.path / FIGURE
    if path.exists():
        return path
    from hegemon.figures import headline, save

    return save(headline(done.results), path)


def _tell(done: Run) -> None:
    from hegemon.cli.summary import print_tables

    print_tables(done)
    click.echo()
    click.echo(one_line(f"results  {done.path / 'results.nc'}"))
