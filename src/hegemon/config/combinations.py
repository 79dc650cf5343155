"""Checks every design point for impossible combinations of values that are each allowed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from hegemon.config.mistakes import Mistakes, Path
from hegemon.config.spec import Sweep
from hegemon.config.text import Place, shown
from hegemon.parameters import Model
from hegemon.parameters._section import Section
from hegemon.parameters.registry import section_type, sections
from hegemon.parameters.variants import Variants

__all__ = ["check_points"]

_MOST_TOLD = 20  # a bad grid of thousands of points is told in this many lines, and one that counts the rest


def check_points(given: Mapping[str, Any], sweep: Sweep, bad: Collection[str], mistakes: Mistakes) -> Model:
    """Check every point, and return the model at the first that is possible.

    Parameters
    ----------
    given
        Fixed keys with their values, each allowed by itself.
    sweep
        The swept keys with their values, each allowed by itself.
    bad
        Keys whose mistakes have been told: combinations with them are not judged.
    mistakes
        Takes what is wrong, each combination once, with the swept values that make it.
    """
    make = Variants(_sections(given), sweep.keys)
    first: Model | None = None
    told: set[str] = set()
    for place, row in enumerate(sweep.rows()):
        try:
            model = make(row)
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                _tell(problem, given, _Point(sweep, place, row), bad, mistakes, told)
        else:
            first = first or model
    if len(told) > _MOST_TOLD:
        mistakes.say(f"sweep: {len(told) - _MOST_TOLD} more combinations are impossible", ("sweep",))
    return first or Model()


def _sections(given: Mapping[str, Any]) -> dict[str, Section]:
    values: dict[str, dict[str, Any]] = {section: {} for section in sections()}
    for key, value in given.items():
        section, _, name = key.partition(".")
        values[section][name] = value
    return {section: section_type(section)(**inner) for section, inner in values.items()}


class _Point:
    """A design point, as messages name it."""

    def __init__(self, sweep: Sweep, place: int, row: Mapping[str, Any]) -> None:
        self.row = row
        self._sweep, self._place = sweep, place

    def path(self, key: str) -> Path:
        if key not in self.row:
            return ("model", *key.split("."))
        if self._sweep.places:
            return (Place(f"{self._sweep.places[self._place]}, column {key}"),)
        if self._sweep.design == "list":
            return ("sweep", "values", self._place, key)
        return (*_group(self._sweep, key), key)

    def where(self, keys: Collection[str]) -> str:
        return ", ".join(f"{key} = {shown(self.row[key])}" for key in keys if key in self.row)


def _group(sweep: Sweep, key: str) -> Path:
    """Where in a sweep the values of a key stand: in it, or in one of the tables of linked keys."""
    linked = [group for group in sweep.groups if group.linked]
    places = [place for place, group in enumerate(linked) if key in group.keys]
    return ("sweep", "linked", places[0]) if places else ("sweep",)


def _tell(
    problem: Any,
    given: Mapping[str, Any],
    point: _Point,
    bad: Collection[str],
    mistakes: Mistakes,
    told: set[str],
) -> None:
    key = ".".join(problem["loc"])
    keys = (key, *problem["ctx"]["others"])
    where = point.where(keys)
    path = point.path(key)
    label = f"{path} {where}"
    if label in told or not set(keys).isdisjoint(bad):
        return
    told.add(label)
    if len(told) <= _MOST_TOLD:
        default = key not in given and key not in point.row
        value = given.get(key, problem["input"])
        mistakes.add(path, value, problem["msg"], default=default, where=where)
