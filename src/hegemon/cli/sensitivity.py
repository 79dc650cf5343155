"""`hegemon sensitivity`: which keys matter most."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hegemon.cli import options
from hegemon.cli.exits import told
from hegemon.cli.signals import watched
from hegemon.errors import RequestError, one_line

if TYPE_CHECKING:
    from hegemon.sensitivity import Sensitivity, Surrogate
    from hegemon.tables.table import Table

FIGURE = "sensitivity.png"
MAP = "map.png"


@click.command(
    short_help="Find the keys that matter most: Sobol' indices, Morris screening.",
    epilog="""\b
Example:
  hegemon sensitivity study.toml
  hegemon sensitivity study.toml --range war.spoils=0.1:0.8 --range war.decisiveness=1:9:log
  hegemon sensitivity configs/europe_1812.toml --method morris --replicas 1000
  hegemon sensitivity study.toml --map balancing.efficiency,war.spoils""",
)
@options.config
@click.option("-o", "--out", type=options.Path(), help="Directory.  [default: runs/NAME-sensitivity]")
@click.option(
    "--method",
    type=click.Choice(["sobol", "morris"]),
    default="sobol",
    show_default=True,
    help="Sobol' indices of the keys that are given ranges, or a Morris screening of all keys.",
)
@click.option(
    "--samples",
    type=click.IntRange(2),
    help="Rows of the design of Sobol', a power of 2; trajectories of Morris.  [default: 256; 20]",
)
@click.option(
    "--range",
    "ranges",
    metavar="KEY=A:B[:log]",
    multiple=True,
    help="Vary a key from A to B; of words, KEY=A,B,C. Wins over [sweep]. May be repeated.",
)
@click.option(
    "--keys",
    metavar="KEY,KEY",
    default="",
    help="Vary these and no others, over their range or a plausible one.",
)
@click.option(
    "--map", "over", metavar="KEY,KEY", help="Draw P over two keys, from a surrogate; to OUT/map.png."
)
@options.changes
@options.workers
@options.as_json
@options.quiet
@told
def sensitivity(config: str, over: str | None, as_json: bool, quiet: bool, **asked: Any) -> None:
    """Estimate how much each key matters for P(hegemon), the time to hegemony and the frequency of wars.

    Keys vary over their ranges in [sweep] (a grid: from its least to its greatest value), over those of
    --range, or over plausible ones (--keys, and all keys with --method morris). Each point of the design is
    simulated with the replicas that the file or --replicas gives; their noise is taken out of the indices,
    and its share is told. An index whose interval covers 0 is marked, and one below 0 is shown as it is.

    A directory that holds a part of the same study goes on; more samples or replicas extend it.
    """
    pair = _pair(over)
    with watched() as signs:
        found = _study(config, signs, quiet, over=pair, **asked)
    surrogate = _surrogate(found, pair)
    figure = _draw(found, surrogate, pair)
    if as_json:
        click.echo(json.dumps(as_object(found, surrogate), allow_nan=False))
    elif not quiet:
        _print(found, surrogate, figure)


def _pair(over: str | None) -> tuple[str, str] | None:
    if over is None:
        return None
    keys = [key.strip() for key in over.split(",")]
    if len(keys) != 2 or not all(keys):
        raise RequestError(f"--map {over}: must be two keys, as in balancing.efficiency,war.spoils")
    return keys[0], keys[1]


def _study(
    config: str,
    signs: Any,
    quiet: bool,
    *,
    settings: tuple[str, ...],
    replicas: int | None,
    seed: int | None,
    keys: str,
    **asked: Any,
) -> Sensitivity:
    from hegemon.cli.progress import shown

    with shown(quiet) as progress:
        from hegemon.config import load
        from hegemon.sensitivity import analyse

        spec = load(config, options.overrides(settings, replicas, seed))
        named = [key.strip() for key in keys.split(",") if key.strip()]
        return analyse(spec, keys=named, progress=progress, stop=signs, **asked)


def _surrogate(found: Sensitivity, pair: tuple[str, str] | None) -> Surrogate | None:
    if pair is None:
        return None
    from hegemon.sensitivity import fit

    replicas = found.run.results["replicas"].values.astype(float)
    return fit(found.study, found.found["p_emerged"], replicas, found.run.spec.seed)


def _draw(found: Sensitivity, surrogate: Surrogate | None, pair: tuple[str, str] | None) -> list[Path]:
    from hegemon.figures import save
    from hegemon.figures.sensitivity import bars, surface

    made = [save(bars(found.table), found.run.path / FIGURE)]
    if surrogate is not None and pair is not None:
        title = f"{found.table.attrs['title']}: P(hegemon) over two keys"
        drawn = surface(surrogate.surface(*pair), title, f"{_skill(surrogate)}.")
        made.append(save(drawn, found.run.path / MAP))
    return made


def _skill(surrogate: Surrogate) -> str:
    kinds = ", ".join(f"{kind} {skill:.3f}" for kind, skill in surrogate.skill.items())
    return f"Surrogate: {surrogate.kind}; cross-validated skill (1 is perfect): {kinds}"


def as_object(found: Sensitivity, surrogate: Surrogate | None = None) -> dict[str, Any]:
    """What a study found as one JSON object; what is not finite is null."""
    from hegemon.cli.summary import finite

    about = found.table.attrs
    told = {name: about[name] for name in ("experiment", "method", "samples", "points", "replicas", "seed")}
    told |= {"confidence": about["confidence"], "ranges": json.loads(about["ranges"])}
    told["outputs"] = {str(name): _output(found, name) for name in found.table["output"].values}
    if surrogate is not None:
        told["surrogate"] = {"kind": surrogate.kind, "skill": surrogate.skill}
    whole: dict[str, Any] = finite(told)
    return whole


def _output(found: Sensitivity, name: Any) -> dict[str, Any]:
    part = found.table.sel(output=name)
    scalars = {str(n): float(v) for n, v in part.data_vars.items() if not v.dims}
    columns = {str(n): v.values.tolist() for n, v in part.data_vars.items() if v.dims}
    rows = [
        {"key": str(key), **{n: values[place] for n, values in columns.items()}}
        for place, key in enumerate(part["key"].values)
    ]
    return {**scalars, "keys": rows}


def _print(found: Sensitivity, surrogate: Surrogate | None, figures: list[Path]) -> None:
    from hegemon.cli.table import show

    about = found.table.attrs
    size = f"{about['points']:,} points, {about['replicas']:,} replicas each"
    click.echo(f"{about['title']}: {about['method']}, {size}")
    click.echo(f"intervals: {about['interval']}\n")
    for name in found.table["output"].values:
        part = found.table.sel(output=name)
        click.echo(f"{name}{_noise(part)}\n")
        show(_effects(part) if about["method"] == "morris" else _indices(part))
        click.echo()
    if surrogate is not None:
        click.echo(_skill(surrogate))
    click.echo(one_line(f"results  {found.run.path / 'sensitivity.nc'}"))
    for path in figures:
        click.echo(one_line(f"figure   {path}"))


def _noise(part: Any) -> str:
    if "noise_share" not in part:
        return ""
    share = 100 * float(part["noise_share"])
    return f": mean {float(part['mean']):.4g}; noise of the replicas is {share:.1f} % of the variance"


def _indices(part: Any) -> Table:
    from hegemon.tables.table import Table

    names = ("first", "first_low", "first_high", "total", "total_low", "total_high")
    columns = [part[name].values.tolist() for name in names]
    order = sorted(range(part.sizes["key"]), key=lambda place: -_known(columns[3][place]))
    rows = []
    for place in order:
        row = [column[place] for column in columns]
        rows.append((str(part["key"].values[place]), *(f"{x:.3f}" for x in row), _marks(row)))
    return Table(("key", "first", "low", "high", "total", "low", "high", ""), rows, left=True)


def _marks(row: list[float]) -> str:
    """What must not be read as an effect: it may be none, or is below 0 by chance."""
    words = []
    for name, (middle, low, high) in (("first", row[:3]), ("total", row[3:])):
        if low <= 0 <= high:
            words.append(f"{name} {'below' if middle < 0 else 'covers'} 0")
        elif middle < 0:
            words.append(f"{name} below 0")
    return ", ".join(words)


def _known(value: float) -> float:
    return value if value == value else float("-inf")


def _effects(part: Any) -> Table:
    from hegemon.tables.table import Table

    names = ("mu_star", "low", "high", "mu", "sigma", "floor")
    columns = {name: part[name].values.tolist() for name in names}
    square = part["square"].values.tolist()
    order = sorted(range(part.sizes["key"]), key=lambda place: -_known(columns["mu_star"][place]))
    rows = [
        (
            str(part["key"].values[place]),
            *(f"{columns[name][place]:.4g}" for name in names),
            "within noise" if square[place] <= 0 else "",
        )
        for place in order
    ]
    return Table(("key", "mu*", "low", "high", "mu", "sigma", "noise", ""), rows, left=True)
