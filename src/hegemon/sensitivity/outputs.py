"""The outputs whose sensitivity is asked for, with the variance of the noise of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon.storage import reading

if TYPE_CHECKING:
    from hegemon.storage.job import Job

__all__ = ["OUTPUTS", "Output", "outputs"]

Array = NDArray[np.float64]

OUTPUTS: Mapping[str, str] = {
    "p_emerged": "probability that a hegemon emerges",
    "emergence_time": "restricted mean time to hegemony, years",
    "war_frequency": "wars per year of history",
}


@dataclass(frozen=True)
class Output:
    """An output at each design point, and the variance of its estimate there, unbiased."""

    values: Array
    variances: Array


def outputs(job: Job, results: xr.Dataset) -> dict[str, Output]:
    """Return the outputs of a run over a list of points, by name.

    `emergence_time` is the mean of min(year, T), T being the least horizon of all points, so that it means
    the same everywhere. `war_frequency` is the mean number of wars over the mean number of years that a
    history lasts (until its hegemon, where hegemony ends it, else the horizon); the variance of that ratio
    needs both in each replica, so that it is there for runs that keep a row per replica.
    """
    count = results["replicas"].values.astype(float)
    p = results["p_emerged"].values
    found = {"p_emerged": Output(p, _unbiased(p * (1 - p), count)), "emergence_time": _times(results, count)}
    if job.spec.detail == "outcomes":
        found["war_frequency"] = _wars(job)
    return found


def _unbiased(spread: Array, count: Array) -> Array:
    """Variance of a mean, from the mean squared deviation of what it is the mean of."""
    variances: Array = np.where(count > 1, spread / np.maximum(count - 1, 1), 0.0)
    return variances


def _times(results: xr.Dataset, count: Array) -> Output:
    """From the survival curves: E min(Y, T) is the sum of S(t), E min(Y, T)^2 that of (2t + 1) S(t)."""
    curves = results["survival"].values
    horizon = int(np.isfinite(curves).all(axis=0).sum()) - 1
    years = np.arange(horizon)
    mean = curves[:, :horizon].sum(axis=1)
    squares = (curves[:, :horizon] * (2 * years + 1)).sum(axis=1)
    return Output(mean, _unbiased(np.maximum(squares - mean**2, 0), count))


def _wars(job: Job) -> Output:
    """Ratio of means, and its variance to first order, from sums over the rows of each point."""
    size = len(job.design.points)
    sums = np.zeros((size, 6))
    for stretch in reading.stretches(job, "piece"):
        owner = np.repeat(stretch.points, stretch.counts)
        wars = reading.read_rows(stretch, "wars").astype(float)
        lived = _lived(job, reading.read_rows(stretch, "year"), owner)
        columns = (np.ones_like(wars), wars, lived, wars * wars, wars * lived, lived * lived)
        for place, column in enumerate(columns):
            sums[:, place] += np.bincount(owner, column, size)
    count = sums[:, 0]
    wars, lived, wars2, both, lived2 = (sums[:, 1:] / count[:, np.newaxis]).T
    ratio = wars / lived
    spread = wars2 - 2 * ratio * both + ratio**2 * lived2  # mean of (W - R L)^2, whose mean is 0
    return Output(ratio, _unbiased(np.maximum(spread, 0) / lived**2, count))


def _lived(job: Job, year: NDArray[np.int32], owner: NDArray[np.int64]) -> Array:
    """Years that each history lasted."""
    horizons = np.array([point.model.system.years for point in job.design.points])
    ends = np.array([point.model.hegemony.absorbing for point in job.design.points])
    return np.where((year >= 0) & ends[owner], year, horizons[owner]).astype(float)
