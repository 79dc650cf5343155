"""The kernels' front door: pack a point, simulate a block of replicas, keep replicas whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from hegemon_kernels.snapshots import Climb, no_climb
from hegemon_kernels.trajectory import Trajectories, allocate_trace

GROUPS = 5
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


def _bits(members: Iterable[int]) -> int:
    return sum(1 << i for i in members)


def pack_point(values: Mapping[str, Any], dtype: str = "float64") -> Point:
    """Pack the parameters of a design point for the kernels.

    Parameters
    ----------
    values : mapping
        All parameters by their symbols in docs/model.md, validated and resolved; None for an efficiency that
        each system derives for itself.
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
    efficiencies = ("eS", "eP", "eC", "eB")
    fields = {
        **values,
        **{name: -1.0 if values[name] is None else values[name] for name in efficiencies},
        "olson": values["rule"] == "olson",
        "N": n,
        "layout": layout,
        "by_capability": values["initiative"] == "capability",
        "region": n - len(values["offshore"]),
        "word_bits": 8 * real.itemsize,
        "tracing": 0,
        "level": np.inf,
        "offshore": _bits(int(i) for i in values["offshore"]),
        "revisionists": _bits(i for i, kind in enumerate(values["types"]) if kind == "revisionist"),
        "seekers": _bits(i for i, kind in enumerate(values["types"]) if kind == "security"),
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


def _run(
    point: Point, key: int, first: int, rows: np.ndarray, trace: Any = None, climb: Climb | None = None
) -> None:
    if rows.dtype != OUTCOME_DTYPE or rows.ndim != 1 or not rows.flags.c_contiguous:
        raise ValueError("rows must be a contiguous one-dimensional array of OUTCOME_DTYPE")
    if not len(rows):
        return
    states = int(point.record["N"][0])
    lanes = LANES[8 * point.dtype.itemsize]
    # A short block would leave most lanes of many groups without a replica.
    groups = max(1, min(GROUPS, len(rows) // (4 * lanes)))
    run_block(
        point.record,
        point.shares,
        point.drift,
        point.proximity,
        allocate(groups, states, _in_plane(point), point.dtype),
        np.uint64(key),
        np.int64(first),
        rows,
        allocate_trace(0, 0, 0, 0, 0) if trace is None else trace,
        no_climb(point.dtype) if climb is None else climb,
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
    _run(point, key, first, rows)


def snapshot_size(point: Point) -> int:
    """Numbers in a snapshot of one replica of a design point, for `climb`."""
    states = int(point.record["N"][0])
    return int(allocate(1, states, _in_plane(point), point.dtype).kept)


def climb(
    point: Point,
    key: int,
    first: int,
    level: float,
    rows: np.ndarray,
    shares: np.ndarray,
    years: np.ndarray,
    snapshots: np.ndarray,
    starts: np.ndarray | None = None,
    parents: np.ndarray | None = None,
) -> None:
    """Simulate replicas until the leader holds a level of capability, and keep where they end.

    A replica ends with the first year at whose end the leader's capability share is at least `level`, or
    with which it would end in plain simulation. From there `starts` may take it up again. Bits of a replica
    depend on the point, the key, its index, its parent's snapshot and the level alone. The GIL is released.

    Parameters
    ----------
    point : Point
        From `pack_point`; hegemony must be absorbing.
    key : int
        From `stream_key`, with a stage of its own.
    first : int
        Index of the first replica.
    level : float
        Capability share; inf to go on to hegemony or the horizon.
    rows : structured array, shape (count,)
        Filled with the outcomes as they stand where each replica ends; as for `simulate`.
    shares : float array, shape (count,)
        Filled: the leader's capability share there (0 before the end of the first year).
    years : int32 array, shape (count,)
        Filled: years completed there.
    snapshots : array of the point's dtype, shape (count, `snapshot_size`)
        Filled with all that is kept of each replica.
    starts : array of the point's dtype, shape (n, `snapshot_size`), optional
        Snapshots of replicas that had neither emerged nor reached `level`, to go on from after the year in
        which they were taken. Without it replicas are set up anew.
    parents : int64 array, shape (count,), optional
        The row of `starts` from which each replica goes on.

    Raises
    ------
    ValueError
        If an array has another shape or type, hegemony is not absorbing, or parents are not rows of starts.
    """
    if not point.record["absorbing"][0]:
        raise ValueError("only replicas that end with hegemony climb")
    size, count = snapshot_size(point), len(rows)
    filled: tuple[tuple[str, np.ndarray, tuple[int, ...], Any], ...] = (
        ("shares", shares, (count,), np.float64),
        ("years", years, (count,), np.int32),
        ("snapshots", snapshots, (count, size), point.dtype),
    )
    if starts is not None and parents is not None:
        continued: tuple[tuple[str, np.ndarray, tuple[int, ...], Any], ...] = (
            ("starts", starts, (len(starts), size), point.dtype),
            ("parents", parents, (count,), np.int64),
        )
        filled += continued
        if count and not 0 <= parents.min() <= parents.max() < len(starts):
            raise ValueError("parents must be rows of starts")
    elif starts is not None or parents is not None:
        raise ValueError("starts and parents come together")
    for name, array, shape, dtype in filled:
        if array.shape != shape or array.dtype != dtype or not array.flags.c_contiguous:
            raise ValueError(f"{name} must be a contiguous array of {np.dtype(dtype)}, shape {shape}")
    record = point.record.copy()
    record["level"] = level
    if record["level"][0] < level:  # a share that is less must not pass for the level
        record["level"] = np.nextafter(record["level"], np.inf, dtype=point.dtype)
    nothing = no_climb(point.dtype)
    arrays = nothing._replace(snapshots=snapshots, shares=shares, years=years)
    if starts is not None:
        arrays = arrays._replace(starts=starts, parents=parents)
    _run(replace(point, record=record), key, first, rows, climb=arrays)


def _in_plane(point: Point) -> bool:
    """Whether places differ between replicas."""
    return bool(point.record["layout"][0] == LAYOUT_PLANE)


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
