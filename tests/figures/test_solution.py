"""The figure of critical values: what it shows, read off its artists."""

from __future__ import annotations

import numpy as np
import xarray as xr

from hegemon.figures.solution import draw

ABOUT = {
    "title": "Made up",
    "interval": "95 %",
    "seed": 1,
    "key": "balancing.efficiency",
    "key_title": "Balancing efficiency",
    "key_unit": "1",
    "probability": 0.2,
    "searched_from": 0.0,
    "searched_to": 1.0,
}


def solution(value, dims=(), coords=None, side=None) -> xr.Dataset:
    value = np.asarray(value, float)
    x = np.linspace(0, 1, 11)
    p = 0.6 - 0.6 * x
    variables = {
        "value": (dims, value),
        "low": (dims, value - 0.01),
        "high": (dims, value + 0.01),
        "state": (dims, np.where(np.isnan(value), "none", "found")),
        "side": (dims, np.zeros(value.shape, np.int8) if side is None else np.array(side, np.int8)),
        "replicas": ("evaluation", np.full(11, 1000)),
    }
    for name, column in {"x": x, "p": p, "p_low": p - 0.02, "p_high": p + 0.02}.items():
        variables[name] = ("evaluation", column)
    return xr.Dataset(variables, coords, ABOUT)


def test_one_value_with_its_evaluations() -> None:
    figure = draw(solution(2 / 3))
    whole, near = figure.axes
    assert len(whole.containers[0].lines[0].get_xdata()) == 11
    assert 0.2 in [line.get_ydata()[0] for line in whole.lines if len(line.get_ydata()) == 2]
    assert near.get_xlim()[0] > 0.5
    assert near.get_xlim()[1] < 0.8
    assert figure.get_suptitle().endswith("P(hegemon) = 0.2: 0.6667, 0.6567 to 0.6767")


def test_no_value_is_said() -> None:
    figure = draw(solution(np.nan, side=1))
    assert len(figure.axes) == 1
    assert figure.get_suptitle().endswith("none")


def test_a_curve_marks_where_there_is_no_value() -> None:
    states = xr.Variable("states", [4, 6, 8, 30], {"key": "system.states"})
    figure = draw(solution([np.nan, 0.6, 0.4, np.nan], ("states",), {"states": states}, [1, 0, 0, -1]))
    (ax,) = figure.axes
    arrows = {line.get_gid(): line.get_xdata().tolist() for line in ax.lines if line.get_gid()}
    assert arrows == {"above": [4], "below": [30]}
    np.testing.assert_array_equal(ax.containers[0].lines[0].get_ydata(), [np.nan, 0.6, 0.4, np.nan])
    assert ax.get_xlabel() == "Number of states"
    assert ax.get_ylabel() == "Balancing efficiency"
    assert "Arrows: P above (up) or below (down) 0.2" in figure.get_supxlabel().replace("\n", " ")


def test_a_second_key_gives_lines_that_are_named() -> None:
    coords = {
        "states": xr.Variable("states", [4, 6], {"key": "system.states"}),
        "layout": xr.Variable("layout", np.array(["none", "ring"], object), {"key": "geography.layout"}),
    }
    figure = draw(solution([[0.5, 0.6], [0.3, 0.4]], ("states", "layout"), coords))
    (ax,) = figure.axes
    assert len(ax.containers) == 2
    assert {text.get_text() for text in ax.texts} >= {"layout none", "layout ring"}


def test_words_along_the_axis_are_points() -> None:
    layout = xr.Variable("layout", np.array(["none", "ring"], object), {"key": "geography.layout"})
    (ax,) = draw(solution([0.5, 0.6], ("layout",), {"layout": layout})).axes
    assert ax.containers[0].lines[0].get_linestyle() == "None"
    assert [label.get_text() for label in ax.get_xticklabels()] == ["none", "ring"]
