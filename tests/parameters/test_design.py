"""Design points, their labels and identities."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import pickle
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hegemon import config
from hegemon.errors import RequestError
from hegemon.parameters import Model, kernel_values
from hegemon.planning.design import Design, Dimension, build, identity
from parameters import experiments


def design_of(sweep: dict[str, Any], **model: Any) -> Design:
    return build(config.parse({"sweep": sweep, "model": model}))


def identities(sweep: dict[str, Any], **model: Any) -> list[int]:
    return [point.identity for point in design_of(sweep, **model).points]


def test_no_sweep_is_one_point_without_dimensions() -> None:
    design = design_of({})
    assert design.dims == design.coordinates == ()
    assert design.shape == ()
    (point,) = design.points
    assert (point.index, dict(point.values), point.model) == (0, {}, Model())


def test_grid() -> None:
    design = design_of({"balancing.efficiency": [0, 1], "system.states": [4, 6, 8]}, system={"years": 50})
    assert design.shape == (2, 3)
    assert design.dims == (
        Dimension("efficiency", "balancing.efficiency", (0.0, 1.0)),
        Dimension("states", "system.states", (4, 6, 8)),
    )
    assert design.coordinates == design.dims
    expected = list(itertools.product((0.0, 1.0), (4, 6, 8)))
    assert [tuple(point.values.values()) for point in design.points] == expected
    assert [(p.model.balancing.efficiency, p.model.system.states) for p in design.points] == expected
    assert [point.index for point in design.points] == list(range(6))
    assert all(point.model.system.years == 50 for point in design.points)


def test_names_that_clash_carry_their_section() -> None:
    sweep = {"threat.threshold": [0.5], "hegemony.threshold": [0.5], "war.cost": [0.1]}
    assert [dim.name for dim in design_of(sweep).dims] == ["threat_threshold", "hegemony_threshold", "cost"]


def test_list() -> None:
    rows = [
        {"system.states": 2, "system.shares": [1, 2], "balancing.speed": 0.25},
        {"system.states": 3, "growth.drift": 0.5, "system.names": ["a", "b", "c"]},
    ]
    design = design_of({"design": "list", "values": rows}, balancing={"efficiency": 0.75})
    assert design.shape == (2,)
    assert design.dims == (Dimension("point", "", (0, 1)),)
    assert design.coordinates == (
        Dimension("states", "system.states", (2, 3), "point"),
        Dimension("shares", "system.shares", ("[1.0, 2.0]", '"equal"'), "point"),
        Dimension("speed", "balancing.speed", (0.25, 0.75), "point"),
        Dimension("drift", "growth.drift", (0.0, 0.5), "point"),
        Dimension("names", "system.names", ("", '["a", "b", "c"]'), "point"),
    )
    assert design.points[1].values["balancing.speed"] == 0.75
    assert design.points[1].model.system.shares == "equal"


def test_points_pickle() -> None:
    design = design_of({"war.spoils": [0, 1]})
    assert pickle.loads(pickle.dumps(design)) == design


def test_identity_is_what_it_says() -> None:
    model = Model(
        system={"states": 3},
        geography={"layout": "matrix", "distances": [[0, 1, 2], [1, 0, 1], [2, 1, 0]]},
        balancing={"rule": "olson"},
        war={"types": ["drawn", "drawn", "revisionist"]},
    )
    values = kernel_values(model)
    values["ell"] = "inf"
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), allow_nan=False)
    assert identity(model) == int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def test_identity_of_the_defaults_stays() -> None:
    # results are found again by it: it may change only together with the parameters of the model
    assert identity(Model()) == 0xD307248995078B4E


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"system": {"states": 6}}),
        ({"balancing": {"efficiency": 1}}, {"balancing": {"efficiency": 1.0}}),
        ({"growth": {"drift": 0}}, {"growth": {"drift": -0.0}}),
        ({"balancing": {"defense_weight": 0.2}}, {}),
        ({"war": {"types": ["drawn"] * 6}}, {}),
        ({"balancing": {"rule": "olson", "efficiency": 1}}, {"balancing": {"rule": "olson"}}),
        ({"growth": {"drift": 0.1}}, {"growth": {"drift": [0.1] * 6}}),
        ({"system": {"shares": "equal"}}, {"system": {"shares": [1] * 6}}),
        ({"system": {"offshore": [1, 2]}}, {"system": {"offshore": [2, 1]}}),
        ({"system": {"names": list("abcdef")}}, {}),
        (
            {"balancing": {"efficiency": 0.5}},
            {"balancing": {"efficiency": 0.1, "speed": 0.5, "participation": 0.5, "commitment": 0.5}},
        ),
        ({"bandwagoning": {"commitment": 0.5}}, {}),
    ],
)
def test_equal_identities(one: Any, other: Any) -> None:
    assert identity(Model(**one)) == identity(Model(**other))


@pytest.mark.parametrize(
    "sections",
    [
        {"balancing": {"efficiency": math.nextafter(0.5, 1)}},
        {"balancing": {"speed": 0.4}},
        {"bandwagoning": {"commitment": 0.4}},
        {"system": {"shares": [1, 1, 1, 1, 1, 2]}},
        {"system": {"offshore": [5]}},
        {"hegemony": {"absorbing": False}},
        {"war": {"initiative": "capability"}},
        {"geography": {"reach": 1e300}},
    ],
)
def test_different_identities(sections: Any) -> None:
    assert identity(Model(**sections)) != identity(Model())


def test_identity_does_not_depend_on_the_order_of_a_grid() -> None:
    one = identities({"war.spoils": [0, 0.5], "system.states": [4, 6]})
    other = identities({"system.states": [6, 4], "war.spoils": [0.5, 0]})
    assert set(one) == set(other)
    assert len(set(one)) == 4
    assert one[1] == other[1 * 2 + 0 - 2 + 1]  # spoils 0, 6 states


def test_identity_does_not_depend_on_grid_or_list_or_fixed() -> None:
    (listed,) = identities({"design": "list", "values": [{"war.spoils": 0.3, "system.states": 4}]})
    (grid,) = identities({"war.spoils": [0.30000000000000004], "system.states": [4]})
    (fixed,) = identities({}, war={"spoils": 0.3}, system={"states": 4})
    assert listed == grid == fixed


def test_points_that_differ_in_nothing_physical_are_kept() -> None:
    parts = {"speed": 0.5, "participation": 0.5, "commitment": 0.5}
    found = identities({"balancing.efficiency": [0, 0.5, 1]}, balancing=parts)
    assert len(found) == 3
    assert len(set(found)) == 1


def test_offshore_and_shares_are_not_mixed_up() -> None:
    one = Model(system={"states": 4, "offshore": [1, 2]}, growth={"drift": [0, 1, 0, 1]})
    other = Model(system={"states": 4, "offshore": [0, 1]}, growth={"drift": [0, 1, 0, 1]})
    assert identity(one) != identity(other)


@given(experiments.models())
def test_identity_of_any_model_is_64_bits_and_repeats(table: dict[str, Any]) -> None:
    one, other = Model(**table), Model(**table)
    assert 0 <= identity(one) < 2**64
    assert identity(one) == identity(other)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_a_grid_holds_what_a_single_model_holds(values: list[float]) -> None:
    rounded = list(dict.fromkeys(float(f"{value:.12g}") for value in values))
    design = design_of({"balancing.efficiency": rounded})
    assert [point.identity for point in design.points] == [
        identity(Model(balancing={"efficiency": v})) for v in rounded
    ]


def test_ten_thousand_points_are_made_in_time() -> None:
    size = 64
    distances = [[abs(i - j) for i in range(size)] for j in range(size)]
    spec = config.parse(
        {
            "model": {"system": {"states": size}, "geography": {"layout": "matrix", "distances": distances}},
            "sweep": {"balancing.efficiency": _axis(100), "war.spoils": _axis(100)},
        }
    )
    start = time.process_time()
    design = build(spec)
    assert time.process_time() - start < 3  # takes about 1
    assert len({point.identity for point in design.points}) == 10_000


def _axis(points: int) -> dict[str, Any]:
    return {"from": 0, "to": 1, "points": points}


def test_an_unchecked_experiment_is_refused_all_the_same() -> None:
    spec = config.parse({}).model_copy(
        update={"sweep": config.Sweep(axes=(config.Axis("hegemony.hold", (301,)),))}
    )
    with pytest.raises(
        RequestError, match=r"^point 0: hegemony\.hold: must be at most system\.years, which is 300$"
    ):
        build(spec)
