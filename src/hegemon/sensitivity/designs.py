"""The designs of SALib, as points of an experiment: each different point is simulated once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hegemon.config.samples import words
from hegemon.config.spec import MOST_POINTS, Span
from hegemon.errors import RequestError

__all__ = ["LEVELS", "Method", "Study", "make", "seed_of"]

Method = Literal["sobol", "morris"]
LEVELS = 4
"""Levels of the grid of Morris: 0, 1/3, 2/3 and 1 of each range."""


@dataclass(frozen=True)
class Study:
    """A design, its places in the unit cube, and its points.

    Attributes
    ----------
    method
        ``"sobol"`` (Saltelli: rows of A, A with each column from B, B) or ``"morris"`` (trajectories).
    spans
        What each key, or group of keys that move together, ranges over.
    samples
        Rows of A, or trajectories.
    cube : float array, shape (samples, steps, keys)
        Places of the points from 0 to 1; `steps` is the number of keys + 2, of Morris + 1.
    place : int array, shape (samples, steps)
        Index of each in `points`.
    points
        Different points, as keys and values.
    """

    method: Method
    spans: tuple[Span, ...]
    samples: int
    cube: NDArray[np.float64]
    place: NDArray[np.int64]
    points: tuple[dict[str, Any], ...] = field(repr=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of what is varied: keys that move together are joined by a plus."""
        return tuple(" + ".join(span.keys) for span in self.spans)


def make(method: Method, spans: Sequence[Span], samples: int, seed: int) -> Study:
    """Make a design.

    Raises
    ------
    RequestError
        If SALib is not installed, or the design is too large.
    """
    steps = len(spans) + (2 if method == "sobol" else 1)
    if samples * steps > MOST_POINTS:
        size = f"{samples} x {steps} = {samples * steps} points"
        raise RequestError(f"--samples {samples}: {size}: must be at most {MOST_POINTS}")
    cube = _saltelli(len(spans), samples, seed) if method == "sobol" else _morris(len(spans), samples, seed)
    cube = cube.reshape(samples, steps, len(spans))
    points: dict[tuple[Any, ...], int] = {}
    rows: list[dict[str, Any]] = []
    flat = cube.reshape(-1, len(spans)).tolist()
    place = np.empty(len(flat), np.int64)
    for index, places in enumerate(flat):
        row = {
            key: value for span, at in zip(spans, places, strict=True) for key, value in span.row(at).items()
        }
        place[index] = points.setdefault(tuple(row.items()), len(rows))
        if place[index] == len(rows):
            rows.append(row)
    return Study(method, tuple(spans), samples, cube, place.reshape(samples, steps), tuple(rows))


def seed_of(purpose: str, seed: int) -> int:
    """Return the seed of a purpose, from that of the experiment."""
    return int(words("sensitivity", seed, purpose, 1)[0] >> np.uint64(33))


def _problem(keys: int) -> dict[str, Any]:
    return {"num_vars": keys, "names": [str(k) for k in range(keys)], "bounds": [[0.0, 1.0]] * keys}


def _saltelli(keys: int, samples: int, seed: int) -> NDArray[np.float64]:
    try:
        from SALib.sample import sobol
    except ImportError:
        raise missing("SALib") from None
    if samples & (samples - 1):
        raise RequestError(f"--samples {samples}: must be a power of 2 for Sobol' indices, as in 256")
    made: NDArray[np.float64] = sobol.sample(
        _problem(keys), samples, calc_second_order=False, seed=seed_of("design", seed)
    )
    return made


def _morris(keys: int, samples: int, seed: int) -> NDArray[np.float64]:
    try:
        from SALib.sample import morris
    except ImportError:
        raise missing("SALib") from None
    made: NDArray[np.float64] = morris.sample(
        _problem(keys), samples, num_levels=LEVELS, seed=seed_of("design", seed)
    )
    return made


def missing(name: str) -> RequestError:
    """What is told where a library of the extra is not installed."""
    return RequestError(
        f"{name} is not installed; hegemon sensitivity needs it: pip install 'hegemon[sensitivity]'"
    )
