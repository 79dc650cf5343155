"""Differences of P between design points, with intervals by pair and a band for all of a line at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hegemon.figures import probability, style
from hegemon.figures.frame import put_words
from hegemon.figures.labels import axis_name, full_key, literal, plain
from hegemon.figures.selection import at, choose, held_words, is_numeric, line_places

_MOST_ROWS = 60
_REVERSED = "#C00000"


def contrasts(found: xr.Dataset, bands: xr.Dataset | None = None) -> Figure:
    """Draw what `Run.contrasts` or `Run.contrast` compares.

    Parameters
    ----------
    found
        The pairs.
    bands
        What `Run.bands` gives along the same key: P itself is drawn beside the differences.

    Returns
    -------
    Figure
        Along a key that is a number, over a grid: P with its band, and the differences against the key;
        otherwise the differences below one another, a row per pair. Thick bars are by pair, thin ones for all
        pairs of the line at once; pairs that move against what is expected are marked.
    """
    with style.applied():
        panel = None if bands is None else _panel(bands)
        along = panel is not None and found.attrs.get("pairs") in ("successive", "first")
        rows = found.sizes["pair"] if along else min(found.sizes["pair"], _MOST_ROWS)
        height = 4.4 if along else max(3.9 if panel else 2.2, 1.4 + 0.22 * rows)
        figure = style.new_figure(11.4 if panel else 7.5, height)
        axes = figure.subplots(1, 2 if panel else 1, squeeze=False)[0]
        words = ""
        if panel is not None and bands is not None:
            words = _curves(axes[0], bands, *panel)
        if along and panel is not None and bands is not None:
            _steps(axes[-1], found, bands, *panel)
        else:
            _rows(axes[-1], found, rows)
        remarks = [f"{rows} of {found.sizes['pair']} pairs shown"] if rows < found.sizes["pair"] else []
        put_words(figure, found, f"P at {words}" if words else "", remarks, _note(found))
    return figure


def _panel(bands: xr.Dataset) -> tuple[str, str | None, dict[str, int]] | None:
    """The dimension along which P can be drawn, that of its lines, and what is held; None where it cannot."""
    own = [str(d) for d in bands["p_emerged"].dims if full_key(bands[d]) == bands.attrs["along"]]
    if not own or not is_numeric(bands, own[0]):
        return None
    others = [str(d) for d in bands["p_emerged"].dims if str(d) != own[0] and bands.sizes[d] > 1]
    held = {d: bands.sizes[d] // 2 for d in others[1:]}
    held |= {str(d): 0 for d in bands["p_emerged"].dims if bands.sizes[d] == 1}
    return own[0], others[0] if others else None, held


def _curves(ax: Axes, bands: xr.Dataset, axis: str, lines: str | None, held: dict[str, int]) -> str:
    """P with the band that holds it at all points of a line; returns what is held, in words."""
    shown = at(bands, **held)
    selection = replace(choose(shown), axis=axis, lines=lines, panels=None)
    inner = probability.collect(shown, selection)
    outer = shown.assign(p_emerged_low=shown["band_low"], p_emerged_high=shown["band_high"])
    drawn = probability.collect(outer, selection)
    probability.draw(ax, drawn)
    for k, line in enumerate(inner):
        bars = np.clip([line.p - line.low, line.high - line.p], 0, None)
        colour = style.line_style(k)["color"]
        ax.errorbar(line.x, line.p, yerr=bars, color=colour, linestyle="none", capsize=2, label="_by point")
    _finish(ax, shown, axis, drawn)
    return held_words(bands, {d: i for d, i in held.items() if bands.sizes[d] > 1})


def _finish(ax: Axes, shown: xr.Dataset, axis: str, lines: list[probability.Line]) -> None:
    ax.set_xlabel(axis_name(shown[axis]))
    ax.set_ylabel("P(hegemon)")
    ax.set_ylim(0, probability.ceiling(lines))
    ax.set_xlim(float(shown[axis].min()), float(shown[axis].max()))
    ax.set_title("P, with a band for all points of a line")
    probability.name_lines(ax, lines)


def _steps(
    ax: Axes, found: xr.Dataset, bands: xr.Dataset, axis: str, lines: str | None, held: dict[str, int]
) -> None:
    """Differences against the key: in the middle of each step, or where a pair with the first ends."""
    single = {d: bands[d].values[i] for d, i in held.items()}
    kept = np.logical_and.reduce([np.ones(found.sizes["pair"], bool)] + [
        found[f"from_{d}"].values == value for d, value in single.items()
    ])  # fmt: skip
    own = found.isel(pair=np.flatnonzero(kept))
    end = own[f"to_{axis}"].values.astype(float)
    middle = (own[f"from_{axis}"].values.astype(float) + end) / 2
    places = middle if found.attrs["pairs"] == "successive" else end
    width = float(np.ptp(bands[axis].values)) / max(bands.sizes[axis] - 1, 1)
    for k, i in enumerate(line_places(bands, lines)):
        mine = np.ones(len(end), bool) if i is None else own[f"from_{lines}"].values == bands[lines].values[i]
        shift = 0.16 * width * (k - (bands.sizes[lines] - 1) / 2) if lines is not None else 0.0
        _bars(ax, own.isel(pair=np.flatnonzero(mine)), places[mine] + shift, k)
    ax.axhline(0, color="#6E6E6E", linewidth=0.8)
    ax.set_xlabel(axis_name(bands[axis]))
    ax.set_xlim(float(bands[axis].min()), float(bands[axis].max()) + 0.3 * width)
    what = "step to the next point" if found.attrs["pairs"] == "successive" else "point less the first"
    marked = "reversal" in own and bool((own["reversal"] == 1).any())
    ax.set_title(f"Difference of P, {what}" + (" (ring: against what is expected)" if marked else ""))


def _bars(ax: Axes, part: xr.Dataset, x: NDArray[np.float64], k: int) -> None:
    """Differences of one line, with both intervals; a ring about what moves against expectation."""
    look = style.line_style(k)
    for name, width in (("difference_band", 0.7), ("difference", 2.0)):
        ax.vlines(
            x, part[f"{name}_low"], part[f"{name}_high"], color=look["color"], linewidth=width, zorder=3
        )
    ax.plot(x, part["difference"], look["marker"], color=look["color"], markersize=4, zorder=4, gid="pair")
    if "reversal" in part:
        mark = part["reversal"].values == 1
        ring: dict[str, Any] = {
            "markerfacecolor": "none",
            "markeredgecolor": _REVERSED,
            "markersize": 11,
            "zorder": 5,
        }
        ax.plot(x[mark], part["difference"].values[mark], "o", gid="reversal", linestyle="none", **ring)


def _rows(ax: Axes, found: xr.Dataset, rows: int) -> None:
    """A row per pair: the difference with its two intervals."""
    part = found.isel(pair=slice(0, rows))
    places = np.arange(rows, dtype=float)
    mark = part["reversal"].values == 1 if "reversal" in part else np.zeros(rows, bool)
    middle = part["difference"].values
    for chosen, colour in ((~mark, style.COLOURS[0]), (mark, _REVERSED)):
        for name, width in (("difference_band", 0.8), ("difference", 2.4)):
            low, high = part[f"{name}_low"].values, part[f"{name}_high"].values
            ax.hlines(places[chosen], low[chosen], high[chosen], color=colour, linewidth=width, zorder=3)
        gid = "reversal" if colour == _REVERSED else "pair"
        ax.plot(middle[chosen], places[chosen], "o", color=colour, linestyle="none", zorder=4, gid=gid)
    ax.axvline(0, color="#6E6E6E", linewidth=0.8)
    ax.set_yticks(places, [literal(name) for name in _names(part)])
    ax.tick_params(axis="y", labelsize=8 if rows <= 30 else 6)
    ax.set_ylim(rows - 0.4, -0.6)
    ax.set_xlabel("Difference of P(hegemon)")
    ax.set_title("Second less first" + (" (red: against what is expected)" if mark.any() else ""))


def _names(part: xr.Dataset) -> list[str]:
    """Each pair in words: what is equal, and what moves from where to where."""
    names = [str(name)[5:] for name in part.coords if str(name).startswith("from_")]
    return [
        ", ".join(_said(name, part[f"from_{name}"].values[i], part[f"to_{name}"].values[i]) for name in names)
        for i in range(part.sizes["pair"])
    ]


def _said(name: str, one: NDArray[np.generic], other: NDArray[np.generic]) -> str:
    words = name.replace("_", " ")
    return f"{words} {plain(one)}" if one == other else f"{words} {plain(one)} to {plain(other)}"


def _note(found: xr.Dataset) -> str:
    low, high = int(found["replicas_from"].min()), int(found["replicas_from"].max())
    count = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    kind = "pairs of replicas" if "both" in found else "independent replicas"
    confidence = 100 * float(found.attrs["confidence"])
    return (
        f"Bars: {confidence:.6g} % by pair (thick), for all pairs of a line at once (thin); {count} {kind}; "
        f"seed {found.attrs['seed']}."
    )
