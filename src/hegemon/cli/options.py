"""Arguments and options that several commands share."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any, TypeVar

import click

from hegemon import targets
from hegemon.errors import RequestError

F = TypeVar("F", bound=Callable[..., Any])
_GREATEST_SEED = 2**63 - 1


class Path(click.Path):
    """A path as it is typed; what is wrong with its file is told where that is used."""

    def __init__(self) -> None:
        super().__init__(readable=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse an empty text, as of a variable of the shell that is not set: the working directory else."""
        if value == "":
            self.fail("is empty; must be a path", param, ctx)
        return super().convert(value, param, ctx)


config = click.argument("config", metavar="CONFIG", type=Path())
folder = click.argument("folder", metavar="RUN", type=Path())
as_json = click.option("--json", "as_json", is_flag=True, help="Write one JSON object to standard output.")
quiet = click.option("-q", "--quiet", is_flag=True, help="No progress and no table; only errors.")
seed = click.option("--seed", type=click.IntRange(0, _GREATEST_SEED), help="Seed, instead of the file's.")
replicas = click.option(
    "--replicas", type=click.IntRange(1), help="Replicas per point, instead of the file's."
)
settings = click.option(
    "--set",
    "settings",
    metavar="SECTION.KEY=VALUE",
    multiple=True,
    help="Set a key, with its value in TOML, as in war.spoils=0.2. May be repeated.",
)
workers = click.option("--workers", type=click.IntRange(1), help="Threads.  [default: the CPUs one may use]")
time_limit = click.option(
    "--time-limit",
    metavar="TIME",
    help="Stop in good order before so long: 90 (seconds), 30m, 1h30m, [D-]HH:MM:SS.",
)
recompute_damaged = click.option(
    "--recompute-damaged",
    is_flag=True,
    help="Read all that is there, move damaged files aside (into OUT/damaged) and make them again.",
)


def changes(command: F) -> F:
    """Add the options that change what a file asks: --set, --replicas, --seed."""
    return settings(replicas(seed(command)))


def overrides(settings: tuple[str, ...], replicas: int | None, seed: int | None) -> list[str]:
    """What --set, --replicas and --seed ask for, as `hegemon.config.load` takes it."""
    asked = {"replicas": replicas, "seed": seed}
    return [*settings, *(f"experiment.{key}={value}" for key, value in asked.items() if value is not None)]


def figure_file(option: str, text: str) -> pathlib.Path:
    """The file that a figure is to be written to.

    Raises
    ------
    RequestError
        If it cannot be written, before any work.
    """
    target = pathlib.Path(text)
    if target.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise RequestError(f"{option} {target}: must end in .png, .svg or .pdf")
    targets.require(option, target)
    return target
