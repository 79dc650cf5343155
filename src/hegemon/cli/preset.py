"""`hegemon preset`: an experiment from a table of capability."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click

from hegemon.cli import options
from hegemon.cli.exits import told
from hegemon.cli.newfile import create, require_free
from hegemon.errors import RequestError

_COLUMNS = ("year", "state", "value")


@click.command(
    short_help="Make an experiment from a table of capability.",
    epilog="""\b
Example:
  hegemon preset configs/capability.csv --year 1913
  hegemon preset configs/capability.csv --year 1938 --states 6 -o six.toml
  hegemon preset nmc.csv --columns year,stateabb,cinc --year 1870 --states 8 --years 80

\b
Exit status:
  0  written        2  the table, the year or the name is wrong, or the file is there already
  1  it cannot be written""",
)
@click.argument("table", metavar="FILE", type=options.Path())
@click.option("--year", type=int, required=True, help="The year whose states make the system.")
@click.option(
    "--states",
    metavar="K",
    type=click.IntRange(2, 64),
    help="Take the K greatest only.  [default: all that have more than 0]",
)
@click.option(
    "--years", type=click.IntRange(1, 65535), default=50, show_default=True, help="Horizon, in years."
)
@click.option(
    "--columns",
    metavar="YEAR,STATE,VALUE",
    default=",".join(_COLUMNS),
    show_default=True,
    help="Names of the three columns in FILE.",
)
@click.option(
    "-o",
    "--output",
    metavar="CONFIG",
    type=options.Path(),
    help="The experiment file; - for standard output.  [default: FILE's name and the year, as a-1913.toml]",
)
@options.as_json
@told
def preset(
    table: str, year: int, states: int | None, years: int, columns: str, output: str | None, as_json: bool
) -> None:
    """Make an experiment of the states in FILE: their shares of capability in one year, and their names.

    FILE is CSV with a line of names and one line per state and year (year, state, value). The values may be
    of any measure: population, spending, an index. The experiment sweeps the efficiency of balancing; what a
    table of capability does not tell (who is offshore, distances, growth) is left at its default, and the
    file says so. A file that is there is never written over.
    """
    from hegemon import presets
    from hegemon.config import loads

    names = tuple(name.strip() for name in columns.split(","))
    if len(names) != len(_COLUMNS) or not all(names):
        raise RequestError(f"--columns {columns}: must be three names, as year,state,value")
    if output == "-" and as_json:
        raise click.UsageError("--json and --output - exclude each other: both write to standard output")
    source = Path(table)
    stem = re.sub(r"[^\w.-]+", "-", source.stem, flags=re.ASCII).strip("-._") or "system"
    path = Path(f"{stem[:50]}-{year}.toml" if output is None else output)
    if output != "-":
        require_free(path)
    found = presets.system(source, presets.read(source, (names[0], names[1], names[2])), year, states)
    text = presets.text(found, f"{stem[:50]}-{year}", source.name, names[2], years)
    loads(text, str(source))  # names that no state can have
    if output == "-":
        click.echo(text, nl=False)
        return
    create(path, text)
    if as_json:
        states_of = {"states": list(found.names), "shares": list(found.shares), "left_out": found.left_out}
        click.echo(json.dumps({"file": str(path), "year": year, **states_of}))
    else:
        word = shlex.quote(str(path))
        click.echo(f"{path}: {len(found.names)} states of {year}; read its head, then:\n  hegemon run {word}")
