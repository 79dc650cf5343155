"""Laws of whole systems: perfect balancing, no war, conservation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hegemon.selftest.sampling import follow, run
from laws.values import quiet
from model_values import defaults

MARGIN = 1e-6


def perfect(**changes: Any) -> dict[str, Any]:
    """Niou, Ordeshook & Rose: all balance at once, wholly and for good, and only likely gains tempt.

    At m = 2 that caution alone stops every fair duel; from m = 3 on it takes the balancing too.
    """
    whole = {"eta": 1.0, "co": 1.0, "th": 0.0, "D": 1.0, "m": 3.0, "ta": 0.4, "tl": 0.0, "H": 0.5, "ph": 0.7}
    values = whole | {"N": 5, "T": 40, "s0": 0.8, "nu": 0.4, "ho": 3} | changes
    return quiet(**({"ri": values["ta"] / 2} | values))


def exceptions_to_perfect_balancing(**changes: Any) -> tuple[int, int, int]:
    """Replicas that start with a state above half, below it, and those in which the law fails."""
    paths = follow(perfect(**changes), 2_000)
    rows = run(perfect(**changes), 2_000)
    start = paths.resources[:, 0] / paths.resources[:, 0].sum(axis=1, keepdims=True)
    above = start.max(axis=1) > 0.5 + MARGIN
    below = start.max(axis=1) < 0.5 - MARGIN
    crowned = (rows["emerged"] == 1) & (rows["hegemon"] == start.argmax(axis=1))
    failures = (above & ~crowned) | (below & (rows["emerged"] == 1))
    return int(above.sum()), int(below.sum()), int(failures.sum())


@pytest.mark.parametrize(
    "change", [{}, {"m": 2.0}, {"m": 2.5, "ta": 1.0}, {"m": 50.0}, {"N": 3}, {"N": 9, "s0": 1.2}], ids=str
)
def test_perfect_balancing_stops_all_but_the_preponderant(change):
    above, below, failures = exceptions_to_perfect_balancing(**change)
    assert above > 50
    assert below > 50
    assert failures == 0


@pytest.mark.parametrize(
    "change",
    [{"eta": 0.97}, {"eS": 0.9}, {"eP": 0.9}, {"co": 0.97}, {"pB": 0.05}, {"ri": 0.17}, {"D": 0.9}],
    ids=str,
)
def test_slightly_imperfect_balancing_is_noticed(change):
    assert exceptions_to_perfect_balancing(N=3, **change)[2] > 0


POWER = ["emerged", "year", "hegemon", "share_gain", "peak_share", "peak_resources", "peak_arms"]
POWER += ["average_share", "final_share", "concentration", "final_concentration", "burden", "leader_changes"]


def efficiency_matters(**changes: Any) -> bool:
    """Whether anything about power differs between no and full efficiency."""
    peace = {"ph": 0.0, "al": 1.0, "ze": 0.0, "tb": 0.0, "nu": 0.3, "T": 60, "H": 0.35} | changes
    none, full = (run(defaults(**peace, eta=eta), 500) for eta in (0.0, 1.0))
    return not all(np.array_equal(none[name], full[name]) for name in POWER)


def test_security_seekers_do_not_fight():
    rows = run(defaults(ph=0.0, al=1.0, nu=0.5, T=100), 500)
    assert rows["wars"].sum() == 0


@pytest.mark.parametrize("change", [{"ph": 0.02}, {"al": 0.4, "eta": 1.0}], ids=str)
def test_one_aggressor_or_alarm_is_noticed(change):
    assert run(defaults(**({"ph": 0.0, "al": 1.0, "nu": 0.5, "T": 100} | change)), 500)["wars"].sum() > 0


def test_without_wars_efficiency_moves_no_power():
    assert not efficiency_matters()


def test_alignments_do_form_all_the_same():
    rows = run(defaults(ph=0.0, al=1.0, nu=0.3, T=60, eta=1.0), 500)
    assert rows["coalition_size"].mean() > 0.1


@pytest.mark.parametrize("change", [{"ze": 1e-6}, {"tb": 1e-6}, {"ph": 0.05}], ids=str)
def test_a_way_for_efficiency_to_matter_is_noticed(change):
    assert efficiency_matters(**change)


def sum_is_constant(**changes: Any) -> bool:
    """Whether the resources of all states sum to one at every year's end, to rounding."""
    violent = {"N": 6, "offshore": [5], "T": 40, "nu": 0.5, "ph": 1.0, "ri": 0.0, "ta": 0.8, "hs": 0.5}
    spared = dict.fromkeys(["cw", "sig", "cv", "chi", "ov", "ze", "kE"], 0.0)
    paths = follow(defaults(**(violent | spared | {"absorbing": False} | changes)), 200)
    sums = paths.resources.sum(axis=2)
    return bool(np.all(np.abs(sums - 1) < 1e-12))


def test_wars_and_secessions_only_pass_resources_on():
    assert sum_is_constant()


@pytest.mark.parametrize("change", [{"cw": 1e-6}, {"kE": 1e-6}, {"mu": 1e-9}, {"chi": 1e-6}], ids=str)
def test_a_leak_is_noticed(change):
    assert not sum_is_constant(**change)
