"""What the result rests on: threshold, defense advantage, spoils, volatility, convergence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gallery import drawing
from gallery.page import Line, Page, Panel, change
from hegemon.figures import style

TRIED = {
    "threshold": ("hegemony.threshold", 0.4, 0.6),
    "defense advantage": ("war.defense_advantage", 1.0, 2.0),
    "spoils": ("war.spoils", 0.2, 0.6),
    "volatility": ("growth.volatility", 0.02, 0.06),
    "convergence": ("growth.convergence", 0.0, 0.01),
}
BASE = "the defaults"
LINES = (
    Line(BASE),
    *(Line(f"{words} {v:g}", (f"{key}={v}",)) for words, (key, *values) in TRIED.items() for v in values),
)


def draw(record: Mapping[str, Any]) -> Any:
    """P without balancing and with full balancing, a row for each line."""
    with style.applied():
        figure = style.new_figure(8.2, 4.6)
        ax = figure.subplots()
        lines = record["panels"][0]["lines"]
        rows = np.arange(len(lines), dtype=float)
        for k, (place, words) in enumerate(
            ((0, "no balancing"), (1, "efficiency 0.5"), (2, "full balancing"))
        ):
            p, low, high = (np.array([line[v][place] for line in lines]) for v in ("p", "low", "high"))
            look = style.line_style(k) | {"linestyle": "none"}
            # Points of a row may be nearly equal: one would hide the other.
            ax.errorbar(p, rows + 0.2 * (k - 1), xerr=[p - low, high - p], capsize=2, label=words, **look)
        ax.hlines(
            rows,
            [min(line["p"]) for line in lines],
            [max(line["p"]) for line in lines],
            color="#BBBBBB",
            linewidth=0.8,
            zorder=0,
        )
        ax.set_yticks(rows, [line["name"] for line in lines])
        ax.invert_yaxis()
        ax.set_xlim(left=0)
        ax.set_xlabel("P(hegemon within 300 years)")
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        drawing.words(figure, record["title"], drawing.note(record["panels"]).replace("Bands", "Bars"))
        return figure


PAGE = Page(
    title="What the result rests on",
    panels=(Panel("p", "sensitivity", LINES),),
    draw=draw,
    facts={f"f{k}": change("p", line.name, 0.0, 1.0, sign=-1) for k, line in enumerate(LINES)}
    | {"midway": change("p", "defense advantage 2", 0.0, 0.5, sign=1)},
    said=(
        *(
            f"{line.name[:1].upper()}{line.name[1:]}: P {{f{k}}} from no efficiency to full."
            for k, line in enumerate(LINES)
        ),
        "Not at every step: with a defense advantage of 2, P {midway} from no efficiency to 0.5.",
    ),
)
