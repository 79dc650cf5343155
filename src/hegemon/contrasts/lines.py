"""Which points are compared: lines of points that differ in one swept key, and pairs in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from hegemon.errors import RequestError
from hegemon.replay.points import fitting, swept_key, written
from hegemon.toml import toml_value

if TYPE_CHECKING:
    from hegemon.planning.design import Design, Point

PAIRS = ("successive", "first", "all")
"""Neighbours along the key; each with the first; each with each."""
HEADLINE_KEY = "balancing.efficiency"
_MOST = 5_000  # pairs of a line: their correlations are a matrix
Pair = tuple[int, int]


def key_along(design: Design, along: str | None) -> str:
    """The swept key to go along: the one asked for, else efficiency, else the first that is a number.

    Raises
    ------
    RequestError
        If there is no such key, or it has one value.
    """
    several = {
        label.key: label for label in design.coordinates if len({toml(value) for value in label.values}) > 1
    }
    if along is not None:
        key = swept_key(design, along, f"--along {along}")
        if key not in several:
            raise RequestError(f"--along {along}: has one value in this run; nothing to compare")
        return key
    if not several:
        raise RequestError("--along: this run sweeps no key over several values; nothing to compare")
    numbers = [key for key, label in several.items() if is_numeric(label.values)]
    return HEADLINE_KEY if HEADLINE_KEY in several else [*numbers, *several][0]


def toml(value: Any) -> str:
    """A swept value as text that tells it from others."""
    return "" if value is None else value if isinstance(value, str) else toml_value(value)


def is_numeric(values: Sequence[Any]) -> bool:
    """Whether all values are numbers, which have an order."""
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def lines(design: Design, key: str) -> list[list[int]]:
    """Indices of the points of each line along a key: numbers rise, other values keep their order.

    Points of a line are equal in all else that was swept, but for keys that move with the key itself.

    Raises
    ------
    RequestError
        If no two points differ in the key alone.
    """
    found: dict[Any, list[int]] = {}
    for point, place in zip(design.points, _elsewhere(design, key), strict=True):
        found.setdefault(place, []).append(point.index)
    whole = [_ordered(design, key, own) for own in found.values()]
    whole = [line for line in whole if len(line) > 1]
    if not whole:
        raise RequestError(f"--along {key}: no two points of this run differ in {key} alone")
    return whole


def _elsewhere(design: Design, key: str) -> list[Any]:
    """What a point is in all but a key: its place along the other dimensions, or its other values."""
    label = next(label for label in design.coordinates if label.key == key)
    names = [dimension.name for dimension in design.dims]
    if names == ["point"]:
        others = [other.key for other in design.coordinates if other.key != key]
        return [tuple(toml(point.values[other]) for other in others) for point in design.points]
    own = names.index(label.along or label.name)
    return [
        tuple(
            int(place) for dim, place in enumerate(np.unravel_index(point.index, design.shape)) if dim != own
        )
        for point in design.points
    ]


def _ordered(design: Design, key: str, points: Sequence[int]) -> list[int]:
    """Points by value, each value once."""
    values = {index: design.points[index].values[key] for index in points}
    once = {toml(value): index for index, value in reversed(values.items())}
    kept = sorted(once.values())
    return sorted(kept, key=lambda index: float(values[index])) if is_numeric([*values.values()]) else kept


def pairs(line: Sequence[int], which: str) -> list[Pair]:
    """Pairs of points of a line.

    Raises
    ------
    RequestError
        If `which` is none of `PAIRS`, or there would be too many.
    """
    if which not in PAIRS:
        raise RequestError(f"--pairs {which}: must be one of {', '.join(PAIRS)}")
    if which == "successive":
        return list(pairwise(line))
    if which == "first":
        return [(line[0], other) for other in line[1:]]
    count = len(line) * (len(line) - 1) // 2
    if count > _MOST:
        raise RequestError(f"--pairs all: {count:,} pairs of {len(line)} points; at most {_MOST:,}")
    return list(combinations(line, 2))


def matched(design: Design, first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Pair]:
    """Points that fit `first`, each with the point that fits `second` and is equal in all that neither names.

    Raises
    ------
    RequestError
        If a name or value is not of the design, or nothing is left to compare.
    """
    if not first or not second:
        raise RequestError("--from and --to: each must name a point, as efficiency=0.2")
    ones, others = fitting(design, first, "--from"), fitting(design, second, "--to")
    named = {swept_key(design, name, "--from") for name in {**first, **second}}
    free = [label.key for label in design.coordinates if label.key not in named]
    what = f"--from {written(first)} --to {written(second)}"
    targets: dict[tuple[str, ...], Point] = {}
    for point in others:
        if targets.setdefault(_rest(point, free), point) is not point:
            raise RequestError(f"{what}: several points fit --to; name more keys")
    begun: dict[tuple[str, ...], Point] = {}
    for point in ones:
        if begun.setdefault(_rest(point, free), point) is not point:
            raise RequestError(f"{what}: several points fit --from; name more keys")
    found = [(point.index, targets[rest].index) for rest, point in begun.items() if rest in targets]
    found = [(one, other) for one, other in found if one != other]
    if not found:
        raise RequestError(f"{what}: no two different points fit that are equal in all else")
    return found


def _rest(point: Point, keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(toml(point.values[key]) for key in keys)
