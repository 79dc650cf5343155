"""Coverage and bias of Sobol' indices of probabilities that are estimated from few replicas.

The functions are those of Ishigami and Sobol' (g), whose indices are known; mapped linearly into 0 to 1 they
are probabilities, and each point's estimate is a binomial share. Designs are scrambled anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from coverage_studies import markdown
from hegemon.sensitivity.indices import Indices, sobol_indices

PAGE = "sensitivity.md"
REPETITIONS = 2_000
LEVEL = 0.95
RESAMPLES = 400
SIZES = ((64, 20), (64, 200), (256, 20), (256, 200))
"""Rows of the design, replicas of each point."""

Array = NDArray[np.float64]


def ishigami(cube: Array) -> Array:
    """Ishigami and Homma (1990), a = 7, b = 0.1; from -10.75 to 17.75."""
    x = np.pi * (2 * cube - 1)
    first = np.sin(x[..., 0])
    return first + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * first


_A = np.array([0.0, 1.0, 4.5, 9.0])


def sobol_g(cube: Array) -> Array:
    """Sobol's g of four keys (Saltelli and Sobol' 1995)."""
    return np.prod((np.abs(4 * cube - 2) + _A) / (1 + _A), axis=-1)


def _ishigami_indices() -> tuple[Array, Array]:
    a, b, pi4 = 7.0, 0.1, np.pi**4
    parts = np.array([0.5 * (1 + b * pi4 / 5) ** 2, a * a / 8, 0.0])
    both = b * b * pi4**2 * (1 / 18 - 1 / 50)
    whole = parts.sum() + both
    return parts / whole, (parts + both * np.array([1, 0, 1])) / whole


def _g_indices() -> tuple[Array, Array]:
    parts = 1 / (3 * (1 + _A) ** 2)
    whole = np.prod(1 + parts) - 1
    return parts / whole, parts * np.prod(1 + parts) / (1 + parts) / whole


FUNCTIONS: Mapping[str, tuple[Callable[[Array], Array], int, tuple[Array, Array]]] = {
    "Ishigami": (lambda cube: (ishigami(cube) + 12) / 31, 3, _ishigami_indices()),
    "Sobol's g": (lambda cube: 0.02 + sobol_g(cube) / 5.5, 4, _g_indices()),
}
"""A function into 0 to 1, its number of keys, its first- and total-order indices."""


def study(repetitions: int, seed: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Coverage and bias of the indices with the noise taken out, and as they are without."""
    found = {}
    number = 0
    for name in FUNCTIONS:
        for rows, replicas in SIZES:
            case = f"{name}, {rows} rows, {replicas} replicas"
            tell(f"sensitivity: {case}")
            found[case] = _case(name, rows, replicas, repetitions, np.random.default_rng([seed, number]))
            number += 1
    return found


def _case(
    name: str, rows: int, replicas: int, repetitions: int, random: np.random.Generator
) -> dict[str, float]:
    function, keys, (first, total) = FUNCTIONS[name]
    kept: dict[str, list[Array]] = {}
    share = 0.0
    for repetition in range(repetitions):
        p = function(design(keys, rows, random))
        found = random.binomial(replicas, p) / replicas
        noise = found * (1 - found) / (replicas - 1)
        seed = repetition + 1
        right = sobol_indices(found, noise, confidence=LEVEL, seed=seed, resamples=RESAMPLES)
        naive = sobol_indices(found, confidence=LEVEL, seed=seed, resamples=RESAMPLES)
        share += right.noise_share / repetitions
        for kind, one in (("", right), ("_naive", naive)):
            for part, values in _held(one, first, total).items():
                kept.setdefault(part + kind, []).append(values)
    means = {part: np.mean(values, axis=0) for part, values in kept.items()}
    return {"noise_share": share} | {part: _worst(part, values) for part, values in means.items()}


def _held(found: Indices, first: Array, total: Array) -> dict[str, Array]:
    """Whether intervals hold the truth, and by how much estimates differ from it, for each key."""
    return {
        "first": ((found.first_low <= first) & (first <= found.first_high)).astype(float),
        "total": ((found.total_low <= total) & (total <= found.total_high)).astype(float),
        "first_bias": found.first - first,
        "total_bias": found.total - total,
    }


def _worst(part: str, values: Array) -> float:
    """Of the keys the least coverage, the greatest bias."""
    return float(values[np.abs(values).argmax()] if "bias" in part else values.min())


def design(keys: int, rows: int, random: np.random.Generator) -> Array:
    """Saltelli's design as SALib makes it, shape (rows, keys + 2, keys)."""
    base = qmc.Sobol(2 * keys, scramble=True, rng=random).random(rows)
    a, b = base[:, :keys], base[:, keys:]
    whole = np.repeat(a[:, np.newaxis], keys + 2, axis=1)
    for key in range(keys):
        whole[:, key + 1, key] = b[:, key]
    whole[:, -1] = b
    return whole


def tables(found: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """The tables of the page."""
    header = [
        "function, rows, replicas",
        "noise",
        "first",
        "total",
        "bias of first",
        "bias of total",
        "total, noise left in",
        "its bias",
    ]
    rows = [
        [
            case,
            f"{100 * one['noise_share']:.0f} %",
            *(f"{100 * one[name]:.1f} %" for name in ("first", "total")),
            *(f"{one[name]:+.3f}" for name in ("first_bias", "total_bias")),
            f"{100 * one['total_naive']:.1f} %",
            f"{one['total_bias_naive']:+.3f}",
        ]
        for case, one in found.items()
    ]
    return {"coverage": markdown(header, rows)}
