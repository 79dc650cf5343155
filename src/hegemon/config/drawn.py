"""Designs whose points are drawn from ranges: ``lhs`` and ``sobol``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hegemon.config.links import read_links
from hegemon.config.mistakes import Mistakes, Path
from hegemon.config.samples import DRAWN, draw
from hegemon.config.spec import MOST_POINTS, Span, Sweep
from hegemon.config.swept import BAD, check_range, checked, is_count, known, listed, refuse_equal
from hegemon.config.tables import with_full_keys
from hegemon.parameters.registry import ParameterInfo

__all__ = ["DRAWN", "read_drawn", "read_span"]

_SETTINGS = ("points", "values", "linked")
SPAN_WORDS = "{ from, to }, or a list of values that are equally likely"


def read_drawn(design: Any, table: dict[str, Any], mistakes: Mistakes, seed: int) -> tuple[Sweep, set[str]]:
    """Read a design of drawn points.

    Parameters
    ----------
    design
        One of `DRAWN`.
    table
        ``points``; the range of each key; ``linked``; ``values``, the points that were drawn, where the file
        is a resolved one.
    mistakes
        Takes what is wrong.
    seed
        Of the experiment: another seed draws other points.

    Returns
    -------
    Sweep, set of str
        What is right of it, and the keys with mistakes.
    """
    before, bad = len(mistakes.lines), set[str]()
    spans = _read_spans(table, mistakes, bad)
    count = _count(design, table, mistakes)
    if not spans and len(mistakes.lines) == before:
        mistakes.say(f'sweep: design = "{design}" needs a key with its range, {SPAN_WORDS}', ("sweep",))
    if len(mistakes.lines) > before:
        return Sweep(), bad
    if "values" in table:
        points = _given_points(table["values"], count, spans, mistakes)
    else:
        points = draw(design, spans, count, seed)
    return Sweep(design=design, points=tuple(points), spans=tuple(spans)), bad


def _count(design: str, table: dict[str, Any], mistakes: Mistakes) -> int:
    count, words = table.get("points", 0), f"a whole number from 1 to {MOST_POINTS}"
    if "points" not in table:
        mistakes.say(f'sweep.points is missing: design = "{design}" needs it, {words}', ("sweep",))
    elif not is_count(count, least=1):
        mistakes.add(("sweep", "points"), count, f"must be {words}")
    return count if isinstance(count, int) else 0


def _read_spans(table: dict[str, Any], mistakes: Mistakes, bad: set[str]) -> list[Span]:
    spans = []
    for key, given in table.items():
        if key in _SETTINGS:
            continue
        info = known(("sweep", key), key, given, mistakes)
        span = read_span(info, ("sweep", key), given, mistakes) if info else None
        if span is None:
            bad.add(key)
        else:
            spans.append(span)
    for place, group in read_links(table, mistakes, bad):
        read = [
            read_span(info, ("sweep", "linked", place, key), given, mistakes, alone=False)
            for key, (info, given) in group.items()
        ]
        good = [span for span in read if span is not None]
        if len(good) < len(group):
            bad.update(group)
        else:
            spans.append(replace(good[0], linked=tuple(good[1:])))
    return spans


def read_span(
    info: ParameterInfo, path: Path, given: Any, mistakes: Mistakes, *, alone: bool = True
) -> Span | None:
    """Return what a key ranges over, or None where that is wrong, which is told.

    Parameters
    ----------
    info, path
        The key, and where it stands.
    given
        ``{ from, to, scale }`` or a list of values.
    mistakes
        Takes what is wrong.
    alone
        Whether a list must hold different values: of keys that move together it may repeat some.
    """
    before = len(mistakes.lines)
    if isinstance(given, dict):
        return _read_range(info, path, given, mistakes)
    values = listed(info, path, given, mistakes, SPAN_WORDS)
    if alone:
        refuse_equal(path, values, mistakes)
    return Span(info.key, values=tuple(values)) if len(mistakes.lines) == before else None


def _read_range(info: ParameterInfo, path: Path, table: dict[str, Any], mistakes: Mistakes) -> Span | None:
    if not check_range(info, path, table, ("from", "to"), mistakes):
        return None
    whole = info.kind == "int"
    ends = [table["from"], table["to"]]
    if whole and all(float(end).is_integer() for end in ends):
        ends = [int(end) for end in ends]
    ends = [
        checked(info, (*path, name), end, mistakes) for name, end in zip(("from", "to"), ends, strict=True)
    ]
    if BAD in ends:
        return None
    if ends[0] == ends[1]:
        mistakes.add(path, table, "from and to must differ")
        return None
    return Span(info.key, ends[0], ends[1], table.get("scale", "linear"), whole=whole)


def _given_points(given: Any, count: int, spans: list[Span], mistakes: Mistakes) -> list[dict[str, Any]]:
    """The points of a resolved file: taken as they stand, so that they are those that were run."""
    if not isinstance(given, list) or len(given) != count:
        there = f"there are {len(given)}" if isinstance(given, list) else "these are none"
        told = f"must be the {count} points as they were drawn, and {there}; take it away to draw anew"
        mistakes.add(("sweep", "values"), given, told)
        return []
    keys = tuple(key for span in spans for key in span.keys)
    return [_given_point(place, row, keys, mistakes) for place, row in enumerate(given)]


def _given_point(place: int, row: Any, keys: tuple[str, ...], mistakes: Mistakes) -> dict[str, Any]:
    path: Path = ("sweep", "values", place)
    row = with_full_keys(row)
    if not isinstance(row, dict) or set(row) != set(keys):
        mistakes.add(path, row, f"must be a point with a value for each of {', '.join(keys)}")
        return {}
    found = {}
    for key in keys:
        info = known((*path, key), key, row[key], mistakes)
        found[key] = checked(info, (*path, key), row[key], mistakes) if info else BAD
    return found
