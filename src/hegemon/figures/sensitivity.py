"""Figures of a study of sensitivity: bars of indices or effects, and a map of P over two keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from hegemon.figures import style
from hegemon.figures.frame import wrapped
from hegemon.parameters import parameter

if TYPE_CHECKING:
    from hegemon.sensitivity.surrogate import Surface

__all__ = ["bars", "surface"]

_MOST_BARS = 20
_TITLE_SIZE = 11.0
_NAMES = {
    "p_emerged": "P(hegemon)",
    "emergence_time": "Years to hegemony",
    "war_frequency": "Wars per year",
}


def bars(table: xr.Dataset) -> Figure:
    """Draw a study: a panel per output, a row per key, the keys that matter most for P on top.

    Parameters
    ----------
    table
        What `hegemon.sensitivity.analyse` has estimated: indices of Sobol' or effects of Morris.
    """
    morris = table.attrs["method"] == "morris"
    size = table["mu_star" if morris else "total"]
    order = np.argsort(-np.nan_to_num(size.values[0]), kind="stable")[:_MOST_BARS]
    panels = table.sizes["output"]
    with style.applied():
        figure = style.new_figure(1.9 + 3.0 * panels, 1.9 + 0.27 * len(order))
        axes = figure.subplots(1, panels, squeeze=False, sharey=True)[0]
        for ax, name in zip(axes, table["output"].values, strict=True):
            part = table.sel(output=name).isel(key=order)
            (_effects if morris else _indices)(ax, part)
            ax.set_title(_NAMES.get(str(name), str(name)))
        axes[0].set_yticks(range(len(order)), [str(key) for key in table["key"].values[order]])
        axes[0].invert_yaxis()
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper right", ncols=3)
        _words(figure, table, len(order))
    return figure


def _indices(ax: Axes, part: xr.Dataset) -> None:
    rows = np.arange(part.sizes["key"], dtype=float)
    for name, shift, look in (("total", -0.19, _TOTAL), ("first", 0.19, _FIRST)):
        middle, low, high = (part[f"{name}{end}"].values for end in ("", "_low", "_high"))
        ax.barh(rows + shift, middle, height=0.36, label=f"{name} order", **look)
        _whiskers(ax, rows + shift, middle, low, high)
    ax.axvline(0, color="#000000", linewidth=0.8)
    ax.grid(axis="y", visible=False)
    ax.set_xlabel(
        f"Share of the variance\n(noise of replicas: {100 * float(part['noise_share']):.1f} % taken out)"
    )


_TOTAL: dict[str, Any] = {"color": "#9FB8D9", "edgecolor": "#0072B2", "linewidth": 0.6}
_FIRST: dict[str, Any] = {"color": "#0072B2", "edgecolor": "#0072B2", "linewidth": 0.6}


def _effects(ax: Axes, part: xr.Dataset) -> None:
    """A tornado: each bar to the side to which the output goes where the key grows."""
    rows = np.arange(part.sizes["key"], dtype=float)
    side = np.where(part["mu"].values < 0, -1.0, 1.0)
    star = part["mu_star"].values
    ax.barh(rows, side * star, height=0.62, label="mean size, to the side of the mean", **_TOTAL)
    ax.barh(rows, part["mu"].values, height=0.3, label="mean (signed)", **_FIRST)
    ends = np.sort(side * np.stack([part["low"].values, part["high"].values]), axis=0)
    _whiskers(ax, rows, side * star, *ends)
    floor = part["floor"].values
    ax.plot(
        side * floor, rows, linestyle="none", marker="|", markersize=9, color="#D55E00", label="noise alone"
    )
    ax.axvline(0, color="#000000", linewidth=0.8)
    ax.grid(axis="y", visible=False)
    ax.set_xlabel("Elementary effect\nper whole range of the key")


def _whiskers(
    ax: Axes,
    rows: NDArray[np.float64],
    middle: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> None:
    reach = np.nan_to_num(np.clip([middle - low, high - middle], 0, None))
    ax.errorbar(middle, rows, xerr=reach, linestyle="none", color="#000000", elinewidth=0.9, capsize=2)


def _words(figure: Figure, table: xr.Dataset, shown: int) -> None:
    about = table.attrs
    count = table.sizes["key"]
    left = f"; {shown} of {count} keys shown" if shown < count else ""
    kind = "Morris' elementary effects" if about["method"] == "morris" else "Sobol' indices"
    _title(figure, f"{about['title']}: {kind}")
    text = (
        f"Intervals: {about['interval']}; {about['points']:,} points of {about['replicas']:,} replicas; "
        f"seed {about['seed']}{left}."
    )
    figure.supxlabel(
        wrapped(figure, text, style.NOTE_SIZE), x=0.01, ha="left", fontsize=style.NOTE_SIZE, color="#444444"
    )


def _title(figure: Figure, text: str) -> None:
    figure.suptitle(wrapped(figure, text, _TITLE_SIZE), x=0.01, ha="left", fontsize=_TITLE_SIZE)


def surface(found: Surface, title: str, note: str) -> Figure:
    """Draw P over two keys: filled contours, or cells where a key has few values."""
    with style.applied():
        figure = style.new_figure(6.4, 4.9)
        ax = figure.add_subplot()
        numbers = all(isinstance(value, int | float) for value in (*found.x, *found.y))
        drawn = _contours(ax, found) if numbers and min(found.p.shape) > 10 else _cells(ax, found)
        figure.colorbar(drawn, ax=ax, label="P(hegemon), averaged over the other keys")
        ax.set_xlabel(parameter(found.keys[0]).label)
        ax.set_ylabel(parameter(found.keys[1]).label)
        ax.grid(visible=False)
        _title(figure, title)
        figure.supxlabel(
            wrapped(figure, note, style.NOTE_SIZE),
            x=0.01,
            ha="left",
            fontsize=style.NOTE_SIZE,
            color="#444444",
        )
    return figure


def _contours(ax: Axes, found: Surface) -> Any:
    low, high = float(found.p.min()), float(found.p.max())
    levels = MaxNLocator(10).tick_values(low, max(high, low + 1e-6))
    filled = ax.contourf(found.x, found.y, found.p, levels, cmap="cividis")
    lines = ax.contour(found.x, found.y, found.p, levels, colors="#000000", linewidths=0.6)
    ax.clabel(lines, fmt="%.2g", fontsize=style.NOTE_SIZE)
    for values, scale in ((found.x, ax.set_xscale), (found.y, ax.set_yscale)):
        if min(values) > 0 and not np.allclose(np.diff(values), values[1] - values[0], rtol=0.01):
            scale("log")
    return filled


def _cells(ax: Axes, found: Surface) -> Any:
    drawn = ax.pcolormesh(
        np.arange(len(found.x) + 1), np.arange(len(found.y) + 1), found.p, cmap="cividis", vmin=0
    )
    for values, ticks in ((found.x, ax.set_xticks), (found.y, ax.set_yticks)):
        every = max(1, len(values) // 8)
        places = range(0, len(values), every)
        ticks([place + 0.5 for place in places], [_short(values[place]) for place in places])
    return drawn


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
