"""Small labelled estimates, as a run leaves them, made from a formula instead of a simulation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

KEYS = {
    "efficiency": "balancing.efficiency",
    "states": "system.states",
    "years": "system.years",
    "volatility": "growth.volatility",
    "revisionists": "war.revisionists",
    "initiative": "war.initiative",
    "layout": "geography.layout",
    "speed": "balancing.speed",
    "participation": "balancing.participation",
    "commitment": "balancing.commitment",
}
Z = 1.959963984540054


def chance(point: Mapping[str, Any]) -> float:
    """A made-up P that falls with efficiency and the number of states."""
    steep = 3.0 + 0.35 * (point.get("states", 6) - 6)
    sigma = {"capability": 1.15}.get(point.get("initiative", ""), 1.0)
    lift = np.mean([point[k] for k in ("speed", "participation", "commitment") if k in point] or [0.0])
    eta = point.get("efficiency", 0.5 if "speed" not in point else lift)
    return float(np.clip(sigma * 0.62 * np.exp(-steep * eta**1.5) * 6 / point.get("states", 6), 0, 1))


def wilson(k: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    p = k / n
    centre, half = p + Z**2 / (2 * n), Z * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n * n))
    return np.clip((centre - half) / (1 + Z**2 / n), 0, 1), np.clip((centre + half) / (1 + Z**2 / n), 0, 1)


def grid(
    replicas: int = 2000,
    horizon: int = 120,
    p: Callable[[Mapping[str, Any]], float] = chance,
    **swept: Sequence[Any],
) -> xr.Dataset:
    """Estimates of a full grid over `swept` (no key: one point, scalars)."""
    dims, shape = list(swept), tuple(len(v) for v in swept.values())
    points = [
        dict(zip(dims, (v[i] for v, i in zip(swept.values(), at, strict=True)), strict=True))
        for at in np.ndindex(*shape)
    ]
    data = _estimates(points, shape, dims, replicas, horizon, p)
    coords = {d: (d, np.array(v), {"key": KEYS.get(d, d)}) for d, v in swept.items()}
    return data.assign_coords(coords)


def listed(
    points: Sequence[Mapping[str, Any]],
    replicas: int = 2000,
    horizon: int = 120,
    p: Callable[[Mapping[str, Any]], float] = chance,
) -> xr.Dataset:
    """Estimates of a list of points, with the keys as coordinates along `point`."""
    data = _estimates(points, (len(points),), ["point"], replicas, horizon, p)
    names = list(dict.fromkeys(k for point in points for k in point))
    columns = {
        k: ("point", np.array([q.get(k, np.nan) for q in points]), {"key": KEYS.get(k, k)}) for k in names
    }
    return data.assign_coords(point=np.arange(len(points)), **columns)


def _estimates(
    points: Sequence[Mapping[str, Any]],
    shape: tuple[int, ...],
    dims: list[str],
    replicas: int,
    horizon: int,
    p: Callable[[Mapping[str, Any]], float],
) -> xr.Dataset:
    emerged = np.array([round(replicas * p(q)) for q in points]).reshape(shape)
    low, high = wilson(emerged, replicas)
    longest = max(int(q.get("years", horizon)) for q in points)
    year = np.arange(longest + 1)
    survival = np.full((len(points), longest + 1), np.nan)
    for row, (q, k) in zip(survival, zip(points, emerged.ravel(), strict=True), strict=True):
        own = int(q.get("years", horizon))
        row[: own + 1] = 1 - k / replicas * np.minimum(year[: own + 1] / own, 1) ** 1.3
    band = 1.96 * np.sqrt(survival * (1 - survival) / replicas)
    full = (*dims, "year")
    with np.errstate(invalid="ignore"):
        mean_year = np.where(emerged > 0, 0.55 * horizon, np.nan)
    curves = {
        n: (full, v.reshape(*shape, -1))
        for n, v in (
            ("survival", survival),
            ("survival_low", np.clip(survival - band, 0, 1)),
            ("survival_high", np.clip(survival + band, 0, 1)),
        )
    }
    return xr.Dataset(
        {
            "replicas": (dims, np.full(shape, replicas)),
            "emerged": (dims, emerged),
            "p_emerged": (dims, emerged / replicas),
            "p_emerged_low": (dims, low),
            "p_emerged_high": (dims, high),
            "mean_year": (dims, mean_year),
            **curves,
        },
        coords={"year": year},
        attrs={"title": "A test", "seed": 1, "interval": "95 % Wilson"},
    )
