"""Time to an event, from counts by year: survival, hazard, restricted mean, quantiles, bands.

All of it is computed for many tables at once: the last axis is the year, 0 to T, the others are points.
Events of a year come before its censorings, as is usual: whoever is censored at t was at risk in year t.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hegemon.estimates.proportions import normal_quantile, wilson

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
_TIE = 1e-12  # products of factors stray that far from a share that they equal
FEWEST = 10
"""Events, and left at risk, from which the simultaneous band begins and to which it reaches."""


@dataclass(frozen=True)
class LifeTable:
    """Who was at risk in each year, and Kaplan and Meier's estimate of who was left.

    Parameters
    ----------
    events, censored : int64 arrays, shape (..., T + 1)
        In how many the event came in the year, and how many were lost from sight after it; 0 is the start.
    """

    events: Counts
    censored: Counts

    @cached_property
    def at_risk(self) -> Counts:
        """Number at risk in each year, before its events."""
        gone = np.cumsum(self.events + self.censored, axis=-1)
        begun = gone[..., -1:]
        return np.concatenate([begun, begun - gone[..., :-1]], axis=-1)

    @cached_property
    def hazard(self) -> Floats:
        """Chance of the event in the year for those at risk; NaN where none is, and at the start."""
        found = _ratio(self.events, self.at_risk, np.nan)
        found[..., 0] = np.nan
        return found

    @cached_property
    def survival(self) -> Floats:
        """Probability that the event has not come by the end of the year; NaN where that is unknown."""
        found = np.cumprod(1 - _ratio(self.events, self.at_risk, 0.0), axis=-1).astype(np.float64)
        found[(self.at_risk == 0) & (found > 0)] = np.nan
        return found

    @cached_property
    def greenwood(self) -> Floats:
        """Greenwood's sum: the variance of ln survival; 0 where none is left."""
        left = self.at_risk - self.events
        return np.cumsum(_ratio(self.events, self.at_risk * left.astype(float), 0.0), axis=-1)

    @property
    def error(self) -> Floats:
        """Standard error of survival."""
        return self.survival * np.sqrt(self.greenwood)

    def hazard_interval(self, confidence: float) -> tuple[Floats, Floats]:
        """Wilson's interval of the hazard; NaN where there is no hazard."""
        low, high = wilson(self.events, self.at_risk, confidence)
        unknown = np.isnan(self.hazard)
        return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)

    def band(self, confidence: float) -> tuple[Floats, Floats]:
        """Pointwise limits of survival, as `log_log` has them."""
        so_far = np.cumsum(self.events, axis=-1)
        return log_log(
            self.survival, self.error, normal_quantile(confidence), so_far, self.at_risk, confidence
        )

    def simultaneous_band(self, confidence: float) -> tuple[Floats, Floats]:
        """Limits that hold survival at all years at once, with the stated confidence.

        Nair's band of equal precision, on the log-log scale. It covers the years from the first by which
        `FEWEST` events had come to the last after which `FEWEST` were still at risk, and is NaN elsewhere:
        its normal approximation is not to be trusted with fewer.

        References
        ----------
        V. N. Nair, "Confidence bands for survival functions with censored data", Technometrics 26 (1984); on
        the log-log scale: O. Borgan and K. Liestol, Scandinavian Journal of Statistics 17 (1990).
        """
        so_far, left = np.cumsum(self.events, axis=-1), self.at_risk - self.events
        inside: NDArray[np.bool_] = np.asarray((so_far >= FEWEST) & (left >= FEWEST), bool)
        spread = np.where(inside, self.greenwood, np.nan)
        some: NDArray[np.bool_] = np.asarray(inside.any(axis=-1), bool)
        first = np.nanmin(np.where(some[..., np.newaxis], spread, 1.0), axis=-1)
        last = np.nanmax(np.where(some[..., np.newaxis], spread, 1.0), axis=-1)
        z = equal_precision(np.log(last / first), confidence)[..., np.newaxis]
        theta = -np.log(self.survival, where=inside, out=np.ones_like(self.survival))
        wide = np.exp(z * np.sqrt(np.where(inside, self.greenwood, 0.0)) / theta)
        low, high = np.exp(-theta * wide), np.exp(-theta / wide)
        return np.where(inside, low, np.nan), np.where(inside, high, np.nan)

    def restricted_mean(self, until: Counts) -> tuple[Floats, Floats]:
        """Mean time without the event within the first `until` years, and its standard error.

        Parameters
        ----------
        until : int array, shape (...)
            Years, by table. Where survival is not known so far, both are NaN.

        Returns
        -------
        mean, error : float64 arrays, shape (...)
            The area under the curve, and its error as of Kaplan and Meier (1958, section 6.2).
        """
        years = np.arange(self.events.shape[-1])
        within = years < np.asarray(until)[..., np.newaxis]
        heights = np.where(within, self.survival, 0.0)
        after = np.cumsum(heights[..., ::-1], axis=-1)[..., ::-1]
        left = self.at_risk - self.events
        terms = _ratio(self.events, self.at_risk * left.astype(float), 0.0)
        return after[..., 0], np.sqrt(np.sum(np.where(terms > 0, after**2 * terms, 0.0), axis=-1))

    def quantiles(self, shares: Sequence[float]) -> Floats:
        """First year by whose end the event has come in each share, shape (..., shares); NaN for none."""
        return _crossings(self.survival, shares)

    def quantile_limits(self, shares: Sequence[float], confidence: float) -> tuple[Floats, Floats]:
        """Limits of `quantiles`: where those of survival by year cross the same heights.

        No year before the first event is a limit; NaN stands above where the limit is beyond the last year.

        References
        ----------
        R. Brookmeyer and J. Crowley, "A confidence interval for the median survival time", Biometrics 38
        (1982).
        """
        low, high = self.band(confidence)
        low = np.where(self.survival == 1, 1.0, low)
        return _crossings(low, shares), _crossings(high, shares)


def log_log(
    survival: Floats, error: Floats, z: float, so_far: Counts, at_risk: Counts, confidence: float
) -> tuple[Floats, Floats]:
    """Limits of a probability of survival on the log-log scale.

    Where survival is 1 or 0 that scale has no finite point: there stand Wilson's limits, for none of those at
    risk, and for all of those in which the event has come. At the start survival is 1 by definition.

    Parameters
    ----------
    survival, error : float64 arrays, shape (..., T + 1)
        The probability and its standard error.
    z : float
        Normal quantile of the confidence.
    so_far, at_risk : int64 arrays
        Events by the end of the year, and those at risk in it.
    confidence : float
        For Wilson's limits.
    """
    inner = (survival > 0) & (survival < 1)
    log = np.log(survival, where=inner, out=np.full_like(survival, -1.0))
    wide = np.exp(z * np.divide(error, survival * -log, where=inner, out=np.zeros_like(survival)))
    none = wilson(at_risk, at_risk, confidence)[0]
    every = wilson(np.zeros_like(so_far), so_far, confidence)[1]
    known = ~np.isnan(survival)
    low = np.where(inner, np.exp(log * wide), np.where(survival == 1, none, np.where(known, 0.0, np.nan)))
    high = np.where(inner, np.exp(log / wide), np.where(survival == 0, every, np.where(known, 1.0, np.nan)))
    low[..., 0] = np.where(survival[..., 0] == 1, 1.0, low[..., 0])
    return low, high


def equal_precision(length: Floats, confidence: float) -> Floats:
    """Critical value of a band of equal precision.

    The c at which (c - 1/c) phi(c) L + 4 phi(c)/c = 1 - confidence, an approximation of the chance that a
    Brownian motion over its standard deviation leaves (-c, c) while the logarithm of its variance grows by L
    (R. G. Miller & D. Siegmund, Biometrics 38, 1982); never below the normal quantile.

    Parameters
    ----------
    length : float64 array
        L.
    confidence : float
        Nominal coverage of the whole band.
    """
    least, alpha = normal_quantile(confidence), 1 - confidence
    low, high = np.full(np.shape(length), max(least, 1.0)), np.full(np.shape(length), 12.0)
    for _ in range(60):
        c = (low + high) / 2
        density = np.exp(-c * c / 2) / math.sqrt(2 * math.pi)
        over = (c - 1 / c) * density * length + 4 * density / c > alpha
        low, high = np.where(over, c, low), np.where(over, high, c)
    found: Floats = np.maximum(high, least)
    return found


def _crossings(curve: Floats, shares: Sequence[float]) -> Floats:
    """First year in which a curve is at most 1 less each share; NaN where it never is."""
    found = np.full((*curve.shape[:-1], len(shares)), np.nan)
    for place, share in enumerate(shares):
        below = curve <= 1 - share + _TIE
        found[..., place] = np.where(below.any(axis=-1), below.argmax(axis=-1), np.nan)
    return found


def _ratio(above: Counts, below: Counts | Floats, otherwise: float) -> Floats:
    """Quotient, with another value where the divisor is 0."""
    out = np.full(above.shape, otherwise)
    found: Floats = np.divide(above, below, where=np.asarray(below) > 0, out=out)
    return found
