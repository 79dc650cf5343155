"""``design = "list"``: points one by one, in the file or in a table of comma-separated values beside it."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from hegemon.config.csv_points import read_points
from hegemon.config.mistakes import Mistakes, Path
from hegemon.config.spec import MOST_POINTS, Sweep
from hegemon.config.swept import BAD, checked, known
from hegemon.config.tables import with_full_keys

__all__ = ["read_list"]

_TAKES = 'a sweep with design = "list" takes only values = [...] or file = "points.csv"'


def read_list(table: dict[str, Any], mistakes: Mistakes, folder: FilePath | None) -> tuple[Sweep, set[str]]:
    """Read a list of points.

    Parameters
    ----------
    table
        ``values``: points, each a table of keys; or ``file``: the name of a CSV file.
    mistakes
        Takes what is wrong.
    folder
        Where the file is looked for; None where none is to be read.

    Returns
    -------
    Sweep, set of str
        What is right of it, and the keys with mistakes.
    """
    for name in table:
        if name not in ("values", "file"):
            mistakes.add(("sweep", name), table[name], _TAKES)
    if "file" in table:
        return _from_file(table, mistakes, folder)
    rows = table.get("values")
    if not isinstance(rows, list) or not rows or len(rows) > MOST_POINTS:
        words = f"must be a list of 1 to {MOST_POINTS} points, each {{ key = value, ... }}"
        if rows is None:
            mistakes.say(f"sweep.values is missing: {words}", ("sweep",))
        else:
            mistakes.add(("sweep", "values"), rows, words)
        return Sweep(), set()
    before = len(mistakes.lines)
    points = [_read_point(i, row, mistakes) for i, row in enumerate(rows)]
    if len(mistakes.lines) == before:
        for place, first in _equal(points):
            told = f"is the same as values[{first}]; points must differ"
            mistakes.add(("sweep", "values", place), points[place], told)
    return _sweep(points, ())


def _from_file(table: dict[str, Any], mistakes: Mistakes, folder: FilePath | None) -> tuple[Sweep, set[str]]:
    given = table["file"]
    path: Path = ("sweep", "file")
    if "values" in table:
        mistakes.add(path, given, "cannot be given together with sweep.values; take one of the two away")
    elif not isinstance(given, str) or not given:
        mistakes.add(path, given, 'must be the name of a CSV file, as in "points.csv"')
    elif folder is None:
        mistakes.add(path, given, "cannot be read from here; give the points in sweep.values")
    else:
        before = len(mistakes.lines)
        places, points = read_points(folder, given, mistakes)
        if len(mistakes.lines) == before:
            for place, first in _equal(points):
                mistakes.say(f"{places[place]} is the same as {places[first].rpartition(': ')[2]}", path)
        return _sweep(points, tuple(places))
    return Sweep(), set()


def _sweep(points: list[dict[str, Any]], places: tuple[str, ...]) -> tuple[Sweep, set[str]]:
    bad = {key for point in points for key, value in point.items() if value is BAD}
    good = [{key: value for key, value in point.items() if key not in bad} for point in points]
    return Sweep(design="list", points=tuple(good), places=places), bad


def _read_point(place: int, row: Any, mistakes: Mistakes) -> dict[str, Any]:
    path: Path = ("sweep", "values", place)
    row = with_full_keys(row)
    if not isinstance(row, dict) or not row:
        mistakes.add(path, row, 'must be a point, as in { "balancing.internal" = 0.0 }')
        return {}
    point = {}
    for key, given in row.items():
        info = known((*path, key), key, given, mistakes)
        point[key] = checked(info, (*path, key), given, mistakes) if info else BAD
    return point


def _equal(points: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Places of points that were there before, and where."""
    seen: dict[frozenset[tuple[str, Any]], int] = {}
    firsts = [seen.setdefault(frozenset(point.items()), place) for place, point in enumerate(points)]
    return [(place, first) for place, first in enumerate(firsts) if first != place]
