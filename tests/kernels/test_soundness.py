"""Whatever the parameters, what is recorded is finite and fits together, in both precisions.

In double precision the agreement with the reference says more; single precision has no reference, and its
range ends at 1e-38, which a short reach comes to soon.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hegemon_kernels as hk
from hegemon.selftest.agreement import kernel_rows
from model_values import defaults
from strategies import model_values

DTYPES = ("float64", "float32")
KEY = hk.stream_key(29, 0)
SLACK = 1e-5  # rounding of single precision in sums over up to 64 states

REAL = [name for name in hk.OUTCOME_DTYPE.names if hk.OUTCOME_DTYPE[name].kind == "f"]
SHARES = ("peak_share", "peak_resources", "peak_arms", "average_share", "final_share", "concentration")


def is_within(x: np.ndarray, low: float, high: float) -> np.ndarray:
    """In a range up to rounding, or -1 for none."""
    return ((x >= low) & (x <= high + SLACK)) | (x == -1)


def flaws(values: dict[str, Any], rows: np.ndarray) -> list[str]:
    """Names of the rules that some row breaks."""
    T, states = values["T"], values["N"]
    emerged = rows["emerged"] == 1
    years = rows["years_unipolar"] + rows["years_bipolar"] + rows["years_multipolar"]
    rules = {f"{name} is finite": np.isfinite(rows[name]) for name in REAL}
    rules |= {f"{name} is a share": is_within(rows[name], 0, 1) for name in SHARES}
    rules |= {
        "delivered": is_within(rows["delivered_efficiency"], 0, 1),
        "coalition": is_within(rows["coalition_size"], 0, states - 1),
        "burden": is_within(rows["burden"], 0, np.inf),
        "years": (0 <= years) & (years <= T) & ((years == T) | emerged | (rows["survivors"] == 0)),
        "year": np.where(emerged, (1 <= rows["year"]) & (rows["year"] <= years), rows["year"] == -1),
        "hegemon": np.isin(rows["hegemon"], range(states)) == emerged,
        "rank": np.where(emerged, (1 <= rows["initial_rank"]) & (rows["initial_rank"] <= states), True),
        "type": np.where(emerged, np.isin(rows["revisionist"], [0, 1]), rows["revisionist"] == -1),
        "peak at emergence": ~emerged | (rows["peak_share"] >= values["H"] - SLACK),
        "spells": (rows["spells"] > 0) == emerged,
        "hegemony": rows["years_hegemony"] >= values["ho"] * rows["spells"],
        "first spell": np.where(emerged, rows["first_spell"] >= values["ho"], rows["first_spell"] == -1),
        "wars": (rows["coalition_wars"] <= rows["wars"])
        & (rows["leader_wins"] + rows["leader_losses"] <= rows["wars"]),
        "survivors": (0 <= rows["survivors"]) & (rows["survivors"] <= states),
        "changes": rows["leader_changes"] <= years,
    }  # fmt: skip
    return [rule for rule, holds in rules.items() if not np.all(holds)]


def assert_states_are_finite(kept: hk.Trajectories) -> None:
    """In all years that were completed, and at every crisis."""
    completed = np.arange(kept.leader.shape[1]) <= kept.years[:, np.newaxis]
    for name in ("resources", "arms", "capability"):
        assert np.all(np.isfinite(getattr(kept, name)[completed])), name
    for name in ("coalition_strength", "attack_strength"):
        assert np.all(np.isfinite(kept.events[name])), name
    assert np.all(np.isfinite(kept.events["expected_gain"][kept.events["decided"] == 1]))


@pytest.mark.parametrize("dtype", DTYPES)
@given(values=model_values(max_years=60), key=st.integers(0, 2**64 - 1))
@settings(max_examples=400, deadline=None, derandomize=True, database=None,
          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
def test_outcomes_are_sound(dtype, values, key):
    assert flaws(values, kernel_rows(values, key, 0, 37, dtype)) == []


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", ["plane", "ring", "matrix"])
@pytest.mark.parametrize("reach", [7e-4, 7.2e-4, 1e-3, 2e-3, 8e-3, 0.03])
@pytest.mark.parametrize("m", [2.5, 3.0])
def test_proximities_at_the_bottom_of_the_range(dtype, layout, reach, m):
    """Where projected arms are the smallest numbers that there are, or nothing."""
    distances = [[0.0 if i == j else 0.55 for j in range(6)] for i in range(6)]
    values = defaults(N=6, T=60, layout=layout, ell=reach, distances=distances, nu=0.8, ph=0.6, th=0.0, m=m)
    assert flaws(values, kernel_rows(values, KEY, 0, 100, dtype)) == []
    kept = hk.trace(hk.pack_point(values, dtype), KEY, 0, 100)
    assert_states_are_finite(kept)


DRIFTS = {
    "giant": [0.5, 0.5, 0.5, 1.0],
    "giant of a shrinking region": [-1.0, -1.0, -1.0, 1.0],
    "giant beside a dwarf": [-0.1, -1.0, -0.1, 1.0],
    "all grow": [1.0, 1.0, 1.0, 1.0],
    "all shrink": [-1.0, -1.0, -1.0, -1.0],
    "dwarf": [0.0, -1.0, 0.5, 0.0],
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("drift", DRIFTS)
@pytest.mark.parametrize("offshore", [[], [3]], ids=str)
@pytest.mark.parametrize("change", [{"nu": 0.0}, {"nu": 0.3}, {"nu": 0.3, "sig": 1.0, "cv": 0.05}], ids=str)
def test_vast_and_tiny_states(dtype, drift, offshore, change):
    """Growth over the whole range of the model: 2^-100 to 2^100 of the region, through many rescalings."""
    values = defaults(N=4, T=200, mu=DRIFTS[drift], offshore=offshore, absorbing=False, **change)
    assert flaws(values, kernel_rows(values, KEY, 0, 40, dtype)) == []
    assert_states_are_finite(hk.trace(hk.pack_point(values, dtype), KEY, 0, 40))


HOPELESS = [("float64", steps) for steps in (500, 600, 640, 690, 707)]
HOPELESS += [("float32", steps) for steps in (40, 60, 70, 80, 86)]


@pytest.mark.parametrize(("dtype", "steps"), HOPELESS)
@pytest.mark.parametrize("m", [0.5, 1.0])
def test_spoils_of_a_hopeless_attack(dtype, steps, m):
    """Against a target without arms the least projected strength wins all that there is to win."""
    apart = [[0.0 if i == j else 0.7 for j in range(3)] for i in range(3)]
    b0 = 1e-3 if dtype == "float64" else 1e-5
    values = defaults(
        N=3, T=40, layout="matrix", distances=apart, ell=0.7 / steps, mu=1.0, b0=b0, bm=b0, nu=4.0, ph=1.0,
        m=m, ri=0.0, cw=0.0, tl=0.0, la=1.0, an=0.0, absorbing=False, H=1.0,
    )  # fmt: skip
    rows = kernel_rows(values, KEY, 0, 60, dtype)
    assert flaws(values, rows) == []
    assert_states_are_finite(hk.trace(hk.pack_point(values, dtype), KEY, 0, 60))
    if steps in (40, 500):
        assert rows["wars"].sum() > 0


def test_a_flaw_is_noticed():
    values = defaults(T=50)
    rows = kernel_rows(values, KEY, 0, 200)
    assert flaws(values, rows) == []
    for name in REAL:
        broken = rows.copy()
        broken[name][-1] = np.nan
        assert f"{name} is finite" in flaws(values, broken)
    for name, value in (
        ("year", 51),
        ("hegemon", 6),
        ("spells", 0),
        ("coalition_wars", 99),
        ("first_spell", 1),
    ):
        broken = rows.copy()
        broken[name][rows["emerged"] == 1] = value
        assert len(flaws(values, broken)) == 1
