"""Rules that join several parameters: each tells what is wrong, where, and which keys it looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from hegemon.parameters.model import Model

__all__ = ["Problem", "problems"]


class Problem(NamedTuple):
    """One impossible combination.

    Attributes
    ----------
    key
        The key to blame, as ``section.key``.
    value
        Its value.
    message
        What is allowed instead.
    others
        The other keys on which this depends.
    """

    key: str
    value: Any
    message: str
    others: tuple[str, ...]


def problems(model: Model) -> Iterator[Problem]:
    """Find every impossible combination in a model whose single values are all allowed."""
    yield from _lengths(model)
    yield from _offshore(model)
    yield from _distances(model)
    burden, peace = model.arms.max_burden, model.arms.peacetime_burden
    if burden < peace:
        message = f"must be at least arms.peacetime_burden, which is {peace:.12g}"
        yield Problem("arms.max_burden", burden, message, ("arms.peacetime_burden",))
    hold, years = model.hegemony.hold, model.system.years
    if hold > years:
        yield Problem(
            "hegemony.hold", hold, f"must be at most system.years, which is {years}", ("system.years",)
        )


def _lengths(model: Model) -> Iterator[Problem]:
    """One element per state, wherever a list is given."""
    states = model.system.states
    lists = (
        ("system.shares", model.system.shares),
        ("system.names", model.system.names),
        ("growth.drift", model.growth.drift),
        ("war.types", model.war.types),
    )
    for key, value in lists:
        if isinstance(value, tuple) and len(value) != states:
            message = f"must hold one element per state: {len(value)} given, system.states is {states}"
            yield Problem(key, value, message, ("system.states",))


def _offshore(model: Model) -> Iterator[Problem]:
    offshore, states = model.system.offshore, model.system.states
    beyond = [index for index in offshore if index >= states]
    if beyond:
        message = f"must hold states from 0 to {states - 1}: {beyond[0]} is none, system.states is {states}"
        yield Problem("system.offshore", offshore, message, ("system.states",))
    elif states - len(offshore) < 2:
        message = f"must leave at least two states that are not offshore: system.states is {states}"
        yield Problem("system.offshore", offshore, message, ("system.states",))


def _distances(model: Model) -> Iterator[Problem]:
    layout, distances, states = model.geography.layout, model.geography.distances, model.system.states
    if distances is None:
        if layout == "matrix":
            message = "needs geography.distances, which are not given"
            yield Problem("geography.layout", layout, message, ("geography.distances",))
    elif layout != "matrix":
        message = f'must be given only with geography.layout = "matrix", and it is "{layout}"'
        yield Problem("geography.distances", distances, message, ("geography.layout",))
    elif len(distances) != states:
        message = f"must have one row per state: {len(distances)} given, system.states is {states}"
        yield Problem("geography.distances", distances, message, ("system.states",))
