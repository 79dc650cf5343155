"""The double-precision kernel agrees with the plain reference bit for bit, replica by replica.

Lanes end at different times and take over the next replica, so that a count that is no multiple of the
lanes leaves some idle, and one of several times as many refills them.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hegemon_kernels as hk
from hegemon.reference import stream_key
from hegemon.reference.numerics import total as reference_total
from hegemon.selftest.agreement import (
    differences,
    disagreements,
    kernel_rows,
    reference_rows,
    trace_disagreements,
)
from model_values import defaults
from strategies import distance_matrix, model_values

LANES = 16

# Above and across the border of the low word of the replica's number.
FIRST_REPLICAS = st.one_of(
    st.just(0),
    st.integers(0, 2**20),
    st.sampled_from([2**31 - 3, 2**32 - 5, 2**32, 2**40 + 7, 2**62]),
    st.integers(2**32, 2**63 - 2**10),
)
KEYS = st.integers(0, 2**64 - 1)


def counts(most: int) -> st.SearchStrategy[int]:
    return st.one_of(st.integers(1, min(5, most)), st.integers(1, most))


def drawn(examples: int, deterministic: bool = True) -> Any:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=deterministic,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


# Everything on: no mechanism is at the value that switches it off.
EVERYTHING: dict[str, Any] = {
    "s0": 0.6, "sig": 0.08, "cv": 0.01, "ov": 0.05, "chi": 0.2, "kE": 0.01, "wO": 0.4, "wS": 0.4, "wI": 0.5,
    "gA": 0.4, "dA": 0.07, "th": 0.4, "sp": 0.3, "wG": 0.4, "am": 0.3, "eI": 0.4, "om": 1.1, "co": 0.9,
    "ze": 0.05, "rb": 0.5, "al": 0.25, "v": 0.9, "pB": 0.3, "pJ": 0.2, "tb": 0.02, "pr": 0.5, "nu": 0.5,
    "initiative": "capability", "ph": 0.5, "m": 2.5, "ta": 0.6, "cw": 0.02, "bi": 0.3, "sm": 0.3, "ri": 0.01,
    "an": 0.05, "hs": 0.5, "qs": 0.2, "H": 0.4, "ho": 2, "layout": "plane", "ell": 0.8,
}  # fmt: skip

FIXED: dict[str, dict[str, Any]] = {
    "defaults": defaults(T=60),
    "two states": defaults(N=2, T=40, nu=0.5, ph=0.7),
    "two states, everything": defaults(**EVERYTHING | {"N": 2, "T": 30}),
    "everything": defaults(**EVERYTHING | {"N": 7, "T": 30, "offshore": [2, 6]}),
    "hold of one": defaults(N=5, T=40, ho=1, H=0.35),
    "not absorbing": defaults(N=5, T=60, ho=2, H=0.4, absorbing=False),
    "not absorbing, everything": defaults(**EVERYTHING | {"N": 6, "T": 40, "absorbing": False}),
    "all wars": defaults(N=6, T=20, nu=1.0, ph=1.0, ri=0.0, cw=0.0, bi=1.0, an=0.2, H=0.9),
    "matrix": defaults(N=6, T=30, nu=0.5, layout="matrix", ell=0.5, distances=distance_matrix(6, 3)),
    "ring": defaults(**EVERYTHING | {"N": 9, "T": 20, "layout": "ring", "ell": 0.2}),
    "no crises": defaults(nu=0.0, T=40),
    "several crises for each": defaults(N=4, T=15, nu=4.0, ph=0.4),
    "rescaled": defaults(N=4, T=40, mu=1.0, offshore=[3], nu=0.3),
    "shrinking": defaults(N=4, T=45, mu=[-1.0, -1.0, -1.0, 1.0], offshore=[3], nu=0.3, absorbing=False),
    "dies out": defaults(
        N=3, T=20, offshore=[2], ph=1.0, ri=0.0, cw=0.9, ta=0.6, tl=0.0, la=0.0, an=0.0, D=0.01, m=1.0,
        bi=3.0, chi=2.0, r=1e-6, b0=0.5, bm=0.5, tb=0.9, nu=4.0, H=1.0, absorbing=False,
    ),
    "64 states": defaults(N=64, T=6, nu=0.06, ph=0.6, ri=0.0),
    "64 states in the plane": defaults(**EVERYTHING | {"N": 64, "T": 4, "nu": 0.05, "H": 0.08}),
    "64 states, not absorbing": defaults(
        **EVERYTHING | {"N": 64, "T": 4, "nu": 0.05, "H": 0.06, "absorbing": False},
        offshore=[0, 31, 32, 63],
    ),
    "40 states in the plane": defaults(**EVERYTHING | {"N": 40, "T": 5, "nu": 0.1, "H": 0.1}),
    "47 states on a ring": defaults(**EVERYTHING | {"N": 47, "T": 5, "nu": 0.1, "layout": "ring"}),
    "41 states, matrix": defaults(
        **EVERYTHING | {"N": 41, "T": 5, "nu": 0.1, "layout": "matrix", "distances": distance_matrix(41, 4)}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FIXED)
def test_outcomes_of_fixed_systems(name):
    """A block that refills its lanes, and one of a single replica above 2^32."""
    values = FIXED[name]
    count = 3 * LANES + 5 if values["N"] < 16 else 5
    assert disagreements(values, stream_key(7, 0), 0, count) == []
    assert disagreements(values, stream_key(7, 0), 2**32 + 1, 1) == []


@pytest.mark.parametrize("name", FIXED)
def test_traces_of_fixed_systems(name):
    values = FIXED[name]
    assert trace_disagreements(values, stream_key(8, 0), 2**32 - 2, 5 if values["N"] < 16 else 2) == []


def test_a_block_of_many_refills():
    """Replicas that end early and late side by side."""
    values = defaults(N=4, T=50, ho=1, H=0.45)
    ours, theirs = (run(values, 99, 2**32 - 100, 15 * LANES + 1) for run in (kernel_rows, reference_rows))
    assert len(np.unique(ours["year"])) > 20
    assert differences(ours, theirs) == []


@given(model_values(max_years=20, max_crises=8.0), KEYS, FIRST_REPLICAS, counts(2 * LANES + 3))
@drawn(examples=120)
def test_outcomes(values, key, first, count):
    assert disagreements(values, key, first, count if values["N"] < 16 else min(count, 3)) == []


@given(model_values(max_years=20, max_crises=8.0), KEYS, FIRST_REPLICAS)
@drawn(examples=60)
def test_traces(values, key, first):
    assert trace_disagreements(values, key, first, 3 if values["N"] < 16 else 1) == []


@given(model_values(max_years=20), KEYS, FIRST_REPLICAS, counts(40))
@drawn(examples=100)
def test_tracing_changes_no_outcome(values, key, first, count):
    """What a trajectory tells of the outcome is what `simulate` records, to the last bit."""
    rows = kernel_rows(values, key, first, count)
    kept = hk.trace(hk.pack_point(values), key, first, count)
    wars = np.bincount(kept.events["replica"][kept.events["target"] >= 0] - first, minlength=count)
    for i, row in enumerate(rows):
        years = int(kept.years[i])
        leaders = kept.leader[i, : years + 1]
        shares = kept.capability[i, np.arange(1, years + 1), leaders[1:]].tolist()
        assert row["replica"] == first + i
        assert row["leader_changes"] == np.count_nonzero(np.diff(leaders))
        assert row["final_share"] == (shares[-1] if years else -1)
        assert row["peak_share"] == max([0.0, *shares])
        assert row["average_share"] == (reference_total(shares) / years if years else -1)
        if years == values["T"] or (row["emerged"] and values["absorbing"]):
            # A region that died out did so in a year that was not completed.
            assert row["wars"] == wars[i]
            assert row["survivors"] == np.count_nonzero(kept.resources[i, years] > 0)


def rarities(values: dict[str, Any]) -> Counter[str]:
    """What is rare, counted over some replicas."""
    kept = hk.trace(hk.pack_point(values), stream_key(7, 0), 0, 16)
    rows = kernel_rows(values, stream_key(7, 0), 0, 16)
    living = kept.resources > 0
    ended = np.any(np.isnan(kept.resources), axis=2)
    offshore = np.uint64(sum(1 << k for k in values["offshore"]))
    here = [i for i in range(values["N"]) if i not in values["offshore"]]
    vast = kept.resources >= 2.0**99.9 * kept.resources[:, :, here].sum(axis=2, keepdims=True)
    counted = ("wars", "coalition_wars", "deterred", "leader_wins", "leader_losses", "leader_changes")
    polarity = ("years_unipolar", "years_bipolar", "years_multipolar", "years_unbalanceable")
    return Counter(
        {
            "annexed": kept.events["annexed"].sum(),
            "seceded": np.sum(living[:, 1:] & (kept.resources[:, :-1] == 0)),
            "died out": np.sum(ended[:, -1] & (rows["emerged"] == 0)),
            "a vast state offshore": np.nansum(vast),
            "offshore balancers": np.sum(kept.against & offshore > 0),
            "members beyond 32": np.sum(kept.against >> np.uint64(33) > 0),
            "clients beyond 32": np.sum(kept.clients >> np.uint64(33) > 0),
            "several spells": np.sum(rows["spells"] > 1),
            "an ended spell": np.sum((rows["spells"] == 1) & (rows["first_spell_censored"] == 0)),
            "a censored spell": np.sum(rows["first_spell_censored"] * (1 - values["absorbing"])),
        }
        | {name: rows[name].sum() for name in counted + polarity}
    )


def test_the_fixed_systems_reach_what_is_rare():
    """Agreement about what never happens would be worth nothing."""
    seen = sum((rarities(values) for values in FIXED.values()), Counter())
    assert [name for name in rarities(FIXED["defaults"]) if not seen[name] > 0] == []


@pytest.mark.slow
@pytest.mark.timeout(7200)
@given(model_values(max_years=60), KEYS, FIRST_REPLICAS, counts(2 * LANES + 3))
@drawn(examples=5000, deterministic=False)
def test_outcomes_at_length(values, key, first, count):
    assert disagreements(values, key, first, count if values["N"] < 16 else min(count, 5)) == []


@pytest.mark.slow
@pytest.mark.timeout(7200)
@given(model_values(max_years=60), KEYS, FIRST_REPLICAS)
@drawn(examples=3000, deterministic=False)
def test_traces_at_length(values, key, first):
    assert trace_disagreements(values, key, first, 5 if values["N"] < 16 else 1) == []


def test_a_difference_is_noticed():
    """The control: one parameter off by one unit in the last place, or one bit of the key."""
    values, key = FIXED["everything"], stream_key(7, 0)
    theirs = reference_rows(values, key, 0, 20)
    assert differences(kernel_rows(values | {"cv": np.nextafter(values["cv"], 1)}, key, 0, 20), theirs)
    assert differences(kernel_rows(values, key ^ (1 << 63), 0, 20), theirs)
    assert differences(kernel_rows(values, key, 1, 20), theirs)
