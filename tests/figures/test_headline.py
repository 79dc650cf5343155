"""What the headline figure shows, read off its artists."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from hegemon.figures import headline, save
from synthetic_results import grid, listed

EFFICIENCY = [0.0, 0.25, 0.5, 0.75, 1.0]
BASE = {"speed": 0.3, "participation": 0.3}
ONE_AT_A_TIME = [BASE] + [{**BASE, k: v} for k in BASE for v in (0.0, 0.6, 1.0)]


def lines_of(ax: Axes) -> list[Line2D]:
    return [line for line in ax.lines if not str(line.get_label()).startswith("_")]


def bands_of(ax: Axes) -> list[PolyCollection]:
    return [c for c in ax.collections if isinstance(c, PolyCollection)]


def end_labels(ax: Axes) -> list[str]:
    return [t.get_text() for t in ax.texts if t.get_gid() == "end-label"]


def words(figure: Figure) -> str:
    return " ".join(t.get_text() for t in figure.findobj(Text))


def band_limits(band: PolyCollection, x: float) -> tuple[float, float]:
    ys = [y for px, y in band.get_paths()[0].vertices if px == pytest.approx(x)]
    return min(ys), max(ys)


def test_one_key_gives_one_line_with_its_band_and_curves_beside() -> None:
    results = grid(efficiency=EFFICIENCY)
    left, right = headline(results).axes
    (line,) = lines_of(left)
    np.testing.assert_array_equal(line.get_xdata(), EFFICIENCY)
    np.testing.assert_array_equal(line.get_ydata(), results.p_emerged)
    for i, x in enumerate(EFFICIENCY):
        limits = float(results.p_emerged_low[i]), float(results.p_emerged_high[i])
        assert band_limits(bands_of(left)[0], x) == pytest.approx(limits)
    assert len(lines_of(right)) == len(bands_of(right)) == 5
    np.testing.assert_array_equal(lines_of(right)[0].get_ydata(), results.survival[0])
    assert end_labels(right) == [f"efficiency {v:g}" for v in EFFICIENCY]


def test_axes_have_names_units_and_the_horizon() -> None:
    left, right = headline(grid(efficiency=EFFICIENCY, horizon=300)).axes
    assert left.get_xlabel() == "Balancing efficiency (0 = none, 1 = full)"
    assert left.get_ylabel() == "P(hegemon within 300 years)"
    assert right.get_xlabel() == "Year from the start"
    assert right.get_ylabel() == "P(no hegemon yet)"
    assert left.get_ylim()[0] == 0


def test_two_keys_give_a_named_line_for_each_value() -> None:
    results = grid(efficiency=EFFICIENCY, states=[4, 6, 8])
    left, right = headline(results).axes
    assert [str(line.get_label()) for line in lines_of(left)] == ["4 states", "6 states", "8 states"]
    assert end_labels(left) == ["4 states", "6 states", "8 states"]
    for line, states in zip(lines_of(left), (4, 6, 8), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), results.p_emerged.sel(states=states))
    assert right.get_title(loc="left") == "How long it takes: 6 states"


def test_lines_differ_in_colour_dash_and_marker() -> None:
    left = headline(grid(efficiency=EFFICIENCY, states=[3, 4, 5, 6, 7, 8])).axes[0]
    looks = [(line.get_color(), str(line._dash_pattern), line.get_marker()) for line in lines_of(left)]
    for part in zip(*looks, strict=True):
        assert len(set(part)) == 6


def test_efficiency_runs_along_the_axis_wherever_it_stands_in_the_sweep() -> None:
    results = grid(states=[4, 8], efficiency=EFFICIENCY)
    left = headline(results).axes[0]
    assert left.get_xlabel().startswith("Balancing efficiency")
    np.testing.assert_array_equal(lines_of(left)[1].get_ydata(), results.p_emerged.sel(states=8))


def test_another_first_key_runs_along_the_axis() -> None:
    left = headline(grid(volatility=[0.02, 0.04], states=[4, 8])).axes[0]
    assert left.get_xlabel() == "Growth volatility (s.d. of ln per year)"


def test_without_a_sweep_the_title_holds_p_and_its_interval() -> None:
    results = grid(replicas=1000)
    (ax,) = headline(results).axes
    low, high = float(results.p_emerged_low), float(results.p_emerged_high)
    assert ax.get_title(loc="left") == (
        f"P(hegemon within 120 years) = {float(results.p_emerged):.4g}, {low:.4g} to {high:.4g}"
    )
    assert len(lines_of(ax)) == 1


def test_three_keys_give_a_column_of_panels_for_each_value() -> None:
    results = grid(efficiency=EFFICIENCY, states=[4, 8], volatility=[0.02, 0.06])
    figure = headline(results)
    assert [ax.get_title(loc="left") for ax in figure.axes[:2]] == ["volatility 0.02", "volatility 0.06"]
    assert len(figure.axes) == 4
    np.testing.assert_array_equal(
        lines_of(figure.axes[1])[0].get_ydata(), results.p_emerged.sel(states=4, volatility=0.06)
    )
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()


def test_a_fourth_key_is_held_and_named() -> None:
    sweep = {"states": [4, 8], "volatility": [0.02, 0.06], "revisionists": [0.1, 0.2, 0.3]}
    figure = headline(grid(efficiency=[0.0, 1.0], **sweep))
    assert "at revisionists 0.2" in words(figure)


def test_a_key_with_one_value_is_held_and_named() -> None:
    figure = headline(grid(efficiency=EFFICIENCY, states=[6]))
    assert len(lines_of(figure.axes[0])) == 1
    assert "at 6 states" in words(figure)


def test_values_left_out_are_announced() -> None:
    figure = headline(grid(efficiency=EFFICIENCY, states=list(range(2, 14))))
    assert "6 of 12 values of system.states shown" in words(figure)


def test_values_that_are_no_numbers_are_points_with_bars() -> None:
    results = grid(initiative=["uniform", "capability"], layout=["none", "ring"])
    left = headline(results).axes[0]
    assert [t.get_text() for t in left.get_xticklabels()] == ["uniform", "capability"]
    assert len(left.containers) == 2
    legend = left.get_legend()
    assert legend is not None
    assert [t.get_text() for t in legend.get_texts()] == ["layout none", "layout ring"]


def test_horizons_that_differ_end_their_own_curves() -> None:
    figure = headline(grid(efficiency=EFFICIENCY, years=[50, 100, 200]))
    left, right = figure.axes
    assert left.get_ylabel() == "P(hegemon within the horizon)"
    assert lines_of(right)[0].get_xdata()[-1] == 100


def test_small_chances_are_drawn_on_a_logarithmic_axis_too() -> None:
    results = grid(
        efficiency=EFFICIENCY,
        replicas=20_000,
        p=lambda q: 0.99 * (1e-3 if q["efficiency"] else 1) * (q["efficiency"] < 1),
    )
    _, tail, _ = headline(results).axes
    assert tail.get_yscale() == "log"
    (line,) = lines_of(tail)
    assert np.isnan(line.get_ydata()[-1])
    (arrow,) = [a for a in tail.lines if a.get_gid() == "upper-limit"]
    assert arrow.get_ydata() == pytest.approx(results.p_emerged_high.values[-1:])


def test_survival_that_stays_high_is_cut_and_says_so() -> None:
    _, right = headline(grid(efficiency=EFFICIENCY, replicas=20_000, p=lambda q: 0.03)).axes
    assert right.get_ylabel() == "P(no hegemon yet) (axis from 0.95)"
    assert right.get_ylim() == (0.95, 1.0)


def test_a_list_over_one_key_is_that_axis_in_order() -> None:
    results = listed([{"efficiency": v} for v in (1.0, 0.0, 0.5)])
    left = headline(results).axes[0]
    (line,) = lines_of(left)
    np.testing.assert_array_equal(line.get_xdata(), [0, 0.5, 1])
    np.testing.assert_array_equal(line.get_ydata(), results.p_emerged.values[[1, 2, 0]])


@pytest.mark.parametrize("missing", [False, True])
def test_one_key_at_a_time_gives_a_line_for_each_key(missing: bool) -> None:
    points = ONE_AT_A_TIME
    results = listed(points)
    if missing:  # a point that does not mention a key leaves it at the base
        only = [{k: v for k, v in q.items() if v != 0.3} for q in points[1:]]
        results = results.assign_coords(
            {
                k: ("point", np.array([0.3] + [q.get(k, np.nan) for q in only]), {"key": f"balancing.{k}"})
                for k in BASE
            }
        )
    left, right = headline(results).axes
    assert sorted(end_labels(left)) == ["participation", "speed"]
    for line in lines_of(left):
        np.testing.assert_array_equal(line.get_xdata(), [0.0, 0.3, 0.6, 1.0])
    assert left.get_xlabel() == "Value of the key that is varied"
    assert sorted(end_labels(right)) == ["participation 1", "speed 1"]


def test_any_other_list_is_drawn_point_by_point() -> None:
    results = listed(
        [
            {"speed": 0.1, "participation": 0.9},
            {"speed": 0.4, "participation": 0.2},
            {"speed": 0.8, "participation": 0.7},
        ]
    )
    left, _ = headline(results).axes
    names = [t.get_text() for t in left.get_yticklabels()]
    assert names[0] == "speed 0.1, participation 0.9  (0)"
    np.testing.assert_array_equal(left.containers[0].lines[0].get_xdata(), results.p_emerged)


def test_long_names_of_points_have_what_is_unusual() -> None:
    keys = ("convergence", "overextension", "participation", "opportunities", "decisiveness")
    results = listed(
        [dict.fromkeys(keys, 0.5) | change for change in ({}, {"convergence": 0.25, "decisiveness": 1.0}, {})]
        + [dict.fromkeys(keys, 0.5) | dict.fromkeys(keys[1:4], 0.75)]
    )
    left, _ = headline(results).axes
    names = [t.get_text() for t in left.get_yticklabels()]
    assert names[:2] == ["the usual values  (0)", "convergence 0.25, decisiveness 1  (1)"]


def test_points_that_all_differ_keep_their_values() -> None:
    keys = ("convergence", "overextension", "participation", "opportunities", "decisiveness")
    results = listed([dict.fromkeys(keys, 0.125 + i / 8) for i in range(4)])
    left, _ = headline(results).axes
    assert all("convergence 0." in t.get_text() for t in left.get_yticklabels())


def test_a_long_title_is_wrapped() -> None:
    results = grid(efficiency=EFFICIENCY).assign_attrs(title="word " * 60)
    figure = headline(results)
    assert "\n" in str(figure._suptitle and figure._suptitle.get_text())


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_equal_results_give_equal_files(suffix: str, tmp_path, two: xr.Dataset) -> None:
    first, second = (save(headline(two), tmp_path / f"{n}{suffix}") for n in "ab")
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size > 1000


def test_a_file_of_no_known_kind_is_refused(tmp_path, two: xr.Dataset) -> None:
    with pytest.raises(ValueError, match=r"\.jpeg.*is none of them"):
        save(headline(two), tmp_path / "a.jpeg")


def test_what_a_user_set_for_matplotlib_changes_nothing(tmp_path, two: xr.Dataset) -> None:
    import matplotlib as mpl

    plain = save(headline(two), tmp_path / "a.png").read_bytes()
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red"}):
        assert save(headline(two), tmp_path / "b.png").read_bytes() == plain


@pytest.fixture
def two() -> xr.Dataset:
    return grid(efficiency=EFFICIENCY, states=[4, 8])
