"""Tables whose keys are those of the model, written with quotes or without."""

from __future__ import annotations

from typing import Any

from hegemon.parameters.registry import sections

__all__ = ["with_full_keys"]


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
