"""Models that differ from one another in a few keys only, made at the cost of what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hegemon.parameters._section import Section
from hegemon.parameters.model import Model

__all__ = ["Variants"]


class Variants:
    """Makes one model for each choice of values of some keys.

    Parameters
    ----------
    sections
        The sections of the model that all share. What they say of the varied keys is not used.
    keys
        The keys that vary, as ``section.key``. A key without a value takes its default.
    """

    def __init__(self, sections: Mapping[str, Section], keys: Sequence[str]) -> None:
        self._sections = dict(sections)
        self._varied: dict[str, list[tuple[str, str]]] = {}
        for key in keys:
            section, _, name = key.partition(".")
            self._varied.setdefault(section, []).append((key, name))
        self._fixed = {section: self._fixed_values(section) for section in self._varied}
        self._made: dict[tuple[Any, ...], Section] = {}

    def __call__(self, values: Mapping[str, Any]) -> Model:
        """Return the model with these values.

        Raises
        ------
        pydantic.ValidationError
            If the combination is impossible.
        """
        changed = {section: self._section(section, values) for section in self._varied}
        return Model(**{**self._sections, **changed})

    def _fixed_values(self, section: str) -> dict[str, Any]:
        base, varied = self._sections[section], {name for _, name in self._varied[section]}
        return {name: getattr(base, name) for name in base.model_fields_set if name not in varied}

    def _section(self, section: str, values: Mapping[str, Any]) -> Section:
        given = {name: values[key] for key, name in self._varied[section] if key in values}
        label = (section, *given.items())
        if label not in self._made:
            self._made[label] = type(self._sections[section])(**self._fixed[section], **given)
        return self._made[label]
