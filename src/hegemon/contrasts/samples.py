"""What two points' replicas tell of each other: pair by pair, or independently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon.contrasts.together import Together, together
from hegemon.errors import RequestError
from hegemon.estimates import paired, unpaired

if TYPE_CHECKING:
    from hegemon.storage.job import Job

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


class Sample(Protocol):
    """Replicas of the points of one line. Pairs are two arrays of places among the points."""

    @property
    def paired(self) -> bool:
        """Whether replicas of different points belong together."""

    @property
    def points(self) -> tuple[int, ...]:
        """Indices in the design."""

    @property
    def replicas(self) -> Counts:
        """Of each point."""

    def covariance(self) -> Floats:
        """Of the estimates of P at all points."""

    def of_differences(self, one: Counts, other: Counts) -> Floats:
        """Covariance of the differences of pairs."""

    def shares(self, one: Counts, other: Counts) -> tuple[Floats, Floats]:
        """P at both points of each pair, as they are compared."""

    def difference(self, one: Counts, other: Counts, z: float) -> tuple[Floats, Floats]:
        """Limits of the difference."""

    def ratio(self, one: Counts, other: Counts, z: float) -> tuple[Floats, Floats]:
        """Limits of the ratio."""

    def equal(self, one: Counts, other: Counts) -> Floats:
        """Two-sided p value that both are equal."""

    def rise(self, one: Counts, other: Counts) -> Floats:
        """One-sided p value that the second is not the greater."""

    def counts(self, one: Counts, other: Counts) -> dict[str, NDArray[Any]]:
        """What is counted of each pair, by name."""


def samples(job: Job, results: xr.Dataset, groups: Sequence[Sequence[int]]) -> Sequence[Sample]:
    """The replicas of each group of points, paired where all points have the same random numbers.

    Raises
    ------
    RequestError
        If replicas belong together but the run keeps no rows to tell which.
    """
    if job.spec.common_random_numbers:
        if job.spec.detail != "outcomes":
            raise RequestError(
                f'{job.folder}: keeps no row per replica (experiment.detail = "{job.spec.detail}"), so that '
                'replicas cannot be paired; run it with detail = "outcomes"'
            )
        return [Paired(found) for found in together(job, groups)]
    emerged, replicas = (results[name].values.ravel() for name in ("emerged", "replicas"))
    return [Independent(tuple(group), emerged[list(group)], replicas[list(group)]) for group in groups]


def _combined(each: Floats, one: Counts, other: Counts, size: int) -> Floats:
    """Covariance of second less first, from that of the points."""
    rows = np.arange(len(one))
    steps = np.zeros((len(one), size))
    steps[rows, other] += 1
    steps[rows, one] -= 1
    found: Floats = steps @ each @ steps.T
    return found


@dataclass(frozen=True)
class Paired:
    """Replicas that meet the same shocks at all points; pairs are compared on those that both have."""

    found: Together
    paired: bool = True

    @property
    def points(self) -> tuple[int, ...]:
        """Indices in the design."""
        return self.found.points

    @property
    def replicas(self) -> Counts:
        """Of each point."""
        return self.found.replicas

    def covariance(self) -> Floats:
        """Of the estimates of P at all points."""
        return np.asarray(self.found.covariance / np.maximum.outer(self.replicas, self.replicas), np.float64)

    def of_differences(self, one: Counts, other: Counts) -> Floats:
        """Covariance of the differences of pairs, each on its own common replicas."""
        n = self.found.shared[one, other]
        whole = _combined(self.found.covariance, one, other, len(self.points))
        return np.asarray(whole / np.maximum.outer(n, n), np.float64)

    def shares(self, one: Counts, other: Counts) -> tuple[Floats, Floats]:
        """P at both points of each pair, over their common replicas."""
        n, own = self.found.shared[one, other], self.found.own
        return own[one, other] / n, own[other, one] / n

    def difference(self, one: Counts, other: Counts, z: float) -> tuple[Floats, Floats]:
        """Limits of the difference."""
        _, first, second, n = self._table(one, other)
        return paired.difference_interval(first, second, n, z)

    def ratio(self, one: Counts, other: Counts, z: float) -> tuple[Floats, Floats]:
        """Limits of the ratio."""
        return paired.ratio_interval(*self._table(one, other), z)

    def equal(self, one: Counts, other: Counts) -> Floats:
        """McNemar's mid-p value."""
        return paired.mcnemar(*self._table(one, other)[1:3])

    def rise(self, one: Counts, other: Counts) -> Floats:
        """McNemar's exact one-sided p value."""
        return paired.rise(*self._table(one, other)[1:3])

    def counts(self, one: Counts, other: Counts) -> dict[str, NDArray[Any]]:
        """The four cells, the correlation, and the gain over independent replicas."""
        both, first, second, n = self._table(one, other)
        p, q = self.shares(one, other)
        apart = p * (1 - p) + q * (1 - q)
        together_ = (first + second) / n - (q - p) ** 2
        with np.errstate(divide="ignore", invalid="ignore"):
            correlation = (both / n - p * q) / np.sqrt(p * (1 - p) * q * (1 - q))
            gain = np.where(first + second > 0, apart / together_, np.where(apart > 0, np.inf, np.nan))
        cells = {"both": both, "from_only": first, "to_only": second, "neither": n - both - first - second}
        sizes = {"replicas_from": n, "replicas_to": n}
        return {**cells, **sizes, "correlation": correlation, "variance_ratio": gain}

    def _table(self, one: Counts, other: Counts) -> tuple[Counts, Counts, Counts, Counts]:
        both, own = self.found.both[one, other], self.found.own
        return both, own[one, other] - both, own[other, one] - both, self.found.shared[one, other]


@dataclass(frozen=True)
class Independent:
    """Replicas of points that have random numbers of their own."""

    points: tuple[int, ...]
    emerged: Counts
    replicas: Counts
    paired: bool = False

    def covariance(self) -> Floats:
        """Of the estimates of P at all points."""
        p = self.emerged / self.replicas
        return np.diag(p * (1 - p) / self.replicas)

    def of_differences(self, one: Counts, other: Counts) -> Floats:
        """Covariance of the differences of pairs, through the points that they share."""
        return _combined(self.covariance(), one, other, len(self.points))

    def shares(self, one: Counts, other: Counts) -> tuple[Floats, Floats]:
        """P at both points of each pair."""
        p = self.emerged / self.replicas
        return p[one], p[other]

    def difference(self, one: Counts, other: Counts, z: float) -> tuple[Floats, Floats]:
        """Limits of the difference."""
        return unpaired.difference_interval(*self._table(one, other), z)

    def ratio(self, one: Counts, other: Counts, z: float) -> tuple[Floats, Floats]:
        """Limits of the ratio."""
        return unpaired.ratio_interval(*self._table(one, other), z)

    def equal(self, one: Counts, other: Counts) -> Floats:
        """Fisher's mid-p value."""
        return unpaired.fisher(*self._table(one, other))

    def rise(self, one: Counts, other: Counts) -> Floats:
        """Fisher's exact one-sided p value."""
        return unpaired.rise(*self._table(one, other))

    def counts(self, one: Counts, other: Counts) -> dict[str, NDArray[Any]]:
        """Replicas of both."""
        return {"replicas_from": self.replicas[one], "replicas_to": self.replicas[other]}

    def _table(self, one: Counts, other: Counts) -> tuple[Counts, Counts, Counts, Counts]:
        return self.emerged[one], self.replicas[one], self.emerged[other], self.replicas[other]
