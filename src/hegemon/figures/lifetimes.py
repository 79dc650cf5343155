"""How soon and by which route a hegemon emerges, or how long hegemony lasts: curves by year with bands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hegemon.figures import listing, style, survival
from hegemon.figures.frame import put_words
from hegemon.figures.labels import literal, setting
from hegemon.figures.probability import BAND_ALPHA
from hegemon.figures.selection import MOST_CURVES, at, choose, held_words, spaced

_SIZE = (9.6, 3.9)  # of a row
_ACROSS = 2
_MOST_STACKS = 3
_LONGEST_NAME = 40  # of a listed point; beyond, its index stands for it
_RUNNING = 5  # least years over which the drawn hazard is averaged
_STRETCHES = 15  # of averaging, that a long horizon holds: by single years a rare event is all noise


def lifetimes(found: xr.Dataset, spells: bool = False) -> Figure:
    """Draw what `Run.survival` or `Run.durability` estimates.

    Parameters
    ----------
    found
        The estimates.
    spells
        Whether they are of spells of hegemony.

    Returns
    -------
    Figure
        Survival curves with their bands, at up to five values of the key along the axis; beside them the
        hazard by year, or where causes are told apart the incidence of each, stacked, at up to three values.
        Further keys are held at their middle values, which the title names.
    """
    with style.applied():
        selection = choose(found.rename(restricted_mean="p_emerged"))
        middle = {
            dim: found.sizes[dim] // 2 for dim in (selection.lines, selection.panels) if dim is not None
        }
        held = {**selection.held, **middle}
        shown = at(found, **held)
        axis = selection.axis
        causes = "cause" in found.dims
        count = min(_MOST_STACKS, found.sizes[axis] if axis else 1)
        panels = 1 + (count if causes else 1)
        down = -(-panels // _ACROSS)
        figure = style.new_figure(_SIZE[0], _SIZE[1] * down)
        axes = list(figure.subplots(down, _ACROSS, squeeze=False).flat)
        for ax in axes[panels:]:
            ax.remove()
        _survival(axes[0], shown, axis, spells)
        if causes:
            _stacks(axes[1:panels], shown, axis)
        else:
            _hazards(axes[1], shown, axis, spells)
        words = held_words(found, held)
        put_words(figure, found, f"at {words}" if words else "", [], _note(found, shown, spells))
    return figure


def _parts(shown: xr.Dataset, axis: str | None, most: int) -> list[tuple[str, xr.Dataset]]:
    """Points to draw, with their names."""
    if axis is None:
        return [("", shown)]
    values = shown[axis].values
    names = [setting(shown[axis], value) for value in values]
    if axis == listing.POINT and listing.varied(shown):
        told = listing.point_names(shown)
        names = told if max(map(len, told)) <= _LONGEST_NAME else names
    return [(names[i], at(shown, **{axis: i})) for i in spaced(len(values), most)]


def _survival(ax: Axes, shown: xr.Dataset, axis: str | None, spells: bool) -> None:
    parts = _parts(shown, axis, MOST_CURVES)
    survival.draw(ax, [survival.curve(part, name) for name, part in parts])
    for k, (_, part) in enumerate(parts):
        look = style.ordered_style(k, len(parts))
        for end in ("low", "high"):
            limit = part[f"survival_band_{end}"]
            ax.step(part["year"], limit, where="post", color=look["color"], linewidth=0.6, label="_band")
    if spells:
        ax.set_ylabel(ax.get_ylabel().replace("no hegemon yet", "the spell lasts longer"))
        ax.set_xlabel("Years since the spell began")
    ax.set_title("How long hegemony lasts" if spells else "How long it takes")


def _hazards(ax: Axes, shown: xr.Dataset, axis: str | None, spells: bool) -> None:
    """Hazard as a running mean of events over those at risk, with the pointwise band of such a sum."""
    from hegemon.estimates import wilson

    parts = _parts(shown, axis, MOST_CURVES)
    running = max(_RUNNING, shown.sizes["year"] // _STRETCHES)
    kernel, top = np.ones(running, np.int64), 0.0
    for k, (name, part) in enumerate(parts):
        events, risk = part["events"].values[1:], part["at_risk"].values[1:]
        known = np.isfinite(part["hazard"].values[1:])
        if known.sum() < running:
            continue
        events, risk = (np.convolve(each[known], kernel, "valid") for each in (events, risk))
        years = part["year"].values[1:][known][running // 2 : len(events) + running // 2]
        look = style.ordered_style(k, len(parts))
        low, high = wilson(events, risk, float(shown.attrs["confidence"]))
        ax.plot(years, events / risk, label=literal(name), zorder=3, **look)
        ax.fill_between(years, low, high, color=look["color"], alpha=BAND_ALPHA, linewidth=0)
        top = max(top, float((events / risk).max()))
    ax.set_ylim(0, 1.15 * top if top > 0 else 1)
    ax.set_xlim(0, float(shown["year"].max()))
    ax.set_xlabel("Years since the spell began" if spells else "Year from the start")
    ax.set_ylabel("Chance per year, of those that last" if spells else "Chance per year, while there is none")
    ax.set_title(f"Hazard (mean of {running} years)")
    if len(parts) > 1 and ax.lines:
        ax.legend(loc="best", fontsize=8)


def _stacks(axes: Sequence[Axes], shown: xr.Dataset, axis: str | None) -> None:
    """Incidence of each cause on top of the one before, with the band of its own."""
    names = [str(name) for name in shown["cause"].values]
    parts = _parts(shown, axis, _MOST_STACKS)
    top = max(float(np.nanmax(part["incidence"].sum("cause", skipna=False).values)) for _, part in parts)
    for ax, (name, part) in zip(axes, parts, strict=True):
        years, floor = part["year"].values, np.zeros(part.sizes["year"])
        for k, cause in enumerate(names):
            own = part["incidence"].values[k]
            look = style.line_style(k + 1)
            ax.fill_between(
                years,
                floor,
                floor + own,
                step="post",
                color=look["color"],
                alpha=0.55,
                linewidth=0,
                label=cause,
            )
            low, high = (part[f"incidence_{end}"].values[k] for end in ("low", "high"))
            for limit in (low, high):
                ax.step(
                    years,
                    floor + limit,
                    where="post",
                    color=look["color"],
                    linewidth=0.7,
                    linestyle=look["linestyle"],
                )
            floor = floor + own
        ax.set_ylim(0, min(1.0, 1.1 * top) or 1.0)
        ax.set_xlim(0, float(years[-1]))
        ax.set_xlabel("Year from the start")
        ax.set_ylabel("P(hegemon by the year), by kind")
        ax.set_title(literal(name) or "Which came first")
    axes[0].legend(loc="upper left")


def _note(found: xr.Dataset, shown: xr.Dataset, spells: bool) -> str:
    begun = shown["at_risk"].isel(year=0).values
    low, high = int(begun.min()), int(begun.max())
    count = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    what = "first spells" if spells else "replicas"
    confidence = 100 * float(found.attrs["confidence"])
    return (
        f"Shaded: {confidence:.6g} % by year; thin lines beside a curve: {confidence:.6g} % for all years at "
        f"once; {count} {what} per point; seed {found.attrs['seed']}."
    )
