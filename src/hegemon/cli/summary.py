"""`hegemon summary`: the estimates of a finished run."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import click

from hegemon.cli import options
from hegemon.cli.exits import told

if TYPE_CHECKING:
    from hegemon.runs import Run


@click.command(
    short_help="Print the estimates of a run.",
    epilog="""\b
Example:
  hegemon summary runs/waltz-mearsheimer
  hegemon summary runs/waltz-mearsheimer --json | jq '.estimates[0]'""",
)
@options.folder
@options.as_json
@told
def summary(folder: str, as_json: bool) -> None:
    """Print the estimates in the directory RUN, with their intervals.

    One row per design point: how many replicas, in how many a hegemon emerged, P with its interval, and the
    mean year in which one did. For systems whose states have names, also how often each became the hegemon.
    """
    from hegemon.runs import open_run

    run = open_run(folder)
    if as_json:
        click.echo(json.dumps(as_object(run), allow_nan=False))
    else:
        print_tables(run)


def print_tables(run: Run) -> None:
    """Print a run's estimates, and who became the hegemon where states have names."""
    from hegemon.cli.table import show
    from hegemon.tables.table import estimates
    from hegemon.tables.who import by_state

    attributes = run.results.attrs
    click.echo(f"{attributes['title']}\nP(hegemon); intervals: {attributes['interval']}\n")
    show(estimates(run))
    if missed := _missed(run):
        click.echo(f"\n{missed}")
    who = by_state(run)
    if who is not None:
        click.echo("\nwho became the hegemon, as a share of all replicas\n")
        show(who)


def _missed(run: Run) -> str:
    """At how many points the precision was not reached; empty where it was, or none was asked."""
    if "precision_reached" not in run.results:
        return ""
    reached = run.results["precision_reached"].values
    short = int((reached == 0).sum())
    most = f"{run.results.attrs['max_replicas']:,}"
    return (
        f"* the precision was not reached with max_replicas = {most}: {short} of {reached.size} points"
        if short
        else ""
    )


def as_object(run: Run) -> dict[str, Any]:
    """The estimates as one JSON object; what is not finite is null."""
    results = run.results
    names = ("replicas", "emerged", "p_emerged", "p_emerged_low", "p_emerged_high")
    columns = [results[name].values.ravel().tolist() for name in names]
    estimates = [
        {
            "point": finite(dict(point.values)),
            "replicas": n,
            "emerged": k,
            **finite({"p": p, "low": low, "high": high}),
        }
        for point, n, k, p, low, high in zip(run.design.points, *columns, strict=True)
    ]
    if "precision_reached" in results:
        for row, reached in zip(estimates, results["precision_reached"].values.ravel().tolist(), strict=True):
            row["precision_reached"] = bool(reached)
    dims = [dimension.name for dimension in run.design.dims]
    return {"experiment": run.spec.name, "dims": dims, "estimates": estimates}


def finite(value: Any) -> Any:
    """The same value with None for every number that is not finite."""
    if isinstance(value, dict):
        return {key: finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
