"""The table ``[sweep]``: from what a file says to validated axes or points."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from hegemon.config.mistakes import Mistakes, Path
from hegemon.config.spec import MOST_POINTS, Axis, Sweep
from hegemon.config.text import shown
from hegemon.parameters.registry import ParameterInfo, nearest, parameter, section_type, sections

__all__ = ["read_sweep", "with_full_keys"]

_DIGITS = 12
_DESIGNS = '"grid" or "list"'
_GRID_WORDS = "a list of values, or { from, to, points }"
_BAD = object()


def with_full_keys(table: Any) -> Any:
    """Return a table with each ``section.key`` under its full name, also where it was written without quotes.

    A key that is given in both ways stays nested, to be refused.
    """
    if not isinstance(table, dict):
        return table
    flat: dict[str, Any] = {}
    for name, inner in table.items():
        if name in sections() and isinstance(inner, dict):
            keys = {f"{name}.{key}": value for key, value in inner.items()}
            clash = {key: value for key, value in keys.items() if key in table}
            flat |= {key: value for key, value in keys.items() if key not in clash}
            flat |= {name: {key.partition(".")[2]: value for key, value in clash.items()}} if clash else {}
        else:
            flat[name] = inner
    return flat


def read_sweep(table: Any, mistakes: Mistakes) -> tuple[Sweep, set[str]]:
    """Read a sweep.

    Parameters
    ----------
    table
        The table ``[sweep]``, its keys in full.
    mistakes
        Takes what is wrong.

    Returns
    -------
    Sweep
        What is right of it.
    set of str
        The keys with mistakes.
    """
    if not isinstance(table, dict):
        mistakes.add(("sweep",), table, "must be a table of swept keys")
        return Sweep(), set()
    design = table.get("design", "grid")
    rest = {name: value for name, value in table.items() if name != "design"}
    if design == "grid":
        return _read_grid(rest, mistakes)
    if design == "list":
        return _read_list(rest, mistakes)
    built = (
        f"such designs are not built yet, use {_DESIGNS}"
        if design in ("lhs", "sobol")
        else f"must be {_DESIGNS}"
    )
    mistakes.add(("sweep", "design"), design, built)
    return Sweep(), set(rest)


def _read_grid(table: dict[str, Any], mistakes: Mistakes) -> tuple[Sweep, set[str]]:
    axes, bad = [], set()
    for key, given in table.items():
        before = len(mistakes.lines)
        info = _known(("sweep", key), key, given, mistakes)
        values = _axis_values(info, given, mistakes) if info else []
        if len(mistakes.lines) > before:
            bad.add(key)
        else:
            axes.append(Axis(key, tuple(values)))
    sweep = Sweep(axes=tuple(axes))
    if sweep.size > MOST_POINTS:
        size = " x ".join(str(n) for n in sweep.shape)
        mistakes.say(f"sweep: {size} = {sweep.size} points: must be at most {MOST_POINTS}", ("sweep",))
        return Sweep(), set(table)
    return sweep, bad


def _read_list(table: dict[str, Any], mistakes: Mistakes) -> tuple[Sweep, set[str]]:
    for name in table:
        if name != "values":
            mistakes.add(
                ("sweep", name), table[name], 'a sweep with design = "list" takes only values = [...]'
            )
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
        _refuse_equal_points(points, mistakes)
    bad = {key for point in points for key, value in point.items() if value is _BAD}
    good = [{key: value for key, value in point.items() if key not in bad} for point in points]
    return Sweep(design="list", points=tuple(good)), bad


def _read_point(place: int, row: Any, mistakes: Mistakes) -> dict[str, Any]:
    path: Path = ("sweep", "values", place)
    row = with_full_keys(row)
    if not isinstance(row, dict) or not row:
        mistakes.add(path, row, 'must be a point, as in { "balancing.internal" = 0.0 }')
        return {}
    point = {}
    for key, given in row.items():
        info = _known((*path, key), key, given, mistakes)
        point[key] = _checked(info, (*path, key), given, mistakes) if info else _BAD
    return point


def _refuse_equal_points(points: list[dict[str, Any]], mistakes: Mistakes) -> None:
    seen: dict[frozenset[tuple[str, Any]], int] = {}
    for i, point in enumerate(points):
        first = seen.setdefault(frozenset(point.items()), i)
        if first != i:
            mistakes.add(("sweep", "values", i), point, f"is the same as values[{first}]; points must differ")


def _known(path: Path, key: str, given: Any, mistakes: Mistakes) -> ParameterInfo | None:
    try:
        return parameter(key)
    except KeyError:
        pass
    if key in sections():
        mistakes.add(path, given, "is given twice, once in quotes and once without")
    elif key.startswith("experiment."):
        mistakes.add(path, given, "is not a key of the model; only those can be swept")
    elif key == "values":
        mistakes.add(path, given, 'is only for design = "list"')
    else:
        near = nearest(key)
        words = "" if near else '; keys are written "section.key", as in "balancing.efficiency"'
        mistakes.add(path, given, f"no such key of the model{words}", near)
    return None


def _axis_values(info: ParameterInfo, given: Any, mistakes: Mistakes) -> list[Any]:
    path: Path = ("sweep", info.key)
    if not info.scalar:
        mistakes.add(path, given, 'cannot be an axis of a grid; use design = "list"')
    elif isinstance(given, dict):
        given = _spaced(info, given, mistakes)
    elif not isinstance(given, list):
        mistakes.add(path, given, f"must be {_GRID_WORDS}")
    elif not given:
        mistakes.add(path, given, "must hold at least one value")
    elif len(given) > MOST_POINTS:
        mistakes.say(f"sweep: {len(given)} points: must be at most {MOST_POINTS}", path)
    if not info.scalar or not isinstance(given, list) or len(given) > MOST_POINTS:
        return []
    values = [_axis_value(info, path, value, mistakes) for value in given]
    _refuse_equal_values(path, [value for value in values if value is not _BAD], mistakes)
    return values


def _axis_value(info: ParameterInfo, path: Path, value: Any, mistakes: Mistakes) -> Any:
    if isinstance(value, list):
        mistakes.add(path, value, 'a list cannot be a value on an axis; use design = "list"')
        return _BAD
    return _checked(info, path, value, mistakes)


def _refuse_equal_values(path: Path, values: list[Any], mistakes: Mistakes) -> None:
    seen = set()
    for value in values:
        if value in seen:
            mistakes.add(path, value, f"is there twice (to {_DIGITS} digits); values must differ")
        seen.add(value)


def _checked(info: ParameterInfo, path: Path, value: Any, mistakes: Mistakes) -> Any:
    """Return a swept value, validated and rounded, or `_BAD`."""
    if isinstance(value, float) and math.isfinite(value):
        value = _rounded(value)
    try:
        section = section_type(info.section)(**{info.name: value})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = first["msg"] if first["type"] == "list" else f"must be {info.allowed}"
        mistakes.add(path, value, message)
        return _BAD
    return getattr(section, info.name)


def _spaced(info: ParameterInfo, table: dict[str, Any], mistakes: Mistakes) -> list[Any]:
    """Return the values that ``{ from, to, points, scale }`` stands for; none where it is wrong."""
    path: Path = ("sweep", info.key)
    before = len(mistakes.lines)
    for name in table:
        if name not in ("from", "to", "points", "scale"):
            near = nearest(name, ("from", "to", "points", "scale"))
            mistakes.add((*path, name), table[name], "must be one of from, to, points, scale", near=near)
    if info.range is None:
        mistakes.add(path, table, f"must be a list of values: each {info.allowed}")
        return []
    for name, allowed, test in _PARTS:
        if name not in table and name != "scale":
            mistakes.add(path, table, f"needs {name}: {_GRID_WORDS}")
        elif name in table and not test(table[name]):
            mistakes.add((*path, name), table[name], f"must be {allowed}")
    log = table.get("scale") == "log"
    if len(mistakes.lines) == before and log and min(table["from"], table["to"]) <= 0:
        mistakes.add(path, table, 'from and to must be above 0 with scale = "log"')
    if len(mistakes.lines) > before:
        return []
    values = [_rounded(value) for value in _between(table["from"], table["to"], table["points"], log=log)]
    return _whole(path, table, values, mistakes) if info.kind == "int" else values


def _whole(path: Path, table: dict[str, Any], values: list[float], mistakes: Mistakes) -> list[int]:
    broken = [value for value in values if not value.is_integer()]
    if broken:
        mistakes.add(path, table, f"must make whole numbers: {shown(broken[0])} is not one")
        return []
    return [int(value) for value in values]


def _between(start: float, stop: float, points: int, *, log: bool) -> list[float]:
    steps = [i / (points - 1) for i in range(points)]
    if log:
        low, high = math.log(start), math.log(stop)
        inner = [math.exp(low * (1 - t) + high * t) for t in steps[1:-1]]
    else:
        inner = [start * (1 - t) + stop * t for t in steps[1:-1]]
    return [float(start), *inner, float(stop)]  # the ends are exact


def _rounded(value: float) -> float:
    """Round to 12 significant digits, so that a value does not depend on how a grid was written."""
    return float(f"{value:.{_DIGITS}g}") + 0.0


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 2 <= value <= MOST_POINTS


_PARTS: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("from", "a finite number", _is_number),
    ("to", "a finite number", _is_number),
    ("points", f"a whole number from 2 to {MOST_POINTS}", _is_count),
    ("scale", '"linear" or "log"', lambda value: value in ("linear", "log")),
)
