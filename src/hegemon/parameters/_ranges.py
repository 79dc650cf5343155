"""Allowed ranges, read from the declared fields, as data and in words."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

__all__ = ["Range", "allowed", "base_type", "choices", "facts", "range_of"]


@dataclass(frozen=True)
class Range:
    """An interval of numbers.

    Attributes
    ----------
    low, high
        Bounds; None where there is none.
    low_open, high_open
        Whether the bound itself is excluded.
    infinite
        Whether inf is allowed (NaN never is).
    low_symbol, high_symbol
        Symbol of the parameter that bounds this one as well, if any.
    """

    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False
    infinite: bool = False
    low_symbol: str | None = None
    high_symbol: str | None = None

    def __contains__(self, value: float) -> bool:
        if value != value or (abs(value) == float("inf") and not (self.infinite and value > 0)):
            return False
        above = self.low is None or (value > self.low if self.low_open else value >= self.low)
        return above and (self.high is None or (value < self.high if self.high_open else value <= self.high))

    def text(self, symbol: str) -> str:
        """Write the range as tables do: ``0..1``, ``0<m<=50``, ``>0``.

        Parameters
        ----------
        symbol
            Symbol of the parameter, named where a bound is open.
        """
        low = self.low_symbol or _short(self.low)
        high = self.high_symbol or _short(self.high)
        if high is None:
            return f"{'>' if self.low_open else '>='}{low}"
        if (self.low_open and not self.low_symbol) or self.high_open:
            return f"{low}{'<' if self.low_open else '<='}{symbol}{'<' if self.high_open else '<='}{high}"
        return f"{low}..{high}"

    def words(self, noun: str) -> str:
        """Say the range in a sentence's words: ``a number from 0 to 1``."""
        low, high = _short(self.low), _short(self.high)
        if high is None:
            text = f"{noun} above {low}" if self.low_open else f"{noun}, at least {low}"
        elif self.low_open:
            text = f"{noun} above {low} and {'below' if self.high_open else 'at most'} {high}"
        else:
            text = f"{noun} from {low} to {'below ' if self.high_open else ''}{high}"
        return f"{text}, or inf" if self.infinite else text


def facts(field: FieldInfo) -> Mapping[str, Any]:
    """Return what `parameter` noted beside the bounds of a field."""
    extra = field.json_schema_extra
    return extra if isinstance(extra, dict) else {}


def range_of(field: FieldInfo, symbols: Mapping[str, str]) -> Range | None:
    """Return the range of a numeric field, None for any other.

    Parameters
    ----------
    field
        The field, as declared.
    symbols
        Symbol of each key, for the ranges that other keys bound.
    """
    noted = facts(field)
    bounds = {
        name: getattr(item, name)
        for item in field.metadata
        for name in ("ge", "gt", "le", "lt")
        if hasattr(item, name)
    }
    if "bounds" in noted:
        bounds = dict(zip(("ge", "le"), noted["bounds"], strict=True))
    if not bounds:
        return None
    return Range(
        low=bounds.get("ge", bounds.get("gt")),
        high=bounds.get("le", bounds.get("lt")),
        low_open="gt" in bounds,
        high_open="lt" in bounds,
        infinite=noted.get("infinite", False),
        low_symbol=symbols.get(noted.get("low_key", "")),
        high_symbol=symbols.get(noted.get("high_key", "")),
    )


def base_type(field: FieldInfo) -> Any:
    """Return the type of a field, without the None of one that may be left out."""
    kind = field.annotation
    if get_origin(kind) in (Union, types.UnionType):
        kinds = [part for part in get_args(kind) if part is not type(None)]
        return kinds[0] if len(kinds) == 1 else kind
    return kind


def choices(field: FieldInfo) -> tuple[str, ...]:
    """Return the words a field allows, none where it is not a choice of words."""
    kind = base_type(field)
    return get_args(kind) if get_origin(kind) is Literal else ()


def allowed(field: FieldInfo) -> str:
    """Say what a field allows: ``a whole number from 2 to 64``."""
    if "allowed" in facts(field):
        return str(facts(field)["allowed"])
    if words := choices(field):
        return " or ".join(f'"{word}"' for word in words)
    kind, interval = base_type(field), range_of(field, {})
    if kind is bool:
        return "true or false"
    if kind is str:
        return "text in quotes"
    noun = (
        "a whole number"
        if kind is int
        else "a finite number"
        if interval and interval.high is None
        else "a number"
    )
    if interval is None:
        return noun
    return interval.words("a number" if interval.infinite else noun)


def _short(bound: float | None) -> str | None:
    if bound is None:
        return None
    return str(int(bound)) if float(bound).is_integer() else f"{bound:.12g}"
