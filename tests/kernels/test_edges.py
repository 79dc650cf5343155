"""Kernel and reference where a draw is the smallest or greatest, and where two numbers are equal.

The kernel addresses its generator, so that no words can be fed to it: the keys in `edge_keys.py` were found
by a search. Thresholds are met exactly by giving the parameter the value that is reached.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import hegemon_kernels as hk
from hegemon import reference
from hegemon.reference import philox4x32_10, stream_key
from hegemon.reference.numerics import uniform
from hegemon.selftest.agreement import disagreements, kernel_rows, trace_disagreements
from kernels.edge_keys import EDGE_DRAWS, EdgeDraw
from model_values import defaults

MOST = 0xFFFFFFFF
KEY = stream_key(23, 0)

RESTLESS: dict[str, Any] = {
    "N": 4, "T": 6, "ph": 0.6, "ri": 0.0, "cw": 0.0, "bi": 1.0, "nu": 0.75, "H": 1.0, "s0": 0.8, "sig": 0.1,
    "wG": 0.8, "sp": 0.7, "sm": 0.8, "layout": "plane", "ell": 0.5, "th": 0.3, "wI": 0.3, "v": 1.0, "pB": 0.3,
    "hs": 1.0, "an": 0.9, "ta": 0.9, "D": 0.5,
}  # fmt: skip
# In some the number of crises nu N is whole; in "conquest" several states fall in the first year.
SYSTEMS = {
    "uniform": defaults(**RESTLESS),
    "by capability": defaults(**RESTLESS | {"initiative": "capability", "nu": 2.0, "H": 0.5}),
    "certain": defaults(**RESTLESS | {"ph": 1.0, "eta": 1.0, "th": 0.0, "nu": 0.25, "pB": 0.0, "pJ": 0.0}),
    "wild": defaults(**RESTLESS | {"s0": 3.0, "sig": 1.0, "sp": 2.0, "sm": 2.0, "nu": 1.1}),
    "six states": defaults(**RESTLESS | {"N": 6, "nu": 0.5, "an": 1.0, "absorbing": False}),
    "conquest": defaults(**RESTLESS | {"N": 6, "nu": 2.0, "an": 1.0, "ph": 1.0, "D": 0.1, "eta": 0.1}),
} | {
    f"giant {c}, {th}": defaults(
        **RESTLESS | {"s0": 0.0, "sp": 2.0, "th": th, "eta": eta, "pB": 0.0, "pJ": 0.0, "nu": 1.5},
        initiative="capability",
        shares=[50.0 if i == c else 1.0 for i in range(4)],
    )
    for c, th, eta in ((0, 0.5, 0.8), (0, 10.0, 1.0), (3, 0.5, 0.8), (3, 0.3, 1.0))
}


# Draws at the edges


def edge_id(draw: EdgeDraw) -> str:
    return f"y{draw.year}-s{draw.slot}-w{draw.word}-{'least' if draw.value == 0 else 'most'}"


EDGES = pytest.mark.parametrize("draw", EDGE_DRAWS, ids=edge_id)


def test_every_address_of_the_first_year_is_there():
    drawn = {(0, 0): 4, (0, 64): 2, (1, 0): 4, (1, 32): 3, (1, 64): 4, (1, 65): 4, (1, 81): 4}
    needed = {(*at, w, edge) for at, words in drawn.items() for w in range(words) for edge in (0, MOST)}
    assert {(d.year, d.slot, d.word, d.value) for d in EDGE_DRAWS} == needed


@EDGES
def test_the_draw_is_at_the_edge(draw):
    words = philox4x32_10((draw.slot, draw.year, 0, 0), (draw.key & MOST, draw.key >> 32))
    assert words[draw.word] == draw.value


@EDGES
def test_edge_draws(draw):
    """Also beside replicas whose draws are ordinary, and with the precision halved."""
    for values in SYSTEMS.values():
        assert disagreements(values, draw.key, 0, 1) == []
        assert trace_disagreements(values, draw.key, 0, 2) == []
        rows = kernel_rows(values, draw.key, 0, 2, "float32")
        assert all(np.all(np.isfinite(rows[name])) for name in rows.dtype.names)


def histories(draw: EdgeDraw, word: int) -> list[str]:
    """What happens to replica 0 of each system with this word in the place of the one at the edge."""

    def words(slot: int, year: int, replica: int) -> tuple[int, int, int, int]:
        found = list(philox4x32_10((slot, year, replica, 0), (draw.key & MOST, draw.key >> 32)))
        if (slot, year) == (draw.slot, draw.year):
            found[draw.word] = word
        return (found[0], found[1], found[2], found[3])

    return [str(reference.trace(values, draw.key, 0, words=words)) for values in SYSTEMS.values()]


@EDGES
def test_the_edge_matters(draw):
    """Another word at this address gives another history in some system."""
    found = histories(draw, draw.value)
    assert found == [str(reference.trace(values, draw.key, 0)) for values in SYSTEMS.values()]
    assert any(histories(draw, word) != found for word in (MOST - draw.value, 2**30, 2**31, 3 * 2**30))


@pytest.mark.parametrize("value", [0, MOST])
def test_a_chance_that_equals_the_draw(value):
    """A draw is below a chance strictly: state 0 is a revisionist from the next greater chance on."""
    key = next(d.key for d in EDGE_DRAWS if (d.year, d.slot, d.word, d.value) == (0, 0, 0, value))
    u = uniform(value)
    # Drift makes state 0 the hegemon.
    values = defaults(N=2, T=3, ho=1, mu=[1.0, -1.0], s0=0.0)
    for ph, revisionist in ((u, 0), (math.nextafter(u, 1), 1), (0.0, 0), (1.0, 1)):
        rows = kernel_rows(values | {"ph": ph}, key, 0, 1)
        assert rows[["hegemon", "revisionist"]].tolist() == [(0, revisionist)]
        assert disagreements(values | {"ph": ph}, key, 0, 1) == []


# Ties and thresholds. Nothing grows, shrinks or is drawn in these, so that equal states stay equal.

STILL: dict[str, Any] = {
    "s0": 0.0, "sig": 0.0, "cv": 0.0, "chi": 0.0, "kE": 0.0, "k": 0.0, "ze": 0.0, "b0": 0.0625, "wC": 0.25,
    "dA": 1.0, "wI": 0.5, "a0": 0.25, "sm": 0.0, "cw": 0.0, "la": 0.0, "tl": 0.0, "tb": 0.0, "an": 0.0,
    "D": 1.0, "m": 1.0, "ri": 0.0, "rb": 0.0, "pr": 0.0, "v": math.inf, "pJ": 0.0, "pB": 0.0, "co": 1.0,
    "eta": 1.0, "om": math.inf, "H": 1.0, "ho": 1,
}  # fmt: skip
REPLICAS = 24
WHEN = ["replica", "year", "order", "focus"]


def still(**changes: Any) -> dict[str, Any]:
    return defaults(**STILL | changes)


def events(values: dict[str, Any]) -> np.ndarray:
    """Crises of some replicas, on which kernel and reference agree."""
    assert disagreements(values, KEY, 0, REPLICAS) == []
    assert trace_disagreements(values, KEY, 0, REPLICAS) == []
    return hk.trace(hk.pack_point(values), KEY, 0, REPLICAS).events


def outcomes(values: dict[str, Any]) -> np.ndarray:
    assert disagreements(values, KEY, 0, REPLICAS) == []
    return kernel_rows(values, KEY, 0, REPLICAS)


def next_below(x: float) -> float:
    return math.nextafter(x, -math.inf)


def next_above(x: float) -> float:
    return math.nextafter(x, math.inf)


@pytest.mark.parametrize("states", [2, 3, 4, 6, 64])
@pytest.mark.parametrize("weight", [0.0, 1 / 3, 1.0])
def test_the_first_of_equal_states_leads(states, weight):
    share = reference.simulate(still(N=states, T=3, nu=0.0, wC=weight), KEY, 0)["final_share"]
    for H, year in ((share, 1), (next_above(share), -1)):
        rows = outcomes(still(N=states, T=3, nu=0.0, wC=weight, H=H))
        assert set(rows["year"].tolist()) == {year}
        assert set(rows["leader_changes"].tolist()) == {0}
        assert set(rows[rows["emerged"] == 1]["hegemon"].tolist()) <= {0}
        assert set(rows[rows["emerged"] == 1]["initial_rank"].tolist()) <= {1}


@pytest.mark.parametrize("offshore", [[], [0], [0, 1]], ids=str)
def test_the_first_of_the_region_leads(offshore):
    rows = outcomes(still(N=5, T=4, nu=0.5, ph=0.0, al=1.0, offshore=offshore, H=0.01))
    assert set(rows["hegemon"].tolist()) == {len(offshore)}
    assert set(rows["initial_rank"].tolist()) == {1}


@pytest.mark.parametrize(("H", "year"), [(0.5, 5), (next_above(0.5), -1)])
def test_a_threshold_of_one_half_between_two(H, year):
    rows = outcomes(still(N=2, T=9, nu=0.0, H=H, ho=5))
    assert set(rows["year"].tolist()) == {year}
    assert set(rows["years_unipolar"].tolist()) == {5 if year > 0 else 9}


def test_bounds_of_polarity():
    """Shares of exactly 1/2, and 1/4 of the second: unipolar and bipolar."""
    half = outcomes(still(N=3, T=4, nu=0.0, shares=[2.0, 1.0, 1.0]))
    quarters = outcomes(still(N=4, T=4, nu=0.0))
    fifths = outcomes(still(N=5, T=4, nu=0.0))
    assert set(half["years_unipolar"].tolist()) == {4}
    assert set(quarters["years_bipolar"].tolist()) == {4}
    assert set(fifths["years_multipolar"].tolist()) == {4}


@pytest.mark.parametrize("name", ["uniform", "by capability", "wild", "six states"])
def test_a_threshold_that_is_reached_exactly(name):
    """The greatest share of an ordinary history makes a hegemon, the next greater number does not."""
    values = SYSTEMS[name] | {"H": 1.0, "ho": 1, "T": 8, "absorbing": False}
    for replica in range(REPLICAS):
        peak = float(kernel_rows(values, KEY, replica, 1)["peak_share"][0])
        for H, emerged in ((peak, 1), (next_above(peak), 0)):
            if H > 1:
                continue
            assert disagreements(values | {"H": H}, KEY, replica, 1) == []
            assert kernel_rows(values | {"H": H}, KEY, replica, 1)["emerged"].tolist() == [emerged]


def members(values: dict[str, Any]) -> set[int]:
    """Sizes of the coalitions of the reference's first replicas."""
    crises = [event for i in range(3) for event in reference.trace(values, KEY, i)["events"]]
    return {event["coalition"].bit_count() for event in crises}


@pytest.mark.parametrize("states", [3, 5, 6])
def test_a_threat_at_the_threshold(states):
    """Equal states threaten each other with their aggressiveness: up to that all join, above it nobody.

    Bisection finds the two neighbouring numbers between which that changes.
    """
    values = still(N=states, T=4, nu=0.5, ph=0.0, al=1.0)
    low, high = 0.5, 0.75
    while next_above(low) < high:
        middle = (low + high) / 2
        low, high = (middle, high) if members(values | {"th": middle}) == {states - 1} else (low, middle)
    assert low == pytest.approx(0.625, rel=1e-15)
    for th, size in ((low, states - 1), (high, 0)):
        found = events(values | {"th": th})
        assert {int(x).bit_count() for x in found["coalition"]} == {size}


@pytest.mark.parametrize(("wI", "stay"), [(0.5, True), (next_above(0.5), False)])
def test_a_threat_at_half_the_threshold(wI, stay):
    """An attacker is a threat of 1, at which all join; a year later one of 1 - wI, at which they may stay.

    The spoils are so small that they are lost in rounding.
    """
    values = still(N=3, T=12, nu=1.0, ph=1.0, a0=0.0, gA=1.0, wI=wI, wS=0.0, th=1.0, ta=2.0**-60)
    found = events(values)
    sizes = {x.item(): int(y).bit_count() for x, y in zip(found[WHEN], found["coalition"], strict=True)}
    later = 0
    last: dict[tuple[int, int], tuple[int, int]] = {}
    for (replica, year, _, focus), number in sizes.items():
        year_before, number_before = last.get((replica, focus), (year, 0))
        if year > year_before and number_before:
            later += 1
            assert number == (2 if stay else 0)
        last[replica, focus] = (year, number)
    assert later > 10


@pytest.mark.parametrize(("v", "clients"), [(1.0, 0), (next_below(1.0), 3)])
def test_power_at_the_bound_of_vulnerability(v, clients):
    found = events(still(N=4, T=2, nu=0.5, ph=0.0, al=1.0, v=v, pB=1.0, th=100.0))
    assert {int(x).bit_count() for x in found["clients"]} == {clients}


def test_a_coalition_that_is_just_sufficient():
    """Two members of the state's own strength: the rest pass the buck up to om = 2."""
    values = still(N=6, T=8, nu=1.0, ph=0.0, al=1.0, th=0.1, eS=0.5, eP=0.5)
    below, exact, above = (events(values | {"om": om}) for om in (next_below(2.0), 2.0, next_above(2.0)))
    assert below.tobytes() == exact.tobytes()
    assert exact.tobytes() != above.tobytes()


@pytest.mark.parametrize(("ri", "attacks"), [(0.25, False), (next_below(0.25), True)])
def test_a_gain_at_the_bound_of_caution(ri, attacks):
    """An even chance to take half of an equal's resources is worth a quarter of one's own."""
    found = events(still(N=4, T=1, nu=0.25, ph=1.0, ta=0.5, ri=ri, th=100.0))
    assert set(found["expected_gain"].tolist()) == {0.25 * 0.25}
    assert np.all((found["target"] >= 0) == attacks)
    # Of equal targets the lowest index.
    assert set(found[found["target"] >= 0]["target"].tolist()) <= {0, 1}
    assert np.all((found["target"] == 1) == ((found["focus"] == 0) & attacks))


@pytest.mark.parametrize(("an", "annexes"), [(0.25, False), (next_above(0.25), True)])
def test_a_rest_at_the_bound_of_annexation(an, annexes):
    """The loser of a half keeps a quarter of all."""
    found = events(still(N=2, T=1, nu=0.5, ph=1.0, ta=0.5, an=an, th=100.0, bi=1.0))
    won = found["won"] == 1
    assert 0 < won.sum() < len(found)
    assert np.all(found["annexed"][won] == annexes)


@pytest.mark.parametrize(("change", "alarmed"), [(0, False), (-1, True)])
def test_a_leader_at_the_bound_of_alarm(change, alarmed):
    """Security seekers in the coalition against the leader have the choice above the bound only."""
    exact = float(outcomes(still(N=4, T=1, nu=0.0))["final_share"][0])
    al = next_below(exact) if change else exact
    found = events(still(N=4, T=3, nu=1.0, ph=0.0, al=al, th=0.1, ta=0.0, ri=1.0))
    assert bool(found["decided"].any()) == alarmed


@pytest.mark.parametrize("states", [2, 5, 8])
def test_the_focus_by_equal_capabilities(states):
    """Cumulative sums of equal parts; draws that fall on a border are as in the reference."""
    found = events(still(N=states, T=12, nu=1.0, ph=0.5, initiative="capability", th=0.2, ta=0.1))
    assert set(found["focus"].tolist()) == set(range(states))
