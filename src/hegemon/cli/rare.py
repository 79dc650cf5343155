"""`hegemon rare`: probabilities of hegemony that plain replicas cannot reach."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import click

from hegemon.cli import again, options
from hegemon.cli.durations import seconds
from hegemon.cli.exits import told
from hegemon.cli.signals import Signals, watched
from hegemon.errors import one_line

if TYPE_CHECKING:
    from hegemon.splitting.study import Rare

_COLUMNS = ("p_emerged", "p_emerged_low", "p_emerged_high", "se_p_emerged")


@click.command(
    short_help="P(hegemon) where it is too small for plain replicas.",
    epilog="""\b
Example:
  hegemon rare configs/waltz_mearsheimer.toml --set 'sweep."system.states"=[8, 12]'
  hegemon rare twelve.toml --replicas 10000 --plot
  hegemon rare twelve.toml --repetitions 100 --json | jq '.estimates[0].p'

\b
Exit status:
  0  done                          2  the request was wrong (one line per mistake)
  1  the work failed              75  stopped in good order: run again; finished work is kept
                                 130  interrupted; finished work is kept""",
)
@options.config
@click.option("-o", "--out", type=options.Path(), help="Directory.  [default: runs/NAME-rare]")
@options.seed
@click.option(
    "--replicas",
    type=click.IntRange(1),
    help="Replicas of a level in one repetition, at least 80.  [default: 4000]",
)
@click.option(
    "--repetitions",
    type=click.IntRange(2),
    help="Independent repetitions.  [default: until the interval has the relative_precision of CONFIG, 0.25 "
    "if it has none, and its precision]",
)
@options.settings
@options.workers
@options.time_limit
@options.recompute_damaged
@click.option("--plot", is_flag=True, help="Draw the levels: OUT/levels.png.")
@options.as_json
@options.quiet
@told
def rare(config: str, as_json: bool, plot: bool, quiet: bool, **asked: Any) -> None:
    """Estimate P(hegemon) in CONFIG by multilevel splitting.

    Replicas whose leader reaches a level of capability are cloned, level by level up to hegemony, so that
    P = 0.0000001 takes seconds to minutes. Levels are chosen by a pilot at each design point; the estimate is
    unbiased, its error comes from independent repetitions, and what speaks against it is told. The file's
    replicas and max_replicas, which are for plain runs, do not count; a precision does.

    All finished work is kept, and the same command goes on, as with `hegemon run`.
    """
    with again.going_on(lambda: _again(config, **asked)), watched() as signs:
        found = _estimate(config, signs, quiet, **asked)
    _show(found, as_json, plot, quiet)


def _estimate(
    config: str,
    signs: Signals,
    quiet: bool,
    *,
    out: str | None,
    seed: int | None,
    replicas: int | None,
    repetitions: int | None,
    settings: tuple[str, ...],
    workers: int | None,
    time_limit: str | None,
    recompute_damaged: bool,
) -> Rare:
    from hegemon.cli.progress import shown

    begin = time.monotonic()
    limit = None if time_limit is None else seconds("--time-limit", time_limit)
    with shown(quiet) as progress:
        from hegemon.experiment import Experiment
        from hegemon.splitting.study import rare as estimate

        experiment = Experiment.from_toml(config, options.overrides(settings, None, seed))
        return estimate(
            experiment,
            out,
            replicas=replicas,
            repetitions=repetitions,
            workers=workers,
            progress=progress,
            time_limit=limit and max(0.0, limit - (time.monotonic() - begin)),
            stop=signs,
            recompute_damaged=recompute_damaged,
        )


def _show(found: Rare, as_json: bool, plot: bool, quiet: bool) -> None:
    from hegemon.splitting.estimates import NAME

    figure = _draw(found) if plot else None
    if as_json:
        click.echo(json.dumps(as_object(found), allow_nan=False))
        return
    if quiet:
        return
    _tell(found)
    click.echo()
    click.echo(one_line(f"results  {found.folder / NAME}"))
    if figure is not None:
        click.echo(one_line(f"figure   {figure}"))


def _draw(found: Rare) -> Any:
    from hegemon.figures import save
    from hegemon.figures.levels import levels
    from hegemon.splitting.estimates import FIGURE

    return save(levels(found.results), found.folder / FIGURE)


def _tell(found: Rare) -> None:
    from hegemon.cli.table import show
    from hegemon.splitting.diagnosis import routes
    from hegemon.tables.table import Table, value_text

    results = found.results
    click.echo(f"{results.attrs['title']}\nP(hegemon) by splitting; intervals: {results.attrs['interval']}\n")
    rows = []
    for point, here in zip(found.points, found.parts(), strict=True):
        numbers = [f"{float(here[name]):.3g}" for name in _COLUMNS]
        counts = [f"{int(here[name]):,}" for name in ("stages", "replicas", "repetitions")]
        plain = f"{float(here.plain_replicas):.2g}"
        rows.append((*map(value_text, point.values()), *numbers, *counts, plain, f"{float(here.gain):.3g}"))
    names = [key.partition(".")[2] for key in (found.points[0] if found.points else ())]
    header = (
        *names,
        "P",
        "low",
        "high",
        "error",
        "stages",
        "replicas",
        "repetitions",
        "plain replicas",
        "gain",
    )
    show(Table(header, rows))
    click.echo(
        "\nplain replicas: how many would give the same error; gain: years they take per year simulated"
    )
    if len(rows) == 1 and (text := routes(results)):
        click.echo(text)
    for line in found.warnings():
        click.echo(one_line(f"warning: {line}"))


def as_object(found: Rare) -> dict[str, Any]:
    """The estimates as one JSON object; what is not finite is null."""
    from hegemon.cli.summary import finite
    from hegemon.splitting.diagnosis import of_point

    results = []
    for point, here in zip(found.points, found.parts(), strict=True):
        steps = int(here.stages)
        p, low, high, error = (float(here[name]) for name in _COLUMNS)
        results.append(
            finite(
                {
                    "point": dict(point),
                    "p": p,
                    "low": low,
                    "high": high,
                    "se": error,
                    "repetitions": int(here.repetitions),
                    "replicas": int(here.replicas),
                    "plain_replicas": float(here.plain_replicas),
                    "gain": float(here.gain),
                    "levels": here.level.values[: steps - 1].tolist(),
                    "conditional": here.conditional.values[:steps].tolist(),
                    "warnings": of_point(here),
                }
            )
        )
    return {"experiment": found.results.attrs["experiment"], "estimates": results}


def _again(config: str, settings: tuple[str, ...], **asked: Any) -> list[str]:
    """The command that goes on."""
    names = ("out", "replicas", "repetitions", "seed", "workers", "time_limit")
    return again.words("rare", config, settings, **{name: asked[name] for name in names})
