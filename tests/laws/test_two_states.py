"""Two states: laws with an exact answer."""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import numpy as np
import pytest

from hegemon.selftest.sampling import counts_agree, follow, mean_agrees, pool, run
from laws.first_passage import emergence_chances
from laws.values import duel, quiet

WALK = {"N": 2, "nu": 0.0, "s0": 0.0, "T": 40, "sig": 0.1, "H": 0.6, "ho": 3}


def walk_agrees(**changes: Any) -> bool:
    chances = emergence_chances(
        sqrt(2) * WALK["sig"], log(WALK["H"] / (1 - WALK["H"])), WALK["ho"], WALK["T"]
    )
    rows = run(quiet(**(WALK | changes)), 100_000)
    return counts_agree(*pool(rows["year"], chances))


@pytest.mark.parametrize("arms", [{"wC": 0.0}, {"r": 1.0}], ids=["resources alone", "arms at once"])
def test_growth_alone_is_a_random_walk(arms):
    """ln(R_1/R_2) has steps of variance 2 sig^2; emergence is its first passage with hold."""
    assert walk_agrees(**arms)


@pytest.mark.parametrize("change", [{"sig": 0.102}, {"H": 0.605}, {"ho": 4}, {"cv": 0.006}], ids=str)
def test_another_walk_is_noticed(change):
    assert not walk_agrees(wC=0.0, **change)


SHARES = [0.75, 0.25]
MARTINGALE = {"s0": 0.0, "shares": SHARES, "bi": 0.5, "ta": 0.1, "tl": 0.1, "H": 1.0, "T": 25}


def share_is_constant(**changes: Any) -> bool:
    paths = follow(duel(**(MARTINGALE | changes)), 20_000)
    return mean_agrees(paths.capability[:, MARTINGALE["T"], 0], SHARES[0])


@pytest.mark.parametrize("initiative", ["uniform", "capability"])
def test_capability_share_is_a_martingale(initiative):
    """Where winner and loser stake the same share, a fair contest leaves the expected share as it is."""
    assert share_is_constant(initiative=initiative)


def test_fights_do_happen_in_the_martingale():
    rows = run(duel(**MARTINGALE), 2_000)
    assert rows["wars"].mean() > 0.9 * MARTINGALE["T"]


# What favours the attacker is noticed where the stronger attacks more often.
UNFAIR = [{"m": 1.05}, {"cv": 0.003}, {"mu": [0.004, 0.0]}]
UNFAIR += [{"initiative": "capability", "D": 1.2}, {"initiative": "capability", "tl": 0.07}]


@pytest.mark.parametrize("change", UNFAIR, ids=str)
def test_an_unfair_contest_is_noticed(change):
    assert not share_is_constant(**change)


GEOMETRIC = {"s0": 0.0, "ta": 1.0, "tl": 0.0, "H": 0.9, "ho": 2, "T": 15}


def geometric(chance: float, horizon: int, hold: int) -> np.ndarray:
    """Chance of emergence in each year 0..horizon, in year K + hold - 1 with K geometric."""
    k = np.arange(horizon + 1) - hold + 1
    return np.where(k >= 1, chance * (1 - chance) ** np.maximum(k - 1, 0), 0.0)


def time_is_geometric(revisionists: float, **changes: Any) -> bool:
    """Both are revisionists, one is (then half of the crises are idle), or none."""
    T, hold = GEOMETRIC["T"], GEOMETRIC["ho"]
    both, one = revisionists**2, 2 * revisionists * (1 - revisionists)
    chances = both * geometric(0.5, T, hold) + one * geometric(0.25, T, hold)
    rows = run(duel(**(GEOMETRIC | {"ph": revisionists} | changes)), 50_000)
    return counts_agree(*pool(rows["year"], chances))


@pytest.mark.parametrize("revisionists", [1.0, 0.5])
def test_time_to_hegemony_is_geometric(revisionists):
    assert time_is_geometric(revisionists)


@pytest.mark.parametrize("change", [{"D": 1.06}, {"nu": 0.48}, {"ho": 3}, {"ph": 0.96}], ids=str)
def test_another_time_is_noticed(change):
    assert not time_is_geometric(1.0, **change)
