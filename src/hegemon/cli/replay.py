"""`hegemon replay`: one system of a run again, and the log of its decisions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hegemon.cli import options
from hegemon.cli.exits import WORK_FAILED, leave, told
from hegemon.errors import RequestError

if TYPE_CHECKING:
    from hegemon.replay import Record, Replay


@click.command(
    short_help="One system again: the log of its decisions.",
    epilog="""\b
Example:
  hegemon replay runs/europe-1913 --point efficiency=0.5,reach=5 --replica 7
  hegemon replay runs/europe-1913 --point 20 --replica 7 --years 10..20 --plot system.png""",
)
@options.folder
@click.option(
    "--point",
    metavar="P",
    help="The design point: its index, or values, as efficiency=0.5,states=8. Not needed if there is one.",
)
@click.option("--replica", metavar="R", type=int, required=True, help="Number of the replicate, from 0.")
@click.option("--years", metavar="A..B", help="Log and draw only these years, as 10..20, 10.. or ..20.")
@click.option("--plot", metavar="FILE", type=options.Path(), help="Draw the shares of capability by year.")
@options.as_json
@told
def replay(
    folder: str, point: str | None, replica: int, years: str | None, plot: str | None, as_json: bool
) -> None:
    """Simulate one replica of the run in RUN again and print every decision in it.

    Who was in focus; who joined the coalition, left it, bandwagoned or stayed out; who attacked whom with
    which expectation, and who was deterred; who won, was annexed, broke away; who led, and who became the
    hegemon. It says whether the run recorded the same, to the last bit; where it did not, the exit status
    is 1.
    """
    span = _span(years)
    target = None if plot is None else options.figure_file("--plot", plot)
    from hegemon.replay import parse
    from hegemon.runs import open_run

    found = open_run(folder).replay(None if point is None else parse(point), replica)
    first, last = _within(span, found, years)
    if as_json:
        from hegemon.cli.summary import finite

        click.echo(json.dumps(finite(found.as_dict(found.between(first, last))), allow_nan=False))
    else:
        _print(found, first, last)
    if target is not None:
        _draw(found, first, last, target, quiet=as_json)
    if not found.equal:
        leave(WORK_FAILED, f"{folder}: the run recorded another system than the one simulated here")


def _span(text: str | None) -> tuple[int | None, int | None]:
    if text is None:
        return None, None
    match = re.fullmatch(r"(\d{1,9})?(?:(\.\.)(\d{1,9})?)?", text.strip(), re.ASCII)
    if match is None or not text.strip(". "):
        raise RequestError(f"--years {text}: must be A..B, A.. or ..B")
    first = int(match[1]) if match[1] else None
    last = first if match[2] is None else int(match[3]) if match[3] else None
    if first is not None and last is not None and last < first:
        raise RequestError(f"--years {text}: ends before it begins")
    return first, last


def _within(span: tuple[int | None, int | None], found: Replay, text: str | None) -> tuple[int, int]:
    """Years to tell: those asked for, as far as the system lasted."""
    horizon = found.point.model.system.years
    first, last = span[0] or 0, horizon if span[1] is None else span[1]
    if first > horizon:
        raise RequestError(f"--years {text}: this system has years 0 to {horizon}")
    return first, last


def _draw(found: Replay, first: int, last: int, target: Path, quiet: bool) -> None:
    from hegemon.figures import save
    from hegemon.figures.history import history

    path = save(history(found, min(first, int(found.trajectory.years[0])), last), target)
    if not quiet:
        click.echo(f"figure   {path}")


def _print(found: Replay, first: int, last: int) -> None:
    from hegemon.tables.table import value_text

    system, values = found.point.model.system, found.point.values
    where = ", ".join(f"{key} {value_text(value)}" for key, value in values.items())
    place = f"point {found.point.index}" + (f" ({where})" if where else "")
    click.echo(f"{found.title}\n{place}, replica {found.replica}, seed {found.seed}")
    offshore = [found.names[state] for state in sorted(system.offshore)]
    away = f"; offshore: {', '.join(offshore)}" if offshore else ""
    click.echo(f"{system.states} states, {int(found.trajectory.years[0])} of {system.years} years{away}\n")
    click.echo("  year")
    for line in found.lines(found.between(first, last)):
        click.echo(line)
    click.echo("")
    _tell("outcome", found.recorded_outcome)
    _tell("trajectory", found.recorded_trajectory)


def _tell(what: str, record: Record) -> None:
    """Whether the run recorded the same."""
    said = {
        "equal": f"equal to the last bit to what the run recorded ({record.text})",
        "differs": f"DIFFERS from what the run recorded ({record.text})",
        "damaged": f"cannot be compared, the record is damaged: {record.text}",
        "missing": f"nothing recorded to compare with yet: {record.text}",
        "not kept": f"nothing kept to compare with: {record.text}",
    }
    click.echo(f"{what:<11}{said[record.state]}")
    for one in record.differences[:20]:
        click.echo(f"{'':<11}{one.column}: recorded {one.recorded!r}, computed here {one.computed!r}")
