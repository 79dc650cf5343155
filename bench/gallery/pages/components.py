"""The factorial of the four components, and what each of them is worth."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import xarray as xr

from gallery import drawing
from gallery.measure import Ask, Values, Z, cells, combination, estimate, stated
from gallery.page import Page
from gallery.words import interval, number
from hegemon.figures import style

NAMES = {
    "internal": "arming at home",
    "speed": "speed",
    "participation": "participation",
    "commitment": "commitment",
}

# Alone, participation does nothing and commitment harm; all else takes something off.
SIGNS = {"alone_participation": 0, "alone_commitment": -1}


def study(ask: Ask) -> dict[str, Any]:
    """Shapley values of the components in the fall of P from none to all, replica by replica."""
    run = ask("components")
    at = cells(run)
    total = at[0, 0, 0, 0].values - at[1, 1, 1, 1].values
    facts = {
        "none": stated("value", estimate(at[0, 0, 0, 0].values)),
        "every": stated("value", estimate(at[1, 1, 1, 1].values)),
        "total": stated("value", combination([1.0], [total]), 1),
    }
    rows = [["component", "alone", "last", "Shapley value", "share of the fall"]]
    for key, words in NAMES.items():
        worth = {
            "alone": at[0, 0, 0, 0].values - _at(at, {key}),
            "last": _at(at, set(NAMES) - {key}) - at[1, 1, 1, 1].values,
            "shapley": shapley(at, key),
        }
        for kind, values in worth.items():
            sign = SIGNS.get(f"{kind}_{key}", 1)
            facts[f"{kind}_{key}"] = stated("value", combination([1.0], [values]), sign)
        facts[f"share_{key}"] = stated("value", share(worth["shapley"], total))
        told = [facts[f"{kind}_{key}"] for kind in (*worth, "share")]
        rows.append([words, *(f"{number(f['value'])} {interval(f['low'], f['high'])}" for f in told)])
    caption = (
        f"`configs/gallery/components.toml`, {run.spec.replicas:,} replicas a point, seed {run.spec.seed}"
    )
    return {"facts": facts, "table": rows, "caption": caption}


def _at(at: xr.DataArray, full: set[str]) -> Values:
    return at.isel({key: int(key in full) for key in NAMES}).values


def shapley(at: xr.DataArray, key: str) -> Values:
    """What a component takes off P, averaged over the orders in which components may be added."""
    others = [name for name in NAMES if name != key]
    worth = np.zeros(at.sizes["replica"])
    for size in range(len(others) + 1):
        weight = factorial(size) * factorial(len(others) - size) / factorial(len(NAMES))
        for group in combinations(others, size):
            worth += weight * (_at(at, {*group}) - _at(at, {*group, key}))
    return worth


def share(part: Values, total: Values) -> tuple[float, float, float]:
    """Ratio of two means on the same replicas; its error by linearisation."""
    ratio = part.mean() / total.mean()
    half = Z * np.std(part - ratio * total, ddof=1) / np.sqrt(len(part)) / abs(total.mean())
    return ratio, ratio - half, ratio + half


def draw(record: Mapping[str, Any]) -> Any:
    """What each component takes off P: alone, on average, and last."""
    with style.applied():
        figure = style.new_figure(7.6, 3.9)
        ax = figure.subplots()
        kinds = {"alone": "added to none", "shapley": "Shapley value", "last": "added to all others"}
        for k, (kind, words) in enumerate(kinds.items()):
            found = [record["facts"][f"{kind}_{key}"] for key in NAMES]
            middle, low, high = (np.array([f[v] for f in found]) for v in ("value", "low", "high"))
            look = style.line_style(k) | {"linestyle": "none"}
            rows = np.arange(len(NAMES)) + 0.2 * (k - 1)
            ax.errorbar(middle, rows, xerr=[middle - low, high - middle], capsize=3, label=words, **look)
        ax.axvline(0, color="#444444", linewidth=0.8)
        ax.set_yticks(range(len(NAMES)), NAMES.values())
        ax.invert_yaxis()
        ax.set_xlabel("Fall of P(hegemon)")
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        drawing.words(
            figure, record["title"], f"Bars: 95 % intervals. {record['caption'].partition(', ')[2]}."
        )
        return figure


PAGE = Page(
    title="Which component matters most: arming, speed, participation, commitment",
    study=study,
    draw=draw,
    said=(
        "With none of the four P is {none}, with all in full {every}: a fall of {total}. Of that fall "
        "arming at home has the share {share_internal}, speed {share_speed}, participation "
        "{share_participation}, commitment {share_commitment} (Shapley shares: averages over all orders "
        "of adding them).",
        "Added alone to none of the others, arming takes off {alone_internal}, speed {alone_speed}, "
        "participation {alone_participation}, and commitment {alone_commitment}: less than nothing, since "
        "clients of a bidder commit more too, and without speed nobody joins against it.",
        "Added last, arming takes off {last_internal}, speed {last_speed}, participation "
        "{last_participation}, commitment {last_commitment}.",
    ),
)
