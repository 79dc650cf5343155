"""`hegemon validate`: check an experiment file and tell how much it asks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hegemon.cli import options
from hegemon.cli.exits import told
from hegemon.errors import RequestError

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec
    from hegemon.planning.design import Design

# Measured on runs of the files in configs/: a row of outcomes in its piece, a number of a whole trajectory.
ROW_BYTES = 100
TRACED_BYTES = 40


@click.command(
    short_help="Check an experiment file and print what it asks.",
    epilog="""\b
Example:
  hegemon validate configs/europe_1812.toml
  hegemon validate configs/europe_1812.toml --set system.years=100 --json""",
)
@options.config
@options.changes
@options.as_json
@told
def validate(
    config: str, settings: tuple[str, ...], replicas: int | None, seed: int | None, as_json: bool
) -> None:
    """Check the experiment in CONFIG and print what it asks; nothing is simulated.

    Every mistake is one line on standard error: the file, the key, the value, what is allowed.
    """
    try:
        asked = _work(config, options.overrides(settings, replicas, seed))
    except RequestError as error:
        if as_json:
            click.echo(json.dumps({"experiment": None, "valid": False, "errors": list(error.lines)}))
        raise
    if as_json:
        click.echo(json.dumps(asked, allow_nan=False))
    else:
        _print(config, asked)


def _work(config: str, changes: list[str]) -> dict[str, Any]:
    """What an experiment asks, as JSON values."""
    from hegemon.cli.summary import finite
    from hegemon.config import load
    from hegemon.config.spec import PRECISIONS
    from hegemon.planning.design import build
    from hegemon.planning.plan import cost, longest

    spec = load(config, changes)
    design = build(spec)
    models = [point.model for point in design.points]
    replicas = spec.most_replicas
    sizes = [model.system.states * model.system.years for model in models]
    return {
        "experiment": spec.name,
        "valid": True,
        "design": spec.sweep.design,
        "points": len(models),
        "dims": [dimension.name for dimension in design.dims],
        "swept": {label.key: finite(list(label.values)) for label in design.coordinates},
        "replicas": replicas,
        **({name: getattr(spec, name) for name in PRECISIONS} if spec.to_precision else {}),
        "state_years": sum(sizes) * replicas,
        "pieces": len(longest(spec, design)),
        "core_seconds": sum(cost(model, spec.dtype) for model in models) * replicas / 1e9,
        "bytes": _bytes(spec, design, sum(sizes)),
        "seed": spec.seed,
        "out": str(Path("runs") / spec.name),
    }


def _bytes(spec: ExperimentSpec, design: Design, state_years: int) -> int:
    """Expected size of the directory."""
    years = sum(point.model.system.years + 1 for point in design.points)
    kept = ROW_BYTES * len(design.points) * spec.most_replicas if spec.detail == "outcomes" else 8 * years
    return kept + 24 * years + TRACED_BYTES * spec.trajectories * state_years


def _print(config: str, asked: dict[str, Any]) -> None:
    from hegemon.cli.progress import duration

    swept = [f"{key} ({_distinct(values)})" for key, values in asked["swept"].items()]
    points, replicas = asked["points"], asked["replicas"]
    kind = "" if asked["design"] == "grid" else f" ({asked['design']})"
    rows = {
        "experiment": asked["experiment"],
        "design": f"{points:,} point{'s' if points > 1 else ''}{kind}"
        + (f": {', '.join(swept)}" if swept else ""),
        "replicas": f"{_until(asked)}{replicas:,} per point, {points * replicas:,} in all; "
        f"seed {asked['seed']}",
        "work": f"at most {asked['state_years']:.2g} state-years in {asked['pieces']:,} "
        f"piece{'s' if asked['pieces'] > 1 else ''}; "
        f"about {duration(asked['core_seconds'])} of one core",
        "size": f"about {size(asked['bytes'])} in {asked['out']}",
    }
    click.echo(f"{config}: valid")
    for name, text in rows.items():
        click.echo(f"  {name:<11} {text}")


def _until(asked: dict[str, Any]) -> str:
    """What is to be reached before the greatest number of replicas."""
    words = {"precision": "{:g}", "relative_precision": "{:g} of P"}
    goals = [text.format(asked[name]) for name, text in words.items() if asked.get(name) is not None]
    return f"until half the interval is {' and '.join(goals)}; no more than " if goals else ""


def _distinct(values: list[Any]) -> str:
    count = len({json.dumps(value) for value in values})
    return f"{count} value{'s' if count > 1 else ''}"


def size(count: float) -> str:
    """Bytes in words: `12 MB`."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return (
                f"{count:.0f} {unit}"
                if unit == "bytes"
                else f"{count:.2g} {unit}"
                if count < 10
                else f"{count:.0f} {unit}"
            )
        count /= 1000
    return f"{count:.3g} TB"
