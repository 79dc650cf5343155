"""Types of the list-valued parameters, each refused with one message that names the element at fault."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from hegemon.parameters._section import plain

__all__ = ["Distances", "Drift", "Indices", "Names", "Shares", "Types", "is_text"]

_LONGEST_NAME = 100


def _fail(message: str) -> PydanticCustomError:
    return PydanticCustomError("list", "{message}", {"message": message})


def _items(value: Any, what: str) -> Sequence[Any]:
    value = plain(value)
    if not isinstance(value, (list, tuple)):
        raise _fail(f"must be {what}")
    return [plain(item) for item in value]


def _number(item: Any, place: str, test: Callable[[float], bool], what: str) -> float:
    """Return the item as a float, or say which one is wrong."""
    if isinstance(item, (int, float)) and not isinstance(item, bool):
        try:
            number = float(item) + 0.0
        except OverflowError:
            number = math.inf
        if math.isfinite(number) and test(number):
            return number
    raise _fail(f"{place} must be {what}")


def _numbers(items: Sequence[Any], test: Callable[[float], bool], what: str) -> tuple[float, ...]:
    return tuple(_number(item, f"number {i}", test, what) for i, item in enumerate(items, start=1))


def _shares(value: Any) -> Any:
    if isinstance(value, str) and value == "equal":
        return value
    shares = _numbers(_items(value, SHARES), lambda x: x > 0, "a finite number above 0")
    if not math.isfinite(sum(shares)):
        raise _fail("must have a finite sum")
    return shares


def _drift(value: Any) -> Any:
    value = plain(value)
    if isinstance(value, (list, tuple)):
        return _numbers(_items(value, DRIFT), lambda x: -1 <= x <= 1, "from -1 to 1")
    try:
        return _number(value, "it", lambda x: -1 <= x <= 1, DRIFT)
    except PydanticCustomError:
        raise _fail(f"must be {DRIFT}") from None


def _indices(value: Any) -> tuple[int, ...]:
    items = _items(value, INDICES)
    for item in items:
        if not isinstance(item, int) or isinstance(item, bool) or item < 0:
            raise _fail(f"must be {INDICES}")
    if len(set(items)) < len(items):
        raise _fail("must not name a state twice")
    return tuple(items)


def _names(value: Any) -> tuple[str, ...]:
    items = _items(value, NAMES)
    for item in items:
        if not isinstance(item, str) or not 0 < len(item.strip()) <= _LONGEST_NAME or not is_text(item):
            raise _fail(f"must be {NAMES}")
    if len(set(items)) < len(items):
        raise _fail("must not give two states one name")
    return tuple(items)


def _types(value: Any) -> Any:
    if value == "drawn":
        return value
    items = _items(value, TYPES)
    for i, item in _from_1(items):
        if item not in _KINDS:
            raise _fail(f"word {i} must be {_KINDS_TEXT}")
    return tuple(items)


def is_text(value: str, breaks: str = "") -> bool:
    """Tell whether any file can hold the text: no lone surrogates, no control characters but ``breaks``."""
    return all(c in breaks or unicodedata.category(c) not in ("Cc", "Cs") for c in value)


def _distances(value: Any) -> tuple[tuple[float, ...], ...]:
    rows = [_items(row, DISTANCES) for row in _items(value, DISTANCES)]
    size = len(rows)
    for i, row in enumerate(rows, start=1):
        if len(row) != size:
            raise _fail(f"must be square: row {i} holds {len(row)} numbers, and there are {size} rows")
    matrix = tuple(
        tuple(
            _number(x, f"row {i}, column {j}", lambda x: x >= 0, "a finite number, at least 0")
            for j, x in _from_1(row)
        )
        for i, row in _from_1(rows)
    )
    for i in range(size):
        if matrix[i][i] != 0:
            raise _fail(f"must have a zero diagonal: row {i + 1} does not")
        for j in range(i):
            if matrix[i][j] != matrix[j][i]:
                raise _fail(
                    f"must be symmetric: row {i + 1}, column {j + 1} is not row {j + 1}, column {i + 1}"
                )
    return matrix


def _from_1(items: Sequence[Any]) -> enumerate[Any]:
    return enumerate(items, start=1)


SHARES = '"equal" or a list of numbers above 0, one per state'
DRIFT = "a number from -1 to 1, or a list of such numbers, one per state"
INDICES = "a list of different states, counted from 0"
_KINDS = ("drawn", "revisionist", "security")
_KINDS_TEXT = '"drawn", "revisionist" or "security"'
TYPES = f'"drawn", or a list of {_KINDS_TEXT}, one per state'
NAMES = f"a list of different names, each of 1 to {_LONGEST_NAME} characters"
DISTANCES = "a square, symmetric list of lists of finite numbers of at least 0, with a zero diagonal"

Shares = Annotated[
    Literal["equal"] | tuple[Annotated[float, Field(gt=0)], ...],
    BeforeValidator(_shares),
]
"""Relative initial resources: ``"equal"`` or one positive number per state."""

Drift = Annotated[
    Annotated[float, Field(ge=-1, le=1)] | tuple[Annotated[float, Field(ge=-1, le=1)], ...],
    BeforeValidator(_drift),
]
"""Yearly log growth: one number for all states, or one per state."""

Indices = Annotated[tuple[Annotated[int, Field(ge=0)], ...], BeforeValidator(_indices)]
"""States, counted from 0."""

Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
"""Names of the states."""

Types = Annotated[
    Literal["drawn"] | tuple[Literal["drawn", "revisionist", "security"], ...], BeforeValidator(_types)
]
"""Types of the states: ``"drawn"`` or one word per state."""

Distances = Annotated[tuple[tuple[Annotated[float, Field(ge=0)], ...], ...], BeforeValidator(_distances)]
"""Distances between states, shape (N, N)."""
