"""P against the efficiency that is delivered."""

from __future__ import annotations

from typing import Any

import numpy as np

from gallery.measure import Ask, Values, cells, stated
from gallery.page import Line, Page, Panel, value

LINES = (
    Line("all three together"),
    Line("speed moves", ("balancing.participation=1.0", "balancing.commitment=1.0")),
    Line("participation moves", ("balancing.speed=1.0", "balancing.commitment=1.0")),
    Line("commitment moves", ("balancing.speed=1.0", "balancing.participation=1.0")),
)
AT = 0.5
DRAWS = 400


def study(ask: Ask) -> dict[str, Any]:
    """P where a delivered efficiency of `AT` is reached, along each line, with bootstrap intervals."""
    facts = {}
    for line in LINES:
        run = ask("delivered", line.name, line.set)
        key = line.name.partition(" ")[0]
        facts[key] = stated(
            "value", interpolated(cells(run, "delivered_efficiency").values, cells(run).values)
        )
    return {"facts": facts}


def interpolated(delivered: Values, emerged: Values) -> tuple[float, float, float]:
    """P at `AT`, on the line through the points; replicas are drawn anew, alike at all points."""

    def at(weights: Values) -> float:
        some = np.isfinite(delivered)
        x = (np.where(some, delivered, 0.0) @ weights) / (some @ weights)
        order = np.argsort(x)
        inside = x.min() <= AT <= x.max()
        p = (emerged @ weights) / weights.sum()
        return float(np.interp(AT, x[order], p[order])) if inside else np.nan

    count = emerged.shape[1]
    source = np.random.default_rng(20260221)
    drawn = [at(source.multinomial(count, np.full(count, 1 / count)).astype(float)) for _ in range(DRAWS)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return at(np.ones(count)), float(low), float(high)


PAGE = Page(
    title="P against the efficiency that is delivered",
    panels=(Panel("p", "delivered", LINES, along="delivered_efficiency"),),
    study=study,
    facts={"end": value("p", "all three together", 1.0)},
    said=(
        "Where 0.5 of the threatened states' power is delivered, P is {all} if all three components move "
        "together, {speed} if speed alone falls short, {participation} if participation alone does, and "
        "{commitment} if commitment alone does.",
        "With all three in full P is {end}.",
    ),
)
