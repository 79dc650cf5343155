"""Coverage of the interval of `hegemon rare`: by its own rule of when to stop, and after 24 repetitions.

Repetitions are simulated on chains whose probability is known exactly, and on the model. A trial draws its
repetitions from so many simulated ones, with replacement, so that the true value of a trial is their mean;
that the mean itself is the exact probability is tested beside it. Controls: Student's t on the mean, on the
same repetitions; and a chain with two types that the share does not tell apart, where splitting by the share
fails and must say so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import rare_gain
from scipy import special

import hegemon as hg
from coverage_studies import markdown
from hegemon.parameters import kernel_values
from hegemon.splitting import diagnosis, estimates, looks, pilot, stages
from hegemon.splitting.chain import Chain
from hegemon.splitting.climbing import Climber, Kernel, Streams
from hegemon.splitting.interval import interval

PAGE = "rare.md"
REPETITIONS = 2000
LEVEL = 0.95
FIXED = 24
_EFFORT = 100
_CONTROL = "two types that the share does not tell apart (control)"
CHAINS: dict[str, Chain] = {
    "steps": Chain(horizon=25, start=12, up=0.3),
    "steps, rarer": Chain(horizon=25, start=10, up=0.25),
    "leaps": Chain(horizon=25, start=9, up=0.15, leap=0.03),
    _CONTROL: Chain(horizon=25, start=12, gifted=0.01, brake=0.97, braked=17),
}
_MODEL = "the model, 8 states, 40 years"
_MODEL_EFFORT, _MODEL_SHARE = 200, 8  # repetitions of the chains for each of the model


def _simulated(climber: Climber, threshold: float, effort: int, seed: int, count: int) -> Any:
    """Counts of repetitions, and their scheme."""
    streams = Streams(seed, 0)
    scheme = pilot.choose(climber, threshold, effort, streams)
    parts = [stages.repeat(climber, scheme, streams, repetition) for repetition in range(count)]
    names = stages.Counts.names()
    return scheme, stages.Counts(
        **{name: np.stack([getattr(part, name) for part in parts]) for name in names}
    )


def _student(values: Any) -> tuple[float, float]:
    error = np.std(values, ddof=1) / np.sqrt(len(values))
    reach = special.stdtrit(len(values) - 1, 0.5 + LEVEL / 2) * error
    return float(np.mean(values) - reach), float(np.mean(values) + reach)


def _trials(pool: Any, trials: int, generator: np.random.Generator) -> dict[str, Any]:
    """How often intervals hold the mean of the pool, and on which side they miss it."""
    truth, sums = float(pool.mean()), {"stopped": [0, 0], "fixed": [0, 0], "student": [0, 0]}
    used, means = [], []
    for _ in range(trials):
        drawn = generator.choice(pool, looks.MOST)
        count = looks.wanted(drawn, looks.Asked(), LEVEL)
        while looks.wanted(drawn[:count], looks.Asked(), LEVEL) > count:
            count = looks.wanted(drawn[:count], looks.Asked(), LEVEL)
        found = {
            "stopped": interval(drawn[:count], LEVEL),
            "fixed": interval(drawn[:FIXED], LEVEL),
        }
        limits = {name: (one.low, one.high) for name, one in found.items()}
        limits["student"] = _student(drawn[:FIXED])
        for name, (low, high) in limits.items():
            sums[name][0] += low > truth
            sums[name][1] += not high >= truth
        used.append(count)
        means.append(found["stopped"].mean)
    record: dict[str, Any] = {
        name: {"coverage": 1 - (above + below) / trials, "above": above / trials, "below": below / trials}
        for name, (above, below) in sums.items()
    }
    return {**record, "mean_repetitions": float(np.mean(used)), "bias": float(np.mean(means) / truth - 1)}


def _case(made: Any, exact: float | None, horizon: int, trials: int, seed: int) -> dict[str, Any]:
    scheme, counts = made
    pool = estimates.products(counts)[:, -1]
    mean, error = float(pool.mean()), float(pool.std(ddof=1) / np.sqrt(len(pool)))
    record = {
        "simulated": len(pool),
        "mean": mean,
        "exact": exact,
        "errors_off": None if exact is None else (mean - exact) / error,
        "variation": float(pool.std() / mean),
        "levels": len(scheme.levels),
        **_trials(pool, trials, np.random.default_rng([seed, 7])),
    }
    first = [counts.part(slice(k, k + FIXED)) for k in range(0, len(pool) - FIXED + 1, FIXED)]
    told = [_speaks(estimates.of_point(scheme, part, horizon, LEVEL)) for part in first]
    return {**record, "warned": float(np.mean(told))}


def _speaks(found: Mapping[str, Any]) -> bool:
    """Whether anything is told against an estimate."""
    import xarray as xr

    point = xr.Dataset(
        {name: (() if np.ndim(value) == 0 else (f"{name}_",), value) for name, value in found.items()}
    )
    return bool(diagnosis.of_point(point))


def study(repetitions: int, seed: int, tell: Callable[[str], None]) -> dict[str, Any]:
    found = {}
    for name, chain in CHAINS.items():
        made = _simulated(chain, chain.threshold, _EFFORT, seed, max(2 * FIXED, repetitions))
        found[name] = _case(made, chain.probability(), chain.horizon, repetitions, seed)
        tell(f"{name}: {found[name]['stopped']['coverage']:.3f}")
    model = hg.Model(system={"states": 8, "years": 40}, balancing={"efficiency": 1.0})
    kernel = Kernel(kernel_values(model), "float64")
    count = max(2 * FIXED, repetitions // _MODEL_SHARE)
    made = _simulated(kernel, model.hegemony.threshold, _MODEL_EFFORT, seed, count)
    found[_MODEL] = _case(made, None, 40, repetitions, seed)
    tell(f"{_MODEL}: {found[_MODEL]['stopped']['coverage']:.3f}")
    return found


def tables(found: Mapping[str, Any]) -> dict[str, str]:
    record = rare_gain.load()
    return {"rare-coverage": _coverage(found), **rare_gain.tables(record)}


def _coverage(found: Mapping[str, Any]) -> str:
    header = [
        "",
        "P",
        "errors off",
        "variation",
        "stopped",
        "above",
        "below",
        "repetitions",
        "24",
        "Student",
        "warned",
    ]
    rows = []
    for name, one in found.items():
        stopped = one["stopped"]
        rows.append(
            [
                name,
                f"{one['mean']:.2g}",
                "" if one["errors_off"] is None else f"{one['errors_off']:.1f}",
                f"{one['variation']:.2f}",
                f"{100 * stopped['coverage']:.1f} %",
                f"{100 * stopped['above']:.1f} %",
                f"{100 * stopped['below']:.1f} %",
                f"{one['mean_repetitions']:.0f}",
                f"{100 * one['fixed']['coverage']:.1f} %",
                f"{100 * one['student']['coverage']:.1f} %",
                f"{100 * one['warned']:.0f} %",
            ]
        )
    return markdown(header, rows)
