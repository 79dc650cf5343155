"""`hegemon plot`: the headline figure of a finished run."""

from __future__ import annotations

from pathlib import Path

import click

from hegemon.cli import options
from hegemon.cli.exits import told


@click.command(
    short_help="Draw the figure of a run.",
    epilog="""\b
Example:
  hegemon plot runs/waltz-mearsheimer
  hegemon plot runs/waltz-mearsheimer -o paper/figure1.pdf""",
)
@options.folder
@click.option(
    "-o", "--output", type=options.Path(), help="File: .png, .svg or .pdf.  [default: RUN/figure.png]"
)
@told
def plot(folder: str, output: str | None) -> None:
    """Draw P(hegemon) against balancing efficiency, with bands, and the survival curves beside it.

    Where efficiency was not swept, the first swept key that is a number takes its place; a second key gives
    a line per value, a third a panel per value.
    """
    target = Path(folder) / "figure.png" if output is None else options.figure_file("--output", output)
    from hegemon.runs import open_run

    run = open_run(folder)
    from hegemon.figures import headline, save

    click.echo(save(headline(run.results), target))
