"""`hegemon init`: an experiment file to start from."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import click

from hegemon.cli import options
from hegemon.cli.exits import told
from hegemon.cli.newfile import create, require_free

_END = ".toml"


@click.command(
    short_help="Write an experiment file to start from.",
    epilog="""\b
Example:
  hegemon init
  hegemon init spoils
  hegemon init studies/spoils.toml

\b
Exit status:
  0  written                 2  the file is there already, or no experiment can have the name
  1  it cannot be written""",
)
@click.argument("name", metavar="[NAME]", default="experiment", type=options.Path())
@options.as_json
@told
def init(name: str, as_json: bool) -> None:
    """Write NAME.toml: a small experiment that runs as it stands, with every key explained.

    A handful of keys have values; all others stand in comments, each with its meaning, what is allowed and
    its default. Without NAME it is experiment.toml. A file that is there is never written over.
    """
    path = Path(name if name.endswith(_END) else f"{name}{_END}")
    require_free(path)
    from hegemon.config import loads
    from hegemon.config.starting import starter

    text = starter(path.name.removesuffix(_END), shlex.quote(path.name))
    loads(text, str(path))  # a name that no experiment can have
    create(path, text)
    if as_json:
        click.echo(json.dumps({"file": str(path), "experiment": path.name.removesuffix(_END)}))
    else:
        word = shlex.quote(str(path))
        click.echo(f"{path}: written; edit it, then:\n  hegemon validate {word}\n  hegemon run {word}")
