"""Figures of designs that fill a space and of studies of sensitivity."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from hegemon.config.samples import sobol
from hegemon.figures import headline, save
from hegemon.figures.sensitivity import bars, surface
from hegemon.sensitivity.surrogate import Surface
from synthetic_results import listed


def points(count: int, keys: int = 2) -> list[dict[str, float]]:
    cube = sobol([f"k{k}" for k in range(keys)], count, 1)
    names = ["efficiency", "spoils", *(f"key{k}" for k in range(2, keys))]
    return [dict(zip(names, row, strict=True)) for row in cube.tolist()]


def test_points_that_fill_a_space_are_drawn_against_each_key() -> None:
    results = listed(points(32))
    figure = headline(results)
    assert len(figure.axes) == 2
    for ax, key in zip(figure.axes, ("efficiency", "spoils"), strict=True):
        (drawn, _, _) = ax.containers[0].lines
        np.testing.assert_array_equal(drawn.get_xdata(), results[key].values)
        np.testing.assert_array_equal(drawn.get_ydata(), results.p_emerged.values)
        assert ax.get_xscale() == "linear"
    assert figure.axes[0].get_ylim()[0] == 0


def test_many_keys_are_thinned_and_that_is_told() -> None:
    figure = headline(listed(points(32, 14)))
    assert len([ax for ax in figure.axes if ax.get_visible()]) == 12
    assert "12 of 14 keys shown" in str(figure._supxlabel and figure._supxlabel.get_text())


def test_few_points_stay_rows_whose_names_fit(tmp_path) -> None:
    rows = points(10, 14)
    figure = headline(listed(rows))
    left = figure.axes[0]
    assert len(left.get_yticklabels()) == 10
    assert max(len(label.get_text()) for label in left.get_yticklabels()) < 80
    save(figure, tmp_path / "rows.png")  # a warning of matplotlib's would be an error here


def study(method: str, keys: int = 25) -> xr.Dataset:
    names = (
        ("first", "total")
        if method == "sobol"
        else ("mu", "mu_star", "low", "high", "sigma", "floor", "square")
    )
    values = np.linspace(-0.05, 0.9, keys)
    columns = {name: (("output", "key"), np.stack([values] * 2)) for name in names}
    for name in ("first", "total") if method == "sobol" else ():
        columns[f"{name}_low"] = (("output", "key"), np.stack([values - 0.1] * 2))
        columns[f"{name}_high"] = (("output", "key"), np.stack([values + 0.1] * 2))
    scalars = {"noise_share": ("output", np.array([0.1, 0.2]))} if method == "sobol" else {}
    coords = {"output": ["p_emerged", "war_frequency"], "key": [f"war.key{k}" for k in range(keys)]}
    about = {"method": method, "title": "Costs of $5 " + "word " * 40, "interval": "95 %", "points": 9}
    return xr.Dataset(columns | scalars, coords, about | {"replicas": 5, "seed": 1})


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_bars_are_sorted_thinned_and_named(method: str, tmp_path) -> None:
    table = study(method)
    figure = bars(table)
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["P(hegemon)", "Wars per year"]
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == [f"war.key{k}" for k in range(24, 4, -1)]
    assert "20 of 25 keys shown" in str(figure._supxlabel and figure._supxlabel.get_text())
    assert next(bar.get_width() for bar in figure.axes[0].containers[0]) == pytest.approx(0.9)
    first, second = (save(bars(table), tmp_path / f"{name}.png").read_bytes() for name in "ab")
    assert first == second


def test_a_bar_below_zero_is_drawn_there() -> None:
    widths = [bar.get_width() for bar in bars(study("sobol", 3)).axes[0].containers[0]]
    assert min(widths) == pytest.approx(-0.05)


def test_maps_of_numbers_and_of_words(tmp_path) -> None:
    places = np.linspace(0, 1, 31)
    p = places[:, np.newaxis] * places
    smooth = Surface(
        ("balancing.efficiency", "war.decisiveness"), places.tolist(), (2 ** (5 * places)).tolist(), p
    )
    ax = surface(smooth, "title", "note").axes[0]
    assert (ax.get_xscale(), ax.get_yscale()) == ("linear", "log")
    words = Surface(("war.initiative", "war.spoils"), ["uniform", "capability"], places.tolist(), p[:, :2])
    figure = surface(words, "title", "note")
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["uniform", "capability"]
    flat = Surface(("war.cost", "war.spoils"), places.tolist(), places.tolist(), np.zeros((31, 31)))
    save(surface(flat, "title", "note"), tmp_path / "flat.png")
