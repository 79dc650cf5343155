"""Which design point is meant: by its index, or by the values of what was swept."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from hegemon.errors import RequestError
from hegemon.planning.design import Design, Point
from hegemon.toml import toml_value

_SHOWN = 12  # values named in a message


def parse(text: str, option: str = "--point") -> int | dict[str, Any]:
    """Read what ``--point`` takes: an index, or ``name=value`` pairs with commas between them.

    Values are TOML; words need no quotes. Names are those of the results' coordinates, or whole keys.
    Messages name the `option` that it was given to.

    Raises
    ------
    RequestError
        If it is neither.
    """
    if text.strip().isdecimal():
        return int(text)
    found = {}
    for pair in _split(text):
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not (name and equals and value):
            raise RequestError(f"{option} {text}: must be an index or name=value,name=value")
        if name in found:
            raise RequestError(f"{option} {text}: {name} is given twice")
        found[name] = _value(value)
    return found


def _split(text: str) -> Iterable[str]:
    """Parts between commas that stand in no list and no quotes."""
    depth, quoted, begin = 0, "", 0
    for place, letter in enumerate(text):
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "\"'":
            quoted = letter
        else:
            depth += (letter in "[{") - (letter in "]}")
            if letter == "," and depth == 0:
                yield text[begin:place]
                begin = place + 1
    yield text[begin:]


def _value(text: str) -> Any:
    try:
        found = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return found["value"] if list(found) == ["value"] else text


def select(design: Design, point: int | Mapping[str, Any] | None) -> Point:
    """The design point that is meant.

    Parameters
    ----------
    design : Design
    point : int or mapping, optional
        Index; or the values of swept keys, by the names of coordinates or by key, as many as tell the point
        from the others. May be left out where there is one point.

    Raises
    ------
    RequestError
        If there is no such point, or more than one; the line names what there is.
    """
    if point is None:
        point = {}
    if isinstance(point, Mapping):
        return _by_values(design, point)
    if not 0 <= point < len(design.points):
        last = len(design.points) - 1
        raise RequestError(f"--point {point}: this run has points 0 to {last}" if last else
                           f"--point {point}: this run has one point, 0")  # fmt: skip
    return design.points[point]


def fitting(design: Design, asked: Mapping[str, Any], option: str = "--point") -> list[Point]:
    """The design points that have the values asked for; `option` is for messages.

    Raises
    ------
    RequestError
        If a name or a value is not of this design, or no point has all of them.
    """
    text = written(asked)
    keys = {name: swept_key(design, name, f"{option} {text}") for name in asked}
    found = list(design.points)
    for name, value in asked.items():
        known = dict.fromkeys(_text(point.values[keys[name]]) for point in design.points)
        if not any(_same(point.values[keys[name]], value) for point in design.points):
            raise RequestError(f"{option} {text}: {name} is one of {_listed(known)}")
        found = [point for point in found if _same(point.values[keys[name]], value)]
    if not found:
        raise RequestError(
            f"{option} {text}: no point has all of these; see `hegemon summary` for those there are"
        )
    return found


def _by_values(design: Design, asked: Mapping[str, Any]) -> Point:
    found = fitting(design, asked)
    if len(found) == 1:
        return found[0]
    text = written(asked)
    what = f"--point {text}" if text else "--point"
    left = [label.name for label in design.coordinates if not {label.name, label.key} & asked.keys()]
    more = f"give {' and '.join(left)} too, or an index" if left else "give an index"
    indices = _listed(str(point.index) for point in found)
    raise RequestError(f"{what}: {len(found)} points fit ({indices}); {more}")


def written(asked: Mapping[str, Any]) -> str:
    """Values of swept keys as one would ask for them."""
    return ",".join(f"{name}={_text(value)}" for name, value in asked.items())


def swept_key(design: Design, name: str, what: str) -> str:
    """The swept key that a name stands for; `what` begins the message.

    Raises
    ------
    RequestError
        If there is none.
    """
    for label in design.coordinates:
        if name in (label.name, label.key):
            return label.key
    names = [label.name for label in design.coordinates]
    near = difflib.get_close_matches(name, names, 1)
    meant = f' (did you mean "{near[0]}"?)' if near else ""
    swept = f"this run sweeps {', '.join(names)}" if names else "this run sweeps nothing: it has one point, 0"
    raise RequestError(f'{what}: there is no "{name}"; {swept}{meant}')


def _same(held: Any, asked: Any) -> bool:
    """Whether a value is the one asked for: numbers to the 12 digits that grids are rounded to."""
    if isinstance(held, list | tuple) and isinstance(asked, list | tuple):
        return len(held) == len(asked) and all(map(_same, held, asked))
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (held, asked))
    if numbers:
        return held == asked or math.isclose(held, asked, rel_tol=1e-11)
    return _text(held) == _text(asked)


def _text(value: Any) -> str:
    """A value as one would give it: numbers short, words without quotes."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:.12g}"
    return "nothing" if value is None else toml_value(value)


def _listed(values: Iterable[str]) -> str:
    names = list(values)
    if len(names) <= _SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[: _SHOWN - 1])}, ... {names[-1]} ({len(names)} values)"
