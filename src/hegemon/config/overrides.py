"""``--set section.key=value``: changes to an experiment from the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from typing import Any

from hegemon.config.mistakes import Path
from hegemon.config.spec import PRECISIONS
from hegemon.config.tables import with_full_keys
from hegemon.parameters.registry import sections

__all__ = ["apply_overrides"]


def apply_overrides(tables: dict[str, Any], overrides: Iterable[str]) -> tuple[set[Path], list[str]]:
    """Change tables as ``--set`` asks.

    Parameters
    ----------
    tables
        The tables of an experiment, changed in place.
    overrides
        ``section.key=value`` each, with the value in TOML; a key of ``[experiment]`` or ``[sweep]`` is named
        with its table. Later ones win.

    Returns
    -------
    set of paths
        What was set.
    list of str
        One line for each that cannot be understood.
    """
    paths: set[Path] = set()
    lines = []
    for text in overrides:
        try:
            path, value = _read(text)
        except ValueError as error:
            lines.append(f"--set {text}: {error}")
        else:
            _put(tables, path, value)
            paths.add(path)
    if ("experiment", "replicas") in paths:
        _drop_precision(tables, paths)
    return paths, lines


def _read(text: str) -> tuple[tuple[str, ...], Any]:
    key, _, value = text.partition("=")
    try:
        if "\n" in key or not value.strip():
            raise ValueError
        path = _path(tomllib.loads(f"{key} = 0"))
    except (ValueError, RecursionError):
        raise ValueError("must be section.key=value") from None
    try:
        found = tomllib.loads(f"value = {value}")
    except (ValueError, RecursionError):
        found = {}
    if list(found) != ["value"]:
        raise ValueError(f'the value is not TOML; text needs quotes, as in {key.strip()}="text"')
    return _full(path), found["value"]


def _path(tables: dict[str, Any]) -> tuple[str, ...]:
    """Return the names that lead to the only value in nested tables."""
    path = []
    inner: Any = tables
    while isinstance(inner, dict):
        ((name, inner),) = inner.items()
        path.append(name)
    return tuple(path)


def _full(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return a path from the top of the file; a swept key is one name."""
    if path[0] in sections():
        return ("model", *path)
    if path[0] == "sweep" and len(path) > 2 and path[1] in sections():
        return ("sweep", f"{path[1]}.{path[2]}", *path[3:])
    return path


def _put(tables: dict[str, Any], path: Sequence[str], value: Any) -> None:
    inner = tables
    for name in path[:-1]:
        inner = inner.setdefault(name, {})
        if not isinstance(inner, dict):
            return  # the file has a value where a table belongs, and is refused for that
    inner[path[-1]] = with_full_keys(value) if tuple(path) == ("sweep",) else value


def _drop_precision(tables: dict[str, Any], paths: set[Path]) -> None:
    """A number of replicas that is asked for later replaces a precision asked for in the file."""
    experiment = tables["experiment"]
    for name in (*PRECISIONS, "max_replicas"):
        if isinstance(experiment, dict) and ("experiment", name) not in paths:
            experiment.pop(name, None)
