"""Values, and where they stand, as messages show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hegemon.toml import toml_key, toml_value

_DEEPEST = 4  # more levels than this are never shown in a message
_MOST_ITEMS = 8  # nor more elements of one list
_LONGEST = 80


class Place(str):
    """A part of a path that is written as it stands: the row and the column of another file."""


def path_text(path: tuple[str | int, ...]) -> str:
    """Write where a value stands in a file: ``sweep.values[3]."war.spoils"``."""
    text = ""
    for part in path:
        if isinstance(part, Place):
            text += part
        else:
            text += f"[{part}]" if isinstance(part, int) else f".{toml_key(part)}"
    return text.removeprefix(".")


def shown(value: Any) -> str:
    """Show a value in a message, in TOML, shortened where it is long."""
    text = toml_value(_cut(value, _DEEPEST))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


class _Dots(int):
    """What stands for the elements that are not shown."""

    def __str__(self) -> str:
        return "..."


def _cut(value: Any, depth: int) -> Any:
    """Return no more of a value than a message can show."""
    if isinstance(value, str):
        return value[:_LONGEST]
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 64:
        return _Dots()  # Python refuses to write out very long whole numbers
    if not isinstance(value, (list, tuple, Mapping)):
        return value
    if depth == 0:
        return _Dots()
    if isinstance(value, Mapping):
        return {str(key)[:_LONGEST]: _cut(item, depth - 1) for key, item in list(value.items())[:_MOST_ITEMS]}
    items = [_cut(item, depth - 1) for item in value[:_MOST_ITEMS]]
    return items if len(value) <= _MOST_ITEMS else [*items, _Dots()]
