"""`hegemon contrast`: design points against each other, on the random numbers that they share."""

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

    from hegemon.runs import Run
    from hegemon.tables.table import Table


@click.command(
    short_help="Differences and ratios of P between design points.",
    epilog="""\b
Example:
  hegemon contrast runs/waltz-mearsheimer
  hegemon contrast runs/waltz-mearsheimer --from efficiency=0.2 --to efficiency=0.8
  hegemon contrast runs/waltz-mearsheimer --along states --pairs first --expect falls --plot states.png""",
)
@options.folder
@click.option("--along", metavar="KEY", help="Compare along this swept key.  [default: efficiency]")
@click.option(
    "--pairs", metavar="WHICH", help="successive, first (each with the first) or all.  [default: successive]"
)
@click.option(
    "--expect",
    metavar="falls|rises",
    help="How P should move with the key; what reverses is named.  [default: falls]",
)
@click.option(
    "--from", "first", metavar="P", help="One point, as efficiency=0.2; what is not named is held equal."
)
@click.option("--to", "second", metavar="P", help="The point that is compared with it.")
@click.option("--plot", metavar="FILE", type=options.Path(), help="Draw the comparison: .png, .svg or .pdf.")
@options.as_json
@told
def contrast(
    folder: str,
    along: str | None,
    pairs: str | None,
    expect: str | None,
    first: str | None,
    second: str | None,
    plot: str | None,
    as_json: bool,
) -> None:
    """Compare P(hegemon) between design points of the run in RUN.

    Where all points meet the same shocks (common random numbers) replicas are compared one by one, which
    makes the difference of two points much sharper than each of them: the column "gain" tells how many times
    more independent replicas would say as much. Along a key, the band holds all differences of a line at
    once, and steps in which P moves against what is expected are named, with a stated error for all of them
    together.
    """
    given = {"--along": along, "--pairs": pairs, "--expect": expect}
    named = [option for option, value in given.items() if value is not None]
    if (first is None) != (second is None):
        raise RequestError("--from and --to: give both")
    if first is not None and named:
        raise RequestError(f"--from and --to: not together with {', '.join(named)}")
    target = None if plot is None else options.figure_file("--plot", plot)
    from hegemon.runs import open_run

    run = open_run(folder)
    if first is not None and second is not None:
        found = run.contrast(_values("--from", first), _values("--to", second))
    else:
        found = run.contrasts(along, pairs=pairs or "successive", expect=expect or "falls")  # type: ignore[arg-type]
    if as_json:
        click.echo(json.dumps(as_object(run, found), allow_nan=False))
    else:
        _print(run, found)
    if target is not None:
        _draw(run, found, target, quiet=as_json)


def _values(option: str, text: str) -> dict[str, Any]:
    from hegemon.replay.points import parse

    found = parse(text, option)
    if isinstance(found, int):
        raise RequestError(f"{option} {text}: must be name=value,name=value")
    return found


def _print(run: Run, found: xr.Dataset) -> None:
    from hegemon.cli.table import show

    about = found.attrs
    click.echo(f"{about['title']}\nP(hegemon) of two points each\nreplicas paired: {about['pairing']}")
    click.echo(f"intervals: {about['interval']}\n")
    show(table(run, found))
    for line in verdict(run, found):
        click.echo(line)


def table(run: Run, found: xr.Dataset) -> Table:
    """A row per pair: both P, difference, band, ratio, test, gain."""
    from hegemon.tables.table import Table, digits

    labels = _labels(run, found)
    places = digits(int(found["replicas_from"].max()))
    single = found.sizes["pair"] == 1
    shares = ["p_from", "p_to", "difference", "difference_low", "difference_high"]
    shares += [] if single else ["difference_band_low", "difference_band_high"]
    ratios, paired = ("ratio", "ratio_low", "ratio_high"), "variance_ratio" in found
    rows = []
    for i in range(found.sizes["pair"]):
        at = {str(name): variable.values[i] for name, variable in found.data_vars.items()}
        cells = [*labels[i], *(f"{at[name]:.{places}f}" for name in shares)]
        cells += [*(_number(at[name]) for name in ratios), _p(at["p_value"])]
        rows.append((*cells, *([_number(at["variance_ratio"])] if paired else [])))
    header = ["P from", "P to", "difference", "low", "high", *([] if single else ["band", "band"])]
    header += ["ratio", "low", "high", "p", *(["gain"] if paired else [])]
    return Table((*_names(run, found), *header), rows)


def _names(run: Run, found: xr.Dataset) -> list[str]:
    names = [label.name for label in run.design.coordinates]
    moving = [name for name in names if (found[f"from_{name}"] != found[f"to_{name}"]).any()]
    still = [name for name in names if name not in moving]
    return [*still, *(f"{name} {word}" for name in moving for word in ("from", "to"))]


def _labels(run: Run, found: xr.Dataset) -> list[tuple[str, ...]]:
    """Values of the swept keys of each pair, by `_names`."""
    from hegemon.tables.table import value_text

    points, keys = run.design.points, {label.name: label.key for label in run.design.coordinates}
    columns = [name.removesuffix(" from").removesuffix(" to") for name in _names(run, found)]
    rows = []
    for one, other in zip(found["from"].values.tolist(), found["to"].values.tolist(), strict=True):
        ends = [other if name.endswith(" to") else one for name in _names(run, found)]
        rows.append(
            tuple(value_text(points[i].values[keys[name]]) for i, name in zip(ends, columns, strict=True))
        )
    return rows


def _number(value: float) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:.3f}" if value < 1000 else f"{value:.3g}"


def _p(value: float) -> str:
    return f"{value:.2g}" if value > 1e-300 else "<1e-300"


def verdict(run: Run, found: xr.Dataset) -> list[str]:
    """Which pairs move against what is expected, in words."""
    if "reversal" not in found:
        return []
    labels, names = _labels(run, found), _names(run, found)
    alpha = 1 - run.spec.confidence
    rows = [i for i, moves in enumerate(found["reversal"].values) if moves]
    if not rows:
        return ["", f"no pair moves against it: {found.attrs['expected']}"]
    lines = ["", f"against what is expected ({found.attrs['expected']}):"]
    for i in rows:
        where = ", ".join(f"{name} {value}" for name, value in zip(names, labels[i], strict=True))
        step, p = float(found["difference"][i]), float(found["reversal_p_adjusted"][i])
        lines.append(f"  {where}: by {step:.3g}, adjusted p {p:.2g}")
    return [
        *lines,
        f"  chance of any such line where there is none: at most {alpha:.6g} for each line of points",
    ]


def as_object(run: Run, found: xr.Dataset) -> dict[str, Any]:
    """All pairs as one JSON object; what is not finite is null."""
    from hegemon.cli.summary import finite

    points = run.design.points
    columns = {str(name): variable.values.tolist() for name, variable in found.data_vars.items()}
    ends = zip(found["from"].values.tolist(), found["to"].values.tolist(), strict=True)
    pairs = [
        {
            "from": dict(points[one].values),
            "to": dict(points[other].values),
            "line": int(found["line"].values[i]),
            **{name: values[i] for name, values in columns.items()},
        }
        for i, (one, other) in enumerate(ends)
    ]
    return {
        "experiment": run.spec.name,
        "confidence": run.spec.confidence,
        "interval": found.attrs["interval"],
        "paired": run.spec.common_random_numbers,
        "along": found.attrs.get("along"),
        "expected": found.attrs.get("expected"),
        "pairs": finite(pairs),
    }


def _draw(run: Run, found: xr.Dataset, target: Any, quiet: bool) -> None:
    from hegemon.figures import save
    from hegemon.figures.contrasts import contrasts

    along = found.attrs.get("along")
    path = save(contrasts(found, None if along is None else run.bands(along)), target)
    if not quiet:
        click.echo(f"\nfigure   {path}")
