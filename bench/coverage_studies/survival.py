"""Coverage of what `hegemon survival` estimates: bands, restricted mean, quantiles, incidence, spells.

Histories are drawn from laws with known answers: geometric times to one of two causes, within a horizon. The
kernel is not the point here. Spells are censored at random times too, as they are where the run ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from coverage_studies import markdown
from hegemon.estimates.competing import aalen_johansen, incidence_band
from hegemon.estimates.lifetimes import LifeTable
from hegemon.estimates.proportions import normal_quantile

PAGE = "survival.md"
REPETITIONS = 10_000
YEARS = 100
LEVEL = 0.95
CASES = {
    "P = 0.02, 2,000 replicas": (0.02, 2_000, False),
    "P = 0.2, 200 replicas": (0.2, 200, False),
    "P = 0.2, 2,000 replicas": (0.2, 2_000, False),
    "P = 0.8, 2,000 replicas": (0.8, 2_000, False),
    "P = 0.8, 200, censored at random": (0.8, 200, True),
    "P = 0.8, 2,000, censored at random": (0.8, 2_000, True),
}
"""Chance of an event within the horizon, replicas, whether some are lost from sight before it."""
_FIRST = 0.3  # share of the first cause


def study(repetitions: int, seed: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Shares of repetitions in which each interval held the true value."""
    found = {}
    for number, (name, (chance, replicas, lost)) in enumerate(CASES.items()):
        tell(f"survival: {name}")
        found[name] = _case(np.random.default_rng([seed, number]), repetitions, chance, replicas, lost)
    return found


def _case(
    random: np.random.Generator, repetitions: int, chance: float, replicas: int, lost: bool
) -> dict[str, float]:
    hazard = 1 - (1 - chance) ** (1 / YEARS)
    years = np.arange(YEARS + 1)
    truth = (1 - hazard) ** years
    counts = np.stack([_draw(random, replicas, hazard, lost) for _ in range(repetitions)])
    events, censored = counts[:, :2], counts[:, 2]
    whole, until = LifeTable(events.sum(axis=1), censored), np.full(repetitions, YEARS)
    z = normal_quantile(LEVEL)
    low, high = whole.band(LEVEL)
    inside = (low <= truth) & (truth <= high)
    found = {f"survival in year {year}": float(inside[:, year].mean()) for year in (YEARS // 10, YEARS // 2)}
    found["survival in the last year"] = float(inside[:, -1].mean())
    low, high = whole.simultaneous_band(LEVEL)
    known = np.isfinite(low)
    found["survival, all years at once"] = float(
        (~known | ((low <= truth) & (truth <= high))).all(axis=1).mean()
    )
    mean, error = whole.restricted_mean(until)
    found["restricted mean"] = float((abs(mean - truth[:YEARS].sum()) <= z * error).mean())
    for share in (0.1, 0.5):
        at = int(np.argmax(truth <= 1 - share)) if (truth <= 1 - share).any() else None
        if at is not None:
            ends = [limit[:, 0] for limit in whole.quantile_limits([share], LEVEL)]
            held = (ends[0] <= at) & ((at <= ends[1]) | np.isnan(ends[1]))
            found[f"year by which {share:g} have emerged"] = float(held.mean())
    cause = aalen_johansen(events, censored, until)
    low, high = incidence_band(cause, events, whole.at_risk, LEVEL)
    for k, part in enumerate((_FIRST, 1 - _FIRST)):
        expected = part * (1 - truth)
        held = (low[:, k] <= expected) & (expected <= high[:, k])
        found[f"incidence of cause {k + 1} in the last year"] = float(held[:, -1].mean())
        gap = abs(cause.lost[:, k] - expected[:YEARS].sum())
        found[f"years lost to cause {k + 1}"] = float((gap <= z * cause.lost_error[:, k]).mean())
    return found


def _draw(random: np.random.Generator, replicas: int, hazard: float, lost: bool) -> np.ndarray:
    """Events by cause and censorings by year, shape (3, years + 1)."""
    end = random.integers(YEARS // 4, YEARS + 1, replicas) if lost else np.full(replicas, YEARS)
    end[: replicas // 10] = YEARS  # so that the last years are seen
    time = random.geometric(hazard, replicas)
    kind = np.where(time <= end, np.where(random.random(replicas) < _FIRST, 0, 1), 2)
    at = np.minimum(time, end)
    return np.stack([np.bincount(at[kind == k], minlength=YEARS + 1) for k in range(3)])


def tables(found: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """Per cent of repetitions, by interval and case."""
    rows = list(dict.fromkeys(name for case in found.values() for name in case))
    cells = [
        [row, *(f"{100 * case[row]:.1f}" if row in case else "-" for case in found.values())] for row in rows
    ]
    return {"survival-coverage": markdown(["interval of", *found], cells)}
