"""The kernels' front door: pack a point, simulate a block of replicas, keep replicas whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from hegemon_kernels._jit import entry
from hegemon_kernels.elementary import exp
from hegemon_kernels.lanes import LANES
from hegemon_kernels.layout import (
    LAYOUT_NONE,
    LAYOUT_PLANE,
    LAYOUT_SHARED,
    MAX_STATES,
    Point,
    record_type,
)
from hegemon_kernels.memory import allocate, set_words
from hegemon_kernels.outcomes import OUTCOME_DTYPE
from hegemon_kernels.simulate import run_block
from hegemon_kernels.trajectory import Trajectories, allocate_trace

GROUPS = 4
"""Groups of lanes that share a council: enough to fill it, few enough to stay in the cache."""

MODEL_VERSION = 1
"""Rises when a change of the model or its arithmetic changes results."""


@entry
def _proximities(distances: Any, reach: float, out: Any) -> None:
    for i in range(len(distances)):
        for j in range(len(distances)):
            out[i, j] = 1.0 if i == j else exp(-distances[i, j] / reach)


def _distances(values: Mapping[str, Any]) -> np.ndarray:
    n = values["N"]
    if values["layout"] == "matrix":
        return np.array(values["distances"], dtype=np.float64).reshape(n, n)
    steps = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    return np.asarray(np.minimum(steps, n - steps) / n)


def pack_point(values: Mapping[str, Any], dtype: str = "float64") -> Point:
    """Pack the parameters of a design point for the kernels.

    Parameters
    ----------
    values : mapping
        All parameters by their symbols in docs/model.md, validated and resolved.
    dtype : {"float64", "float32"}
        Precision of the kernel.

    Returns
    -------
    Point

    Raises
    ------
    ValueError
        If the number of states is not one that the kernels know.
    """
    real = np.dtype(dtype)
    n = int(values["N"])
    if not 2 <= n <= MAX_STATES:
        raise ValueError(f"{n} states; the kernels take 2 to {MAX_STATES}")
    everywhere = values["layout"] == "none" or np.isinf(values["ell"])
    layout = LAYOUT_NONE if everywhere else LAYOUT_PLANE if values["layout"] == "plane" else LAYOUT_SHARED
    proximity = np.ones((n, n))
    if layout == LAYOUT_SHARED:
        _proximities(_distances(values), float(values["ell"]), proximity)
    fields = {
        **values,
        "N": n,
        "layout": layout,
        "by_capability": values["initiative"] == "capability",
        "region": n - len(values["offshore"]),
        "word_bits": 8 * real.itemsize,
        "tracing": 0,
        "offshore": sum(1 << int(i) for i in values["offshore"]),
    }
    kind = record_type(real)
    record = np.array([tuple(fields[name] for name in kind.names or ())], kind)
    return Point(
        record,
        np.array(values["shares"], dtype=real),
        np.array(values["mu"], dtype=real),
        proximity.ravel().astype(real),
        real,
    )


def _run(point: Point, key: int, first: int, rows: np.ndarray, trace: Any) -> None:
    states = int(point.record["N"][0])
    plane = bool(point.record["layout"][0] == LAYOUT_PLANE)
    lanes = LANES[8 * point.dtype.itemsize]
    # A short block would leave most lanes of many groups without a replica.
    groups = max(1, min(GROUPS, len(rows) // (4 * lanes)))
    run_block(
        point.record,
        point.shares,
        point.drift,
        point.proximity,
        allocate(groups, states, plane, point.dtype),
        np.uint64(key),
        np.int64(first),
        rows,
        trace,
        lanes,
        set_words(states, 8 * point.dtype.itemsize),
    )


def simulate(point: Point, key: int, first: int, rows: np.ndarray) -> None:
    """Simulate replicas `first` to `first + len(rows) - 1` of a design point.

    The bits of a row depend on the point, the key and the replica alone. The GIL is released.

    Parameters
    ----------
    point : Point
        From `pack_point`.
    key : int
        From `stream_key`, 64 bits.
    first : int
        Index of the first replica.
    rows : structured array, shape (count,)
        Filled; of type `OUTCOME_DTYPE`, contiguous. Blocks of some hundred rows or more are efficient.

    Raises
    ------
    ValueError
        If `rows` is not such an array.
    """
    if rows.dtype != OUTCOME_DTYPE or rows.ndim != 1 or not rows.flags.c_contiguous:
        raise ValueError("rows must be a contiguous one-dimensional array of OUTCOME_DTYPE")
    if len(rows):
        _run(point, key, first, rows, allocate_trace(0, 0, 0, 0, 0))


def trace(point: Point, key: int, first: int, count: int) -> Trajectories:
    """Simulate as `simulate` does, and keep the replicas whole.

    Parameters
    ----------
    point, key, first
        As for `simulate`.
    count : int
        Number of replicas.

    Returns
    -------
    Trajectories
    """
    record = point.record.copy()
    record["tracing"] = 1
    years, states = int(record["T"][0]), int(record["N"][0])
    most = count * years * (int(np.floor(float(record["nu"][0]) * states)) + 1)
    arrays = allocate_trace(first, count, years, states, most)
    _run(replace(point, record=record), key, first, np.zeros(count, OUTCOME_DTYPE), arrays)
    events = arrays.events[: arrays.event_count[0]].copy()
    events.sort(order=["replica", "year", "order"])
    return Trajectories(
        arrays.resources,
        arrays.arms,
        arrays.capability,
        arrays.against,
        arrays.clients,
        arrays.leader,
        arrays.years,
        events,
    )
