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
from scipy import optimize
from scipy.special import chdtrc, chdtri, expit, log_expit

from hegemon.solving.task import Count, logit

Floats = NDArray[np.float64]

_STEPS = 60
_HALVINGS = 40
_CLOSE = 1e-10
_FARTHEST = 30.0  # logits: beyond, the likelihood has no maximum
_SCAN = 8
_PLACE = 1e-7  # of half a window: how exactly the limits are found
_NEVER = 1e300
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

    def edge(self, t: int) -> float:
        """P at the left (-1) or the right (1) edge."""
        a, b, c = self.coefficients
        return float(expit(a + b * t + c))


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
    start = np.array([math.log((k.sum() + 0.5) / (n.sum() - k.sum() + 0.5)), 0.0, 0.0])
    full = _maximise(np.stack([np.ones_like(t), t, t * t], 1), n, k, 0.0, start)
    if full is None:
        return None
    beta, best = full
    p = expit(beta[0] + beta[1] * t + beta[2] * t * t)
    pearson = float(np.sum((k - n * p) ** 2 / (n * p * (1 - p))))
    misfit = float(chdtrc(len(t) - 3, pearson))
    goal = logit(target)
    at = _root(beta, goal, direction)
    profile = _Profile(t, n, k, goal, best - float(chdtri(1, 1 - confidence)) / 2)
    low, high = (math.nan if math.isnan(at) else profile.limit(at, end) for end in (-1.0, 1.0))
    sure = best - float(chdtri(1, _CERTAIN)) / 2
    refused = profile(-1.0) + profile.least < sure, profile(1.0) + profile.least < sure
    level, slope, curvature = (float(value) for value in beta)
    root, first, last = (centre + half * place for place in (at, low, high))
    return Parabola(centre, half, (level, slope, curvature), misfit, root, first, last, refused)


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
        made = _maximise(np.stack([away, away * away], 1), self.n, self.k, self.level, self.start)
        if made is None:
            return -_NEVER
        self.start = made[0]  # the next is asked close by
        return made[1] - self.least

    def limit(self, root: float, end: float) -> float:
        """Where the test refuses first on the way from the root to the end; NaN if it does nowhere."""
        inner, self.start = root, np.zeros(2)
        for outer in np.linspace(root, end, _SCAN + 1)[1:].tolist():
            if self(outer) < 0:
                return float(optimize.brentq(self, inner, outer, xtol=_PLACE))
            inner = outer
        return math.nan


def _maximise(
    columns: Floats, n: Floats, k: Floats, offset: float, start: Floats
) -> tuple[Floats, float] | None:
    """Coefficients of a logistic regression, and its log-likelihood (without constants), by Newton's method.

    None where it does not converge, since there is no maximum.
    """
    beta = start
    eta = columns @ beta + offset
    best = _likelihood(eta, n, k)
    for _ in range(_STEPS):
        p = expit(eta)
        information = columns.T @ (columns * (n * p * (1 - p))[:, np.newaxis])
        score = columns.T @ (k - n * p)
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            return None
        gain = float(score @ step)
        for _ in range(_HALVINGS):
            eta = columns @ (beta + step) + offset
            value = _likelihood(eta, n, k)
            if value >= best - 1e-9 * (1 + abs(best)):
                break
            step = step / 2
        else:
            return None
        beta, best = beta + step, value
        if not np.isfinite(eta).all() or np.abs(eta).max() > _FARTHEST:
            return None
        if gain < _CLOSE:
            return beta, best
    return None


def _likelihood(eta: Floats, n: Floats, k: Floats) -> float:
    return float(k @ log_expit(eta) + (n - k) @ log_expit(-eta))
