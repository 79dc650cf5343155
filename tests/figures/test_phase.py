"""The phase diagram: which keys, which line, what is held."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.contour import QuadContourSet
from matplotlib.text import Text

from hegemon.errors import RequestError
from hegemon.figures.phase import phase
from synthetic_results import grid, listed

EFFICIENCY = [0.0, 0.25, 0.5, 0.75, 1.0]
VOLATILITY = [0.02, 0.04, 0.06]


def _p(point):
    return 0.2 + 0.6 * (1 - point["efficiency"])


def test_the_line_runs_where_p_takes_the_value() -> None:
    results = grid(p=_p, efficiency=EFFICIENCY, volatility=VOLATILITY)
    figure = phase(results, probability=0.5)
    ax = figure.axes[0]
    assert ax.get_xlabel() == "Balancing efficiency (0 = none, 1 = full)"
    assert ax.get_ylabel() == "Growth volatility (s.d. of ln per year)"
    lines = [c for c in ax.collections if isinstance(c, QuadContourSet) and list(c.levels) == [0.5]]
    line, low, high = (c.get_paths()[0].vertices[:, 0] for c in lines)
    np.testing.assert_allclose(line, 0.5, atol=0.02)
    assert low.max() < line.min() <= line.max() < high.min()


def test_axes_may_be_chosen_and_other_keys_are_held() -> None:
    results = grid(efficiency=EFFICIENCY, volatility=VOLATILITY, states=[4, 6, 8])
    figure = phase(results, "volatility", "efficiency", states=8)
    assert figure.axes[0].get_xlabel().startswith("Growth volatility")
    words = " ".join(t.get_text() for t in figure.findobj(Text))
    assert "at 8 states" in words
    assert "at 6 states" in " ".join(t.get_text() for t in phase(results).findobj(Text))


def test_a_value_that_p_never_takes_is_said_so() -> None:
    figure = phase(grid(p=_p, efficiency=EFFICIENCY, volatility=VOLATILITY), probability=0.99)
    assert "P = 0.99 is nowhere crossed" in " ".join(t.get_text() for t in figure.findobj(Text))


@pytest.mark.parametrize(
    ("words", "named", "message"),
    [
        (("speed",), {}, "speed: no dimension of several numbers; there are: efficiency, states"),
        (("states", "states"), {}, "x and y are both states"),
        ((), {"speed": 1}, "speed: no dimension to hold; there are: none"),
        ((), {"probability": 1.5}, r"probability = 1\.5: must be between 0 and 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(words, named, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        phase(grid(efficiency=EFFICIENCY, states=[4, 6]), *words, **named)


def test_a_value_that_was_not_run_and_too_few_keys_are_refused() -> None:
    with pytest.raises(RequestError, match="states = 7: no value of the run; there are: 4, 6"):
        phase(grid(efficiency=EFFICIENCY, volatility=VOLATILITY, states=[4, 6]), states=7)
    for results in (grid(efficiency=EFFICIENCY), listed([{"efficiency": e} for e in EFFICIENCY])):
        with pytest.raises(RequestError, match="a phase diagram needs a grid over two keys"):
            phase(results)
