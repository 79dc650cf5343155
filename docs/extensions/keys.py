"""Directives that write the reference of keys from the models, so that nothing of it is said twice.

`experiment-keys` lists the table ``[experiment]``; `model-keys` lists a section of the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from hegemon.config.spec import Settings
from hegemon.parameters import ParameterInfo, all_parameters
from hegemon.parameters._ranges import allowed
from hegemon.toml import toml_value

_SYMBOL = "symbol", "default", "range", "off"


def settings_markdown() -> str:
    """The keys of ``[experiment]``, a definition each."""
    return "\n".join(_settings())


def section_markdown(section: str) -> str:
    """The keys of one section of the model: a table to look up, then what each means."""
    infos = [info for info in all_parameters() if info.section == section]
    if not infos:
        raise ValueError(f"no such section: {section}")
    rows = [[_name(info), _symbol(info), _default(info), _range(info), _off(info)] for info in infos]
    meanings = [f"`{info.key}`\n: {_meaning(info)}\n" for info in infos]
    return "\n".join([*_table(["key", *_SYMBOL], rows), "", *meanings])


def _settings() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        default = "none" if field.default is None else f"`{toml_value(field.default)}`"
        yield f"`{name}`\n: {field.description} Default: {default}. Allowed: {allowed(field)}.\n"


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield from (f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def _name(info: ParameterInfo) -> str:
    return f"`{info.key}`"


def _symbol(info: ParameterInfo) -> str:
    return f"`{info.symbol}`" if info.symbol else ""


def _default(info: ParameterInfo) -> str:
    if info.follows:
        return f"that of `{info.follows}`"
    return "" if info.default is None else f"`{_value(info.default)}`"


def _range(info: ParameterInfo) -> str:
    words = info.range_text if info.range else info.allowed
    return f"{words}, `inf`" if info.range and info.range.infinite else words


def _off(info: ParameterInfo) -> str:
    return "" if info.off is None else f"`{_value(info.off)}`"


def _value(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else toml_value(value)


def _meaning(info: ParameterInfo) -> str:
    facts = [f"**{info.title}.** {info.description}"]
    facts += [] if info.unit == "1" else [f"Unit: {info.unit}."]
    facts += [f"Source: {info.source}."] if info.source else []
    facts += [] if info.scalar else [_LIST]
    return " ".join(facts)


_LIST = "It is a list: swept in a list of points or in step with another key, not as an axis of its own."


class _SettingsDirective(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(settings_markdown())


class _SectionDirective(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        try:
            return self.parse_text_to_nodes(section_markdown(self.arguments[0]))
        except ValueError as wrong:
            raise self.error(str(wrong)) from None


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("experiment-keys", _SettingsDirective)
    app.add_directive("model-keys", _SectionDirective)
    return {"parallel_read_safe": True}
