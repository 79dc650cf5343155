"""Established hegemony and how long it lasts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from gallery import drawing
from gallery.measure import Ask, rounded, stated
from gallery.nulls import GROWTH
from gallery.page import Line, Page, Panel, change, gap
from gallery.words import interval, number, year
from hegemon.figures import style
from hegemon.figures.placing import EndLabel, label_ends
from hegemon.figures.probability import BAND_ALPHA

RESTRAINED = Line(
    "restrained",
    ('war.types=["security", "drawn", "drawn", "drawn", "drawn", "drawn"]',),
)
AGGRESSIVE = Line(
    "aggressive",
    ('war.types=["revisionist", "drawn", "drawn", "drawn", "drawn", "drawn"]',),
)
LINES = (RESTRAINED, AGGRESSIVE, GROWTH)
ENDS = {"no balancing": 0.0, "full balancing": 1.0}
YEARS = (10, 25, 50, 75, 99)
BAND = ("survival", "survival_band_low", "survival_band_high")
HALF = ("quantile_year", "quantile_year_low", "quantile_year_high")


def study(ask: Ask) -> dict[str, Any]:
    """How long first spells last: curves of Kaplan and Meier, and the years by which half have ended."""
    curves, facts = [], {}
    rows = [["", *(f"longer than {each} years" for each in YEARS), "half have ended by year"]]
    for line in LINES:
        run = ask("durability", line.name, line.set)
        spells = run.durability()
        for words, efficiency in ENDS.items():
            if line.grey and efficiency:
                continue  # where nobody can balance it counts for nothing
            name = line.name if line.grey else f"{line.name}, {words}"
            found = spells.sel(efficiency=efficiency)
            half = [float(found[each].sel(share=0.5)) for each in HALF]
            facts[f"half_{line.name.replace(' ', '_')}_{efficiency:g}"] = stated("year", half)
            curves.append({"name": name, "line": line.name, "full": efficiency == 1, **_curve(found)})
            rows.append([name, *_cells(found), year(*map(rounded, half))])
    size = f"{run.spec.replicas:,} replicas, seed {run.spec.seed}"
    caption = (
        f"Kaplan and Meier's estimates of the first spell: `configs/gallery/durability.toml`, {size}; "
        "intervals of the curves for all years at once, of the years for each"
    )
    return {"facts": facts, "curves": curves, "table": rows, "caption": caption}


def _curve(found: xr.Dataset) -> dict[str, Any]:
    known = found.isel(year=np.flatnonzero(np.isfinite(found["survival"].values)))
    columns = {key: known[each].values.tolist() for key, each in zip(("p", "low", "high"), BAND, strict=True)}
    return {
        "years": known["year"].values.tolist(),
        **{key: [rounded(value) for value in column] for key, column in columns.items()},
    }


def _cells(found: xr.Dataset) -> list[str]:
    """The curve at some years; nothing where it is not known, as in a short run."""
    at = found.reindex(year=list(YEARS))
    table = zip(*(map(rounded, at[each].values.tolist()) for each in BAND), strict=True)
    return [f"{number(p)} {interval(low, high)}" for p, low, high in table]


def draw(record: Mapping[str, Any]) -> Any:
    """The panels, and the curves."""
    return drawing.figure(record, lambda ax: _draw_curves(ax, record["curves"]))


def _draw_curves(ax: Axes, curves: list[Mapping[str, Any]]) -> None:
    ends = []
    for curve in curves:
        place = [line.name for line in LINES].index(curve["line"])
        look = drawing.grey_style(0) if LINES[place].grey else style.line_style(place)
        if not LINES[place].grey:
            look |= {"marker": "None", "linestyle": style.DASHES[1] if curve["full"] else "-"}
        columns = (np.array(curve[key], float) for key in ("years", "p", "low", "high"))
        years, p, low, high = columns
        ax.step(years, p, where="post", zorder=3, **look)
        ax.fill_between(years, low, high, step="post", color=look["color"], alpha=BAND_ALPHA, linewidth=0)
        ends.append(EndLabel(curve["name"], float(years[-1]), float(p[-1]), look["color"]))
    ax.set_title("Kaplan-Meier; bands for all years at once")
    ax.set_xlabel("Years since it began")
    ax.set_ylabel("P(the first spell lasts longer)")
    ax.set_xlim(0, 100)
    ax.set_ylim(0, 1)
    label_ends(ax, ends)


PAGE = Page(
    title="Established hegemony and its durability",
    panels=(
        Panel("years", "durability", LINES, "Years of hegemony in a century", of="years_hegemony"),
        Panel("first", "durability", LINES, "The first spell, as far as seen", of="first_spell"),
        Panel("final", "durability", LINES, "The leader after a century", of="final_share"),
    ),
    facts={
        "restrained": change("years", "restrained", 0.0, 1.0, sign=-1),
        "aggressive": change("years", "aggressive", 0.0, 1.0, sign=-1),
        "beside": gap("years", "restrained", "growth alone", 0.0),
        "at_0": gap("years", "aggressive", "restrained", 0.0, sign=1),
        "at_4": gap("years", "aggressive", "restrained", 0.4, sign=1),
        "at_10": gap("years", "aggressive", "restrained", 1.0, sign=1),
    },
    said=(
        "From no efficiency to full, the years of hegemony in a century: under a restrained hegemon their "
        "mean {restrained}; under an aggressive one it {aggressive}.",
        "An aggressive hegemon's years are, beside a restrained one's, {at_0} without balancing, {at_4} "
        "at an efficiency of 0.4, and {at_10} with full balancing.",
        "Beside growth alone, a restrained hegemon's years without balancing are {beside}.",
        "By Kaplan and Meier, for whom a spell that still runs when a century is over is censored there, "
        "half of the first spells under a restrained hegemon have ended by year {half_restrained_0} without "
        "balancing and {half_restrained_1} with full balancing, under an aggressive one by year "
        "{half_aggressive_0} and {half_aggressive_1}; with growth alone by year {half_growth_alone_0}.",
    ),
    study=study,
    draw=draw,
)
