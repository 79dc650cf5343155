"""From tables to a validated experiment, with all mistakes told at once."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from hegemon.config.combinations import check_points
from hegemon.config.mistakes import Mistakes, Path
from hegemon.config.overrides import apply_overrides
from hegemon.config.reading import parse_toml, plain_tables, read_toml
from hegemon.config.spec import FIRST, MAX_REPLICAS, PRECISIONS, ExperimentSpec, Settings
from hegemon.config.sweeps import read_sweep
from hegemon.config.tables import with_full_keys
from hegemon.errors import RequestError
from hegemon.parameters import Model, all_parameters, nearest
from hegemon.parameters._ranges import allowed
from hegemon.parameters._section import Section
from hegemon.parameters.registry import section_type, sections

__all__ = ["load", "loads", "parse"]

log = logging.getLogger(__name__)

_TABLES = ("experiment", "sweep", "model")


def load(path: str | PathLike[str], overrides: Sequence[str] = ()) -> ExperimentSpec:
    """Read and check an experiment file.

    Parameters
    ----------
    path
        The file. Its name without the ending names the experiment, where the file does not.
    overrides
        Changes as ``--set`` takes them: ``section.key=value``, with the value in TOML.

    Returns
    -------
    ExperimentSpec
        The experiment, every key resolved.

    Raises
    ------
    RequestError
        With one line per mistake: file, key path, value, what is allowed, the nearest key for a typo.
    """
    source = fspath(path)
    tables = read_toml(path)
    log.info("%s: read, with %d changes", source, len(overrides))
    try:
        tables = plain_tables(tables)
        experiment = tables.setdefault("experiment", {})
        if isinstance(experiment, dict):
            experiment.setdefault("name", _name_of(source))
        tables["sweep"] = with_full_keys(tables.get("sweep", {}))
        overridden, lines = apply_overrides(tables, overrides)
        return _checked(tables, source, FilePath(source).parent, overridden, lines)
    except RecursionError:
        raise RequestError(f"{source}: is nested too deeply") from None


def loads(text: str, source: str) -> ExperimentSpec:
    """Check an experiment given as the text of a file; `source` is what each line of an error starts with.

    Raises
    ------
    RequestError
        With one line per mistake.
    """
    return _parsed(parse_toml(source, text), source, None)


def parse(mapping: Mapping[str, Any], source: str = "experiment") -> ExperimentSpec:
    """Check an experiment given as nested mappings.

    Parameters
    ----------
    mapping
        ``experiment``, ``sweep`` and ``model``, as in a file; each may be left out. ``model`` may be a
        `Model`: the keys it was made with are the ones that are fixed.
    source
        What each line of an error starts with.

    Raises
    ------
    RequestError
        With one line per mistake.
    """
    return _parsed(mapping, source, FilePath())


def _parsed(mapping: Mapping[str, Any], source: str, folder: FilePath | None) -> ExperimentSpec:
    """Check nested mappings; a file of points is looked for in the folder, and not read without one."""
    tables = dict(mapping)
    model = tables.get("model")
    if isinstance(model, Model):
        tables["model"] = {name: section.model_dump(exclude_unset=True) for name, section in model}
    try:
        tables = plain_tables(tables)
        tables["sweep"] = with_full_keys(tables.get("sweep") or {})
        return _checked(tables, source, folder, (), [])
    except RecursionError:
        raise RequestError(f"{source}: is nested too deeply") from None


def _checked(
    tables: dict[str, Any],
    source: str,
    folder: FilePath | None,
    overridden: Collection[Path],
    lines: Sequence[str],
) -> ExperimentSpec:
    mistakes = Mistakes(source, overridden)
    mistakes.lines.extend(lines)
    for name, value in tables.items():
        if name not in _TABLES:
            mistakes.add(
                (name,), value, *_unknown(name, _TABLES, "table" if isinstance(value, dict) else "key")
            )
    settings = _experiment(tables.get("experiment", {}), mistakes)
    given, bad = _model_sections(tables.get("model", {}), mistakes)
    sweep, bad_axes = read_sweep(tables["sweep"], mistakes, settings.get("seed", _default("seed")), folder)
    for key in [key for key in (*sweep.keys, *bad_axes) if key in given]:
        path = ("model", *key.split("."))
        message = f'is fixed here and swept in sweep."{key}"; take one of the two away'
        mistakes.add(path, given[key], message)
        bad_axes.add(key)
    model = check_points(given, sweep, bad | bad_axes, mistakes)
    mistakes.refuse()
    return ExperimentSpec(**settings, sweep=sweep, model=model)


def _experiment(table: Any, mistakes: Mistakes) -> dict[str, Any]:
    """Return the settings of ``[experiment]``, checked."""
    if not isinstance(table, dict):
        mistakes.add(("experiment",), table, "must be a table of settings")
        return {}
    good, wrong = _valid(Settings, ("experiment",), table, mistakes)
    _amount(table, good, wrong, mistakes)
    if any(name in good for name in PRECISIONS):
        good = {"max_replicas": MAX_REPLICAS, **good}
    return good


def _amount(table: dict[str, Any], good: dict[str, Any], wrong: set[str], mistakes: Mistakes) -> None:
    """Check together what says how many replicas there are to be."""
    asked = [name for name in PRECISIONS if name in table]
    if "replicas" in table:
        for name in asked:
            message = "cannot be given together with experiment.replicas; take one of the two away"
            mistakes.add(("experiment", name), table[name], message)
    if "max_replicas" in table and not asked:
        message = f"is only for {' or '.join(f'experiment.{name}' for name in PRECISIONS)}"
        mistakes.add(("experiment", "max_replicas"), table["max_replicas"], message)
    count = "max_replicas" if asked else "replicas"
    least = good.get(count, MAX_REPLICAS if asked else _default("replicas"))
    why = f"experiment.{count}, which is {least}"
    if asked and least > FIRST:
        least, why = FIRST, f"{FIRST}, the replicas that every point has where a precision is asked for"
    trajectories = good.get("trajectories", 0)
    if trajectories > least and not wrong & {count, "trajectories"}:
        mistakes.add(("experiment", "trajectories"), trajectories, f"must be at most {why}")


def _model_sections(table: Any, mistakes: Mistakes) -> tuple[dict[str, Any], set[str]]:
    """Return the fixed keys of the model with their values, and the keys with mistakes."""
    given: dict[str, Any] = {}
    bad: set[str] = set()
    if not isinstance(table, dict):
        mistakes.add(("model",), table, "must be a table of sections")
        return given, bad
    for section, inner in table.items():
        path = ("model", section)
        if section not in sections():
            mistakes.add(path, inner, *_unknown(f"model.{section}", sections(), "section"))
        elif not isinstance(inner, dict):
            mistakes.add(path, inner, f"must be a table, as in [model.{section}]")
        else:
            good, wrong = _valid(section_type(section), path, inner, mistakes)
            given |= {f"{section}.{name}": value for name, value in good.items()}
            bad |= {f"{section}.{name}" for name in wrong}
    return given, bad


def _valid(
    kind: type[Section], path: Path, table: dict[str, Any], mistakes: Mistakes
) -> tuple[dict[str, Any], set[str]]:
    """Return what is right of a table, and the names of what is wrong, which is told."""
    try:
        kind.model_validate(table)
    except ValidationError as error:
        found = {str(item["loc"][0]): item for item in reversed(error.errors(include_url=False))}
        for name in [name for name in table if name in found]:
            _tell(kind, path, name, table[name], found[name], mistakes)
        return {name: value for name, value in table.items() if name not in found}, set(found)
    return table, set()


def _tell(kind: type[Section], path: Path, name: str, value: Any, item: Any, mistakes: Mistakes) -> None:
    if item["type"] == "extra_forbidden":
        full = ".".join((*map(str, path), name))
        mistakes.add((*path, name), value, *_unknown(full, kind.model_fields, "key"))
    elif item["type"] == "list":
        mistakes.add((*path, name), value, item["msg"])
    else:
        mistakes.add((*path, name), value, f"must be {allowed(kind.model_fields[name])}")


def _unknown(path: str, names: Iterable[str], what: str) -> tuple[str, str | None]:
    """Return what to say of an unknown name, and the path that was probably meant."""
    near = _near(path)
    return (f"no such {what}" if near else f"no such {what}; there are {', '.join(names)}"), near


def _near(path: str) -> str | None:
    """Return the valid path in an experiment file that a wrong one most resembles."""
    experiment = [f"experiment.{name}" for name in Settings.model_fields]
    model = [f"model.{name}" for name in sections()] + [f"model.{info.key}" for info in all_parameters()]
    return nearest(path, [*_TABLES, *experiment, *model])


def _default(name: str) -> Any:
    return Settings.model_fields[name].default


def _name_of(source: str) -> str:
    """Make a name of the experiment from that of its file."""
    stem = re.sub(r"[^\w.-]+", "-", FilePath(source).stem).lstrip(".-")[:60]
    return stem or _default("name")
