"""Competing risks, from counts by cause and year: how likely each cause is to have come first.

Aalen and Johansen's estimate with the variance that follows from the multinomial increments of each year. It
is the infinitesimal jackknife's too, and for one cause Greenwood's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hegemon.estimates.lifetimes import LifeTable, log_log
from hegemon.estimates.proportions import normal_quantile

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_ROUNDING = 5e-13  # more than sums of incidences lose, less than one replica among any number that is run


@dataclass(frozen=True)
class Incidence:
    """Cumulative incidence of each cause.

    Attributes
    ----------
    value, error : float64 arrays, shape (..., causes, T + 1)
        Probability that the cause has come first by the end of the year, and its standard error.
    lost, lost_error : float64 arrays, shape (..., causes)
        Mean years that the cause takes from the time until which the table was restricted.
    """

    value: Floats
    error: Floats
    lost: Floats
    lost_error: Floats


def aalen_johansen(events: Counts, censored: Counts, until: Counts) -> Incidence:
    """Cumulative incidence of competing causes.

    Parameters
    ----------
    events : int64 array, shape (..., causes, T + 1)
        How often each cause came first, by year; index 0 is the start.
    censored : int64 array, shape (..., T + 1)
        How many were lost from sight after each year.
    until : int array, shape (...)
        Years to which the mean years lost are restricted.

    Returns
    -------
    Incidence
        NaN from the year in which nobody is at risk any more, unless all have had an event.

    References
    ----------
    O. O. Aalen and S. Johansen, Scandinavian Journal of Statistics 5 (1978); A. Allignol, M. Schumacher and
    J. Beyersmann, Biometrical Journal 52 (2010), for the variance.
    """
    table = LifeTable(events.sum(axis=-2), censored)
    n, size = table.at_risk, events.shape[-1]
    known = ~np.isnan(table.survival)
    walk = _Walk(events.shape[:-1])
    value, error = np.empty(events.shape), np.empty(events.shape)
    for year in range(size):
        some = np.maximum(n[..., year], 1)
        walk.step(events[..., year] / some[..., np.newaxis], some)
        walk.linger(np.asarray(year < until))
        value[..., year], error[..., year] = walk.incidence, np.sqrt(np.maximum(walk.var_f, 0.0))
    value[~np.broadcast_to(known[..., np.newaxis, :], value.shape)] = np.nan
    error[np.isnan(value)] = np.nan
    return Incidence(value, error, walk.lost, np.sqrt(np.maximum(walk.var_l, 0.0)))


class _Walk:
    """From year to year: survival S, incidences F, years lost L, and their variances and covariances."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        zeros = np.zeros(shape)
        self.survival, self.var_s = np.ones(shape[:-1]), np.zeros(shape[:-1])
        self.incidence = self.var_f = self.cov_sf = self.lost = self.var_l = self.cov_sl = self.cov_fl = zeros

    def step(self, hazards: Floats, at_risk: Counts) -> None:
        """The events of a year; `hazards` of shape (..., causes)."""
        total = hazards.sum(axis=-1)
        stay, n = (1 - total)[..., np.newaxis], at_risk[..., np.newaxis]
        before, var = self.survival[..., np.newaxis], self.var_s[..., np.newaxis]
        noise = before**2 / n
        self.cov_fl = self.cov_fl + hazards * self.cov_sl
        self.cov_sl = stay * self.cov_sl
        self.var_f = (
            self.var_f + hazards * (2 * self.cov_sf + hazards * var) + noise * hazards * (1 - hazards)
        )
        self.cov_sf = stay * (self.cov_sf + hazards * var) - noise * hazards * stay
        self.incidence = self.incidence + before * hazards
        self.var_s = (1 - total) ** 2 * self.var_s + self.survival**2 / at_risk * total * (1 - total)
        self.survival = self.survival * (1 - total)

    def linger(self, within: NDArray[np.bool_]) -> None:
        """The time to the next year adds to the years lost of whatever has come."""
        add = np.where(within, 1.0, 0.0)[..., np.newaxis]
        self.lost = self.lost + add * self.incidence
        self.var_l = self.var_l + add * (2 * self.cov_fl + self.var_f)
        self.cov_fl = self.cov_fl + add * self.var_f
        self.cov_sl = self.cov_sl + add * self.cov_sf


def incidence_band(
    found: Incidence, events: Counts, at_risk: Counts, confidence: float
) -> tuple[Floats, Floats]:
    """Pointwise limits of cumulative incidence, on the log-log scale of its complement.

    Parameters
    ----------
    found : Incidence
    events : int64 array, shape (..., causes, T + 1)
    at_risk : int64 array, shape (..., T + 1)
    confidence : float

    Returns
    -------
    low, high : float64 arrays, shape (..., causes, T + 1)
        Wilson's limits where a cause has not come at all, or has come in all.
    """
    risk = np.broadcast_to(at_risk[..., np.newaxis, :], events.shape)
    z, so_far = normal_quantile(confidence), np.cumsum(events, axis=-1)
    left = 1 - found.value
    left = np.where(np.abs(left) < _ROUNDING, 0.0, left)  # it has come in all, but for rounding
    low, high = log_log(left, found.error, z, so_far, risk, confidence)
    return 1 - high, 1 - low
