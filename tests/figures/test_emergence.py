"""Ridges of the year of emergence: their areas are P."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch
from matplotlib.text import Text

from hegemon.figures.emergence import emergence
from synthetic_results import grid, listed

EFFICIENCY = [0.0, 0.25, 0.5, 0.75, 1.0]


def areas(figure: Figure) -> np.ndarray:
    ridges = [p for p in figure.axes[0].patches if isinstance(p, StepPatch) and p.get_fill()]
    data = [ridge.get_data() for ridge in ridges]
    return np.array([((d.values - d.baseline) * np.diff(d.edges)).sum() for d in data])


@pytest.mark.parametrize("horizon", [7, 120, 300])
def test_areas_compare_as_p_does(horizon: int) -> None:
    results = grid(efficiency=EFFICIENCY, horizon=horizon)
    found = areas(emergence(results))
    gone = 1 - results["survival"].values[:, -1]
    np.testing.assert_allclose(found / found[0], gone / gone[0], rtol=1e-9)


def test_rows_are_named_with_p_and_other_keys_are_held() -> None:
    results = grid(efficiency=EFFICIENCY, states=[4, 6, 8])
    figure = emergence(results)
    words = [t.get_text() for t in figure.findobj(Text)]
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == ["1", "0.75", "0.5", "0.25", "0"]
    assert f"P = {float(results.p_emerged[0, 1]):.3f}" in words
    assert any("at 6 states" in word for word in words)


def test_one_point_a_list_and_a_run_without_a_hegemon() -> None:
    assert len(areas(emergence(grid()))) == 1
    assert len(areas(emergence(listed([{"efficiency": e} for e in EFFICIENCY])))) == 5
    assert areas(emergence(grid(p=lambda point: 0.0, efficiency=EFFICIENCY))).sum() == 0
