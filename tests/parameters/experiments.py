"""Hypothesis strategies for experiments, drawn from the registry of parameters."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

from hegemon.parameters import ParameterInfo, all_parameters

COMBINED = {
    "system.states",
    "system.years",
    "hegemony.hold",
    "arms.max_burden",
    "arms.peacetime_burden",
    "geography.layout",
}
SINGLE = [info for info in all_parameters() if info.kind != "list" and info.key not in COMBINED]
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).filter(str.strip)


def values(info: ParameterInfo) -> st.SearchStrategy[Any]:
    """Draw allowed values of a parameter that is one number, word or truth value."""
    if info.kind == "bool":
        return st.booleans()
    if info.choices:
        return st.sampled_from(info.choices)
    span = info.range
    assert span is not None
    low = math.nextafter(span.low, math.inf) if span.low_open else span.low
    high = math.nextafter(span.high, -math.inf) if span.high is not None and span.high_open else span.high
    either = st.floats(low, 1e300 if high is None else high)
    whole = [n for n in range(-3, 21) if n in span]
    if whole:
        either |= st.sampled_from(whole)
    return either | st.just(math.inf) if span.infinite else either


@st.composite
def models(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Draw the table ``[model]`` of a possible model, with some of its keys given."""
    states = draw(st.integers(2, 6))
    years = draw(st.integers(5, 65535))
    peace = draw(st.floats(1e-9, 0.16))
    positive = st.floats(1e-300, 1e300)
    given = {
        "system.states": states,
        "system.years": years,
        "system.shares": draw(st.just("equal") | st.lists(positive, min_size=states, max_size=states)),
        "system.offshore": draw(st.lists(st.integers(0, states - 1), max_size=states - 2, unique=True)),
        "growth.drift": draw(st.floats(-1, 1) | st.lists(st.floats(-1, 1), min_size=states, max_size=states)),
        "arms.peacetime_burden": peace,
        "arms.max_burden": draw(st.floats(peace, 1)),
        "hegemony.hold": draw(st.integers(1, years)),
    }
    if draw(st.booleans()):
        given["system.names"] = draw(st.lists(TEXT, min_size=states, max_size=states, unique=True))
    layout = draw(st.sampled_from(["none", "ring", "plane", "matrix"]))
    given["geography.layout"] = layout
    if layout == "matrix":
        given["geography.distances"] = _distances(draw, states)
    for info in draw(st.lists(st.sampled_from(SINGLE), unique_by=lambda info: info.key, max_size=10)):
        given[info.key] = draw(values(info))
    return nested(given)


def _distances(draw: st.DrawFn, states: int) -> list[list[float]]:
    few = draw(st.lists(st.floats(0, 1e6), min_size=1, max_size=8))
    return [[few[(i * j) % len(few)] if i != j else 0 for i in range(states)] for j in range(states)]


def nested(given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return tables by section, from values by key."""
    tables: dict[str, dict[str, Any]] = {}
    for key, value in given.items():
        section, _, name = key.partition(".")
        tables.setdefault(section, {})[name] = value
    return tables


def _content(row: dict[str, Any]) -> frozenset[tuple[str, Any]]:
    return frozenset(row.items())


@st.composite
def sweeps(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the table ``[sweep]``, of keys that can have any allowed value whatever the others have."""
    chosen = draw(st.lists(st.sampled_from(SINGLE), unique_by=lambda info: info.key, max_size=3))
    if draw(st.booleans()) and chosen:
        row = st.fixed_dictionaries({}, optional={info.key: values(info) for info in chosen}).filter(bool)
        return {"design": "list", "values": draw(st.lists(row, min_size=1, max_size=4, unique_by=_content))}
    return {info.key: draw(st.lists(values(info), min_size=1, max_size=4, unique=True)) for info in chosen}


@st.composite
def settings(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the table ``[experiment]``."""
    replicas = draw(st.integers(1, 10**12))
    optional = {
        "name": st.from_regex(r"[A-Za-z0-9é][\w.-]{0,20}", fullmatch=True),
        "title": TEXT,
        "description": st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t")),
        "seed": st.integers(0, 2**63 - 1),
        "common_random_numbers": st.booleans(),
        "confidence": st.floats(0, 1, exclude_min=True, exclude_max=True),
        "detail": st.sampled_from(["outcomes", "tallies"]),
        "dtype": st.sampled_from(["float64", "float32"]),
        "trajectories": st.integers(0, replicas),
    }
    return {"replicas": replicas} | draw(st.fixed_dictionaries({}, optional=optional))
