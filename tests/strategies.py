"""Hypothesis strategies over the whole parameter table of the model."""

from __future__ import annotations

import math
import random
from typing import Any

from hypothesis import strategies as st

from model_values import DEFAULTS, defaults

# symbol: (usual range, further values: the one that switches the mechanism off, and the extremes)
NUMBERS: dict[str, tuple[tuple[float, float], list[float]]] = {
    "s0": ((0.0, 1.0), [0.0, 3.0]),
    "sig": ((0.0, 0.2), [0.0, 1.0]),
    "cv": ((0.0, 0.05), [0.0, 1.0]),
    "ov": ((0.0, 0.2), [0.0, 1.0]),
    "chi": ((0.0, 0.5), [0.0, 2.0]),
    "kE": ((0.0, 0.05), [0.0, 0.2]),
    "wO": ((0.0, 0.99), [0.0]),
    "wS": ((0.0, 1.0), [0.0, 1.0]),
    "wI": ((0.0, 1.0), [0.0, 1.0]),
    "a0": ((0.0, 1.0), [0.0, 1.0]),
    "gA": ((0.0, 1.0), [0.0, 1.0]),
    "dA": ((0.0, 0.2), [0.0, 1.0]),
    "th": ((0.0, 2.0), [0.0, 100.0]),
    "sp": ((0.0, 0.5), [0.0, 2.0]),
    "wG": ((0.0, 1.0), [0.0, 1.0]),
    "b0": ((0.01, 0.3), [1e-6, 0.99]),
    "k": ((0.0, 5.0), [0.0, 20.0]),
    "r": ((0.05, 1.0), [1.0, 1e-6]),
    "am": ((0.0, 1.0), [0.0, 3.0]),
    "eI": ((0.0, 1.0), [0.0, 1.0]),
    "eS": ((0.0, 1.0), [0.0, 1.0]),
    "eP": ((0.0, 1.0), [0.0, 1.0]),
    "eC": ((0.0, 1.0), [0.0, 1.0]),
    "eB": ((0.0, 1.0), [0.0, 1.0]),
    "ow": ((0.1, 1.0), [1.0, 1e-6]),
    "om": ((0.0, 2.0), [0.0, math.inf]),
    "co": ((0.5, 1.0), [0.0, 1.0]),
    "ze": ((0.0, 0.3), [0.0, 1.0]),
    "rb": ((0.0, 1.0), [0.0, 1.0]),
    "al": ((0.1, 0.6), [0.0, 1.0]),
    "v": ((0.1, 3.0), [1e-6, math.inf]),
    "pB": ((0.0, 1.0), [0.0, 1.0]),
    "pJ": ((0.0, 1.0), [0.0, 1.0]),
    "tb": ((0.0, 0.1), [0.0, 0.9]),
    "pr": ((0.0, 1.0), [0.0, 1.0]),
    "ph": ((0.2, 1.0), [0.0, 1.0]),
    "m": ((0.2, 5.0), [1.0, 2.0, 50.0]),
    "D": ((0.3, 3.0), [1.0, 0.01]),
    "ta": ((0.1, 1.0), [0.0, 1.0]),
    "tl": ((0.0, 0.5), [0.0, 0.9]),
    "la": ((0.0, 0.5), [0.0, 1.0]),
    "cw": ((0.0, 0.2), [0.0, 0.9]),
    "bi": ((-1.0, 1.0), [0.0, -3.0, 3.0]),
    "sm": ((0.0, 1.0), [0.0, 2.0]),
    "ri": ((0.0, 0.2), [0.0, 1.0]),
    "an": ((0.0, 0.2), [0.0, 1.0]),
    "hs": ((0.0, 1.0), [0.0, 1.0]),
    "qs": ((0.05, 0.9), [0.999]),
    "wC": ((0.0, 1.0), [0.0, 1.0]),
    "H": ((0.2, 1.0), [1.0, 0.01]),
}

# What chance rarely brings together.
FLAVOURS: list[dict[str, Any]] = [
    {},
    {},
    {"ph": 1.0, "ri": 0.0, "cw": 0.0, "bi": 1.0, "nu": 1.0},  # wars every year
    {"ph": 0.7, "ri": 0.0, "cw": 0.01, "tl": 0.05, "eS": 0.9, "th": 0.3, "wI": 0.2, "om": 4.0, "nu": 0.8},
    {"ph": 0.5, "ri": 0.01, "cw": 0.0, "D": 1.0, "rb": 0.9, "al": 0.1, "eS": 0.6, "th": 0.2, "nu": 0.8},
    {"ph": 1.0, "ri": 0.0, "ta": 1.0, "D": 0.5, "hs": 1.0, "nu": 0.7, "H": 0.9},  # annexed and reborn
    {"ph": 1.0, "ri": 0.0, "cw": 0.9, "ta": 1.0, "D": 0.01, "chi": 2.0, "tb": 0.9, "nu": 4.0},  # collapse
]


def number(symbol: str) -> st.SearchStrategy[float]:
    """A value of one parameter: its default, one from its usual range, or one at the edge."""
    (low, high), edges = NUMBERS[symbol]
    usual = st.floats(low, high, allow_subnormal=False)
    kept = [st.just(DEFAULTS[symbol])] if symbol in DEFAULTS else []
    return st.one_of(*kept, usual, usual, st.sampled_from(edges))


def per_state(states: int, low: float, high: float) -> st.SearchStrategy[list[float]]:
    number = st.floats(low, high, allow_subnormal=False)
    return st.lists(number, min_size=states, max_size=states)


def shares(states: int) -> st.SearchStrategy[list[float]]:
    equal = st.just([1.0] * states)
    return st.one_of(equal, equal, per_state(states, 0.1, 10.0), per_state(states, 1e-9, 1e9))


def drifts(states: int) -> st.SearchStrategy[list[float]]:
    common = st.sampled_from([0.0, 0.0, 0.02, -0.02, 1.0, -1.0]).map(lambda mu: [mu] * states)
    return st.one_of(common, common, per_state(states, -0.1, 0.1), per_state(states, -1.0, 1.0))


def types(states: int) -> st.SearchStrategy[list[str]]:
    drawn = st.just(["drawn"] * states)
    kinds = st.sampled_from(["drawn", "revisionist", "security"])
    return st.one_of(drawn, drawn, st.lists(kinds, min_size=states, max_size=states))


def distance_matrix(states: int, seed: int) -> list[list[float]]:
    """A symmetric matrix of distances up to 2 with some zeros (too many numbers to draw one by one)."""
    rng = random.Random(seed)
    d = [[0.0] * states for _ in range(states)]
    for i in range(states):
        for j in range(i):
            d[i][j] = d[j][i] = rng.choice([0.0, 1e-3, rng.random(), 2 * rng.random()])
    return d


@st.composite
def geography(draw: st.DrawFn, states: int) -> dict[str, Any]:
    layout = draw(st.sampled_from(["none", "none", "ring", "plane", "matrix"]))
    ell = draw(st.one_of(st.just(math.inf), st.floats(0.05, 2.0), st.sampled_from([1e-3, 0.3, 100.0])))
    distances = distance_matrix(states, draw(st.integers(0, 2**16))) if layout == "matrix" else None
    return {"layout": layout, "ell": ell, "distances": distances}


@st.composite
def offshore(draw: st.DrawFn, states: int) -> list[int]:
    """At least two states are left in the region."""
    chosen = st.lists(st.integers(0, states - 1), unique=True, max_size=states - 2).map(sorted)
    return draw(st.one_of(st.just([]), chosen))


@st.composite
def model_values(
    draw: st.DrawFn,
    max_states: int = 64,
    max_years: int = 30,
    max_crises: float = 16.0,
    late: bool = True,
) -> dict[str, Any]:
    """Parameters by symbol from the whole table, sized so that the plain reference stays quick.

    At most `max_crises` expected crises a year and `max_years` years (an eighth of both beyond 16 states).
    Without what came `late`, no efficiency is endogenous and no type is fixed.
    """
    N = draw(st.one_of(st.integers(2, min(9, max_states)), st.sampled_from([2, 4, 5, 8, max_states])))
    if draw(st.integers(0, 9)) == 0:
        N = draw(st.integers(2, max_states))
    size = 1 if N <= 16 else 8
    T = draw(st.integers(1, max(1, max_years // size)))
    nu = draw(st.one_of(st.floats(0.0, 1.0), st.sampled_from([0.0, 0.15, 0.5, 1.0, 4.0])))
    values = {symbol: draw(number(symbol)) for symbol in NUMBERS}
    flavour = {"nu": nu} | draw(st.sampled_from(FLAVOURS))
    values |= draw(geography(N)) | flavour
    if late and draw(st.integers(0, 2)) == 0:
        derived = draw(st.sets(st.sampled_from(["eS", "eP", "eC", "eB"])))
        values |= {"rule": "olson"} | dict.fromkeys(derived)
    values["nu"] = min(values["nu"], max_crises / size / N)
    return defaults(
        **values,
        N=N,
        T=T,
        shares=draw(shares(N)),
        offshore=draw(offshore(N)),
        mu=draw(drifts(N)),
        types=draw(types(N)) if late else ["drawn"] * N,
        bm=draw(st.one_of(st.just(values["b0"]), st.floats(values["b0"], 1.0), st.just(1.0))),
        initiative=draw(st.sampled_from(["uniform", "capability"])),
        ho=draw(st.one_of(st.integers(1, min(3, T)), st.integers(1, T))),
        absorbing=draw(st.booleans()),
    )
