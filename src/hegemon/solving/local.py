"""The last stage: a curve fitted near the root, and the interval of the root by profile likelihood.

The logit of P is taken for a parabola over a short window: level, slope and curvature are fitted by maximum
likelihood, so that curvature, which would shift the root of a straight line, does not. A value x belongs to
the interval unless the likelihood-ratio test refuses that the curve passes the target there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats
from scipy.special import expit, xlogy

from hegemon.solving.task import Count, logit

Floats = NDArray[np.float64]

_STEPS = 60
_HALVINGS = 40
_CLOSE = 1e-10
_FARTHEST = 30.0  # logits: beyond, the likelihood has no maximum
_SCAN = 16
_CERTAIN = 0.001  # chance to refuse the target at an edge where the curve passes it


@dataclass(frozen=True)
class Parabola:
    """A fit over a window; t runs from -1 to 1 across it.

    Attributes
    ----------
    centre, half
        The window: centre - half to centre + half.
    coefficients
        Level, slope and curvature of the logit in t.
    misfit
        p-value of Pearson's test of the fit.
    root, low, high
        The root and the limits of its interval; NaN where the window holds none.
    refused
        Whether the curve certainly does not pass the target at the left and at the right edge.
    """

    centre: float
    half: float
    coefficients: tuple[float, float, float]
    misfit: float
    root: float
    low: float
    high: float
    refused: tuple[bool, bool]

    @property
    def slope(self) -> float:
        """Logits per unit of the key, at the root, or at the centre where there is none."""
        _, b, c = self.coefficients
        t = 0.0 if math.isnan(self.root) else (self.root - self.centre) / self.half
        return (b + 2 * c * t) / self.half


def parabola(
    counts: Sequence[Count], centre: float, half: float, target: float, confidence: float, direction: int
) -> Parabola | None:
    """Fit the counts of a window.

    Parameters
    ----------
    counts
        At least four evaluations in the window.
    centre, half
        The window.
    target, confidence
        Of the root and its interval.
    direction
        1 where P rises through the target, -1 where it falls.

    Returns
    -------
    Parabola or None
        None where the likelihood has no maximum, as when none or all replicas of the window saw a hegemon.
    """
    t = np.array([(count.x - centre) / half for count in counts])
    n = np.array([count.n for count in counts], float)
    k = np.array([count.k for count in counts], float)
    full = _maximise(np.stack([np.ones_like(t), t, t * t], 1), n, k, 0.0)
    if full is None:
        return None
    beta, best = full
    p = expit(beta[0] + beta[1] * t + beta[2] * t * t)
    pearson = float(np.sum((k - n * p) ** 2 / (n * p * (1 - p))))
    misfit = float(stats.chi2.sf(pearson, len(t) - 3))
    level = logit(target)
    at = _root(beta, level, direction)
    profile = _Profile(t, n, k, level, best - float(stats.chi2.ppf(confidence, 1)) / 2)
    low, high = (math.nan if math.isnan(at) else profile.limit(at, end) for end in (-1.0, 1.0))
    sure = best - float(stats.chi2.isf(_CERTAIN, 1)) / 2
    refused = profile(-1.0) + profile.least < sure, profile(1.0) + profile.least < sure
    a, b, c = (float(value) for value in beta)
    return Parabola(centre, half, (a, b, c), misfit, *(centre + half * v for v in (at, low, high)), refused)


def _root(beta: Floats, level: float, direction: int) -> float:
    """Where the fitted curve passes the level in the right direction, within the window; NaN if nowhere."""
    a, b, c = beta[0] - level, beta[1], beta[2]
    inside = b * b - 4 * a * c
    if inside < 0:
        return math.nan
    # Of the two roots of a parabola one is passed upwards, the other downwards: its slope is +-sqrt(inside).
    # The form with a above stays exact as the curvature goes to zero.
    slope = direction * math.sqrt(inside)
    at = -2 * a / (b + slope) if b * slope > 0 else (slope - b) / (2 * c) if c else math.nan
    return float(at) if abs(at) <= 1 else math.nan


class _Profile:
    """The greatest log-likelihood of curves that pass the level at t, less the least that is not refused."""

    def __init__(self, t: Floats, n: Floats, k: Floats, level: float, least: float) -> None:
        self.t, self.n, self.k, self.level, self.least = t, n, k, level, least
        self.start = np.zeros(2)

    def __call__(self, at: float) -> float:
        away = self.t - at
        made = _maximise(np.stack([away, away * away], 1), self.n, self.k, self.level)
        return -1e300 if made is None else made[1] - self.least

    def limit(self, root: float, end: float) -> float:
        """Where the test refuses first on the way from the root to the end; NaN if it does nowhere."""
        inner = root
        for outer in np.linspace(root, end, _SCAN + 1)[1:].tolist():
            if self(outer) < 0:
                return float(optimize.brentq(self, inner, outer, xtol=1e-9))
            inner = outer
        return math.nan


def _maximise(columns: Floats, n: Floats, k: Floats, offset: float) -> tuple[Floats, float] | None:
    """Coefficients of a logistic regression, and its log-likelihood (without constants), by Newton's method.

    None where it does not converge, since there is no maximum.
    """
    beta = np.zeros(columns.shape[1])
    if offset == 0.0:
        beta[0] = math.log((k.sum() + 0.5) / (n.sum() - k.sum() + 0.5))
    eta = columns @ beta + offset
    best = _likelihood(eta, n, k)
    for _ in range(_STEPS):
        p = expit(eta)
        information = (columns * (n * p * (1 - p))[:, np.newaxis]).T @ columns
        score = columns.T @ (k - n * p)
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            return None
        gain = float(score @ step)
        for _ in range(_HALVINGS):
            tried = columns @ (beta + step) + offset
            value = _likelihood(tried, n, k)
            if value >= best - 1e-9 * (1 + abs(best)):
                break
            step = step / 2
        else:
            return None
        beta, eta, best = beta + step, tried, value
        if not np.isfinite(eta).all() or np.abs(eta).max() > _FARTHEST:
            return None
        if gain < _CLOSE:
            return beta, best
    return None


def _likelihood(eta: Floats, n: Floats, k: Floats) -> float:
    p = expit(eta)
    return float(np.sum(xlogy(k, p) + xlogy(n - k, expit(-eta))))
