"""Integer tallies against plain Python sums; they merge exactly in any grouping and order."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hegemon_kernels as hk
from hegemon.selftest.agreement import kernel_rows
from hegemon_kernels.tally import LARGEST
from model_values import defaults

HORIZON = 60
KEY = hk.stream_key(17, 0)
SYSTEMS = {
    "defaults": defaults(T=HORIZON),
    "often": defaults(N=4, T=HORIZON, ho=1, H=0.4, nu=0.4, ph=0.6),
    "never": defaults(N=8, T=HORIZON, H=1.0, nu=0.0, sig=0.01),
    "not absorbing": defaults(N=4, T=HORIZON, ho=2, H=0.4, absorbing=False),
}

AVERAGES = ("average_share", "final_share", "concentration", "final_concentration", "burden")
CRISES = ("coalition_size", "delivered_efficiency")


@pytest.fixture(scope="module")
def rows() -> dict[str, np.ndarray]:
    """Outcomes, and some as if the region had died out before the end of the first year."""
    found = {name: kernel_rows(values, KEY, 0, 400) for name, values in SYSTEMS.items()}
    dead = found["never"][:50].copy()
    for name in AVERAGES + CRISES:
        dead[name] = -1
    return found | {"dead at once": np.concatenate([dead, found["defaults"][:50]])}


def value(row: Any, name: str) -> float | int | None:
    """A column's value, None where there is none."""
    of_the_hegemon = ("year", "hegemon", "initial_rank", "revisionist", "share_gain", "conquest_gain")
    missing = {
        **dict.fromkeys(of_the_hegemon, row["emerged"] == 0),
        **dict.fromkeys(["first_spell", "first_spell_censored"], row["spells"] == 0),
    }
    if missing.get(name, name in AVERAGES + CRISES and row[name] == -1):
        return None
    return row[name].item()


def naive(rows: np.ndarray, horizon: int) -> dict[str, Any]:
    """The tally by its definition, in whole numbers of Python."""
    years = [0] * (horizon + 1)
    for row in rows[rows["emerged"] == 1]:
        years[row["year"]] += 1
    result = {"replicas": len(rows), "emerged": int(rows["emerged"].sum()), "year_counts": years}
    columns = [
        [capped(v) for row in rows if (v := value(row, name)) is not None] for name in hk.TALLY_COLUMNS
    ]
    return result | {
        "valid": [len(column) for column in columns],
        "sums": [sum(fixed(v) for v in column) for column in columns],
        "squares": [sum(fixed(v * v) for v in column) for column in columns],
    }


def fixed(v: float | int) -> int:
    """A whole number as it is, any other as the nearest multiple of 2^-30."""
    return round(v * 2**30) if isinstance(v, float) else v


def capped(v: float | int) -> float | int:
    return min(max(v, -LARGEST), LARGEST) if isinstance(v, float) else v


def as_python(tally: hk.Tally) -> dict[str, Any]:
    numbers = {f.name: getattr(tally, f.name) for f in fields(tally)}
    return {name: x.tolist() if isinstance(x, np.ndarray) else x for name, x in numbers.items()}


@pytest.mark.parametrize("name", [*SYSTEMS, "dead at once"])
def test_against_plain_sums(rows, name):
    assert as_python(hk.tally(rows[name], HORIZON)) == naive(rows[name], HORIZON)


@pytest.mark.parametrize("name", SYSTEMS)
def test_single_precision_rows_too(name):
    rows = kernel_rows(SYSTEMS[name], KEY, 0, 100, "float32")
    assert as_python(hk.tally(rows, HORIZON)) == naive(rows, HORIZON)


def test_missing_values_do_occur(rows):
    """Of the kinds that differ: no hegemon, no crisis, no threatened state in any."""
    assert np.any(rows["defaults"]["emerged"] == 0)
    assert np.all(rows["never"]["coalition_size"] == -1)
    assert np.all(rows["never"]["first_spell"] == -1)
    both = (rows["defaults"]["coalition_size"] >= 0) & (rows["defaults"]["delivered_efficiency"] == -1)
    assert np.any(both)
    assert np.any(rows["often"]["share_gain"] < 0)


def test_a_gain_of_minus_one_with_a_hegemon_is_a_value():
    rows = np.zeros(2, hk.OUTCOME_DTYPE)
    rows["emerged"], rows["spells"], rows["year"] = [1, 0], [1, 0], [3, -1]
    rows["share_gain"] = -1.0
    found = dict(zip(hk.TALLY_COLUMNS, hk.tally(rows, 5).sums.tolist(), strict=True))
    assert found["share_gain"] == -hk.FIXED_POINT


def test_columns_and_types():
    assert hk.FIXED_POINT == 2**30
    assert set(hk.TALLY_COLUMNS) == set(hk.OUTCOME_DTYPE.names) - {"replica", "emerged"}
    tally = hk.tally(np.zeros(3, hk.OUTCOME_DTYPE), 9)
    assert tally.year_counts.shape == (10,)
    for array in (tally.year_counts, tally.valid, tally.sums, tally.squares):
        assert array.dtype == np.int64


@given(cuts=st.lists(st.integers(0, 400), min_size=2, max_size=6).map(sorted), data=st.data())
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
def test_any_grouping_merges_to_the_same(rows, cuts, data):
    """Pieces, empty ones too, in a random order and a random tree."""
    every = rows["often"]
    parts = [hk.tally(every[a:b], HORIZON) for a, b in zip([0, *cuts], [*cuts, 400], strict=True)]
    while len(parts) > 1:
        a = parts.pop(data.draw(st.integers(0, len(parts) - 1)))
        b = parts.pop(data.draw(st.integers(0, len(parts) - 1)))
        parts.append(a.merge(b))
    assert as_python(parts[0]) == naive(every, HORIZON)


def test_a_shuffled_block_has_the_same_tally(rows):
    every = rows["often"]
    shuffled = every[np.random.default_rng(1).permutation(len(every))]
    assert as_python(hk.tally(shuffled, HORIZON)) == as_python(hk.tally(every, HORIZON))


def test_only_what_is_vast_is_capped():
    """Arms that outlive their economy by far; a coalition of all others, in 64 states, counts whole."""
    rows = kernel_rows(
        defaults(
            N=2, T=HORIZON, ph=1.0, ri=0.0, cw=0.9, ta=0.6, tl=0.0, la=0.0, an=0.0, D=0.01, m=1.0, bi=3.0,
            chi=2.0, r=1e-6, b0=0.5, bm=0.5, nu=4.0, H=1.0,
        ),
        KEY, 0, 400,
    )  # fmt: skip
    assert rows["burden"].max() > 1e6
    rows["coalition_size"] = 63.0
    assert as_python(hk.tally(rows, HORIZON)) == naive(rows, HORIZON)
    assert LARGEST >= 63


def test_a_row_too_many_is_noticed(rows):
    assert as_python(hk.tally(rows["often"][:-1], HORIZON)) != naive(rows["often"], HORIZON)


def test_sums_of_a_large_block_do_not_overflow():
    """Shares near their greatest, a million of them: far from the bounds of 64 bits."""
    rows = np.zeros(1_000_000, hk.OUTCOME_DTYPE)
    rows["peak_share"] = 1.0
    rows["wars"] = 2**16
    column = {name: k for k, name in enumerate(hk.TALLY_COLUMNS)}
    tally = hk.tally(rows, 10)
    assert tally.sums[column["peak_share"]] == 10**6 * 2**30
    assert tally.squares[column["peak_share"]] == 10**6 * 2**30
    assert tally.squares[column["wars"]] == 10**6 * 2**32
