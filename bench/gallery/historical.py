"""Sixteen historical systems: their shares by several measures, draws around them, and what the draws tell.

    python bench/gallery/historical.py

writes `configs/history/points.csv`, the points of the experiment `configs/gallery/history.toml`, from the
experiments and the table of measures in `configs/history`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from hegemon.config import load
from hegemon.estimates.proportions import wilson

FOLDER = Path(__file__).parents[2] / "configs" / "history"
POINTS = FOLDER / "points.csv"
EFFICIENCIES = (0.0, 0.25, 0.5, 0.75, 1.0)
DRAWS = 24
SEED = 1495
REACH = 5.0  # thousand km
KEYS = (
    "balancing.efficiency",
    "geography.reach",
    "geography.layout",
    "geography.distances",
    "system.states",
    "system.shares",
)
Values = NDArray[np.float64]


@dataclass(frozen=True)
class System:
    """One system: its experiment, and its shares by the measures that it does not begin with."""

    name: str
    title: str
    happened: str
    year: int
    states: tuple[str, ...]
    shares: tuple[float, ...]
    error: float
    """Standard deviation of the logarithm of a share."""
    distances: tuple[tuple[float, ...], ...]
    measures: dict[str, tuple[float, ...]]

    def drawn(self) -> list[tuple[float, ...]]:
        """Shares drawn around those of the experiment, as `system.dispersion` draws them."""
        stream = np.random.Generator(np.random.Philox(key=[SEED, self.year * 16 + len(self.states)]))
        normal = special.ndtri(stream.random((DRAWS, len(self.shares))))
        raw = np.array(self.shares) * np.exp(self.error * normal)
        return [tuple(float(f"{share:.4f}") for share in row / row.sum()) for row in raw]

    def variants(self) -> list[tuple[str, str, tuple[float, ...]]]:
        """What is simulated of it, in the order of the points: kind, name and shares."""
        draws = [("draw", f"{k}", shares) for k, shares in enumerate(self.drawn())]
        measures = [("measure", name, shares) for name, shares in self.measures.items()]
        return [*draws, *measures, ("near", f"reach {REACH:g}", self.shares)]


def systems() -> list[System]:
    """All sixteen, by year."""
    table: dict[str, dict[str, list[float]]] = {}
    for row in measures():
        if row["base"] == "0":
            table.setdefault(row["system"], {}).setdefault(row["measure"], []).append(float(row["share"]))
    found = [_system(path, table.get(path.stem, {})) for path in FOLDER.glob("*.toml")]
    return sorted(found, key=lambda system: (system.year, -len(system.states)))


def measures() -> list[dict[str, str]]:
    """The table of shares by measure, with its sources."""
    lines = (FOLDER / "measures.csv").read_text().splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def _system(path: Path, others: dict[str, list[float]]) -> System:
    spec = load(path)
    model = spec.model
    return System(
        path.stem,
        str(spec.title),
        str(spec.description),
        spec.seed,
        model.state_names,
        tuple(model.system.shares),
        model.system.dispersion,
        tuple(map(tuple, model.geography.distances or ())),
        {name: tuple(shares) for name, shares in others.items()},
    )


def rows() -> Iterator[tuple[System, str, str, float, tuple[float, ...]]]:
    """The points of the experiment in their order: system, kind, name, efficiency and shares."""
    for system in systems():
        for kind, name, shares in system.variants():
            for efficiency in EFFICIENCIES:
                yield system, kind, name, efficiency, shares


def points() -> str:
    """The table of points."""
    lines = [",".join(KEYS)]
    for system, kind, _, efficiency, shares in rows():
        place = ["", "", ""]
        if kind == "near":
            place = [f"{REACH:g}", "matrix", _quoted(map(_quoted_row, system.distances))]
        cells = [f"{efficiency:g}", *place, f"{len(shares)}", _quoted(f"{share:g}" for share in shares)]
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def _quoted(values: Any) -> str:
    return f'"[{", ".join(values)}]"'


def _quoted_row(values: Any) -> str:
    return f"[{', '.join(f'{value:g}' for value in values)}]"


def combined(p: Values, replicas: int, confidence: float = 0.95) -> tuple[float, float, float]:
    """Mean of P over draws of the shares, and the interval that holds P at the true shares.

    With B the variance of the D estimates and W the mean of their Monte Carlo variances, P at shares of which
    only the error is known has about the variance V = (t / z)^2 (max(0, B - W) + B / D): what the shares
    leave open, the noise taken out, and the error of the mean, with Student's quantile on D - 1 degrees of
    freedom in place of the normal one, since B is estimated. The interval is that of the beta distribution
    with this mean and variance, which stays within 0 and 1. Where all or no replicas emerged it is Wilson's
    of all of them.
    """
    mean, low, high = _intervals(p[np.newaxis], replicas, confidence)
    return float(mean[0]), float(low[0]), float(high[0])


def _intervals(p: Values, replicas: int, confidence: float) -> tuple[Values, Values, Values]:
    """`combined` of each row."""
    draws, upper = p.shape[1], (1 + confidence) / 2
    mean, between = p.mean(axis=1), p.var(axis=1, ddof=1)
    within = (p * (1 - p)).mean(axis=1) / max(replicas - 1, 1)
    wider = (stats.t.ppf(upper, draws - 1) / stats.norm.ppf(upper)) ** 2
    variance = wider * (np.maximum(0.0, between - within) + between / draws)
    some = (mean > 0) & (mean < 1)
    # No variance at all: that of one binomial count.
    even = np.where(variance > 0, variance, mean * (1 - mean) / (draws * replicas))
    size = np.maximum(np.divide(mean * (1 - mean), even, out=np.ones_like(mean), where=some) - 1, 1e-3)
    first, second = np.where(some, mean * size, 1.0), np.where(some, (1 - mean) * size, 1.0)
    none = wilson(np.rint(mean * draws * replicas), draws * replicas, confidence)
    low, high = (stats.beta.ppf(q, first, second) for q in (1 - upper, upper))
    return mean, np.where(some, low, none[0]), np.where(some, high, none[1])


def coverage(replicas: int, repetitions: int = 10_000, wrong: float = 1.0) -> list[tuple[float, float]]:
    """How often the interval holds P at the true shares, where ln odds of P are normal around some value.

    Gives (P in the middle, part of the repetitions that held) for each of five such values. `wrong`
    multiplies the spread of the truth alone: with more than 1 the interval must fail.
    """
    stream = np.random.Generator(np.random.Philox(key=[SEED, 2]))
    found = []
    for middle, spread in ((0.02, 0.4), (0.1, 0.4), (0.3, 0.3), (0.5, 0.5), (0.9, 0.5)):
        centre = special.logit(middle)
        p = special.expit(centre + spread * stream.standard_normal((repetitions, DRAWS)))
        truth = special.expit(centre + wrong * spread * stream.standard_normal(repetitions))
        _, low, high = _intervals(stream.binomial(replicas, p) / replicas, replicas, 0.95)
        found.append((middle, float(np.mean((low <= truth) & (truth <= high)))))
    return found


if __name__ == "__main__":
    POINTS.write_text(points())
