"""The reference against cases worked by hand, with scripted draws at the edges, and ties."""

from __future__ import annotations

import math
from typing import Any

import pytest

from hegemon.reference import simulate, stream_key, trace
from hegemon.reference.numerics import Words
from laws.values import duel, quiet
from model_values import defaults

KEY = stream_key(1, 0)
LEAST, MIDDLE, MOST = 0, 2**31, 2**32 - 1


def always(word: int) -> Any:
    """Every word of every slot is the same."""

    def words(slot: int, year_word: int, replica: int) -> Words:
        return word, word, word, word

    return words


def script(rest: int, **at: Words) -> Any:
    """Words by address, `y1s64` for year word 1 and slot 64; all others have `rest` in all four."""

    def words(slot: int, year_word: int, replica: int) -> Words:
        return at.get(f"y{year_word}s{slot}", (rest, rest, rest, rest))

    return words


@pytest.mark.parametrize("word", [LEAST, MOST])
@pytest.mark.parametrize("initiative", ["uniform", "capability"])
def test_extreme_draws_leave_everything_finite(word, initiative):
    values = defaults(T=30, sp=1.0, initiative=initiative, layout="plane", ell=0.5, hs=1.0, nu=1.0, sig=1.0)
    outcome = simulate(values, KEY, 0, words=always(word))
    assert all(math.isfinite(value) for value in outcome.values())


@pytest.mark.parametrize(("word", "focus"), [(LEAST, 0), (MOST, 5)])
@pytest.mark.parametrize("initiative", ["uniform", "capability"])
def test_extreme_draws_choose_the_first_and_last_state(word, focus, initiative):
    values = quiet(T=1, initiative=initiative, nu=0.5, s0=0.0)
    events = trace(values, KEY, 0, words=always(word))["events"]
    assert [event["focus"] for event in events] == [focus] * 3


@pytest.mark.parametrize(
    ("nu", "word", "crises"), [(0.5, LEAST, 2), (0.5, MOST, 2), (0.6, LEAST, 2), (0.6, MOST, 3)]
)
def test_number_of_crises(nu, word, crises):
    assert len(trace(quiet(N=4, T=1, nu=nu), KEY, 0, words=always(word))["events"]) == crises


def test_the_smallest_draw_never_beats_a_chance_of_zero_nor_the_largest_one():
    calm = quiet(T=1, ph=0.0, nu=1.0, v=1e-9, th=0.0, om=math.inf)
    assert simulate(calm, KEY, 0, words=always(LEAST))["coalition_size"] == 0
    keen = calm | {"eS": 1.0, "eP": 1.0}
    assert simulate(keen, KEY, 0, words=always(MOST))["coalition_size"] == 5


def test_ties_go_to_the_lowest_index():
    """Equal states: the first leads at the start, and the last attacks the first."""
    values = quiet(N=4, T=1, nu=0.25, s0=0.0, ph=1.0, m=1.0, D=1.0)
    found = trace(values, KEY, 0, words=script(MOST, y1s64=(MOST, LEAST, MOST, MOST)))
    assert found["leader"] == [0, 3]
    assert [event["target"] for event in found["events"]] == [0]


def test_a_war_won():
    """R = 3/4, 1/4 and M = R/4: the first wins two fifths of the second's."""
    values = duel(s0=0.0, shares=[3.0, 1.0], b0=0.25, bm=0.25, ta=0.4, tl=0.1, la=0.5, cw=0.5, bi=3.0, T=1)
    found = trace(values | {"ta": 1.0, "tl": 0.0}, KEY, 0, words=always(LEAST))
    event = found["events"][0]
    win = 0.75 * math.exp(3) / (0.75 * math.exp(3) + 0.25)
    assert event["expected_gain"] == pytest.approx(win * 0.25 - 0.5 * 0.75, rel=1e-12)
    assert event["target"] == -1
    values |= {"cw": 0.1, "ta": 0.8}
    found = trace(values, KEY, 0, words=always(LEAST))
    assert found["events"][0]["won"] == 1
    assert found["resources"][1] == pytest.approx([0.75 * 0.9 + 0.25 * 0.9 * 0.8, 0.25 * 0.9 * 0.2])
    assert found["arms"][1] == pytest.approx([(0.75 + 0.25 * 0.8) / 8, 0.25 * 0.2 / 8])


def test_a_war_lost():
    """The focus is the first, who has three quarters; its indemnity of a tenth goes to the target alone."""
    values = duel(s0=0.0, shares=[3.0, 1.0], b0=0.25, bm=0.25, ta=0.8, tl=0.1, la=0.5, cw=0.1, bi=3.0, T=1)
    found = trace(values, KEY, 0, words=script(LEAST, y1s64=(LEAST, MOST, LEAST, LEAST)))
    assert found["events"][0]["won"] == 0
    assert found["resources"][1] == pytest.approx([0.75 * 0.9 * 0.9, 0.25 * 0.9 + 0.75 * 0.9 * 0.1])
    assert found["arms"][1] == pytest.approx([0.75 / 8, 0.25 / 8])


def test_strength_of_a_coalition():
    """Two of weights 1/3 and 1/6 of all R: each commits its share s and eC of the rest."""
    values = quiet(N=3, s0=0.0, shares=[3.0, 2.0, 1.0], nu=1 / 3, T=1, eS=1.0, eP=1.0, eC=0.25, th=0.0, r=1.0)
    event = trace(values, KEY, 0, words=always(LEAST))["events"][0]
    w = [0.04 / 3, 0.04 / 6]
    f = [2 / 3 + 0.25 / 3, 1 / 3 + 0.25 * 2 / 3]
    assert (event["focus"], event["coalition"], event["clients"]) == (0, 0b110, 0)
    assert event["coalition_strength"] == pytest.approx(f[0] * w[0] + f[1] * w[1], rel=1e-12)


def test_bandwagoning_and_tribute():
    """The vulnerable bandwagon, offshore ones never do, and each client pays its patron."""
    values = quiet(N=4, s0=0.0, offshore=[3], nu=0.25, T=1, ph=0.0, v=0.5, pB=1.0, tb=0.1)
    found = trace(values, KEY, 0, words=always(MIDDLE))
    assert found["events"][0]["focus"] == 2
    assert found["events"][0]["clients"] == 0b0011
    assert found["resources"][1] == pytest.approx([0.225, 0.225, 0.3, 0.25])


def test_annexation_and_secession():
    """All is taken in the first year; in the second a state of the dead comes back with a tenth."""
    values = duel(s0=0.0, ta=1.0, tl=0.0, nu=0.5, hs=0.5, qs=0.1, T=2, H=1.0, ho=2)
    late = script(LEAST, y1s32=(MOST, LEAST, LEAST, LEAST), y2s32=(LEAST, LEAST, LEAST, LEAST))
    found = trace(values, KEY, 0, words=late)
    assert found["resources"][1] == [1.0, 0.0]
    assert found["events"][0]["annexed"] == 1
    assert found["resources"][2] == pytest.approx([0.9, 0.1])
    assert found["outcome"]["survivors"] == 2


def test_a_region_that_dies_out_ends_the_replica():
    """Arms far above resources are a deadly drag on growth: nobody lives to see the next year."""
    harsh = {"shares": [1.0, 3.0, 2.0], "offshore": [2], "N": 3, "nu": 1 / 3, "cw": 0.999, "D": 0.01}
    values = duel(**harsh, s0=0.0, chi=2.0, tl=0.0, ta=0.8, b0=0.99, bm=1.0, T=3)
    found = trace(values, KEY, 0, words=always(LEAST))
    assert [event["won"] for event in found["events"]] == [1]
    assert found["years"] == 1
    assert (found["outcome"]["emerged"], found["outcome"]["survivors"]) == (0, 0)
    assert math.isnan(found["resources"][2][0])
    assert found["leader"] == [1, 0, -1, -1]
