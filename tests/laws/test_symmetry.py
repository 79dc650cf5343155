"""Laws of symmetry: of the names of states, and of the unit of power."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hegemon.reference import exp, stream_key
from hegemon.reference.model import live_one_year
from hegemon.reference.numerics import Draws
from hegemon.reference.system import System, capability
from hegemon.selftest import SEED
from hegemon.selftest.sampling import counts_agree, run
from model_values import defaults

STATES = 5
HOT = {"N": STATES, "T": 60, "H": 0.4, "nu": 0.3, "eta": 0.3}


def names_are_equal(**changes: Any) -> bool:
    rows = run(defaults(**(HOT | changes)), 20_000)
    hegemons = np.bincount(rows["hegemon"][rows["emerged"] == 1], minlength=STATES)
    return counts_agree(hegemons, [1 / STATES] * STATES)


@pytest.mark.parametrize(
    "change",
    [{}, {"layout": "ring", "ell": 0.3}, {"layout": "plane", "ell": 0.5}, {"initiative": "capability"}],
    ids=str,
)
def test_the_hegemon_is_any_of_equal_states(change):
    assert names_are_equal(**change)


@pytest.mark.parametrize("change", [{"mu": [0.004] + [0.0] * 4}, {"shares": [1.2] + [1.0] * 4}], ids=str)
def test_a_favoured_state_is_noticed(change):
    assert not names_are_equal(**change)


def test_the_unit_of_initial_shares_changes_no_bit():
    plain, shares = HOT | {"s0": 0.0}, [1.0, 0.9, 0.7, 0.5, 0.3]
    unit = run(defaults(**plain, shares=shares), 500)
    scaled = run(defaults(**plain, shares=[2.0**40 * x for x in shares]), 500)
    assert unit.tobytes() == scaled.tobytes()
    thirds = run(defaults(**plain, shares=[3.0 * x for x in shares]), 500)
    assert unit.tobytes() != thirds.tobytes()


def history(factor: float, arms_factor: float, replica: int, **changes: Any) -> list[list[float]]:
    """Capabilities of 40 years, after a start with R and M multiplied."""
    values = defaults(N=6, eta=0.4, offshore=[5], hs=0.1, sp=0.2, wG=0.3, **changes)
    s = System(values, Draws(stream_key(SEED, 0), replica))
    s.R = [factor * x for x in s.R]
    s.M = [arms_factor * x for x in s.M]
    capabilities = []
    for year in range(1, 41):
        live_one_year(s, year)
        capabilities.append(capability(s))
    return capabilities


@pytest.mark.parametrize("power", [-35, -60, 3, 39, 70])
def test_the_unit_of_power_changes_no_bit(power):
    """Of resources and arms alike; some of these cross the bounds where the model rescales them."""
    for replica in range(4):
        assert history(2.0**power, 2.0**power, replica) == history(1.0, 1.0, replica)


def test_another_ratio_of_arms_is_noticed():
    assert history(1.0, 1.0 + 1e-9, 0) != history(1.0, 1.0, 0)


def test_growth_across_the_bounds_of_rescaling_changes_no_bit():
    """A drift of ln 2 doubles every R each year; shares of resources stay the same to the last bit."""
    doubling = 0.6931471805599453
    assert exp(doubling) == 2
    still = dict.fromkeys(["nu", "sig", "chi", "cv", "ze", "kE", "wC"], 0.0) | {"T": 50, "H": 0.3}
    grown = run(defaults(**still, mu=doubling), 300)
    flat = run(defaults(**still), 300)
    for name in ("year", "hegemon", "average_share", "final_share", "concentration", "share_gain"):
        assert np.array_equal(grown[name], flat[name])
