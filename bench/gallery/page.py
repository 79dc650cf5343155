"""What a page of the gallery declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Place = tuple[str, str, Any]
"""A cell: the panel's key, the line's name, the value of the swept key."""


@dataclass(frozen=True)
class Line:
    """One line: an experiment with some keys set, as `--set` takes them; grey for a null."""

    name: str
    set: tuple[str, ...] = ()
    grey: bool = False


@dataclass(frozen=True)
class Panel:
    """One panel: an outcome of each line against the key that the experiment sweeps."""

    key: str
    config: str
    lines: tuple[Line, ...]
    title: str = "How often a hegemon emerges"
    of: str = "emerged"
    set: tuple[str, ...] = ()
    """Keys that are set for all lines."""
    folder: str = ""
    """Where runs of other panels with the same config and names must be kept apart."""
    along: str = ""
    """An outcome whose mean is the horizontal axis, instead of the swept key."""


@dataclass(frozen=True)
class Fact:
    """A sum of weighted cells, replica by replica; `kind` says in which words it is told.

    `sign` is what the text relies on: -1 or 1 where the interval must lie on that side of 0, 0 where it must
    hold 0, None where nothing is relied on.
    """

    terms: tuple[tuple[float, Place], ...]
    kind: str = "value"
    sign: int | None = None


@dataclass(frozen=True)
class Page:
    """A page: its title, panels, facts, and the sentences that tell them (`{name}` stands for a fact)."""

    title: str
    panels: tuple[Panel, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    study: Callable[..., dict[str, Any]] | None = None
    """Takes a function that runs a config with keys set, and gives `facts` and data of the page's own."""
    draw: Callable[[dict[str, Any]], Any] | None = None
    """Makes the figure of the page's record, where it is not one of lines."""


def value(panel: str, line: str, x: Any) -> Fact:
    """The estimate in one cell."""
    return Fact(((1.0, (panel, line, x)),))


def change(panel: str, line: str, x0: Any, x1: Any, sign: int | None = None) -> Fact:
    """What a line moves by between two values of the swept key."""
    return Fact(((1.0, (panel, line, x1)), (-1.0, (panel, line, x0))), "change", sign)


def gap(panel: str, line: str, other: str, x: Any, sign: int | None = None) -> Fact:
    """By how much `line` lies above `other`."""
    return Fact(((1.0, (panel, line, x)), (-1.0, (panel, other, x))), "gap", sign)


def fall(panel: str, line: str, other: str, x0: Any, x1: Any, sign: int | None = None) -> Fact:
    """By how much more `line` falls between two values than `other`."""
    terms = ((1.0, (panel, line, x0)), (-1.0, (panel, line, x1)))
    less = ((-1.0, (panel, other, x0)), (1.0, (panel, other, x1)))
    return Fact(terms + less, "fall", sign)
