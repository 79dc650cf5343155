"""What the interactive charts show: the values of the figure, and nothing where there is none."""

from __future__ import annotations

import json

import numpy as np
import pytest

from hegemon.figures import style
from hegemon.report import charts
from hegemon.report.page import data
from synthetic_results import grid, listed

EFFICIENCY = [0.0, 0.5, 1.0]


def test_a_line_has_its_values_and_its_band() -> None:
    results = grid(efficiency=EFFICIENCY)
    probability, survival = charts.headline(results)
    (line,) = probability["series"]
    assert probability["x"]["values"] == EFFICIENCY
    assert line["y"] == pytest.approx(results["p_emerged"].values, rel=1e-5)
    assert line["low"] == pytest.approx(results["p_emerged_low"].values, rel=1e-5)
    assert [each["name"] for each in survival["series"]] == [f"efficiency {x}" for x in ("0", "0.5", "1")]
    assert survival["series"][2]["y"] == pytest.approx(results["survival"].values[2], rel=1e-5)
    assert survival["step"] is True


def test_keys_make_lines_and_panels() -> None:
    found = charts.headline(grid(efficiency=EFFICIENCY, states=[4, 6], volatility=[0.02, 0.04]))
    assert [chart["title"] for chart in found] == [
        "How often a hegemon emerges: volatility 0.02",
        "How long it takes: volatility 0.02, 6 states",
        "How often a hegemon emerges: volatility 0.04",
        "How long it takes: volatility 0.04, 6 states",
    ]
    names = [(each["name"], each["light"], each["dash"]) for each in found[0]["series"]]
    assert names == [("4 states", style.COLOURS[0], []), ("6 states", style.COLOURS[1], [10.0, 3.0])]


def test_small_chances_have_a_logarithmic_chart_too() -> None:
    found = charts.headline(
        grid(efficiency=EFFICIENCY, p=lambda at: [0.5, 0.01, 0.0][int(2 * at["efficiency"])])
    )
    assert [chart["logarithmic"] for chart in found] == [False, True, False]
    assert found[1]["y"]["limits"] == [0.01, 1.0]


def test_a_single_point_has_its_survival_curve() -> None:
    (chart,) = charts.headline(grid())
    assert len(chart["series"]) == 1


def test_what_is_no_line_has_no_chart() -> None:
    points = [{"efficiency": 0.1 * i, "volatility": 0.01 * (i % 3)} for i in range(5)]
    assert charts.headline(listed(points)) == []
    assert charts.headline(grid(layout=["none", "ring"])) == []


def test_shorter_curves_are_filled_up_with_nothing() -> None:
    results = grid(efficiency=EFFICIENCY, horizon=10)
    results["survival"][0, 6:] = np.nan
    series = charts.headline(results)[1]["series"][0]
    assert len(series["y"]) == 11
    assert series["y"][6:] == [None] * 5


def test_no_text_ends_the_element_that_holds_the_values() -> None:
    hostile = "</script><!-- & -->"
    text = str(data({"name": hostile}))
    assert not set("<>&") & set(text)
    assert json.loads(text) == {"name": hostile}
