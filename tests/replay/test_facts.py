"""The log of the kernel's trace against what the plain reference does, fact by fact."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hegemon_kernels as hk
from hegemon.replay.facts import Crisis, Death, Fact, Hegemony, Secession, Succession, tell
from hegemon.replay.replayed import counted
from hegemon.replay.words import Teller
from model_values import defaults
from replay.witness import Witness
from strategies import model_values

KEY = hk.stream_key(20_240_229, 0)
HOT = {"T": 60, "ph": 0.7, "nu": 0.5, "hs": 0.5, "ri": 0.0, "cw": 0.01, "absorbing": False, "H": 0.4, "ho": 3}


def facts(values: Mapping[str, Any], key: int, replica: int, dtype: str = "float64") -> list[Fact]:
    point = hk.pack_point(values, dtype)
    path = hk.trace(point, key, replica, 1)
    return list(tell(path, values, float(point.record["H"][0])))


def plain(fact: Fact) -> dict[str, Any]:
    return {"kind": type(fact).__name__.lower(), **dataclasses.asdict(fact)}


def disagreement(fact: dict[str, Any], seen: dict[str, Any]) -> list[str]:
    """Names of what a fact tells otherwise than was seen."""
    expected = dict(seen)
    crisis = expected.pop("crisis", None)
    if crisis is not None:
        expected["passed"] = expected.pop("threatened")
        fought = crisis.target >= 0
        expected |= {
            "coalition_strength": crisis.foes.strength,
            "attack_strength": crisis.attack_strength,
            "decided": crisis.decided,
            "expected_gain": crisis.best_gain if crisis.decided else None,
            "deterred": crisis.deterred,
            "target": crisis.target if fought else None,
            "won": crisis.won == 1 if fought else None,
            "annexed": crisis.annexed if fought else None,
        }
    sets = {name: tuple(sorted(value)) for name, value in expected.items() if isinstance(value, set)}
    expected |= sets
    return [name for name, value in expected.items() if fact[name] != value]


def disagreements(values: Mapping[str, Any], key: int, replica: int) -> list[str]:
    ours = [plain(fact) for fact in facts(values, key, replica)]
    theirs = Witness(values, key, replica).seen
    if [(one["year"], one["kind"]) for one in ours] != [(one["year"], one["kind"]) for one in theirs]:
        return [f"{len(ours)} facts and {len(theirs)}"]
    pairs = zip(ours, theirs, strict=True)
    return [f"year {ours['year']}, {ours['kind']}: {name}"
            for ours, theirs in pairs for name in disagreement(ours, theirs)]  # fmt: skip


@pytest.mark.parametrize("replica", range(6))
@pytest.mark.parametrize(
    "change",
    [
        {},
        HOT,
        HOT | {"N": 9, "offshore": [2, 8], "eta": 0.9, "th": 0.2},
        HOT | {"N": 12, "initiative": "capability", "layout": "plane", "ell": 0.4, "sp": 0.3},
        HOT | {"N": 5, "ta": 1.0, "D": 0.5, "hs": 1.0, "H": 0.9},
    ],
    ids=["defaults", "hot", "offshore", "plane", "annexed and reborn"],
)
def test_the_log_tells_what_the_reference_does(change: dict[str, Any], replica: int) -> None:
    assert disagreements(defaults(**change), KEY, replica) == []


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(model_values(), st.integers(0, 2**40))
def test_in_any_system(values: dict[str, Any], replica: int) -> None:
    assert disagreements(values | {"T": min(values["T"], 30), "ho": 1}, KEY, replica) == []


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(model_values(), st.integers(0, 2**40), st.sampled_from(["float64", "float32"]))
def test_the_log_adds_up_to_the_outcome(values: dict[str, Any], replica: int, dtype: str) -> None:
    point = hk.pack_point(values, dtype)
    path = hk.trace(point, KEY, replica, 1)
    row = np.zeros(1, hk.OUTCOME_DTYPE)
    hk.simulate(point, KEY, replica, row)
    log = list(tell(path, values, float(point.record["H"][0])))
    found = counted(log, path)
    assert found == {name: row[name][0].item() for name in found}


def test_everything_happens_somewhere() -> None:
    """Else the agreement above would be empty."""
    seen: set[Any] = set()
    for change in (
        HOT,
        HOT | {"N": 5, "ta": 1.0, "D": 0.5, "hs": 1.0, "H": 0.9},
        {"chi": 2.0, "b0": 0.9, "bm": 1.0},
    ):
        for replica in range(6):
            for fact in facts(defaults(**change), KEY, replica):
                seen.add(type(fact))
                if isinstance(fact, Crisis):
                    seen |= {name for name, value in plain(fact).items() if value}
                if isinstance(fact, Hegemony):
                    seen.add(("hegemony", fact.began))
    assert {Crisis, Secession, Succession, ("hegemony", True), ("hegemony", False)} <= seen
    assert {field.name for field in dataclasses.fields(Crisis)} <= seen


def test_a_state_that_dies_of_growth_is_told() -> None:
    """Drift of -1 a year takes a state below 2^-100 of the others in some seventy years."""
    values = defaults(N=3, T=90, mu=[-1.0, 0.0, 0.0], cv=0.0, nu=0.0, s0=0.0, sig=0.0, H=1.0, ho=90)
    deaths = [fact for fact in facts(values, KEY, 0) if isinstance(fact, Death)]
    assert [fact.state for fact in deaths] == [0]
    assert disagreements(values, KEY, 0) == []


def test_a_state_that_dies_and_breaks_away_in_one_year_is_told() -> None:
    values = defaults(
        N=2, T=90, mu=[-1.0, 0.0], cv=0.0, nu=0.0, s0=0.0, sig=0.0, hs=1.0, qs=0.3, H=1.0, ho=90
    )
    told = facts(values, KEY, 0)
    deaths = {fact.year for fact in told if isinstance(fact, Death)}
    returns = {fact.year for fact in told if isinstance(fact, Secession)}
    assert deaths & returns
    assert disagreements(values, KEY, 0) == []


def test_an_event_that_contradicts_the_alignments_is_noticed() -> None:
    """The control: one member of one coalition is taken away."""
    values = defaults(**HOT)
    point = hk.pack_point(values)
    path = hk.trace(point, KEY, 0, 1)
    event = int(np.flatnonzero(path.events["coalition"])[0])
    path.events["coalition"][event] = 0
    with pytest.raises(ValueError, match="do not lead to the alignments"):
        list(tell(path, values, float(point.record["H"][0])))


def test_another_replica_is_noticed() -> None:
    """The control of the agreement."""
    values = defaults(**HOT)
    ours = [plain(fact) for fact in facts(values, KEY, 0)]
    theirs = Witness(values, KEY, 1).seen
    assert [one["kind"] for one in ours] != [one["kind"] for one in theirs]
    assert not math.isclose(ours[0]["share"], theirs[0]["share"])


def test_who_passes_the_buck_is_told_by_name() -> None:
    told = facts(defaults(**HOT, N=7, eta=0.3, th=0.2), KEY, 1)
    passed = next(fact for fact in told if isinstance(fact, Crisis) and fact.passed)
    text = "\n".join(Teller([f"S{i}" for i in range(1, 8)]).lines([passed]))
    assert f"pass the buck: {', '.join(f'S{k + 1}' for k in passed.passed)}" in text
