"""Grids and lists of points."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from hegemon import config
from hegemon.config import Axis
from hegemon.errors import RequestError


def sweep_of(table: dict[str, Any], **model: Any) -> config.Sweep:
    return config.parse({"sweep": table, "model": model}, source="F").sweep


def refused(table: Any, **model: Any) -> list[str]:
    with pytest.raises(RequestError, match=r"^F: ") as caught:
        config.parse({"sweep": table, "model": model}, source="F")
    return list(caught.value.lines)


def values(key: str, given: Any) -> tuple[Any, ...]:
    (axis,) = sweep_of({key: given}).axes
    assert axis.key == key
    return axis.values


def test_lists_of_all_kinds() -> None:
    assert values("balancing.efficiency", [0, 0.5, 1]) == (0.0, 0.5, 1.0)
    assert all(type(value) is float for value in values("balancing.efficiency", [0, 0.5, 1]))
    assert values("system.states", [6, 4]) == (6, 4)
    assert values("hegemony.absorbing", [True, False]) == (True, False)
    assert values("war.initiative", ["uniform", "capability"]) == ("uniform", "capability")
    assert values("geography.reach", [1, math.inf]) == (1.0, math.inf)
    assert values("growth.drift", [0, 0.01]) == (0.0, 0.01)


def test_numpy_and_ranges() -> None:
    assert values("system.states", range(4, 7)) == (4, 5, 6)
    assert values("system.states", np.arange(4, 7)) == (4, 5, 6)
    assert values("war.spoils", np.linspace(0, 1, 3)) == (0.0, 0.5, 1.0)
    assert values("war.spoils", (np.float64(0.25),)) == (0.25,)


def test_spaced() -> None:
    assert values("war.spoils", {"from": 0, "to": 1, "points": 11}) == (
        0,
        0.1,
        0.2,
        0.3,
        0.4,
        0.5,
        0.6,
        0.7,
        0.8,
        0.9,
        1,
    )
    assert values("war.spoils", {"from": 1, "to": 0, "points": 3, "scale": "linear"}) == (1.0, 0.5, 0.0)
    assert values("system.states", {"from": 4, "to": 8, "points": 3}) == (4, 6, 8)
    assert all(type(value) is int for value in values("system.states", {"from": 4.0, "to": 8.0, "points": 3}))
    assert values("geography.reach", {"from": 0.01, "to": 100, "points": 5, "scale": "log"}) == (
        0.01,
        0.1,
        1,
        10,
        100,
    )


def test_both_ways_to_write_a_grid_are_one() -> None:
    spaced = values("war.spoils", {"from": 0.0, "to": 0.7, "points": 8})
    assert spaced == values("war.spoils", [0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5, 0.6, 0.7])


def test_keys_without_quotes() -> None:
    nested = sweep_of({"war": {"spoils": [0, 1], "cost": [0.5]}, "system.states": [4]})
    assert nested.keys == ("war.spoils", "war.cost", "system.states")


def test_lists_of_points() -> None:
    sweep = sweep_of(
        {
            "design": "list",
            "values": [
                {"system.states": 2, "system.shares": [1, 2]},
                {"system": {"states": 3}, "growth.drift": [0, 0, 0.1]},
                {"balancing.speed": 0.10000000000000001},
            ],
        }
    )
    assert sweep.points == (
        {"system.states": 2, "system.shares": (1.0, 2.0)},
        {"system.states": 3, "growth.drift": (0.0, 0.0, 0.1)},
        {"balancing.speed": 0.1},
    )
    assert sweep.keys == ("system.states", "system.shares", "growth.drift", "balancing.speed")
    assert sweep.shape == (3,)


GRID = "a list of values, or { from, to, points }"
EFFICIENCY = "balancing.efficiency"


@pytest.mark.parametrize(
    ("table", "line"),
    [
        (
            {"balancing.eficiency": [1]},
            'sweep."balancing.eficiency" = [1]: no such key of the model (did you mean '
            '"balancing.efficiency"?)',
        ),
        (
            {"efficiency": [1]},
            'sweep.efficiency = [1]: no such key of the model (did you mean "balancing.efficiency"?)',
        ),
        (
            {"qqq": [1]},
            'sweep.qqq = [1]: no such key of the model; keys are written "section.key", as in '
            '"balancing.efficiency"',
        ),
        (
            {"experiment.seed": [1]},
            'sweep."experiment.seed" = [1]: is not a key of the model; only those can be swept',
        ),
        ({"war": [1]}, None),
        ({EFFICIENCY: []}, 'sweep."balancing.efficiency" = []: must hold at least one value'),
        ({EFFICIENCY: 0.5}, f'sweep."balancing.efficiency" = 0.5: must be {GRID}'),
        ({EFFICIENCY: [0.5, 1.5]}, 'sweep."balancing.efficiency" = 1.5: must be a number from 0 to 1'),
        ({EFFICIENCY: [0.5, "1"]}, 'sweep."balancing.efficiency" = "1": must be a number from 0 to 1'),
        ({EFFICIENCY: [0.5, True]}, 'sweep."balancing.efficiency" = true: must be a number from 0 to 1'),
        ({EFFICIENCY: [math.nan]}, 'sweep."balancing.efficiency" = nan: must be a number from 0 to 1'),
        (
            {EFFICIENCY: [0.1, 0.2, 0.1]},
            'sweep."balancing.efficiency" = 0.1: is there twice (to 12 digits); values must differ',
        ),
        (
            {EFFICIENCY: [0.1, 0.1 + 1e-15]},
            'sweep."balancing.efficiency" = 0.1: is there twice (to 12 digits); values must differ',
        ),
        ({"system.states": [4, 5.0]}, 'sweep."system.states" = 5.0: must be a whole number from 2 to 64'),
        (
            {"system.shares": ["equal"]},
            'sweep."system.shares" = ["equal"]: cannot be an axis of a grid; use design = "list"',
        ),
        (
            {"growth.drift": [[0.1]]},
            'sweep."growth.drift" = [0.1]: a list cannot be a value on an axis; use design = "list"',
        ),
        (
            {"growth.drift": [2]},
            'sweep."growth.drift" = 2: must be a number from -1 to 1, or a list of such '
            "numbers, one per state",
        ),
        (
            {EFFICIENCY: {"from": 0, "to": 1}},
            f'sweep."balancing.efficiency" = {{ from = 0, to = 1 }}: needs points: {GRID}',
        ),
        (
            {EFFICIENCY: {"from": 0, "to": 1, "point": 3, "points": 3}},
            'sweep."balancing.efficiency".point = 3: must be one of from, to, points, scale '
            '(did you mean "points"?)',
        ),
        (
            {EFFICIENCY: {"from": 0, "to": 1, "points": 1}},
            'sweep."balancing.efficiency".points = 1: must be a whole number from 2 to 100000',
        ),
        (
            {EFFICIENCY: {"from": 0, "to": 1, "points": 3.0}},
            'sweep."balancing.efficiency".points = 3.0: must be a whole number from 2 to 100000',
        ),
        (
            {EFFICIENCY: {"from": "0", "to": 1, "points": 3}},
            'sweep."balancing.efficiency".from = "0": must be a finite number',
        ),
        (
            {"geography.reach": {"from": 1, "to": math.inf, "points": 3}},
            'sweep."geography.reach".to = inf: must be a finite number',
        ),
        ({EFFICIENCY: {"from": 0, "to": 2, "points": 3}}, None),
        (
            {EFFICIENCY: {"from": 0, "to": 1, "points": 3, "scale": "log"}},
            'sweep."balancing.efficiency" = { from = 0, to = 1, points = 3, scale = "log" }: '
            'from and to must be above 0 with scale = "log"',
        ),
        (
            {EFFICIENCY: {"from": 0, "to": 1, "points": 3, "scale": "cubic"}},
            'sweep."balancing.efficiency".scale = "cubic": must be "linear" or "log"',
        ),
        (
            {"system.states": {"from": 4, "to": 7, "points": 3}},
            'sweep."system.states" = { from = 4, to = 7, points = 3 }: must make whole '
            "numbers: 5.5 is not one",
        ),
        (
            {"hegemony.absorbing": {"from": 0, "to": 1, "points": 2}},
            'sweep."hegemony.absorbing" = { from = 0, to = 1, points = 2 }: must be a list of '
            "values: each true or false",
        ),
        (
            {
                "war.spoils": {"from": 0, "to": 1, "points": 1000},
                "war.cost": {"from": 0, "to": 0.9, "points": 1000},
            },
            "sweep: 1000 x 1000 = 1000000 points: must be at most 100000",
        ),
        (
            {"war": {"spoils": [1]}, "war.spoils": [1]},
            "sweep.war = { spoils = [1] }: is given twice, once in quotes and once without",
        ),
        ({"design": "gird"}, 'sweep.design = "gird": must be "grid", "list", "lhs" or "sobol"'),
        ({"design": ["grid"]}, 'sweep.design = ["grid"]: must be "grid", "list", "lhs" or "sobol"'),
        ({"values": [{}]}, 'sweep.values = [{}]: is only for design = "list"'),
        (
            {"design": "list"},
            "sweep.values is missing: must be a list of 1 to 100000 points, each { key = value, ... }",
        ),
        (
            {"design": "list", "values": []},
            "sweep.values = []: must be a list of 1 to 100000 points, each { key = value, ... }",
        ),
        (
            {"design": "list", "values": {}},
            "sweep.values = {}: must be a list of 1 to 100000 points, each { key = value, ... }",
        ),
        (
            {"design": "list", "values": [{}]},
            'sweep.values[0] = {}: must be a point, as in { "balancing.internal" = 0.0 }',
        ),
        (
            {"design": "list", "values": [3]},
            'sweep.values[0] = 3: must be a point, as in { "balancing.internal" = 0.0 }',
        ),
        (
            {"design": "list", "values": [{"war.spoils": 1}], "war.cost": [0.5]},
            'sweep."war.cost" = [0.5]: a sweep with design = "list" takes only values = [...] '
            'or file = "points.csv"',
        ),
        (
            {"design": "list", "values": [{"war.spoils": 1}, {"war.spoils": 2}]},
            'sweep.values[1]."war.spoils" = 2: must be a number from 0 to 1',
        ),
        (
            {"design": "list", "values": [{"war.spoil": 1}]},
            'sweep.values[0]."war.spoil" = 1: no such key of the model (did you mean "war.spoils"?)',
        ),
        (
            {"design": "list", "values": [{"system.shares": [1, 0]}]},
            'sweep.values[0]."system.shares" = [1, 0]: number 2 must be a finite number above 0',
        ),
        (
            {"design": "list", "values": [{"war.spoils": 1}, {"war.cost": 0}, {"war.spoils": 1.0}]},
            'sweep.values[2] = { "war.spoils" = 1.0 }: is the same as values[0]; points must differ',
        ),
    ],
)
def test_refused(table: dict[str, Any], line: str | None) -> None:
    lines = refused(table)
    assert len(lines) == 1
    assert line is None or lines == [f"F: {line}"]


def test_a_swept_key_is_not_fixed() -> None:
    assert refused({EFFICIENCY: [0, 1]}, balancing={"efficiency": 0.5}) == [
        "F: model.balancing.efficiency = 0.5: is fixed here and swept in "
        'sweep."balancing.efficiency"; take one of the two away'
    ]
    table = {"design": "list", "values": [{EFFICIENCY: 0}]}
    assert "is fixed here and swept" in refused(table, balancing={"efficiency": 0.5})[0]


def test_a_part_may_be_fixed_where_the_whole_is_swept() -> None:
    assert sweep_of({EFFICIENCY: [0, 1]}, balancing={"speed": 0.5}).keys == (EFFICIENCY,)


def test_impossible_points_are_named_once_each() -> None:
    table = {
        "system.states": {"from": 4, "to": 8, "points": 3},
        "system.years": [3, 10],
        EFFICIENCY: {"from": 0, "to": 1, "points": 5},
    }
    assert refused(table, system={"shares": [1, 2, 3, 4]}) == [
        "F: model.hegemony.hold = 5 (the default): must be at most system.years, which is 3 (at "
        "the point system.years = 3)",
        "F: model.system.shares = [1, 2, 3, 4]: must hold one element per state: 4 given, system.states is 6 "
        "(at the point system.states = 6)",
        "F: model.system.shares = [1, 2, 3, 4]: must hold one element per state: 4 given, system.states is 8 "
        "(at the point system.states = 8)",
    ]


def test_impossible_points_where_both_keys_are_swept() -> None:
    assert refused({"hegemony.hold": [1, 5], "system.years": [4, 5]}) == [
        'F: sweep."hegemony.hold" = 5: must be at most system.years, which is 4 '
        "(at the point hegemony.hold = 5, system.years = 4)"
    ]


def test_impossible_points_of_a_list() -> None:
    assert refused(
        {"design": "list", "values": [{"system.states": 3}, {"system.states": 3, "system.shares": [1, 2]}]}
    ) == [
        'F: sweep.values[1]."system.shares" = [1.0, 2.0]: must hold one element per state: 2 '
        "given, system.states is 3 "
        "(at the point system.shares = [1.0, 2.0], system.states = 3)"
    ]


def test_many_impossible_points_are_counted() -> None:
    lines = refused({"hegemony.hold": list(range(301, 401))})
    assert len(lines) == 21
    assert lines[-1] == "F: sweep: 80 more combinations are impossible"


def test_defaults_need_not_fit_where_every_point_does() -> None:
    spec = config.parse(
        {"sweep": {"arms.max_burden": [0.3, 0.4]}, "model": {"arms": {"peacetime_burden": 0.2}}}
    )
    assert spec.model.arms.max_burden == 0.3
    spec = config.parse({"sweep": {"hegemony.hold": [1, 2]}, "model": {"system": {"years": 2}}})
    assert spec.model.hegemony.hold == 1


def test_rows_run_through_the_last_axis_first() -> None:
    sweep = sweep_of({"war.spoils": [0, 1], "system.states": [4, 6]})
    assert list(sweep.rows()) == [
        {"war.spoils": 0.0, "system.states": 4},
        {"war.spoils": 0.0, "system.states": 6},
        {"war.spoils": 1.0, "system.states": 4},
        {"war.spoils": 1.0, "system.states": 6},
    ]
    assert sweep.axes[1] == Axis("system.states", (4, 6))
    assert list(config.Sweep().rows()) == [{}]
    assert config.Sweep().size == 1
