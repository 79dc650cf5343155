"""What systems are like along a sweep: how many wars they fight, and how power is spread in them."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hegemon.figures import listing, style
from hegemon.figures.frame import put_words
from hegemon.figures.labels import axis_name, moving_with
from hegemon.figures.probability import BAND_ALPHA
from hegemon.figures.selection import at, choose, held_words, is_numeric

_WARS = {
    "wars": "wars",
    "coalition_wars": "wars against a coalition",
    "deterred": "bids that a coalition deterred",
}
_POLES = {"years_unipolar": "unipolar", "years_bipolar": "bipolar", "years_multipolar": "multipolar"}


def conditions(results: xr.Dataset) -> Figure | None:
    """Draw wars, and years by polarity, against the key along the axis.

    Parameters
    ----------
    results
        What `Run.results` holds.

    Returns
    -------
    Figure or None
        Further keys are held at their middle values, which the title names. None where no key that is a
        number was swept over several values, or points vary several keys at once.
    """
    if listing.is_list(results):
        along = listing.along_one_key(results)
        if along is None:
            return None
        results = along
    selection = choose(results)
    if selection.axis is None or not is_numeric(results, selection.axis):
        return None
    middle = {d: results.sizes[d] // 2 for d in (selection.lines, selection.panels) if d is not None}
    held = {**selection.held, **middle}
    shown = at(results, **held).sortby(selection.axis)
    with style.applied():
        figure = style.new_figure(9.6, 3.7)
        left, right = figure.subplots(1, 2)
        _wars(left, shown, selection.axis)
        _poles(right, shown, selection.axis)
        for ax in (left, right):
            ax.set_xlabel(axis_name(results[selection.axis]) + moving_with(results, selection.axis))
        words = held_words(results, held)
        confidence = 100 * float(results.attrs["confidence"])
        below = f"Bands: {confidence:.6g} %, normal, by point. Means over all replicas, until each ended."
        put_words(figure, results, f"at {words}" if words else "", [], below)
    return figure


def _wars(ax: Axes, shown: xr.Dataset, axis: str) -> None:
    z = NormalDist().inv_cdf(0.5 + float(shown.attrs["confidence"]) / 2)
    x = shown[axis].values.astype(float)
    for k, (name, words) in enumerate(_WARS.items()):
        mean, half = shown[f"mean_{name}"].values, z * np.nan_to_num(shown[f"se_{name}"].values)
        look = style.line_style(k)
        ax.plot(x, mean, label=words, markevery=max(1, len(x) // 25), **look)
        ax.fill_between(x, mean - half, mean + half, color=look["color"], alpha=BAND_ALPHA, linewidth=0)
    ax.set_ylim(bottom=0)
    ax.set_xlim(x.min(), x.max())
    ax.set_ylabel("Mean number per system")
    ax.set_title("How many wars")
    ax.legend(loc="best", fontsize=8)


def _poles(ax: Axes, shown: xr.Dataset, axis: str) -> None:
    x = shown[axis].values.astype(float)
    years = np.array([shown[f"mean_{name}"].values for name in _POLES])
    shares = years / np.maximum(years.sum(axis=0), np.finfo(float).tiny)
    floor = np.zeros(len(x))
    for k, (words, share) in enumerate(zip(_POLES.values(), shares, strict=True)):
        colour = style.line_style(k + 1)["color"]
        ax.fill_between(x, floor, floor + share, color=colour, alpha=0.55, linewidth=0, label=words)
        ax.plot(x, floor + share, color=colour, linewidth=1.0, linestyle=style.DASHES[k + 1])
        floor = floor + share
    ax.set_ylim(0, 1)
    ax.set_xlim(x.min(), x.max())
    ax.set_ylabel("Share of all years")
    ax.set_title("How power is spread")
    ax.legend(loc="best", fontsize=8, frameon=True, framealpha=0.9, edgecolor="none")
