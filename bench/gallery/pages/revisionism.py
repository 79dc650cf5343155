"""The return to revisionism: does it pay to bid, and up to which efficiency?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import hegemon as hg
from gallery import drawing
from gallery.measure import Ask, Values, combination, rounded, stated
from gallery.page import Page
from gallery.words import interval, number, phrase
from hegemon.figures import style
from hegemon.figures.placing import label_ends

AS_IS = "as is"
VARIANTS = {
    AS_IS: (),
    **{f"misjudgment {v:g}": (f"war.misjudgment={v}",) for v in (0.0, 0.45, 0.6, 1.0)},
    **{f"indemnity {v:g}": (f"war.indemnity={v}",) for v in (0.0, 0.2, 0.3)},
}
SHOWN = {
    "Misjudgment (default 0.3)": (
        "misjudgment 0",
        AS_IS,
        "misjudgment 0.45",
        "misjudgment 0.6",
        "misjudgment 1",
    ),
    "Indemnity (default 0.1)": ("indemnity 0", AS_IS, "indemnity 0.2", "indemnity 0.3"),
}
TYPES = {
    who: f'war.types=["{who}", "drawn", "drawn", "drawn", "drawn", "drawn"]'
    for who in ("revisionist", "security")
}
BOUNDS = ("p", "low", "high")
DRAWS = 400


def study(ask: Ask) -> dict[str, Any]:
    """Mean share of the first state over the second half of the century, as one type less as the other."""
    facts: dict[str, Any] = {}
    lines, rows = [], [["", "return without balancing", "return with full balancing", "bids stop paying at"]]
    for name, keys in VARIANTS.items():
        runs = {who: ask("revisionism", f"{name} {who}", (*keys, kind)) for who, kind in TYPES.items()}
        efficiency = runs["security"].results["efficiency"].values
        late = {who: shares(run, len(efficiency)) for who, run in runs.items()}
        gain = late["revisionist"] - late["security"]
        found = [combination([1.0], [each]) for each in gain]
        key = name.replace(" ", "_").replace(".", "")
        for k, words in ((0, "none"), (-1, "full")):
            parts = [rounded(float(late[who][k].mean())) for who in TYPES]
            facts[f"{words}_{key}"] = stated("gap", found[k], 1 if name == AS_IS else None, parts)
        facts[f"stop_{key}"] = stated("crossing", crossing(efficiency, gain))
        lines.append(
            {
                "name": name,
                "x": efficiency.tolist(),
                **{
                    k: [rounded(v) for v in column]
                    for k, column in zip(BOUNDS, zip(*found, strict=True), strict=True)
                },
            }
        )
        told = [facts[f"{words}_{key}"] for words in ("none", "full", "stop")]
        sizes = [f"{number(f['value'])} {interval(f['low'], f['high'])}" for f in told[:2]]
        rows.append([name, *sizes, phrase(told[2])])
    spec = runs["security"].spec
    caption = (
        f"`configs/gallery/revisionism.toml`, {spec.replicas:,} pairs of replicas a point, seed {spec.seed}"
    )
    return {"facts": facts, "lines": lines, "table": rows, "caption": caption}


def shares(run: hg.Run, points: int) -> Values:
    """Capability share of the first state, mean over the second half of the years, by point and replica."""
    years = run.spec.model.system.years
    kept = run.trajectories["capability"][:, years // 2 + 1 :, 0]
    found: Values = kept.values.mean(axis=1).reshape(points, -1)
    return found


def crossing(efficiency: Values, gain: Values) -> tuple[float, float, float]:
    """The efficiency from which the mean return stays at or below 0; its limits by drawing replicas anew.

    0 where it is never above 0, infinite where it is above 0 at the greatest efficiency.
    """

    def at(weights: Values) -> float:
        mean = gain @ weights / weights.sum()
        above = np.flatnonzero(mean > 0)
        if not len(above):
            return float(efficiency[0])
        k = above[-1]
        if k == len(mean) - 1:
            return np.inf
        step = mean[k] / (mean[k] - mean[k + 1])
        return float(efficiency[k] + step * (efficiency[k + 1] - efficiency[k]))

    count = gain.shape[1]
    source = np.random.default_rng(20260222)
    drawn = [at(source.multinomial(count, np.full(count, 1 / count)).astype(float)) for _ in range(DRAWS)]
    low, high = np.quantile(drawn, [0.025, 0.975], method="nearest")
    return at(np.ones(count)), float(low), float(high)


def draw(record: Mapping[str, Any]) -> Any:
    """The return against efficiency, by misjudgment and by indemnity."""
    lines = {line["name"]: line for line in record["lines"]}
    with style.applied():
        figure = style.new_figure(10.4, 3.9)
        axes = figure.subplots(1, 2, sharey=True)
        figure.draw_without_rendering()
        named = []
        for ax, (title, names) in zip(axes, SHOWN.items(), strict=True):
            ends = [drawing.draw_line(ax, lines[name], style.line_style(k)) for k, name in enumerate(names)]
            ax.axhline(0, color="#444444", linewidth=0.9)
            ax.set_xlim(0, 1)
            ax.set_xlabel(drawing.axis_name("balancing.efficiency"))
            ax.set_title(title)
            named.append((ax, ends))
        for ax, ends in named:  # after both have set the limits that they share
            label_ends(ax, ends)
        axes[0].set_ylabel("Share gained by being a revisionist")
        below = f"Bands: 95 % intervals. {record['caption'].partition(', ')[2]}."
        drawing.words(figure, record["title"], below)
        return figure


PAGE = Page(
    title="The return to revisionism",
    study=study,
    draw=draw,
    said=(
        "As a revisionist the first state's mean share over years 51 to 100 is, beside what it has as a "
        "security seeker, {none_as_is} without balancing and {full_as_is} with full balancing.",
        "The mean return comes down to 0 {stop_as_is}. Without misjudgment it does so "
        "{stop_misjudgment_0}; with a misjudgment of 0.45, {stop_misjudgment_045}; of 0.6, "
        "{stop_misjudgment_06}; of 1, {stop_misjudgment_1}.",
        "Without an indemnity it does so {stop_indemnity_0}; with an indemnity of 0.2, "
        "{stop_indemnity_02}; of 0.3, {stop_indemnity_03}.",
        "With full balancing the return is {full_misjudgment_0} without misjudgment and "
        "{full_misjudgment_1} with a misjudgment of 1; {full_indemnity_0} without an indemnity and "
        "{full_indemnity_03} with one of 0.3.",
    ),
)
