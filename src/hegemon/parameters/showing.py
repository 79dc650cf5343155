"""How a model shows itself in a notebook: what differs from the defaults, as a table in HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from hegemon.parameters.registry import ParameterInfo, all_parameters
from hegemon.toml import toml_value

if TYPE_CHECKING:
    from hegemon.parameters.model import Model


def departures(model: Model) -> list[tuple[ParameterInfo, Any]]:
    """Parameters whose values are not their defaults, with those values."""
    values = [(info, getattr(getattr(model, info.section), info.name)) for info in all_parameters()]
    return [(info, value) for info, value in values if value != info.default]


def model_html(model: Model) -> str:
    """A table of what differs from the defaults."""
    found = departures(model)
    if not found:
        return paragraph_html("hegemon.Model", "all defaults")
    rows = [[info.key, value_text(value), default_text(info), info.title] for info, value in found]
    return paragraph_html("hegemon.Model", "what differs from the defaults") + table_html(
        ("key", "value", "default", "meaning"), rows
    )


def default_text(info: ParameterInfo) -> str:
    """The default of a parameter as text; nothing where there is none."""
    if info.follows:
        return f"that of {info.follows}"
    return "" if info.default is None else value_text(info.default)


def value_text(value: Any) -> str:
    """A value as short text."""
    text = f"{value:.6g}" if isinstance(value, float) else toml_value(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def paragraph_html(what: str, text: str) -> str:
    """A line of HTML: what it is, and what of it."""
    return f"<p><b>{escape(what)}</b> {escape(text)}</p>"


def table_html(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of text as a table in HTML."""
    head = "".join(f"<th>{escape(name)}</th>" for name in header) if any(header) else ""
    lines = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    top = f"<thead><tr>{head}</tr></thead>" if head else ""
    return f"<table>{top}<tbody>{''.join(f'<tr>{line}</tr>' for line in lines)}</tbody></table>"
