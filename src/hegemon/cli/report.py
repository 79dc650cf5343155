"""`hegemon report`: a run as one self-contained HTML page."""

from __future__ import annotations

import json

import click

from hegemon.cli import options
from hegemon.cli.exits import told


@click.command(
    short_help="Write a run as one HTML page.",
    epilog="""\b
Example:
  hegemon report runs/waltz-mearsheimer
  hegemon report runs/waltz-mearsheimer -o paper/appendix.html --force""",
)
@options.folder
@click.option("-o", "--output", metavar="FILE", type=options.Path(), help="File.  [default: RUN/report.html]")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@options.as_json
@told
def report(folder: str, output: str | None, force: bool, as_json: bool) -> None:
    """Write one HTML page with all that the run in RUN has to say, which needs no network.

    The question and the answer, the design, P(hegemon) with its figure and intervals, how soon and by which
    route, wars, polarity, what the numbers rest on, what made them, and how to make them again. It can be
    read without scripts, printed, and sent to others: the resolved experiment is inside. Equal runs give
    equal bytes.
    """
    from hegemon.runs import open_run

    target = open_run(folder).report(output, force=force)
    size = target.stat().st_size
    if as_json:
        click.echo(json.dumps({"file": str(target), "bytes": size}))
    else:
        from hegemon.cli.validate import size as size_text

        click.echo(f"{target}: {size_text(size)}")
