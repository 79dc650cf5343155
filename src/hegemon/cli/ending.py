"""What is printed and drawn when a run is complete."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hegemon.errors import one_line

if TYPE_CHECKING:
    from hegemon.runs import Run


def show(done: Run, quiet: bool, as_json: bool = False) -> None:
    """Print the tables and where things are, or a JSON object, and draw the figure; only draw it if quiet."""
    # The numbers first: the figure takes about a second more.
    if as_json:
        _tell_programs(done)
    elif not quiet:
        _tell(done)
    figure = draw(done)
    if not quiet and not as_json:
        click.echo(one_line(f"figure   {figure}"))


def draw(done: Run) -> Path:
    """Draw the figure, unless it is there: `outputs.results.save` takes that of other results away."""
    from hegemon.outputs.results import FIGURE

    path = done.path / FIGURE
    if path.exists():
        return path
    from hegemon.figures import headline, save

    return save(headline(done.results), path)


def _tell_programs(done: Run) -> None:
    """The object of `hegemon summary --json`, and the directory."""
    from hegemon.cli.summary import as_object

    click.echo(json.dumps({"out": str(done.path), **as_object(done)}, allow_nan=False))


def _tell(done: Run) -> None:
    from hegemon.cli.summary import print_tables

    print_tables(done)
    click.echo()
    click.echo(one_line(f"results  {done.path / 'results.nc'}"))
