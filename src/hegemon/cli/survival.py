"""`hegemon survival`: how soon a hegemon emerges, by which route, and how long hegemony lasts."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import click

from hegemon.cli import options
from hegemon.cli.exits import told
from hegemon.errors import RequestError

if TYPE_CHECKING:
    import xarray as xr

    from hegemon.cli.table import Table
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
@click.option("--plot", metavar="FILE", type=click.Path(), help="Draw the curves: .png, .svg or .pdf.")
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

    what = "how long the first spell of hegemony lasts" if spells else "how soon a hegemon emerges"
    click.echo(f"{found.attrs['title']}\n{what}, in years\nintervals: {found.attrs['interval']}\n")
    show(times(run, found, spells))
    if "cause" in found.dims:
        click.echo(f"\nwhich came first ({found['cause'].attrs['description']})\n")
        show(kinds(run, found))


def times(run: Run, found: xr.Dataset, spells: bool) -> Table:
    """A row per design point: counts, restricted mean, quantiles."""
    from hegemon.cli.table import Table, swept

    size = len(run.design.points)
    begun = found["at_risk"].values.reshape(size, -1)[:, 0].tolist()
    ended = found["events"].values.reshape(size, -1).sum(axis=1).tolist()
    names = ("restricted_mean", "restricted_mean_low", "restricted_mean_high")
    means = [found[name].values.ravel().tolist() for name in names]
    within = found["restricted_to"].values.ravel().tolist()
    by = found["quantile_year"].values.reshape(size, -1)[:, :3].tolist()
    low, high = (
        found[f"quantile_year_{end}"].values.reshape(size, -1)[:, 2].tolist() for end in ("low", "high")
    )
    rows = [
        (
            *swept(run, i),
            f"{begun[i]:,}",
            f"{ended[i]:,}",
            *(_years(column[i], 2) for column in means),
            str(within[i]),
            *(_years(year) for year in (*by[i], low[i], high[i])),
        )
        for i in range(size)
    ]
    header = ("spells", "ended") if spells else ("replicas", "emerged")
    columns = ("mean", "low", "high", "within", "1/10 by", "1/4 by", "1/2 by", "low", "high")
    return Table((*(label.name for label in run.design.coordinates), *header, *columns), rows)


def kinds(run: Run, found: xr.Dataset) -> Table:
    """A row per design point and cause: counts, incidence at the horizon, years lost."""
    from hegemon.cli.table import Table, digits, swept

    size, names = len(run.design.points), found["cause"].values.tolist()
    counts = found["cause_events"].values.reshape(size, len(names), -1).sum(axis=2)
    last = _last(found, size)
    limits = [
        found[name].values.reshape(size, len(names), -1)
        for name in ("incidence", "incidence_low", "incidence_high")
    ]
    lost = found["years_lost"].values.reshape(size, len(names))
    places = digits(int(found["at_risk"].values.max()))
    rows = [
        (
            *swept(run, i),
            name,
            f"{counts[i, k]:,}",
            *(f"{column[i, k, last[i]]:.{places}f}" for column in limits),
            _years(float(lost[i, k]), 2),
        )
        for i in range(size)
        for k, name in enumerate(names)
    ]
    labels = (label.name for label in run.design.coordinates)
    return Table((*labels, "kind", "emerged", "P", "low", "high", "years lost"), rows)


def _last(found: xr.Dataset, size: int) -> list[int]:
    """The last year of each point of which survival is known."""
    known = found["survival"].notnull().values.reshape(size, -1)
    return [int(row.nonzero()[0][-1]) if row.any() else 0 for row in known]


def _years(years: float, places: int = 0) -> str:
    return f"{years:.{places}f}" if math.isfinite(years) else "-"


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
