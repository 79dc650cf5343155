"""`hegemon schema`: what an experiment file may hold."""

from __future__ import annotations

import json

import click

from hegemon.cli.exits import told


@click.command(
    short_help="Print the JSON schema of experiment files.",
    epilog="""\b
Example:
  hegemon schema > experiment.schema.json""",
)
@told
def schema() -> None:
    """Print the JSON schema of experiment files: every key, its meaning, default, range and source.

    Editors that know JSON schemas complete and check TOML files with it.
    """
    from hegemon.config import json_schema

    click.echo(json.dumps(json_schema(), indent=2, allow_nan=False, ensure_ascii=False))
