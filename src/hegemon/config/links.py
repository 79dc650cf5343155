"""``linked``: keys of a sweep that move together."""

from __future__ import annotations

from typing import Any

from hegemon.config.mistakes import Mistakes, Path
from hegemon.config.swept import known
from hegemon.config.tables import with_full_keys
from hegemon.parameters.registry import ParameterInfo

__all__ = ["Group", "read_links"]

Group = dict[str, tuple[ParameterInfo, Any]]
"""Keys that move together: what is known of each, and what was given for it."""


def read_links(table: dict[str, Any], mistakes: Mistakes, bad: set[str]) -> list[tuple[int, Group]]:
    """Read ``linked = [{ key = values, key = values }, ...]``.

    Parameters
    ----------
    table
        The table ``[sweep]`` without its design.
    mistakes
        Takes what is wrong.
    bad
        Takes the keys with mistakes.

    Returns
    -------
    list of (int, Group)
        The groups that can be read on, with their places in the list.
    """
    given = table.get("linked", [])
    words = "must be a list of tables of keys that move together, as in [{ key = values, key = values }]"
    if not isinstance(given, list):
        mistakes.add(("sweep", "linked"), given, words)
        return []
    groups: list[tuple[int, Group]] = []
    taken = dict.fromkeys(table, "")
    for place, inner in enumerate(given):
        path: Path = ("sweep", "linked", place)
        inner = with_full_keys(inner)
        if not isinstance(inner, dict) or len(inner) < 2:
            mistakes.add(path, inner, "must be a table of two keys or more, with the values of each")
            continue
        group = _group(path, inner, taken, mistakes)
        if len(group) == len(inner):
            groups.append((place, group))
        bad.update(key for key in inner if len(group) < len(inner))
        taken |= dict.fromkeys(inner, f".linked[{place}]")
    return groups


def _group(path: Path, inner: dict[str, Any], taken: dict[str, str], mistakes: Mistakes) -> Group:
    group: Group = {}
    for key, values in inner.items():
        info = known((*path, key), key, values, mistakes)
        if info is not None and key in taken:
            mistakes.add((*path, key), values, f"is swept in sweep{taken[key]} too; take one of the two away")
        elif info is not None:
            group[key] = (info, values)
    return group
