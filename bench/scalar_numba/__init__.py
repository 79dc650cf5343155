"""The year of the model as an able Numba user writes it: one replica after the other, plain loops, no lanes.

What the vector kernels are measured against. It fills the same rows of outcomes, bit for bit, from
docs/model.md alone, and takes what a scalar program can take: it branches over whatever is off, dead or not
needed this time, draws alignments only where they decide something, keeps sums and indices of power until
they change, and allocates nothing while it runs. The arithmetic of growth stands in a loop without branches,
which the compiler turns into vector code over the states.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from scalar_numba.elementary import U
from scalar_numba.records import POINT, REALS, STATE
from scalar_numba.year import exponentials, run


def pack_point(values: Mapping[str, Any]) -> np.ndarray:
    """A design point from parameters by their symbols, as `hegemon_kernels.pack_point` takes them."""
    n = values["N"]
    point = np.zeros(1, POINT)
    for name in REALS + ["N", "T", "ho", "absorbing"]:
        point[name] = values[name]
    point["near"] = near = values["layout"] != "none" and not math.isinf(values["ell"])
    point["plane"] = plane = near and values["layout"] == "plane"
    point["by_capability"] = values["initiative"] == "capability"
    point["region"] = n - len(values["offshore"])
    point["offshore"] = sum(1 << i for i in values["offshore"])
    point["shares"][0, :n] = values["shares"]
    point["drift"][0, :n] = values["mu"]
    if near and not plane:
        steps = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
        ring = np.minimum(steps, n - steps) / n
        distances = ring if values["layout"] == "ring" else np.array(values["distances"], dtype=np.float64)
        exponentials(distances, float(values["ell"]), point["proximity"][0])
    return point


def simulate(point: np.ndarray, key: int, first: int, rows: np.ndarray) -> None:
    """Fill `rows` (of `hegemon_kernels.OUTCOME_DTYPE`) with replicas first, first + 1, ..."""
    run(point, np.zeros(1, STATE), U(key), np.int64(first), rows)
