"""Every parameter with what is known of it, read from the models: nothing is said twice."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic.fields import FieldInfo

from hegemon.parameters._ranges import Range, allowed, base_type, choices, facts, range_of
from hegemon.parameters._section import Section
from hegemon.parameters.model import Model

__all__ = ["ParameterInfo", "all_parameters", "nearest", "parameter", "section_type", "sections"]


@dataclass(frozen=True)
class ParameterInfo:
    """What is known of one parameter.

    Attributes
    ----------
    key
        ``section.key``.
    symbol
        Symbol in the model's equations; None where they have none.
    title
        Short name, for axes and tables.
    description, unit
        Meaning; unit ("1" for a pure number).
    default
        Default; None where it follows another key or is not given.
    follows
        The key whose value it takes when not given, or None.
    off
        Value that switches its mechanism off exactly, or None.
    range
        Allowed numbers (of each element, for lists); None for what is not a number.
    choices
        Allowed words, empty for what is not a choice of words.
    kind
        ``"int"``, ``"float"``, ``"bool"``, ``"choice"`` or ``"list"`` (of what is, or may be, a list).
    scalar
        Whether one number, word or truth value is allowed: whether it can be an axis of a grid.
    allowed
        What is allowed, in words.
    source
        Author and year of the idea, or None.
    """

    key: str
    symbol: str | None
    title: str
    description: str
    unit: str
    default: Any
    follows: str | None
    off: Any
    range: Range | None
    choices: tuple[str, ...]
    kind: str
    scalar: bool
    allowed: str
    source: str | None

    @property
    def section(self) -> str:
        """The section of the key."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """The key without its section."""
        return self.key.partition(".")[2]

    @property
    def range_text(self) -> str:
        """The range as tables write it, or the allowed words."""
        return (
            self.range.text(self.symbol or self.name)
            if self.range
            else ", ".join(self.choices) or self.allowed
        )

    @property
    def label(self) -> str:
        """Title with its unit, for an axis."""
        return self.title if self.unit in ("1", "") else f"{self.title} ({self.unit})"


def parameter(key: str) -> ParameterInfo:
    """Return what is known of a parameter.

    Parameters
    ----------
    key
        As ``section.key``, for instance ``"balancing.efficiency"``.

    Raises
    ------
    KeyError
        If there is no such parameter.
    """
    return _table()[key]


def all_parameters() -> tuple[ParameterInfo, ...]:
    """Return what is known of all parameters, in the order of the sections and their keys."""
    return tuple(_table().values())


def sections() -> tuple[str, ...]:
    """Return the names of the sections of the model."""
    return tuple(Model.model_fields)


def section_type(section: str) -> type[Section]:
    """Return the class of a section."""
    kind: type[Section] = base_type(Model.model_fields[section])
    return kind


def nearest(key: str, keys: Iterable[str] | None = None) -> str | None:
    """Return the valid key that a mistyped one most resembles, or None.

    Parameters
    ----------
    key
        What was typed: ``section.key``, or a key alone.
    keys
        The keys to choose from; by default all parameters.
    """
    candidates = list(_table() if keys is None else keys)
    last = key.rpartition(".")[2]
    names = difflib.get_close_matches(last, {name.rpartition(".")[2] for name in candidates}, n=1, cutoff=0.7)
    # a right name in a wrong section counts for more than a like name in the right one
    alike = [candidate for candidate in candidates if candidate.rpartition(".")[2] in names]
    return max(alike, key=lambda candidate: _likeness(key, candidate), default=None)


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


@cache
def _table() -> dict[str, ParameterInfo]:
    declared = {
        f"{section}.{name}": field
        for section in sections()
        for name, field in section_type(section).model_fields.items()
    }
    symbols = {key: facts(field).get("symbol", "") for key, field in declared.items()}
    return {key: _info(key, field, symbols) for key, field in declared.items()}


def _info(key: str, field: FieldInfo, symbols: dict[str, str]) -> ParameterInfo:
    noted, kind = facts(field), _kind(field)
    return ParameterInfo(
        key=key,
        symbol=symbols[key] or None,
        title=field.title or key,
        description=field.description or "",
        unit=noted["unit"],
        default=field.default,
        follows=noted.get("follows"),
        off=noted.get("off"),
        range=range_of(field, symbols),
        choices=choices(field),
        kind=kind,
        scalar=kind != "list" or isinstance(field.default, float),
        allowed=allowed(field),
        source=noted.get("source"),
    )


def _kind(field: FieldInfo) -> str:
    kind = base_type(field)
    if kind in (int, float, bool):
        return str(kind.__name__)
    return "choice" if choices(field) else "list"
