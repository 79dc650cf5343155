"""Design points by index or by values; wrong ones are refused with what there is."""

from __future__ import annotations

from typing import Any

import pytest

import hegemon as hg
from hegemon.planning.design import Design
from hegemon.replay import parse, select


@pytest.fixture(scope="module")
def grid() -> Design:
    sweep = {
        "balancing.efficiency": {"from": 0.0, "to": 1.0, "points": 11},
        "system.states": [4, 6],
        "geography.reach": [0.5, float("inf")],
    }
    return hg.Experiment(sweep=sweep, model=hg.Model(geography={"layout": "ring"}), replicas=5).design


@pytest.fixture(scope="module")
def listed() -> Design:
    values = [
        {"system.states": 3, "system.shares": [3, 2, 1], "war.initiative": "uniform"},
        {"system.states": 3, "system.shares": [3, 2, 2], "war.initiative": "capability"},
        {"system.states": 3, "system.shares": "equal", "war.initiative": "capability"},
    ]
    return hg.Experiment(sweep={"design": "list", "values": values}, replicas=5).design


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("7", 7),
        (" 12 ", 12),
        ("efficiency=0.5,states=8", {"efficiency": 0.5, "states": 8}),
        ("balancing.efficiency = 0.5", {"balancing.efficiency": 0.5}),
        ("shares=[3, 2, 1],initiative=uniform", {"shares": [3, 2, 1], "initiative": "uniform"}),
        ('initiative="capability"', {"initiative": "capability"}),
        ("reach=inf", {"reach": float("inf")}),
        ("names=['a,b', 'c']", {"names": ["a,b", "c"]}),
    ],
)
def test_what_is_read(text: str, found: Any) -> None:
    assert parse(text) == found


@pytest.mark.parametrize("text", ["", "x", "=3", "a=", "a=1,", "-1", "1.5", "a=1,a=2"])
def test_what_is_not(text: str) -> None:
    with pytest.raises(hg.RequestError, match="--point"):
        parse(text)


def test_every_point_of_a_grid_is_found_by_its_values(grid: Design) -> None:
    for point in grid.points:
        short = {key.partition(".")[2]: value for key, value in point.values.items()}
        assert select(grid, short) is point
        assert select(grid, dict(point.values)) is point
        assert select(grid, point.index) is point
    assert select(grid, parse("efficiency=0.30000000000000004,states=6,reach=inf")).values[
        "balancing.efficiency"
    ] == pytest.approx(0.3)


def test_points_of_a_list_are_found_by_what_tells_them_apart(listed: Design) -> None:
    assert select(listed, parse("shares=[3, 2, 2]")).index == 1
    assert select(listed, parse("shares=equal")).index == 2
    assert select(listed, parse("initiative=uniform")).index == 0


def test_one_point_needs_no_name() -> None:
    design = hg.Experiment(replicas=5).design
    assert select(design, None).index == 0
    with pytest.raises(hg.RequestError, match="--point 1: this run has one point, 0"):
        select(design, 1)
    with pytest.raises(hg.RequestError, match="this run sweeps nothing: it has one point, 0"):
        select(design, {"states": 4})


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (44, "--point 44: this run has points 0 to 43"),
        ({"efficency": 0.5}, r'there is no "efficency"; this run sweeps .* \(did you mean "efficiency"\?\)'),
        ({"states": 5}, "--point states=5: states is one of 4, 6"),
        ({"efficiency": 0.55}, r"efficiency is one of 0, 0.1, .* 0.9, 1"),
        ({"states": "4"}, None),
        ({"states": True}, "states is one of 4, 6"),
        ({"efficiency": 0.5}, r"--point efficiency=0.5: 4 points fit \(20, .*\); give states and reach too"),
        (None, r"--point: 44 points fit \(0, .*\(44 values\)\); give efficiency and states and reach too"),
    ],
    ids=str,
)
def test_what_there_is_not(grid: Design, asked: Any, told: str | None) -> None:
    with pytest.raises(hg.RequestError, match=told or "points fit"):
        select(grid, asked)


def test_values_that_no_point_has_together(listed: Design) -> None:
    with pytest.raises(hg.RequestError, match="no point has all of these"):
        select(listed, {"shares": "equal", "initiative": "uniform"})
