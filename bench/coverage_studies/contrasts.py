"""Coverage of what `hegemon contrast` estimates: paired differences, ratios, bands, the check that P falls.

Pairs are multinomial; whole sweeps are correlated as common random numbers correlate them: a replica has a
hegemon where a normal number that all points share to a degree falls below a level. The kernel is not the
point here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.stats import norm

from coverage_studies import markdown
from hegemon.contrasts.samples import Independent, Paired, Sample
from hegemon.contrasts.together import Together
from hegemon.estimates import paired, unpaired
from hegemon.estimates.proportions import exact_at, normal_quantile
from hegemon.estimates.simultaneous import correlation, critical_value, holm

PAGE = "contrasts.md"
REPETITIONS = 2000
LEVEL = 0.95
PAIRS = {
    "0.3 and 0.4, n = 50": (0.3, 0.4, 0.6, 50),
    "0.3 and 0.4, n = 1,000": (0.3, 0.4, 0.6, 1_000),
    "0.05 and 0.02, n = 100": (0.05, 0.02, 0.5, 100),
    "0.05 and 0.02, n = 1,000": (0.05, 0.02, 0.5, 1_000),
    "0.001 and 0.003, n = 2,000": (0.001, 0.003, 0.4, 2_000),
    "0.2 and 0.2, n = 1,000": (0.2, 0.2, 0.8, 1_000),
}
"""P at both points, correlation of the normal numbers behind them, replicas."""
SWEEPS = {
    "falls from 0.5 to 0.05": (np.linspace(0.5, 0.05, 11), 1_000),
    "falls from 0.1 to 0.001": (np.geomspace(0.1, 0.001, 11), 1_000),
    "level at 0.2": (np.full(11, 0.2), 1_000),
    "level at 0.01": (np.full(11, 0.01), 1_000),
    "one rise of 0.05": (np.array([0.5, 0.45, 0.4, 0.35, 0.3, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1]), 1_000),
}
_SHARED = 0.8  # correlation of neighbours in a sweep; it falls with distance
_DRAWS = 20_000  # of a critical value: ten times fewer than in use, for speed
_MORE = 10  # repetitions of a pair for each of a sweep, whose critical values take time


def study(repetitions: int, seed: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Shares of repetitions in which each interval held the true value, or a check was right."""
    pairs, sweeps = {}, {}
    for number, (name, case) in enumerate(PAIRS.items()):
        tell(f"contrasts: {name}")
        pairs[name] = _pair(np.random.default_rng([seed, 0, number]), _MORE * repetitions, *case)
    for number, (name, (p, replicas)) in enumerate(SWEEPS.items()):
        for kind, linked in (("common", True), ("independent", False)):
            tell(f"contrasts: {name}, {kind}")
            random = np.random.default_rng([seed, 1, number, linked])
            sweeps[f"{name}, {kind}"] = _sweep(random, repetitions, p, replicas, linked)
    return {"pairs": pairs, "sweeps": sweeps}


def _pair(
    random: np.random.Generator, repetitions: int, p: float, q: float, shared: float, n: int
) -> dict[str, float]:
    both = _both(p, q, shared)
    cells = random.multinomial(n, [both, p - both, q - both, 1 - p - q + both], repetitions)
    a, first, second, _ = cells.T
    z = normal_quantile(LEVEL)
    found = {"difference, paired": _held(paired.difference_interval(first, second, n, z), q - p)}
    found["ratio, paired"] = _held(paired.ratio_interval(a, first, second, n, z), q / p)
    alone = random.binomial(n, p, repetitions), n, random.binomial(n, q, repetitions), n
    found["difference, independent"] = _held(unpaired.difference_interval(*alone, z), q - p)
    found["ratio, independent"] = _held(unpaired.ratio_interval(*alone, z), q / p)
    if p == q:
        found["test of equality, paired: false alarms"] = _rejects(paired.mcnemar(first, second))
        found["test of equality, independent: false alarms"] = _rejects(unpaired.fisher(*alone))
    return found


def _both(p: float, q: float, shared: float) -> float:
    """Probability of both, where the normal numbers behind them have this correlation."""
    from scipy.stats import multivariate_normal

    law = multivariate_normal(cov=[[1, shared], [shared, 1]])
    return float(law.cdf(norm.ppf([p, q])))


def _held(interval: tuple[np.ndarray, np.ndarray], truth: float) -> float:
    return float(((interval[0] <= truth) & (truth <= interval[1])).mean())


def _rejects(p_values: np.ndarray) -> float:
    return float((p_values <= 1 - LEVEL).mean())


def _sweep(
    random: np.random.Generator, repetitions: int, p: np.ndarray, replicas: int, linked: bool
) -> dict[str, float]:
    size = len(p)
    one, other = np.arange(size - 1), np.arange(1, size)
    rises = np.diff(p) > 0
    held, steps, alarms, seen = [], [], [], []
    for _ in range(repetitions):
        sample, emerged = _sample(random, p, replicas, linked)
        z, _ = critical_value(correlation(sample.covariance()), LEVEL, random, _DRAWS)
        low, high = exact_at(emerged, replicas, z)
        held.append(((low <= p) & (p <= high)).all())
        z, _ = critical_value(correlation(sample.of_differences(one, other)), LEVEL, random, _DRAWS)
        low, high = sample.difference(one, other, z)
        steps.append(((low <= np.diff(p)) & (np.diff(p) <= high)).all())
        reversed_ = holm(sample.rise(one, other)) <= 1 - LEVEL
        alarms.append(reversed_[~rises].any())
        seen.append(reversed_[rises].any())
    found = {"P at all points at once": float(np.mean(held)), "all steps at once": float(np.mean(steps))}
    found["check that P falls: any false alarm"] = float(np.mean(alarms))
    if rises.any():
        found["check that P falls: the rise is named"] = float(np.mean(seen))
    return found


def _sample(
    random: np.random.Generator, p: np.ndarray, replicas: int, linked: bool
) -> tuple[Sample, np.ndarray]:
    """Replicas of a sweep, as common random numbers link them or independent."""
    size = len(p)
    if not linked:
        emerged = random.binomial(replicas, p)
        return Independent(tuple(range(size)), emerged, np.full(size, replicas)), emerged
    noise = random.standard_normal((size, replicas))
    levels = noise.copy()
    for k in range(1, size):
        levels[k] = _SHARED * levels[k - 1] + np.sqrt(1 - _SHARED**2) * noise[k]
    rows = (levels < norm.ppf(p)[:, np.newaxis]).astype(float)
    both = (rows @ rows.T).round().astype(np.int64)
    emerged = np.diag(both).copy()
    own = np.repeat(emerged[:, np.newaxis], size, axis=1)
    return Paired(Together(tuple(range(size)), np.full(size, replicas), both, own)), emerged


def tables(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> dict[str, str]:
    """Per cent of repetitions, a table of pairs and one of sweeps."""
    made = {}
    for kind, cases in found.items():
        columns = list(dict.fromkeys(name for case in cases.values() for name in case))
        cells = [
            [name, *(f"{100 * case[column]:.1f}" if column in case else "-" for column in columns)]
            for name, case in cases.items()
        ]
        made[f"contrasts-{kind}"] = markdown(["case", *columns], cells)
    return made
