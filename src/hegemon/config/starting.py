"""The experiment file that a new user starts from: a small one that runs, all other keys in comments."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator
from typing import Any

from hegemon.config.spec import Settings
from hegemon.parameters import ParameterInfo, all_parameters
from hegemon.parameters._ranges import allowed
from hegemon.parameters.model import Model
from hegemon.parameters.registry import sections
from hegemon.toml import toml_value

__all__ = ["starter"]

_WIDTH = 100
_GIVEN = ("name", "replicas", "seed", "balancing.efficiency", "system.states", "system.years")
"""Keys that stand in the head of the file, with values."""

_HEAD = """\
# {name}: an experiment for hegemon. Change what you like, then:
#
#   hegemon validate {file}    check it, and tell how much work it is
#   hegemon run {file}         simulate; Ctrl-C keeps finished work, and the same command goes on
#   hegemon summary runs/{name}    the estimates again; `hegemon export` for R, Stata, pandas
#
# Values are TOML: 2_000, 0.5, true, "text", [1, 2, 3], inf. What is not given has its default.

[experiment]
name = {quoted}
replicas = 2_000    # simulated systems at each design point; four times as many halve the intervals
seed = 1            # the same seed gives the same bits, on any machine
"""

_SWEEP = """\
[sweep]
# Each combination of these values is a design point. Any key of [model...] can stand here.
"balancing.efficiency" = { from = 0.0, to = 1.0, points = 6 }   # how well the others balance: 0 not at all
# "system.states" = [4, 6, 8]
"""

_SYSTEM = """\
[model.system]
states = 6          # great powers at the start
years = 200         # how long each system is watched
"""

_REST = """\
# From here on: every other key, with its default (or ... where it has none) in a line that begins with "# ".
# Take that away to give the key another value.
"""


def starter(name: str, file: str) -> str:
    """Write a file to start from.

    Parameters
    ----------
    name
        Of the experiment.
    file
        The file's own name, for the commands in its head.

    Returns
    -------
    str
        TOML. As it stands it is valid; with all its keys taken out of comments too, and then the same.
    """
    own = (section for section in sections() if section != "system")
    blocks = [
        _HEAD.format(name=name, file=file, quoted=toml_value(name)),
        *_settings(),
        _SWEEP,
        _SYSTEM,
        *_keys("system"),
        _REST,
        *itertools.chain.from_iterable(map(_section, own)),
    ]
    return "\n".join(blocks)


def _settings() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        if name not in _GIVEN:
            yield _key(name, field.description or name, allowed(field), field.default)


def _section(section: str) -> Iterator[str]:
    yield _comment(Model.model_fields[section].description or section) + f"[model.{section}]\n"
    yield from _keys(section)


def _keys(section: str) -> Iterator[str]:
    for info in all_parameters():
        if info.section == section and info.key not in _GIVEN:
            yield _key(info.name, _described(info), info.allowed, info.default)


def _described(info: ParameterInfo) -> str:
    facts = [] if info.unit == "1" else [f"Unit: {info.unit}."]
    if info.off is not None and info.off != info.default:
        facts.append(f"Off: {toml_value(info.off)}.")
    if info.follows:
        facts.append(f"Default: {info.follows}.")
    if info.source:
        facts.append(f"Source: {info.source}.")
    return " ".join([info.description, *facts])


def _key(name: str, meaning: str, values: str, default: Any) -> str:
    """A key in a comment, with what it means above it."""
    value = "..." if default is None else toml_value(default)
    return f"{_comment(f'{meaning} Allowed: {values}.')}# {name} = {value}\n"


def _comment(text: str) -> str:
    return "".join(f"## {line}\n" for line in textwrap.wrap(text, _WIDTH, break_on_hyphens=False))
