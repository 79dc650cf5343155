"""`hegemon survival`: how soon a hegemon emerges, by which route, and how long hegemony lasts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from hegemon.cli import options
from hegemon.cli.exits import told
from hegemon.errors import RequestError

if TYPE_CHECKING:
    import xarray as xr

    from hegemon.runs import Run


@click.command(
    short_help="How soon a hegemon emerges, and by which route.",
    epilog="""\b
Example:
  hegemon survival runs/waltz-mearsheimer
  hegemon survival runs/waltz-mearsheimer --by route --plot routes.png
  hegemon survival runs/waltz-mearsheimer --json | jq '.estimates[0].survival'""",
)
@options.folder
@click.option(
    "--by",
    metavar="KIND",
    help="Tell hegemonies apart: leader (who led at the start) or route (conquest, growth).",
)
@click.option("--spells", is_flag=True, help="How long first spells of hegemony last, instead.")
@click.option(
    "--until", metavar="YEARS", type=int, help="Restrict mean times to these years.  [default: the horizon]"
)
@click.option("--plot", metavar="FILE", type=options.Path(), help="Draw the curves: .png, .svg or .pdf.")
@options.as_json
@told
def survival(
    folder: str, by: str | None, spells: bool, until: int | None, plot: str | None, as_json: bool
) -> None:
    """Print how soon a hegemon emerges in the run in RUN, with intervals.

    One row per design point: the mean number of years without a hegemon (up to the horizon), and the years by
    whose end one has emerged in a tenth, a quarter and a half of the replicas. With --by also how likely each
    kind of hegemony is to come first; with --spells how long the first spell lasts, in runs that go on after
    it. With --json all curves by year.
    """
    if spells and by is not None:
        raise RequestError("--spells and --by: take one of the two")
    target = None if plot is None else options.figure_file("--plot", plot)
    from hegemon.runs import open_run

    run = open_run(folder)
    found = run.durability(until=until) if spells else run.survival(by, until=until)  # type: ignore[arg-type]
    if as_json:
        click.echo(json.dumps(as_object(run, found, by, spells), allow_nan=False))
    else:
        _print(run, found, spells)
    if target is not None:
        _draw(found, target, spells, quiet=as_json)


def _print(run: Run, found: xr.Dataset, spells: bool) -> None:
    from hegemon.cli.table import show
    from hegemon.tables.lifetimes import kinds, times

    what = "how long the first spell of hegemony lasts" if spells else "how soon a hegemon emerges"
    click.echo(f"{found.attrs['title']}\n{what}, in years\nintervals: {found.attrs['interval']}\n")
    show(times(run, found, spells))
    if "cause" in found.dims:
        click.echo(f"\nwhich came first ({found['cause'].attrs['description']})\n")
        show(kinds(run, found))


def as_object(run: Run, found: xr.Dataset, by: str | None, spells: bool) -> dict[str, Any]:
    """All estimates as one JSON object; what is not finite is null."""
    from hegemon.cli.summary import finite

    size = len(run.design.points)
    whole = [{"point": dict(point.values)} for point in run.design.points]
    for name, variable in found.data_vars.items():
        for place, values in zip(whole, variable.values.reshape(size, *_own(run, variable)), strict=True):
            place[str(name)] = values.tolist()
    shares, years = (found[name].values.tolist() for name in ("share", "year"))
    head = {
        "experiment": run.spec.name,
        "dims": [dimension.name for dimension in run.design.dims],
        "confidence": run.spec.confidence,
        "interval": found.attrs["interval"],
        "spells": spells,
        "by": by,
        "causes": found["cause"].values.tolist() if "cause" in found.dims else None,
        "shares": shares,
        "years": years,
    }
    return {**head, "estimates": finite(whole)}


def _own(run: Run, variable: xr.DataArray) -> tuple[int, ...]:
    """Shape of a variable beyond the dimensions of the design."""
    return variable.shape[len(run.design.shape) :]


def _draw(found: xr.Dataset, target: Any, spells: bool, quiet: bool) -> None:
    from hegemon.figures import save
    from hegemon.figures.lifetimes import lifetimes

    path = save(lifetimes(found, spells), target)
    if not quiet:
        click.echo(f"\nfigure   {path}")
