"""`hegemon compare`: two runs side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hegemon.cli import options
from hegemon.cli.exits import told

if TYPE_CHECKING:
    import xarray as xr

    from hegemon.runs import Run


@click.command(
    short_help="Two runs side by side, with differences.",
    epilog="""\b
Example:
  hegemon compare runs/spoils-low runs/spoils-high
  hegemon compare runs/spoils-low runs/spoils-high -o comparison.html
  hegemon compare runs/float64 runs/float32 --json | jq '.estimates[0].difference'""",
)
@click.argument("first", metavar="RUN", type=options.Path())
@click.argument("second", metavar="RUN", type=options.Path())
@click.option(
    "-o", "--output", metavar="FILE", type=options.Path(), help="Write one HTML page with figures too."
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@options.as_json
@told
def compare(first: str, second: str, output: str | None, force: bool, as_json: bool) -> None:
    """Compare P(hegemon) of two runs at the design points that both have.

    Points belong together that are equal in all keys that either run sweeps. Printed are the keys in which
    the experiments differ, P of both with intervals, and the difference (second less first) with its
    interval. Runs that met the same shocks (one seed, common random numbers, a row per replica) are compared
    replica by replica, which makes the difference much sharper; others are taken as independent; the output
    says which.
    """
    from hegemon.report import compare_page, require_target
    from hegemon.runs import open_run

    runs = open_run(first), open_run(second)
    if output is not None:
        require_target(Path(output), force)
    found = runs[0].compare(runs[1])
    if as_json:
        click.echo(json.dumps(as_object(*runs, found), allow_nan=False))
    else:
        _print(*runs, found)
    if output is not None:
        path = compare_page(*runs, found, output, force=force)
        if not as_json:
            click.echo(f"\npage     {path}")


def _print(first: Run, second: Run, found: xr.Dataset) -> None:
    from hegemon.cli.table import show
    from hegemon.comparison import differences
    from hegemon.report.words import value, values
    from hegemon.tables.table import Table

    click.echo(
        f"first    {first.path}: {found.attrs['first']}\nsecond   {second.path}: {found.attrs['second']}"
    )
    click.echo(f"replicas paired: {found.attrs['pairing']}\nintervals: {found.attrs['interval']}\n")
    rows = [
        (
            each.key,
            *(
                values(own) if swept else value(own)
                for own, swept in zip((each.first, each.second), each.swept, strict=True)
            ),
        )
        for each in differences(first._side, second._side)
    ]
    if rows:
        show(Table(("key that differs", "first", "second"), rows, left=True))
    else:
        click.echo("the experiments are the same in all keys")
    click.echo()
    show(table(found))


def table(found: xr.Dataset) -> Any:
    """A row per design point: P of both with limits, the difference, the test."""
    from hegemon.report.words import p_value
    from hegemon.tables.table import Table, digits, value_text

    keys = [str(name) for name in found.coords if not str(name).startswith("point_")]
    places = digits(int(max(found["replicas_first"].max(), found["replicas_second"].max())))
    rows = []
    for i in range(found.sizes["pair"]):
        numbers = (f"{float(found[name].values[i]):.{places}f}" for name in _SHOWN)
        labels = (value_text(_plain(found[key].values[i])) for key in keys)
        rows.append((*labels, *numbers, p_value(float(found["p_value"].values[i]))))
    header = ("P first", "low", "high", "P second", "low", "high", "difference", "low", "high", "p")
    return Table((*keys, *header), rows)


_SHOWN = (
    *("p_first", "p_low_first", "p_high_first", "p_second", "p_low_second", "p_high_second"),
    *("difference", "difference_low", "difference_high"),
)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def as_object(first: Run, second: Run, found: xr.Dataset) -> dict[str, Any]:
    """The comparison as one JSON object; what is not finite is null."""
    from hegemon.cli.summary import finite
    from hegemon.comparison import differences

    keys = {
        str(name): found[name].attrs["key"] for name in found.coords if not str(name).startswith("point_")
    }
    columns = {str(name): variable.values.tolist() for name, variable in found.data_vars.items()}
    rows = [
        {
            "point": {key: _plain(found[name].values[i]) for name, key in keys.items()},
            **{name: bool(values[i]) if name == "paired" else values[i] for name, values in columns.items()},
        }
        for i in range(found.sizes["pair"])
    ]
    differing = [
        {"key": each.key, "first": each.first, "second": each.second}
        for each in differences(first._side, second._side)
    ]
    return {
        "first": {"run": str(first.path), "experiment": first.spec.name},
        "second": {"run": str(second.path), "experiment": second.spec.name},
        "confidence": found.attrs["confidence"],
        "interval": found.attrs["interval"],
        "pairing": found.attrs["pairing"],
        "differences": finite(differing),
        "estimates": finite(rows),
    }
