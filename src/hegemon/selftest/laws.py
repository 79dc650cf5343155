"""Laws of the model that have an exact answer, tested on samples of the kernel (docs/model.md, section 7).

Each check fails with a chance of `FALSE_ALARM` although its law holds.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

import hegemon_kernels as hk
from hegemon.parameters import Model, kernel_values
from hegemon.selftest.result import Failure
from hegemon.selftest.sampling import FALSE_ALARM, counts_agree, mean_agrees, pool, proportion_agrees, run

_RATE = f"false alarm {FALSE_ALARM:g}"


def model(**changes: dict[str, Any]) -> dict[str, Any]:
    """Kernel values of two equal states with nothing but what `changes` says happens, by section."""
    still: dict[str, dict[str, Any]] = {
        "system": {"states": 2, "dispersion": 0.0},
        "growth": {"volatility": 0.0, "convergence": 0.0, "arms_drag": 0.0, "effort": 0.0},
        "arms": {"response": 0.0, "adjustment": 1.0},
        "balancing": {"efficiency": 0.0, "rollback": 0.0, "soft": 0.0},
        "bandwagoning": {"propensity": 0.0, "profit": 0.0, "tribute": 0.0, "protection": 0.0},
        "war": {
            "opportunities": 0.5, "revisionists": 1.0, "decisiveness": 1.0, "defense_advantage": 1.0,
            "attrition": 0.0, "cost": 0.0, "caution": 0.0, "misjudgment": 0.0, "annexation": 0.0,
        },
        "hegemony": {"arms_weight": 0.0},
    }  # fmt: skip
    sections = {name: {**still.get(name, {}), **changes.get(name, {})} for name in {*still, *changes}}
    return kernel_values(Model.model_validate(sections))


def first_step(seed: int) -> str:
    """Growth alone is a random walk: one step of ln(R_1/R_2) is normal with variance 2 sigma^2."""
    sigma, threshold, replicas = 0.1, 0.53, 200_000
    values = model(
        system={"years": 1},
        growth={"volatility": sigma},
        war={"opportunities": 0.0},
        hegemony={"threshold": threshold, "hold": 1},
    )
    bound = math.log(threshold / (1 - threshold)) / (math.sqrt(2) * sigma)
    chance = 2 * float(stats.norm.sf(bound))
    emerged = int(run(values, replicas, seed)["emerged"].sum())
    if not proportion_agrees(emerged, replicas, chance):
        raise Failure(f"{emerged} of {replicas} crossed the bound, expected {chance * replicas:.0f}")
    return f"random walk of two: {emerged:,} of {replicas:,} beyond a bound of chance {chance:.4f} ({_RATE})"


def geometric_time(seed: int) -> str:
    """Two who stake all every year, at even odds: the first victory comes in a geometric year."""
    years, hold, replicas = 15, 2, 50_000
    values = model(
        system={"years": years},
        war={"spoils": 1.0, "indemnity": 0.0},
        hegemony={"threshold": 0.9, "hold": hold},
    )
    k = np.arange(years + 1) - hold + 1
    chances = np.where(k >= 1, 0.5 ** np.maximum(k, 1), 0.0)
    if not counts_agree(*pool(run(values, replicas, seed)["year"], chances)):
        raise Failure("the years of emergence are not geometric with chance 1/2")
    return f"war of two: {replicas:,} years of emergence are geometric with chance 1/2 ({_RATE})"


def martingale(seed: int) -> str:
    """Where winner and loser stake the same share, the expected share of capability stays as it is."""
    years, share, replicas = 25, 0.75, 20_000
    values = model(
        system={"years": years, "shares": [share, 1 - share]},
        war={"spoils": 0.1, "indemnity": 0.1, "optimism": 0.5},
        hegemony={"threshold": 1.0},
    )
    key = hk.stream_key(seed, 0)
    ends: NDArray[np.float64] = hk.trace(hk.pack_point(values), key, 0, replicas).capability[:, years, 0]
    if not mean_agrees(ends, share):
        raise Failure(f"the mean share is {ends.mean():.5f} after {years} years, should be {share}")
    return f"fair contests of two: mean share {ends.mean():.4f} after {years} years, {share} before ({_RATE})"


def equal_states(seed: int) -> str:
    """Of equal states each is as likely to become the hegemon."""
    states, replicas = 5, 20_000
    sections: dict[str, Any] = {
        "system": {"states": states, "years": 60},
        "hegemony": {"threshold": 0.4},
        "war": {"opportunities": 0.3},
    }
    rows = run(kernel_values(Model.model_validate(sections)), replicas, seed)
    hegemons = np.bincount(rows["hegemon"][rows["emerged"] == 1], minlength=states)
    if not counts_agree(hegemons, [1 / states] * states):
        raise Failure(f"hegemons by state: {hegemons.tolist()}, should be equal but for chance")
    return f"equal states: hegemons {hegemons.tolist()} ({_RATE})"


def no_war(seed: int) -> str:
    """Security seekers who are never alarmed fight no wars."""
    sections: dict[str, Any] = {
        "system": {"years": 100},
        "balancing": {"alarm": 1.0},
        "war": {"revisionists": 0.0, "opportunities": 0.5},
    }
    rows = run(kernel_values(Model.model_validate(sections)), 2_000, seed)
    if rows["wars"].any():
        raise Failure(f"{rows['wars'].sum()} wars among states that attack nobody")
    return "security seekers: no war in 2,000 systems"
