"""Speed against participation and commitment: a map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.path import Path

from gallery import drawing
from gallery.measure import Ask, cells, combination, estimate, rounded, stated
from gallery.page import Page
from hegemon.figures import style

SPEED, REST = "balancing.speed", "balancing.participation and balancing.commitment"


def study(ask: Ask) -> dict[str, Any]:
    """P at each speed and each degree of the other two."""
    run = ask("speed_map")
    at = cells(run)
    speed, rest = at.dims[:2]
    place = {
        (round(float(s), 6), round(float(r), 6)): at.sel({speed: s, rest: r}).values
        for s in at[speed].values
        for r in at[rest].values
    }
    facts = {
        "none": stated("value", estimate(place[0.0, 0.0])),
        "fast": stated("value", estimate(place[1.0, 0.0])),
        "slow": stated("value", estimate(place[0.2, 1.0])),
        "both": stated("value", estimate(place[1.0, 1.0])),
        "middle": stated("value", estimate(place[0.4, 0.4])),
        "alone": _change(place[0.0, 0.0], place[1.0, 0.0]),
        "first": _change(place[1.0, 0.0], place[1.0, 1.0], -1),
        "speeding": _change(place[0.2, 1.0], place[1.0, 1.0], -1),
    }
    size = f"{run.spec.replicas:,} replicas a point, seed {run.spec.seed}"
    return {
        "facts": facts,
        "speed": at[speed].values.tolist(),
        "rest": at[rest].values.tolist(),
        "p": [[rounded(v) for v in row] for row in at.mean("replica").values],
        "caption": f"`configs/gallery/speed_map.toml`, {size}",
    }


def _change(before: Any, after: Any, sign: int | None = None) -> dict[str, Any]:
    parts = [rounded(float(each.mean())) for each in (after, before)]
    return stated("change", combination([1.0, -1.0], [after, before]), sign, parts)


def draw(record: Mapping[str, Any]) -> Any:
    """The map with its contours."""
    with style.applied():
        figure = style.new_figure(6.6, 4.6)
        ax = figure.subplots()
        p = np.array(record["p"])
        shown = ax.contourf(record["rest"], record["speed"], p, levels=12, cmap="cividis")
        lines = ax.contour(
            record["rest"], record["speed"], p, levels=shown.levels[1:-1:2], colors="white", linewidths=0.8
        )
        long = [each for each, path in zip(lines.levels, lines.get_paths(), strict=True) if _fits(path)]
        ax.clabel(lines, long, fmt="%.2f", fontsize=8)
        ax.plot([0, 1], [0, 1], color="white", linestyle=(0, (2, 2)), linewidth=1.2)
        figure.colorbar(shown, ax=ax, label="P(hegemon)")
        ax.set_xlabel("Participation and commitment")
        ax.set_ylabel("Speed")
        drawing.words(
            figure, record["title"], f"Dashed: balancing.efficiency. {record['caption'].partition(', ')[2]}."
        )
        return figure


def _fits(path: Path) -> bool:
    """Whether a contour is long enough to carry its number; one that cuts a corner is not."""
    return bool(np.ptp(path.vertices, axis=0).max() > 0.3)


PAGE = Page(
    title="Speed against participation and commitment",
    study=study,
    draw=draw,
    said=(
        "Without any P is {none}; with both in full {both}; with 0.4 of each {middle}.",
        "Speed from none to full where all pass the buck and ride free: P {alone}.",
        "Participation and commitment from none to full at full speed: P {first}.",
        "Speed from 0.2 to full where nobody passes the buck or rides free: P {speeding}.",
    ),
)
