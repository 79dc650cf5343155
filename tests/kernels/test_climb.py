"""Replicas that stop at a level and are taken up again, by themselves or by others with their own draws."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

import hegemon_kernels as hk
from hegemon.reference import philox4x32_10, simulate
from hegemon.selftest.agreement import kernel_rows
from model_values import defaults

DTYPES = ("float64", "float32")
KEY, OTHER_KEY = hk.stream_key(3, 0), hk.stream_key(3, 0, stage=1)
FIRST = 2**32 - 100
COUNT = 250
LEVEL = 0.36
RICH = defaults(
    N=7, T=60, nu=0.4, ph=0.5, eta=0.3, H=0.45, ho=3, hs=0.3, sp=0.2, wG=0.3, m=2.5, layout="plane", ell=0.7,
    offshore=[6], initiative="capability",
)  # fmt: skip
SYSTEMS = {
    "defaults": (defaults(T=100), LEVEL),
    "rich": (RICH, LEVEL),
    "64 states": (defaults(N=64, T=8, nu=0.05, H=0.07, ho=2), 0.05),
}
CASES = pytest.mark.parametrize(("system", "dtype"), [(s, d) for s in SYSTEMS for d in DTYPES])


class Ends(NamedTuple):
    """What a climb fills."""

    rows: np.ndarray
    shares: np.ndarray
    years: np.ndarray
    snapshots: np.ndarray


def reached(ends: Ends, level: float) -> np.ndarray:
    """Which replicas may be taken up again: they have reached the level and have not emerged."""
    return (ends.shares >= level) & (ends.rows["emerged"] == 0)


def climb(
    values: dict[str, Any], dtype: str, key: int, first: int, count: int, level: float, *origin: np.ndarray
) -> Ends:
    point = hk.pack_point(values, dtype)
    ends = Ends(
        np.zeros(count, hk.OUTCOME_DTYPE),
        np.zeros(count),
        np.zeros(count, np.int32),
        np.zeros((count, hk.snapshot_size(point)), dtype),
    )
    hk.climb(point, key, first, level, *ends, *origin)
    return ends


@CASES
def test_without_a_level_a_climb_is_a_simulation(system, dtype):
    values = SYSTEMS[system][0]
    ends = climb(values, dtype, KEY, FIRST, COUNT, np.inf)
    assert ends.rows.tobytes() == kernel_rows(values, KEY, FIRST, COUNT, dtype).tobytes()


@CASES
def test_a_replica_taken_up_with_its_own_draws_goes_on_as_if_it_had_never_stopped(system, dtype):
    values, level = SYSTEMS[system]
    whole = kernel_rows(values, KEY, FIRST, COUNT, dtype)
    ends = climb(values, dtype, KEY, FIRST, COUNT, level)
    stopped = np.flatnonzero(reached(ends, level) & (ends.years < values["T"]))
    assert len(stopped) >= 10
    for i in stopped[:25]:
        again = climb(values, dtype, KEY, FIRST + int(i), 1, np.inf, ends.snapshots, np.array([i]))
        assert again.rows[0].tobytes() == whole[i].tobytes()


@CASES
def test_the_bits_of_a_clone_do_not_depend_on_its_neighbours(system, dtype):
    values, level = SYSTEMS[system]
    ends = climb(values, dtype, KEY, FIRST, COUNT, level)
    parents = np.flatnonzero(reached(ends, level))
    parents = np.tile(parents, 3)
    together = climb(values, dtype, OTHER_KEY, FIRST, len(parents), np.inf, ends.snapshots, parents)
    for i in range(0, len(parents), 13):
        start = ends.snapshots[parents[i : i + 1]]
        alone = climb(values, dtype, OTHER_KEY, FIRST + i, 1, np.inf, start, np.zeros(1, int))
        assert [a[0].tobytes() for a in alone] == [t[i].tobytes() for t in together]


@pytest.mark.parametrize("system", ["defaults", "rich"])
def test_clones_agree_with_the_reference(system):
    """Up to the level the reference draws as the parent did, and from there as the clone."""
    values, level = SYSTEMS[system]
    ends = climb(values, "float64", KEY, FIRST, COUNT, level)
    parents = np.flatnonzero(reached(ends, level))[:8]
    clones = climb(values, "float64", OTHER_KEY, 50, len(parents), np.inf, ends.snapshots, parents)
    for clone, (parent, row) in enumerate(zip(parents, clones.rows, strict=True)):

        def words(slot: int, year: int, _: int, parent: int = parent, clone: int = clone) -> Any:
            before = year <= ends.years[parent]
            key, replica = (KEY, FIRST + int(parent)) if before else (OTHER_KEY, 50 + clone)
            counter = (slot, year, replica & 0xFFFFFFFF, replica >> 32)
            return philox4x32_10(counter, (key & 0xFFFFFFFF, key >> 32))

        expected = simulate(values, 0, 50 + clone, words=words)
        assert {name: row[name] for name in expected} == expected


def test_a_replica_stops_in_the_first_year_in_which_the_leader_holds_the_level():
    values = defaults(T=100)
    ends = climb(values, "float64", KEY, 0, 60, LEVEL)
    yearly = hk.trace(hk.pack_point(values), KEY, 0, 60)
    shares = yearly.capability.max(axis=2)[:, 1:]
    for share, year, path in zip(ends.shares, ends.years, shares, strict=True):
        held = np.flatnonzero(path >= LEVEL)
        assert year == (held[0] + 1 if len(held) else len(path))
        assert share == path[year - 1]


def test_a_level_between_two_numbers_of_single_precision_is_not_rounded_down():
    values = defaults(T=100)
    share = climb(values, "float32", KEY, 0, 60, LEVEL).shares.max()
    above = np.nextafter(share, 1.0)  # the same number in single precision
    assert np.float32(above) == np.float32(share)
    ends = climb(values, "float32", KEY, 0, 60, above)
    stopped = (ends.years < values["T"]) & (ends.rows["emerged"] == 0)
    assert (ends.shares[stopped] >= above).all()
    assert share not in ends.shares[stopped]


def test_draws_of_another_stage_are_others():
    """Negative control: a clone with another key does not repeat its parent's future."""
    values = defaults(T=100)
    ends = climb(values, "float64", KEY, FIRST, COUNT, LEVEL)
    parents = np.flatnonzero(reached(ends, LEVEL))
    own = kernel_rows(values, KEY, FIRST, COUNT, "float64")[parents]
    clones = climb(values, "float64", OTHER_KEY, FIRST, len(parents), np.inf, ends.snapshots, parents)
    assert (clones.rows["final_share"] != own["final_share"]).all()


def test_bad_arrays_are_refused():
    values = defaults(T=10)
    point = hk.pack_point(values)
    good = climb(values, "float64", KEY, 0, 4, LEVEL)
    with pytest.raises(ValueError, match="rows of starts"):
        climb(values, "float64", KEY, 0, 1, LEVEL, good.snapshots, np.array([4]))
    with pytest.raises(ValueError, match="come together"):
        climb(values, "float64", KEY, 0, 1, LEVEL, good.snapshots)
    with pytest.raises(ValueError, match=r"snapshots must be .* \(4, "):
        hk.climb(point, KEY, 0, LEVEL, good.rows, good.shares, good.years, good.snapshots[:, :-1])
    with pytest.raises(ValueError, match="end with hegemony"):
        climb(defaults(T=10, absorbing=False), "float64", KEY, 0, 1, LEVEL)
