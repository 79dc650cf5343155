"""Moments of simulated histories beside those of the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gallery import drawing, histories
from gallery.histories import Values, apart, distance, rarity
from gallery.measure import CONFIDENCE, Ask, Z, rounded, stated
from gallery.page import Page
from hegemon.estimates.proportions import wilson
from hegemon.figures import style

NULLS = {
    "growth alone": ("war.opportunities=0.0", "balancing.internal=0.0", "balancing.soft=0.0"),
    "random walks": (
        "war.opportunities=0.0",
        "balancing.internal=0.0",
        "balancing.soft=0.0",
        "growth.convergence=0.0",
        "growth.volatility=0.08",
        "hegemony.arms_weight=0.0",
    ),
}
NAMES = {
    "growth_sd": "s.d. of yearly log change",
    "kurtosis": "excess kurtosis of it",
    "variance_ratio": "variance ratio, ten years",
    "leader_share": "share of the leader",
    "leader_sd": "s.d. of that over the years",
    "memory": "its correlation over ten years",
    "concentration": "concentration (CON)",
    "above_third": "part of years with a leader above 1/3",
    "above_half": "part of years with a leader above 1/2",
    "bipolar": "part of years bipolar",
    "leader_changes": "leader changes a year",
    "wars": "wars a decade",
    "war_years": "part of years with a war",
}
MEASURED = ("growth_sd", "leader_share", "leader_sd", "leader_changes")
"""What the distance is made of: moments that are not nearly the same thing said twice."""
WITH_WARS = (*MEASURED, "wars")
_DRAWN = (
    "growth_sd",
    "leader_share",
    "memory",
    "concentration",
    "above_half",
    "bipolar",
    "leader_changes",
    "wars",
)
_TOLD = ("growth_sd", "leader_share", "concentration", "above_third", "leader_changes", "wars")
_SIGNS = {"leader_share": -1, "concentration": -1, "above_third": -1, "leader_changes": 1}
_FAR = {"none": "0", "half": "0.5", "most": "0.75", "full": "1", "walk": "random walks"}
_TESTED = ("0", "0.5", "1", *NULLS)


def study(ask: Ask) -> dict[str, Any]:
    """Each moment at each efficiency and under the nulls, and how far off the record is."""
    run = ask("moments")
    swept = [f"{value:g}" for value in run.results["efficiency"].values.tolist()]
    found = {name: histories.moments(run, k) for k, name in enumerate(swept)}
    one = "sweep.balancing.efficiency=[0.0]"  # counts for nothing where there are no crises
    found |= {name: histories.moments(ask("moments", name, (*keys, one))) for name, keys in NULLS.items()}
    seen = {name: float(row["value"]) for name, row in histories.observed().items()}
    off = {
        name: [_distance(of, seen, which) for which in (MEASURED, WITH_WARS)] for name, of in found.items()
    }
    return {
        "facts": _facts(found, off),
        "table": _table(found, seen, off),
        "swept": swept,
        "moments": {name: _moment(found, seen[name], name) for name in NAMES},
        "distances": {name: [list(map(rounded, pair)) for pair in pairs] for name, pairs in off.items()},
        "caption": f"`configs/gallery/moments.toml`, {run.spec.replicas:,} histories of 201 years each; "
        f"seed {run.spec.seed}",
    }


def _distance(
    of: Mapping[str, Values], seen: Mapping[str, float], which: tuple[str, ...]
) -> tuple[float, float]:
    return distance(np.column_stack([of[name] for name in which]), np.array([seen[name] for name in which]))


def _moment(found: Mapping[str, Mapping[str, Values]], seen: float, name: str) -> dict[str, Any]:
    lines = {}
    for line, of in found.items():
        values = of[name]
        spans = np.quantile(values, [0.025, 0.5, 0.975])
        error = values.std(ddof=1) / np.sqrt(len(values))
        told = (values.mean(), error, *spans, rarity(values, seen))
        keys = ("mean", "se", "low", "median", "high", "rarity")
        lines[line] = dict(zip(keys, map(rounded, map(float, told)), strict=True))
    return {"observed": seen, "apart": rounded(apart(found["0"][name], found["1"][name])), "lines": lines}


def _facts(
    found: Mapping[str, Mapping[str, Values]], off: Mapping[str, list[tuple[float, float]]]
) -> dict[str, Any]:
    facts = {}
    for name in _TOLD:
        one, other = found["1"][name], found["0"][name]
        move = float(one.mean() - other.mean())
        half = Z * float(np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other)))
        parts = [rounded(float(one.mean())), rounded(float(other.mean()))]
        facts[name] = stated("change", (move, move - half, move + half), _SIGNS.get(name), parts)
    count = len(found["0"]["wars"])
    for key, name in _FAR.items():
        far, with_wars = (round(part * (count + 1)) - 1 for _, part in off[name])
        facts |= {f"far_{key}": stated("value", _share(far, count))}
        facts |= {f"warring_{key}": stated("value", _share(with_wars, count))}
    passed = int((found["random walks"]["above_half"] > 0).sum())
    tied = _correlation(found["0.5"]["growth_sd"], found["0.5"]["wars"])
    return facts | {"walked": stated("value", _share(passed, count)), "tied": stated("value", tied)}


def _correlation(one: Values, other: Values) -> tuple[float, float, float]:
    """With its interval, by Fisher's transformation."""
    found = float(np.clip(np.corrcoef(one, other)[0, 1], -1 + 1e-9, 1 - 1e-9))
    half = Z / max(len(one) - 3, 1) ** 0.5
    return found, float(np.tanh(np.arctanh(found) - half)), float(np.tanh(np.arctanh(found) + half))


def _share(count: int, of: int) -> tuple[float, float, float]:
    low, high = wilson(count, of, CONFIDENCE)
    return count / of, float(low), float(high)


def _table(
    found: Mapping[str, Mapping[str, Values]],
    seen: Mapping[str, float],
    off: Mapping[str, list[tuple[float, float]]],
) -> list[list[str]]:
    heads = [name if name in NULLS else f"at {name}" for name in _TESTED]
    rows = [["moment", "record", *heads, "apart"]]
    for name, words in NAMES.items():
        moment = _moment(found, seen[name], name)
        digits = 3 if seen[name] < 0.15 else 2 if seen[name] < 1 else 1
        cells = [_cell(moment["lines"][line], digits) for line in _TESTED]
        rows.append([words, f"{seen[name]:.{3 if digits > 1 else 1}f}", *cells, f"{moment['apart']:.1f}"])
    for k, words in enumerate(("distance in four; as far or farther", "with the wars a fifth")):
        rows.append([words, "", *(f"{off[line][k][0]:.1f}; {off[line][k][1]:.3f}" for line in _TESTED), ""])
    return rows


def _cell(line: Mapping[str, Any], digits: int) -> str:
    """Mean and standard error; the span of single histories, in bold where the record lies outside."""
    sure = max(digits, 3) if digits > 1 else digits
    low, high = (_fixed(line[key], digits) for key in ("low", "high"))
    span = f"{low} to {high}"
    span = f"**{span}**" if line["rarity"] < 0.05 else span
    return f"{_fixed(line['mean'], sure)} ± {_fixed(line['se'], sure)}; {span}"


def _fixed(value: float | None, digits: int) -> str:
    return "none" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"


def draw(record: Mapping[str, Any]) -> Any:
    """A panel for each moment: spans of single histories, and the record across them."""
    with style.applied():
        figure = style.new_figure(11.0, 5.8)
        axes = figure.subplots(2, 4)
        for ax, name in zip(axes.flat, _DRAWN, strict=True):
            _panel(ax, record["moments"][name], record["swept"], NAMES[name])
        caption = record["caption"].partition(", ")[2]
        below = (
            "Points: means. Bars: the middle 95 % of single histories. Grey: the nulls, growth alone (g) and "
            f"random walks as volatile as the record (w). Line: the record of 1816 to 2016. {caption}."
        )
        drawing.words(figure, record["title"], below)
        return figure


def _panel(ax: Any, moment: Mapping[str, Any], swept: list[str], words: str) -> None:
    for k, (name, line) in enumerate(moment["lines"].items()):
        colour = style.COLOURS[2] if name in swept else "#8A8A8A"
        ax.vlines(k, line["low"], line["high"], color=colour, linewidth=3, alpha=0.45)
        ax.plot(k, line["mean"], color=colour, marker="o" if name in swept else "s", linestyle="none")
    ax.axhline(moment["observed"], color=style.COLOURS[1], linewidth=1.4, linestyle=(0, (5, 1.5)))
    ax.set_title(words[:1].upper() + words[1:], fontsize=9.5)
    ax.set_xticks(
        range(len(moment["lines"])), [*swept, *(name[:1] if name[0] == "g" else "w" for name in NULLS)]
    )
    ax.set_xlabel("Balancing efficiency", fontsize=9)
    ax.grid(axis="x", visible=False)
    ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]))


PAGE = Page(
    title="Moments of the record, 1816 to 2016",
    study=study,
    draw=draw,
    said=(
        "From no efficiency to full the mean share of the leader {leader_share}; concentration "
        "{concentration}; the part of years with a leader above one third {above_third}; the frequency of "
        "changes of leader {leader_changes}.",
        "The number of wars a decade {wars}. The standard deviation of the yearly log change {growth_sd}.",
        "By four moments together (yearly change, the leader's share, its standard deviation, changes of "
        "leader), at least as far from the others as the record is are {far_none} of histories without "
        "balancing, {far_half} at efficiency 0.5, {far_most} at 0.75 and {far_full} at full efficiency, "
        "and {far_walk} of random walks.",
        "With the wars as a fifth it is {warring_none} without balancing, {warring_half} at 0.5 and "
        "{warring_full} at full efficiency: across histories of the model wars and the size of yearly "
        "changes go together (correlation {tied} at 0.5), and the record has as great changes with fewer "
        "wars.",
        "Of such random walks {walked} pass one half at some time.",
    ),
)
