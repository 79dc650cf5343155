"""Morris' elementary effects of outputs that are themselves estimates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from hegemon.sensitivity.indices import resampled

__all__ = ["Effects", "elementary_effects"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Effects:
    """Effects of each key on one output, per whole range of the key.

    Attributes
    ----------
    mu, mu_star, sigma : float arrays, shape (keys,)
        Mean, mean size and standard deviation of the elementary effects, as SALib has them.
    low, high : float arrays, shape (keys,)
        Bootstrap interval of `mu_star`.
    floor : float array, shape (keys,)
        What `mu_star` would be on average if the key had no effect, from noise alone.
    square : float array, shape (keys,)
        Mean squared effect without the noise; negative by chance where there is little or none.
    """

    mu: Array
    mu_star: Array
    sigma: Array
    low: Array
    high: Array
    floor: Array
    square: Array


def elementary_effects(
    cube: Array,
    values: Array,
    variances: Array,
    place: NDArray[np.int64],
    *,
    confidence: float = 0.95,
    seed: int = 0,
    resamples: int = 1000,
) -> Effects:
    """Estimate the effects of a Morris design.

    Parameters
    ----------
    cube : float array, shape (trajectories, keys + 1, keys)
        Places of the points from 0 to 1; each step moves one key.
    values, variances : float arrays, shape (trajectories, keys + 1)
        Outputs, and the variances of their noise.
    place : int array, shape (trajectories, keys + 1)
        Equal numbers for one and the same point, whose noise is the same.
    confidence, seed, resamples
        Of the bootstrap over trajectories.
    """
    steps = np.diff(cube, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    size = np.take_along_axis(steps, moved[:, :, np.newaxis], axis=2)[:, :, 0]
    effects = _by_key(np.diff(values, axis=1) / size, moved)
    noise = np.where(place[:, 1:] == place[:, :-1], 0.0, variances[:, 1:] + variances[:, :-1])
    noise = _by_key(noise / size**2, moved)
    drawn = [weights @ np.abs(effects) for weights in resampled(len(effects), seed, resamples)]
    half = NormalDist().inv_cdf(0.5 + confidence / 2) * np.std(np.concatenate(drawn), axis=0, ddof=1)
    star = np.abs(effects).mean(axis=0)
    return Effects(
        mu=effects.mean(axis=0),
        mu_star=star,
        sigma=effects.std(axis=0, ddof=1),
        low=star - half,
        high=star + half,
        floor=math.sqrt(2 / math.pi) * np.sqrt(noise).mean(axis=0),
        square=(effects**2 - noise).mean(axis=0),
    )


def _by_key(values: Array, moved: NDArray[np.int64]) -> Array:
    """Values in the order of steps as values in the order of keys."""
    whole = np.empty_like(values)
    np.put_along_axis(whole, moved, values, axis=1)
    return whole
