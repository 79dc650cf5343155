"""Sections, lists and combinations of the model."""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from hegemon.errors import RequestError
from hegemon.parameters import Model, System, kernel_values

DISTANCES = [[0, 1, 2], [1, 0, 1.5], [2, 1.5, 0]]


def messages(**sections: Any) -> list[str]:
    with pytest.raises(ValidationError, match="validation error") as caught:
        Model(**sections)
    return [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in caught.value.errors()]


def test_defaults_are_a_possible_model() -> None:
    assert Model().system.states == 6
    assert Model().state_names == ("S1", "S2", "S3", "S4", "S5", "S6")


def test_frozen_and_hashable() -> None:
    model = Model()
    with pytest.raises(ValidationError, match="frozen"):
        model.system.states = 7  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        model.system = System()  # type: ignore[misc]
    assert hash(model) == hash(Model())


def test_pickles_and_copies() -> None:
    model = Model(system={"states": 3}, geography={"layout": "matrix", "distances": DISTANCES})
    assert pickle.loads(pickle.dumps(model)) == model
    assert copy.deepcopy(model) == model


def test_numpy_values_are_taken_for_what_they_hold() -> None:
    model = Model(
        system={"states": np.int64(3), "shares": np.array([1, 2, 3]), "dispersion": np.float32(0.5)},
        growth={"drift": np.float64(0.25)},
        geography={"layout": "matrix", "distances": np.array(DISTANCES)},
        hegemony={"absorbing": np.bool_(False)},
    )
    assert type(model.system.states) is int
    assert model.system.shares == (1.0, 2.0, 3.0)
    assert model.geography.distances == tuple(map(tuple, DISTANCES))
    assert model.hegemony.absorbing is False
    assert type(model.growth.drift) is float


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ({"wars": {}}, ["wars: Extra inputs are not permitted"]),
        ({"war": {"spoil": 1}}, ["war.spoil: Extra inputs are not permitted"]),
        (
            {"system": {"shares": "unequal"}},
            ['system.shares: must be "equal" or a list of numbers above 0, one per state'],
        ),
        ({"system": {"shares": [1, 0, 1]}}, ["system.shares: number 2 must be a finite number above 0"]),
        ({"system": {"shares": [1, math.inf]}}, ["system.shares: number 2 must be a finite number above 0"]),
        ({"system": {"shares": [1, True]}}, ["system.shares: number 2 must be a finite number above 0"]),
        ({"system": {"shares": [1e308] * 6}}, ["system.shares: must have a finite sum"]),
        (
            {"system": {"shares": [1, 2]}},
            ["system.shares: must hold one element per state: 2 given, system.states is 6"],
        ),
        (
            {"system": {"names": list("abc")}},
            ["system.names: must hold one element per state: 3 given, system.states is 6"],
        ),
        ({"system": {"names": list("aabcde")}}, ["system.names: must not give two states one name"]),
        (
            {"system": {"names": ["a\n", *"bcdef"]}},
            ["system.names: must be a list of different names, each of 1 to 100 characters"],
        ),
        (
            {"system": {"names": [" ", *"bcdef"]}},
            ["system.names: must be a list of different names, each of 1 to 100 characters"],
        ),
        (
            {"system": {"names": ["\ud800", *"bcdef"]}},
            ["system.names: must be a list of different names, each of 1 to 100 characters"],
        ),
        (
            {"system": {"offshore": [1.0]}},
            ["system.offshore: must be a list of different states, counted from 0"],
        ),
        (
            {"system": {"offshore": [-1]}},
            ["system.offshore: must be a list of different states, counted from 0"],
        ),
        (
            {"system": {"offshore": [True]}},
            ["system.offshore: must be a list of different states, counted from 0"],
        ),
        ({"system": {"offshore": [1, 1]}}, ["system.offshore: must not name a state twice"]),
        (
            {"system": {"offshore": [6]}},
            ["system.offshore: must hold states from 0 to 5: 6 is none, system.states is 6"],
        ),
        (
            {"system": {"offshore": [0, 1, 2, 3, 4]}},
            ["system.offshore: must leave at least two states that are not offshore: system.states is 6"],
        ),
        (
            {"growth": {"drift": 1.5}},
            ["growth.drift: must be a number from -1 to 1, or a list of such numbers, one per state"],
        ),
        ({"growth": {"drift": [0, 1.5]}}, ["growth.drift: number 2 must be from -1 to 1"]),
        (
            {"growth": {"drift": [0, 0]}},
            ["growth.drift: must hold one element per state: 2 given, system.states is 6"],
        ),
        (
            {"geography": {"layout": "matrix"}},
            ["geography.layout: needs geography.distances, which are not given"],
        ),
        (
            {"system": {"states": 3}, "geography": {"distances": DISTANCES}},
            ['geography.distances: must be given only with geography.layout = "matrix", and it is "none"'],
        ),
        (
            {"geography": {"layout": "matrix", "distances": DISTANCES}},
            ["geography.distances: must have one row per state: 3 given, system.states is 6"],
        ),
        (
            {"geography": {"distances": [[0, 1], [1]]}},
            ["geography.distances: must be square: row 2 holds 1 numbers, and there are 2 rows"],
        ),
        (
            {"geography": {"distances": [[0, 1], [2, 0]]}},
            ["geography.distances: must be symmetric: row 2, column 1 is not row 1, column 2"],
        ),
        (
            {"geography": {"distances": [[0, 1], [1, 1]]}},
            ["geography.distances: must have a zero diagonal: row 2 does not"],
        ),
        (
            {"geography": {"distances": [[0, -1], [-1, 0]]}},
            ["geography.distances: row 1, column 2 must be a finite number, at least 0"],
        ),
        (
            {"geography": {"distances": [[0, math.nan], [1, 0]]}},
            ["geography.distances: row 1, column 2 must be a finite number, at least 0"],
        ),
        (
            {"geography": {"distances": [0, 1]}},
            [
                "geography.distances: must be a square, symmetric list of lists of finite "
                "numbers of at least 0, with a zero diagonal"
            ],
        ),
        (
            {"arms": {"peacetime_burden": 0.2, "max_burden": 0.19}},
            ["arms.max_burden: must be at least arms.peacetime_burden, which is 0.2"],
        ),
        ({"hegemony": {"hold": 301}}, ["hegemony.hold: must be at most system.years, which is 300"]),
        (
            {"system": {"years": 4}, "arms": {"peacetime_burden": 0.2}},
            [
                "arms.max_burden: must be at least arms.peacetime_burden, which is 0.2",
                "hegemony.hold: must be at most system.years, which is 4",
            ],
        ),
    ],
)
def test_refused(sections: dict[str, Any], expected: list[str]) -> None:
    assert messages(**sections) == expected


def test_edges_of_combinations() -> None:
    Model(system={"years": 5})
    Model(arms={"peacetime_burden": 0.16})
    Model(system={"offshore": [0, 1, 2, 3]})
    Model(system={"offshore": [5]})


def test_value_follows() -> None:
    model = Model(balancing={"efficiency": 0.7, "commitment": 0.2})
    assert model.value("balancing.speed") == 0.7
    assert model.value("balancing.commitment") == 0.2
    assert model.value("bandwagoning.commitment") == 0.2
    assert model.value("system.names") is None
    with pytest.raises(KeyError, match="nothing"):
        model.value("nothing.here")


def test_kernel_values_are_resolved() -> None:
    values = kernel_values(Model(balancing={"efficiency": 0.7, "participation": 0}))
    assert (values["eS"], values["eP"], values["eC"], values["eB"]) == (0.7, 0.0, 0.7, 0.7)
    assert values["shares"] == [1.0] * 6
    assert values["mu"] == [0.0] * 6
    assert values["offshore"] == []
    assert values["distances"] is None
    assert values["ell"] == math.inf
    assert "eta" not in values
    assert "names" not in values


def test_kernel_values_of_derived_efficiencies() -> None:
    values = kernel_values(Model(balancing={"rule": "olson", "participation": 0.2}))
    assert (values["eS"], values["eP"], values["eC"], values["eB"]) == (None, 0.2, None, None)
    values = kernel_values(Model(balancing={"rule": "olson", "commitment": 0.4}))
    assert (values["eS"], values["eC"], values["eB"]) == (None, 0.4, 0.4)


def test_kernel_values_of_types() -> None:
    assert kernel_values(Model(system={"states": 3}))["types"] == ["drawn"] * 3
    types = ["security", "drawn", "revisionist"]
    assert kernel_values(Model(system={"states": 3}, war={"types": types}))["types"] == types


def test_kernel_values_of_lists() -> None:
    model = Model(
        system={"states": 3, "shares": [3, 1, 2], "offshore": [2]},
        growth={"drift": [0.01, 0, -0.01]},
        geography={"layout": "matrix", "distances": DISTANCES},
    )
    values = kernel_values(model)
    assert values["shares"] == [3.0, 1.0, 2.0]
    assert values["mu"] == [0.01, 0.0, -0.01]
    assert values["distances"] == DISTANCES
    assert values["offshore"] == [2]
    assert kernel_values(Model(system={"offshore": [4, 1]}))["offshore"] == [1, 4]


def test_kernel_values_have_plain_types_and_all_symbols() -> None:
    values = kernel_values(Model())
    expected = (
        "N T shares s0 offshore layout distances ell sig mu cv ov chi kE wO wS wI a0 gA dA th "
        "sp wG b0 bm k r am eI eS "
        "eP eC om co ze rb al v pB pJ eB tb pr nu initiative ph m D ta tl la cw bi sm ri an hs "
        "qs wC H ho absorbing rule ow types"
    )
    assert sorted(values) == sorted(expected.split())
    for symbol, value in values.items():
        if symbol in ("N", "T", "ho"):
            assert type(value) is int
        elif symbol == "absorbing":
            assert value is True
        elif symbol not in ("shares", "mu", "offshore", "layout", "distances", "initiative", "rule", "types"):
            assert type(value) is float, symbol


def test_from_toml(tmp_path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('[model.system]\nstates = 4\n[sweep]\n"balancing.efficiency" = [0.25, 1]\n')
    model = Model.from_toml(path)
    assert model.system.states == 4
    assert model.balancing.efficiency == 0.25


def test_request_error_is_one_line_per_mistake() -> None:
    error = RequestError("a\nb", "c\x1b[31m")
    assert error.lines == ("a\\nb", "c\\x1b[31m")
    assert str(error) == "a\\nb\nc\\x1b[31m"
    assert pickle.loads(pickle.dumps(error)).lines == error.lines
