"""One key of a sweep and its values: known, allowed, spaced over a range."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import Any

from pydantic import ValidationError

from hegemon.config.mistakes import Mistakes, Path
from hegemon.config.spec import DIGITS, MOST_POINTS, rounded
from hegemon.config.text import shown
from hegemon.parameters.registry import ParameterInfo, nearest, parameter, section_type, sections

__all__ = ["BAD", "check_range", "checked", "is_count", "known", "listed", "refuse_equal", "spaced"]

BAD = object()
"""Stands for a value that was refused."""

GRID_WORDS = "a list of values, or { from, to, points }"
_ONLY_FOR = {
    "values": 'design = "list"',
    "file": 'design = "list"',
    "points": 'design = "lhs" or "sobol"',
}


def known(path: Path, key: str, given: Any, mistakes: Mistakes) -> ParameterInfo | None:
    """Return what is known of a swept key; None for one that there is not, which is told."""
    try:
        return parameter(key)
    except KeyError:
        pass
    if key in sections():
        mistakes.add(path, given, "is given twice, once in quotes and once without")
    elif key.startswith("experiment."):
        mistakes.add(path, given, "is not a key of the model; only those can be swept")
    elif key in _ONLY_FOR:
        mistakes.add(path, given, f"is only for {_ONLY_FOR[key]}")
    else:
        near = nearest(key)
        words = "" if near else '; keys are written "section.key", as in "balancing.efficiency"'
        mistakes.add(path, given, f"no such key of the model{words}", near)
    return None


def checked(info: ParameterInfo, path: Path, value: Any, mistakes: Mistakes) -> Any:
    """Return a swept value, validated and rounded, or `BAD`."""
    if isinstance(value, float) and math.isfinite(value):
        value = rounded(value)
    try:
        section = section_type(info.section)(**{info.name: value})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = first["msg"] if first["type"] == "list" else f"must be {info.allowed}"
        mistakes.add(path, value, message)
        return BAD
    return getattr(section, info.name)


def listed(info: ParameterInfo, path: Path, given: Any, mistakes: Mistakes, words: str) -> list[Any]:
    """Return the values of a list, validated; none where it is no list, which is told with `words`."""
    if not isinstance(given, list):
        mistakes.add(path, given, f"must be {words}")
    elif not given:
        mistakes.add(path, given, "must hold at least one value")
    elif len(given) > MOST_POINTS:
        mistakes.say(f"sweep: {len(given)} points: must be at most {MOST_POINTS}", path)
    else:
        return [checked(info, path, value, mistakes) for value in given]
    return []


def refuse_equal(path: Path, values: list[Any], mistakes: Mistakes) -> None:
    """Tell values that are there twice."""
    seen = set()
    for value in values:
        if value in seen and value is not BAD:
            mistakes.add(path, value, f"is there twice (to {DIGITS} digits); values must differ")
        seen.add(value)


def spaced(info: ParameterInfo, path: Path, table: dict[str, Any], mistakes: Mistakes) -> list[Any]:
    """Return the values of ``{ from, to, points, scale }``, validated; none where it is wrong."""
    if not check_range(info, path, table, ("from", "to", "points"), mistakes):
        return []
    log = table.get("scale") == "log"
    values = [rounded(value) for value in _between(table["from"], table["to"], table["points"], log=log)]
    if info.kind == "int":
        values = _whole(path, table, values, mistakes)
    return [checked(info, path, value, mistakes) for value in values]


def check_range(
    info: ParameterInfo, path: Path, table: dict[str, Any], needed: Collection[str], mistakes: Mistakes
) -> bool:
    """Return whether a table is a range of numbers, with the parts it needs; what is wrong is told."""
    before = len(mistakes.lines)
    names = (*needed, "scale")
    for name in table:
        if name not in names:
            told = f"must be one of {', '.join(names)}"
            mistakes.add((*path, name), table[name], told, near=nearest(name, names))
    if info.range is None:
        mistakes.add(path, table, f"must be a list of values: each {info.allowed}")
        return False
    for name, allowed, test in _PARTS:
        if name not in table and name in needed:
            mistakes.add(path, table, f"needs {name}: a list of values, or {{ {', '.join(needed)} }}")
        elif name in table and name in names and not test(table[name]):
            mistakes.add((*path, name), table[name], f"must be {allowed}")
    log = table.get("scale") == "log"
    if len(mistakes.lines) == before and log and min(table["from"], table["to"]) <= 0:
        mistakes.add(path, table, 'from and to must be above 0 with scale = "log"')
    return len(mistakes.lines) == before


def _whole(path: Path, table: dict[str, Any], values: list[float], mistakes: Mistakes) -> list[Any]:
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


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300


def is_count(value: Any, least: int = 2) -> bool:
    """Whether a value is a number of points."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= MOST_POINTS


_PARTS: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("from", "a finite number", _is_number),
    ("to", "a finite number", _is_number),
    ("points", f"a whole number from 2 to {MOST_POINTS}", is_count),
    ("scale", '"linear" or "log"', lambda value: value in ("linear", "log")),
)
