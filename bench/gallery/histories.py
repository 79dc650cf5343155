"""Moments of single histories: of each replica that was kept whole, as of the record of 1816 to 2016."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import hegemon as hg

OBSERVED = Path(__file__).parents[2] / "configs" / "history" / "moments.csv"
SMALLEST = 0.02  # of all capability: about the least that a major power has in the record
LAG = 10
Values = NDArray[np.float64]


def observed() -> dict[str, dict[str, str]]:
    """The table of observed moments, by name."""
    lines = OBSERVED.read_text().splitlines()
    return {row["moment"]: row for row in csv.DictReader(line for line in lines if not line.startswith("#"))}


def moments(run: hg.Run, point: int = 0) -> dict[str, Values]:
    """Each moment of each replica at a design point, in the order of `observed`."""
    replicas = run.spec.trajectories
    whole = run.trajectories
    rows = slice(point * replicas, (point + 1) * replicas)
    shares = whole["capability"].values[rows][:, 1:]
    led = whole["leader"].values[rows]
    years = shares.shape[1]
    wars = _wars(run, rows, replicas, years)
    top = shares.max(axis=2)
    second = np.sort(shares, axis=2)[:, :, -2]
    unipolar = top >= 0.5
    return {
        **_growth(shares),
        "leader_share": top.mean(axis=1),
        "leader_sd": top.std(axis=1, ddof=1),
        "memory": _by_row(top, _memory),
        "concentration": _concentration(shares).mean(axis=1),
        "above_third": (top > 1 / 3).mean(axis=1),
        "above_half": (top > 0.5).mean(axis=1),
        "bipolar": (~unipolar & (second >= 0.25)).mean(axis=1),
        "leader_changes": (led[:, 1:] != led[:, :-1]).mean(axis=1),
        "wars": 10 * wars.sum(axis=1) / years,
        "war_years": (wars > 0).mean(axis=1),
    }


def _growth(shares: Values) -> dict[str, Values]:
    """Moments of the yearly change of ln share of states that are not small."""
    great = np.where(shares >= SMALLEST, shares, np.nan)
    change, over = (np.log(great[:, lag:]) - np.log(great[:, :-lag]) for lag in (1, LAG))
    return {
        "growth_sd": _by_row(change, lambda x: x.std(ddof=1)),
        "kurtosis": _by_row(change, lambda x: ((x - x.mean()) ** 4).mean() / x.var() ** 2 - 3),
        "variance_ratio": _by_row(over, lambda x: x.var(ddof=1))
        / (LAG * _by_row(change, lambda x: x.var(ddof=1))),
    }


def _by_row(values: Values, of: Callable[[Values], float]) -> Values:
    rows = [row[np.isfinite(row)] for row in values.reshape(len(values), -1)]
    return np.array([of(row) if len(row) > 2 else np.nan for row in rows])


def _memory(top: Values) -> float:
    if len(top) <= LAG:
        return np.nan
    centred = top - top.mean()
    return float((centred[LAG:] * centred[:-LAG]).sum() / (centred**2).sum())


def _concentration(shares: Values) -> Values:
    n = shares.shape[2]
    return np.sqrt(np.maximum(0.0, ((shares**2).sum(axis=2) - 1 / n) / (1 - 1 / n)))


def _wars(run: hg.Run, rows: slice, replicas: int, years: int) -> NDArray[np.int64]:
    """Wars by replica and year."""
    whole = run.trajectories
    row, target = whole["event_row"].values, whole["event_target"].values
    here = (row >= rows.start) & (row < rows.stop) & (target >= 0)
    count = np.zeros((replicas, years), np.int64)
    np.add.at(count, (row[here] - rows.start, whole["event_year"].values[here] - 1), 1)
    return count


def apart(one: Values, other: Values) -> float:
    """Distance of two means, in standard deviations of single histories."""
    spread = np.sqrt((one.var(ddof=1) + other.var(ddof=1)) / 2)
    return float(abs(one.mean() - other.mean()) / spread) if spread > 0 else 0.0


def rarity(values: Values, seen: float) -> float:
    """Part of single histories at least as far out as `seen`, on either side: 1 in the middle."""
    n = len(values)
    below, above = (1 + (values <= seen).sum()) / (n + 1), (1 + (values >= seen).sum()) / (n + 1)
    return float(min(1.0, 2 * min(below, above)))


def distance(table: Values, seen: Values) -> tuple[float, float]:
    """Mahalanobis distance of the record from simulated histories, and the part of these at least as far.

    `table` has a row for each history and a column for each moment. Each history is measured from the others
    as the record is measured from all of them.
    """
    d = _from(table, seen)
    others = [_from(np.delete(table, k, axis=0), row) for k, row in enumerate(table)]
    return d, float((1 + np.sum(np.array(others) >= d)) / (len(table) + 1))


def _from(table: Values, seen: Values) -> float:
    off = seen - table.mean(axis=0)
    return float(np.sqrt(off @ np.linalg.pinv(np.cov(table.T)) @ off / (1 + 1 / len(table))))
