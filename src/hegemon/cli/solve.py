"""`hegemon solve`: the value of a key at which P(hegemon) takes a probability."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from hegemon.cli import again, options
from hegemon.cli.exits import WORK_FAILED, leave, told
from hegemon.cli.signals import Signals, watched
from hegemon.errors import RequestError, one_line

if TYPE_CHECKING:
    from hegemon.solving import Solution


@click.command(
    short_help="Find the efficiency, or other key, at which P takes a value.",
    epilog="""\b
Example:
  hegemon solve configs/waltz_mearsheimer.toml --probability 0.2
  hegemon solve spoils.toml --probability 0.05 --key war.spoils --from 0.1 --to 0.6
  hegemon solve spoils.toml --probability 0.2 --over system.states=4,6,8 --tolerance 0.005

\b
Exit status:
  0  done                          2  the request was wrong (one line per mistake)
  1  no value, or the work failed 75  stopped in good order: run again; finished work is kept
                                 130  interrupted; finished work is kept""",
)
@options.config
@click.option("--probability", type=float, required=True, help="The target, above 0 and below 1.")
@click.option("--key", default="balancing.efficiency", show_default=True, help="The key to solve for.")
@click.option("--from", "low", type=float, help="Least value searched.  [default: the least allowed]")
@click.option("--to", "high", type=float, help="Greatest value searched.  [default: the greatest allowed]")
@click.option(
    "--over",
    metavar="KEY=VALUES",
    multiple=True,
    help="Solve for each value of a second key: 4,6,8 or {from = 0.5, to = 4, points = 8}.",
)
@click.option("--tolerance", type=float, help="Widest interval.  [default: 2 % of the searched range]")
@click.option("-o", "--out", type=options.Path(), help="Directory.  [default: runs/NAME-solve]")
@options.changes
@options.workers
@click.option("--plot", type=options.Path(), help="Draw the figure into this file too: .png, .svg or .pdf.")
@options.as_json
@options.quiet
@told
def solve(config: str, out: str | None, as_json: bool, quiet: bool, plot: str | None, **asked: Any) -> None:
    """Find the value of a key at which P(hegemon) takes a probability, with an interval.

    The key is searched over its range, first in coarse steps and then where P passes the target, until the
    interval is narrow enough; --replicas is the effort of each evaluation. What CONFIG sweeps beside the key,
    and --over, are solved over: a value for each.

    The directory keeps all evaluations: the same command goes on with what is there. Status 1 where P takes
    the target nowhere in the range, or more than once; the line says what P does.
    """
    if plot is not None:
        options.figure_file("--plot", plot)
    with again.going_on(lambda: ["hegemon", *sys.argv[1:]]), watched() as signs:
        solution = _solve(config, out, quiet, signs, **asked)
        _show(solution, as_json, quiet, plot)
    if not solution.found:
        leave(WORK_FAILED)


def _solve(
    config: str,
    out: str | None,
    quiet: bool,
    signs: Signals,
    *,
    probability: float,
    key: str,
    low: float | None,
    high: float | None,
    over: tuple[str, ...],
    tolerance: float | None,
    settings: tuple[str, ...],
    replicas: int | None,
    seed: int | None,
    workers: int | None,
) -> Solution:
    from hegemon.cli.progress import shown

    with shown(quiet) as progress:
        from hegemon.experiment import Experiment
        from hegemon.solving import solve as find

        experiment = Experiment.from_toml(config, options.overrides(settings, replicas, seed))
        return find(
            experiment,
            probability,
            key,
            between=(low, high),
            over=dict(map(_over, over)),
            tolerance=tolerance,
            out=out,
            workers=workers,
            progress=progress,
            stop=signs,
        )


def _over(text: str) -> tuple[str, Any]:
    """A second key and its values, which are TOML: a list, with or without brackets, or a table."""
    import tomllib

    key, _, values = text.partition("=")
    values = values.strip()
    if values[:1] not in ("[", "{"):
        values = f"[{values}]"
    try:
        found = tomllib.loads(f"values = {values}")
    except (ValueError, RecursionError):
        found = {}
    if not key.strip() or list(found) != ["values"] or not found["values"]:
        raise RequestError(
            f"--over {text}: must be KEY=VALUES, as in system.states=4,6,8 or "
            '"war.decisiveness={from = 0.5, to = 4, points = 8}"'
        )
    return key.strip(), found["values"]


def _show(solution: Solution, as_json: bool, quiet: bool, plot: str | None) -> None:
    """The numbers first: the figure takes about a second more."""
    if as_json:
        click.echo(json.dumps(as_object(solution), allow_nan=False))
    elif not quiet:
        _tell(solution)
    for line in _notes(solution):
        click.echo(one_line(line), err=True)
    from hegemon.figures.solution import draw
    from hegemon.figures.style import save
    from hegemon.solving.solution import FIGURE

    path = solution.run.path / FIGURE
    if not path.exists() or plot is not None:
        figure = draw(solution.dataset)
        save(figure, path)
        if plot is not None:
            save(figure, plot)
    if not (as_json or quiet):
        click.echo(one_line(f"figure   {plot or path}"))


def as_object(solution: Solution) -> dict[str, Any]:
    """The values as one JSON object; what is not finite is null."""
    from hegemon.cli.summary import finite

    head = {"key": solution.key, "probability": solution.probability}
    rows = [{name: row[name] for name in ("value", "low", "high")} for row in _rows(solution)]
    tail = {"confidence": solution.confidence, "replicas": solution.replicas}
    if not solution.over:
        return dict(finite({**head, **rows[0], **tail}))
    over = solution.over[0] if len(solution.over) == 1 else list(solution.over)
    curve = [{"point": found["point"], **row} for found, row in zip(_rows(solution), rows, strict=True)]
    return dict(finite({**head, "over": over, **tail, "curve": curve}))


def _rows(solution: Solution) -> list[dict[str, Any]]:
    """One mapping per value: its point, the value, its limits, state, method and note."""
    names = ("value", "low", "high", "state", "method", "note")
    columns = [solution.dataset[name].values.ravel().tolist() for name in names]
    return [
        {"point": point, **dict(zip(names, row, strict=True))}
        for point, *row in zip(solution.points, *columns, strict=True)
    ]


def _tell(solution: Solution) -> None:
    from hegemon.cli.table import show
    from hegemon.tables.table import Table, value_text

    attributes = solution.dataset.attrs
    click.echo(
        f"{attributes['title']}\n{solution.key} at which P(hegemon) = {solution.probability:g}; "
        f"intervals: {attributes['interval']}\n"
    )
    over = [key.rpartition(".")[2] for key in solution.over]
    rows = [
        (
            *(value_text(v) for v in row["point"].values()),
            *(_number(row[n]) for n in ("value", "low", "high")),
            row["method"] or row["state"],
        )
        for row in _rows(solution)
    ]
    show(Table((*over, "value", "low", "high", "by"), rows))
    total = int(solution.dataset["replicas"].sum())
    count = solution.dataset.sizes["evaluation"]
    click.echo(f"\n{count:,} evaluations, {total:,} replicas")
    click.echo(one_line(f"results  {solution.run.path / 'solution.nc'}"))


def _number(value: float) -> str:
    return "-" if value != value else f"{value:.6g}"


def _notes(solution: Solution) -> list[str]:
    """What there is to say of each value, with its point."""
    found = []
    for row in _rows(solution):
        if row["note"]:
            where = ", ".join(f"{key} = {value}" for key, value in row["point"].items())
            found.append(f"{where}: {row['note']}" if where else row["note"])
    return found
