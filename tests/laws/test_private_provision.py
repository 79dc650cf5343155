"""Endogenous efficiency: the equilibrium of private provision, its closed forms, and what comes of it.

Olson & Zeckhauser (1966); Bergstrom, Blume & Varian (1986).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hegemon_kernels as hk
from hegemon.reference.model import provided_fractions, provision
from hegemon.selftest.agreement import disagreements, kernel_rows, trace_disagreements
from model_values import defaults

DERIVED = {"rule": "olson", "eS": None, "eP": None, "eC": None, "eB": None}
KEY = hk.stream_key(11, 0)
# No growth, no wars, no clients; all are alarmed by all, and join at the first crisis, for good.
QUIET = {
    "s0": 0.0, "sig": 0.0, "k": 0.0, "kE": 0.0, "chi": 0.0, "cv": 0.0, "ze": 0.0, "tb": 0.0, "pB": 0.0,
    "pJ": 0.0, "ph": 0.0, "al": 1.0, "th": 0.0, "om": math.inf, "co": 1.0, "eS": 1.0, "eP": 1.0, "T": 20,
    "nu": 1.0,
}  # fmt: skip

weights = st.floats(0.05, 1.0)
all_means = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=12).map(lambda x: dict(enumerate(x)))


def spending(ow: float, means: dict[int, float]) -> dict[int, float]:
    """What each spends in the equilibrium, out of its means."""
    fractions = provided_fractions(ow, means, provision(ow, means))
    return {k: ow * fractions[k] * w for k, w in means.items()}


@given(weights, st.integers(1, 30), st.floats(0.1, 10))
def test_equals_deliver_less_the_more_they_are(ow, n, w):
    assert provision(ow, dict.fromkeys(range(n), w)) / (n * w) == pytest.approx(1 / (ow + n * (1 - ow)))


@given(weights, st.lists(st.floats(0.0, 1.0), max_size=8))
def test_the_greatest_bears_all_where_the_others_are_small(ow, others):
    means = {0: 3.0} | {k: 3.0 * (1 - ow) * x for k, x in enumerate(others, start=1)}
    E = provision(ow, means)
    fractions = provided_fractions(ow, means, E)
    assert E == pytest.approx(3.0)
    assert fractions[0] == pytest.approx(1.0)
    assert all(fractions[k] < 1e-9 for k in means if k)


@given(weights, all_means)
def test_the_great_are_exploited_by_the_small(ow, means):
    """A greater state gives a greater part of its means, never more than it would alone."""
    fractions = provided_fractions(ow, means, provision(ow, means))
    by_means = [fractions[k] for k in sorted(means, key=means.__getitem__)]
    assert by_means == sorted(by_means)
    assert 0 <= by_means[0] <= by_means[-1] <= 1


@given(weights, all_means)
def test_what_is_provided_is_what_the_fractions_say(ow, means):
    E = provision(ow, means)
    assert sum(f * means[k] for k, f in provided_fractions(ow, means, E).items()) == pytest.approx(E)


@given(st.floats(0.05, 0.95), all_means, st.floats(0.0, 0.999))
def test_nobody_gains_by_spending_otherwise(ow, means, other):
    """The equilibrium is one of Nash: other parts of one's means give no greater utility."""
    spent = spending(ow, means)

    def utility(k: int, part: float) -> float:
        public = sum(spent.values()) - spent[k] + part * means[k]
        return (
            -math.inf if public <= 0 else (1 - ow) * math.log(means[k] * (1 - part)) + ow * math.log(public)
        )

    for k, w in means.items():
        assert utility(k, other) <= utility(k, spent[k] / w) + 1e-9


def test_spending_somewhat_more_is_noticed():
    """Negative control of the above: what is no equilibrium fails."""
    means = {0: 1.0, 1: 1.0}
    spent = {k: 1.1 * x for k, x in spending(0.5, means).items()}
    own, less = (0.5 * math.log(1 - x) + 0.5 * math.log(x + spent[1]) for x in (spent[0], spent[0] / 1.1))
    assert less > own + 1e-4


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("states", "ow"), [(3, 0.7), (5, 0.4), (9, 0.9), (40, 0.6)])
def test_a_coalition_of_equals_delivers_the_closed_form(states, ow, dtype):
    values = defaults(**QUIET | {"N": states, "rule": "olson", "eC": None, "ow": ow})
    efficiency = kernel_rows(values, KEY, 0, 20, dtype)["delivered_efficiency"]
    expected = 1 / (ow + (states - 1) * (1 - ow))
    precision = 1e-12 if dtype == "float64" else 1e-5
    assert efficiency == pytest.approx(expected, rel=precision)
    assert efficiency != pytest.approx(1 / (ow + states * (1 - ow)), rel=precision)  # one state more


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_where_the_common_defense_is_all_nobody_rides_free(dtype):
    """Replica by replica the outcomes of full efficiency; of 400, rounding may change three."""
    full = kernel_rows(defaults(eta=1.0), KEY, 0, 400, dtype)
    whole = kernel_rows(defaults(**DERIVED, ow=1.0), KEY, 0, 400, dtype)
    part = kernel_rows(defaults(**DERIVED, ow=0.97), KEY, 0, 400, dtype)
    assert np.count_nonzero(full["year"] != whole["year"]) <= 3
    assert np.count_nonzero(full["wars"] != part["wars"]) > 100  # negative control


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"ow": 0.3},
        {"eS": 0.4},
        {"eP": 0.4},
        {"eC": 0.4},
        {"eB": 0.4},
        {"N": 20, "T": 30},
        {"N": 64, "T": 5},
    ],
    ids=str,
)
def test_systems_that_derive_their_efficiency_agree_with_the_reference(change):
    values: dict[str, Any] = defaults(**{"T": 80, "ph": 0.6, "nu": 0.3} | DERIVED | change)
    assert disagreements(values, KEY, 0, 40) == []
    assert trace_disagreements(values, KEY, 0, 4) == []


def test_types_may_be_fixed():
    """A sworn revisionist bids for more; a system of security seekers never does."""
    peaceful = defaults(al=1.0, types=["security"] * 6)
    one = defaults(al=1.0, types=["revisionist"] + ["security"] * 5, ph=0.9)
    mixed = defaults(types=["drawn", "revisionist", "security"] * 2, N=6)
    assert kernel_rows(peaceful, KEY, 0, 200)["wars"].max() == 0
    rows = kernel_rows(one, KEY, 0, 200)
    assert rows["wars"].max() > 0
    assert set(rows["revisionist"][rows["hegemon"] == 0]) == {1}
    assert set(rows["revisionist"][rows["hegemon"] > 0]) <= {0}
    assert disagreements(mixed, KEY, 0, 60) == []
