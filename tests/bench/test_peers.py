"""The peers that speed is measured against simulate the same model: they agree with the engine in
distribution.

Every comparison has a false-alarm rate of at most 1e-6. Beside it stand negative controls: another
efficiency, or one mechanism left out, must fail the same comparison.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from peers.interface import Outcome, Parameters, usual
from peers.registry import PEERS, Peer, code_lines, peer
from scipy import stats

import hegemon_kernels as hk
from hegemon.parameters import Model, kernel_values

BENCH = Path(__file__).parents[2] / "bench"
FALSE_ALARM = 1e-6
ENGINE_REPLICAS = 10_000
REPLICAS = {"mesa": 150, "agentpy": 150}  # of the slow; others have more
MORE = 1_000
YEARS = 120  # in which strong mechanisms show
QUIET = [  # of Taichi and of agentpy
    pytest.mark.filterwarnings(f"ignore:{message}")
    for message in ("'locale.getdefaultlocale'", "The inplace keyword in DataFrame.drop")
]
NAMES = [
    pytest.param(known.name, marks=[pytest.mark.peers, *QUIET] if known.packages else []) for known in PEERS
]


def engine(model: Model, replicas: int = ENGINE_REPLICAS, seed: int = 20_240_229) -> Outcome:
    values = kernel_values(model)
    rows = np.zeros(replicas, hk.OUTCOME_DTYPE)
    hk.simulate(hk.pack_point(values), hk.stream_key(seed, 0), 0, rows)
    years = np.where(rows["emerged"] > 0, rows["year"], values["T"])
    return Outcome.of(rows["emerged"], years, rows["wars"], rows["survivors"])


@cache
def expected(key: str, years: int) -> Outcome:
    return engine(model_of(key, years))


def simulate(chosen: Peer, model: Model) -> Outcome:
    replicas = REPLICAS.get(chosen.name.split()[0], MORE)
    return chosen.simulate(Parameters.of(model), replicas, seed=7)


def agree(one: Outcome, two: Outcome) -> bool:
    """Whether P (by Fisher's exact test) and the mean of wars (by a normal one) may be the same."""
    table = [[int(x.emerged.sum()), int((~x.emerged).sum())] for x in (one, two)]
    error = np.sqrt(sum(x.wars.var(ddof=1) / len(x.wars) for x in (one, two)))
    same_wars = abs(one.wars.mean() - two.wars.mean()) < stats.norm.isf(FALSE_ALARM / 4) * error
    return bool(same_wars and stats.fisher_exact(table).pvalue > FALSE_ALARM / 2)


# Mechanisms made strong, and the same left out; each differs from the default set by what it names.
STRONG: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "balancing.soft": ({"balancing.soft": 0.3}, {"balancing.soft": 0.0}),
    "balancing.rollback": ({"balancing.rollback": 1.0, "balancing.efficiency": 0.6},
                           {"balancing.rollback": 0.0}),
    "balancing.alarm": ({"balancing.alarm": 0.05, "balancing.efficiency": 0.6}, {"balancing.alarm": 1.0}),
    "balancing.cohesion": ({"balancing.cohesion": 0.3, "balancing.efficiency": 0.6},
                           {"balancing.cohesion": 1.0}),
    "balancing.sufficiency": ({"balancing.sufficiency": 0.0, "balancing.efficiency": 0.5},
                              {"balancing.sufficiency": float("inf")}),
    "bandwagoning.tribute": ({"bandwagoning.tribute": 0.1}, {"bandwagoning.tribute": 0.0}),
    "bandwagoning.protection": ({"bandwagoning.protection": 1.0, "bandwagoning.propensity": 1.0},
                                {"bandwagoning.protection": 0.0}),
    "bandwagoning.commitment": ({"bandwagoning.commitment": 1.0, "bandwagoning.propensity": 1.0},
                                {"bandwagoning.commitment": 0.0}),
    "bandwagoning.profit": ({"bandwagoning.profit": 1.0}, {"bandwagoning.profit": 0.0}),
    "growth.convergence": ({"growth.convergence": 0.05}, {"growth.convergence": 0.0}),
    "growth.arms_drag": ({"growth.arms_drag": 0.4}, {"growth.arms_drag": 0.0}),
    "growth.effort": ({"growth.effort": 0.05, "balancing.internal": 1.0}, {"growth.effort": 0.0}),
    "arms.response": ({"arms.response": 10.0, "balancing.internal": 1.0}, {"arms.response": 0.0}),
    "threat.reputation_gain": ({"threat.reputation_gain": 1.0, "balancing.efficiency": 0.5},
                               {"threat.reputation_gain": 0.0}),
    "war.indemnity": ({"war.indemnity": 0.6, "war.defense_advantage": 0.7}, {"war.indemnity": 0.0}),
    "war.attrition": ({"war.attrition": 0.9, "arms.adjustment": 0.05}, {"war.attrition": 0.0}),
    "war.misjudgment": ({"war.misjudgment": 1.5}, {"war.misjudgment": 0.0}),
    "war.annexation": ({"war.annexation": 0.1}, {"war.annexation": 0.0}),
}  # fmt: skip


def changed(changes: dict[str, Any], years: int) -> Model:
    sections: dict[str, dict[str, Any]] = {
        "system": {"states": 8, "years": years},
        "balancing": {"efficiency": 0.2},
    }
    for key, value in changes.items():
        section, name = key.split(".")
        sections.setdefault(section, {})[name] = value
    return Model(**sections)


def model_of(key: str, years: int) -> Model:
    """The default model at an efficiency, or one of `STRONG`."""
    return changed(STRONG[key][0], years) if key in STRONG else usual(8, float(key), years)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("efficiency", "other"), [("0.2", "0.6"), ("0.6", "0.2")])
def test_a_peer_agrees_with_the_engine_at_its_efficiency_and_at_no_other(name, efficiency, other):
    found = simulate(peer(name), model_of(efficiency, 300))
    assert agree(found, expected(efficiency, 300))
    assert not agree(found, expected(other, 300))


@pytest.mark.parametrize("name", NAMES)
def test_a_peer_has_every_mechanism(name):
    wrong = [
        key for key in STRONG if not agree(simulate(peer(name), model_of(key, YEARS)), expected(key, YEARS))
    ]
    assert wrong == []


@pytest.mark.parametrize("key", STRONG)
def test_a_peer_without_a_mechanism_would_be_found_out(key):
    strong, left_out = STRONG[key]
    assert not agree(engine(changed(strong | left_out, YEARS), MORE, seed=7), expected(key, YEARS))


@pytest.mark.parametrize("name", NAMES)
def test_outcomes_are_those_of_as_many_replicas_as_asked_for(name):
    parameters = Parameters.of(usual(5, 0.3, 20))
    found = peer(name).simulate(parameters, 7, 1)
    assert all(len(getattr(found, field.name)) == 7 for field in fields(Outcome))
    assert ((found.years == 20) | found.emerged).all()
    assert ((found.survivors >= 1) & (found.survivors <= 5)).all()
    again = peer(name).simulate(parameters, 7, 1)
    np.testing.assert_array_equal(again.wars, found.wars)
    assert found.state_years(5) == 5 * found.years.sum()


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"threat.misperception": 0.1}, "sp"),
        ({"war.decisiveness": 2.0}, "m"),
        ({"growth.drift": 0.01}, "mu"),
        ({"hegemony.absorbing": False}, "absorbing"),
    ],
)
def test_a_mechanism_that_peers_lack_is_refused(changes, name):
    with pytest.raises(ValueError, match=rf"not at the default: \['{name}'\]"):
        Parameters.of(changed(changes, 300))


def test_parameters_are_those_of_the_engine():
    values = kernel_values(usual(8, 0.4))
    assert asdict(Parameters.of(usual(8, 0.4))) == {
        field.name: values[field.name] for field in fields(Parameters)
    }


def test_lines_are_those_with_code(tmp_path):
    python = tmp_path / "some.py"
    python.write_text(
        '"""Doc\n\nmore."""\n\n# note\nx = {\n    1: "a",\n\n}\n\n\ndef f():\n    """Doc."""\n    return x\n'
    )
    assert code_lines(python) == 5
    c = tmp_path / "some.c"
    c.write_text("/* note */\n\nint x;\nint y; /* why */\n")
    assert code_lines(c) == 2


def test_a_peer_runs_in_a_process_of_its_own():
    command = [sys.executable, "-m", "peers", "c float64", "--replicas", "9", "--years", "20", "--calls", "2"]
    environment = os.environ | {"PYTHONPATH": str(BENCH)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert [call["state_years"] > 0 for call in report["calls"]] == [True, True]
    assert 0 < report["base_mb"] <= report["peak_mb"]
