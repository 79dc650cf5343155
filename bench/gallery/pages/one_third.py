"""The chance that at least two states balance, by the leader's share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import hegemon as hg
from gallery import drawing
from gallery.measure import Ask, Values, Z, rounded, stated
from gallery.nulls import RANDOM
from gallery.page import Page
from gallery.words import interval, number
from hegemon.figures import style

EDGES = (0.0, 0.25, 1 / 3, 0.4, 0.5)
NAMES = ("below 1/4", "1/4 to 1/3", "1/3 to 0.4", "0.4 to 1/2")
EFFICIENCIES = (0.2, 0.5, 0.8)
VARIANTS = {
    "as is": (),
    "no alarm": ("balancing.alarm=1.0",),
    "measured against oneself": ("threat.share_weight=0.0",),
    RANDOM.name: RANDOM.set,
}


def study(ask: Ask) -> dict[str, Any]:
    """Chances by band, efficiency and rule, and what they rise by at one third."""
    facts, lines = {}, []
    for name, keys in VARIANTS.items():
        run = ask("one_third", name, keys)
        crises = leader_crises(run)
        for efficiency in EFFICIENCIES if name == "as is" else (0.5,):
            rows, band, two = (part[crises["efficiency"] == efficiency] for part in crises["columns"])
            found = [ratio(rows, band == k, two) for k in range(len(NAMES))]
            words = f"efficiency {efficiency:g}" if name == "as is" else name
            lines.append({"name": words, "chance": [[rounded(v) for v in each[:3]] for each in found]})
            key = f"{name.replace(' ', '_')}_{int(10 * efficiency)}"
            facts[key] = _rise(found[1], found[2], -1 if name == RANDOM.name else 1)
            facts[f"low_{key}"] = stated("value", found[0][:3])
            facts[f"early_{key}"] = _rise(found[0], found[1], -1 if name == RANDOM.name else 1)
            facts[f"late_{key}"] = _rise(found[2], found[3])
    rows = [["", *NAMES]]
    for line in lines:
        rows.append(
            [line["name"], *(f"{number(p)} {interval(low, high)}" for p, low, high in line["chance"])]
        )
    size = f"{run.spec.trajectories:,} whole systems a point, seed {run.spec.seed}"
    caption = f"`configs/gallery/one_third.toml`, {size}"
    return {"facts": facts, "lines": lines, "table": rows, "caption": caption}


def leader_crises(run: hg.Run) -> dict[str, Any]:
    """Crises with the leader in focus: their system, the band of the leader's share, whether two balance."""
    kept = run.trajectories
    row, year = kept["event_row"].values, kept["event_year"].values
    before = year - 1  # the leader of a year is that of the end of the year before
    leader = kept["leader"].values[row, before]
    mine = kept["event_focus"].values == leader
    share = kept["capability"].values[row, before, leader]
    two = np.bitwise_count(kept["event_coalition"].values) >= 2
    band = np.digitize(share, EDGES) - 1
    return {"columns": (row[mine], band[mine], two[mine]), "efficiency": kept["efficiency"].values[row][mine]}


def ratio(rows: Values, inside: Values, two: Values) -> tuple[float, float, float, float]:
    """Share of the crises inside with two; its interval and error allow for systems with several crises."""
    if not inside.any():
        return (np.nan,) * 4
    p = two[inside].mean()
    residual = np.where(inside, two - p, 0.0)
    by_row = np.bincount(rows, residual, rows.max() + 1)
    error = float(np.sqrt((by_row**2).sum()) / inside.sum())
    return float(p), float(p) - Z * error, float(p) + Z * error, error


def _rise(low: tuple[float, ...], high: tuple[float, ...], sign: int | None = None) -> dict[str, Any]:
    # Bands share systems; their errors are taken as independent, which is cautious for a difference of two.
    middle, half = high[0] - low[0], Z * np.hypot(low[3], high[3])
    return stated("change", (middle, middle - half, middle + half), sign, [rounded(high[0]), rounded(low[0])])


def draw(record: Mapping[str, Any]) -> Any:
    """The chance by band, a line for each efficiency, and for each rule."""
    with style.applied():
        figure = style.new_figure(8.2, 3.9)
        ax = figure.subplots()
        for k, line in enumerate(record["lines"]):
            p, low, high = np.array(line["chance"]).T
            x = np.arange(len(NAMES)) + 0.05 * (k - 2)
            look = drawing.grey_style(0) if line["name"] == RANDOM.name else style.line_style(k)
            ax.errorbar(x, p, yerr=[p - low, high - p], capsize=3, label=line["name"], **look)
        ax.set_xticks(range(len(NAMES)), NAMES)
        ax.set_ylim(0, 1)
        ax.set_xlabel("Capability share of the leader")
        ax.set_ylabel("P(at least two states balance)")
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        drawing.words(
            figure, record["title"], f"Bars: 95 % intervals. {record['caption'].partition(', ')[2]}."
        )
        return figure


PAGE = Page(
    title="Balancing and the leader's share: the third of Levy and Thompson",
    study=study,
    draw=draw,
    said=(
        "At an efficiency of 0.5 at least two states balance against a leader below one quarter with "
        "chance {low_as_is_5}. From there to one third the chance {early_as_is_5}, at one third it "
        "{as_is_5}, and at 0.4 it {late_as_is_5}.",
        "At an efficiency of 0.2 the chance at one third {as_is_2}; at 0.8 it {as_is_8}.",
        "Without an alarm (coalitions never attack the leader of their own accord) the chance at one "
        "third {no_alarm_5}.",
        "Where a threat is measured against oneself alone, it {measured_against_oneself_5}.",
        "Where states that do not arm join whoever is in focus, threatening or not, the chance "
        "{early_joining_at_random_5}, at one third it {joining_at_random_5}, and at 0.4 "
        "it {late_joining_at_random_5}.",
    ),
)
