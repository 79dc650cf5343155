"""What runs on a worker: simulate the segments of a piece, tally them, write the piece, return its tallies.

Everything here takes small arguments: a task names the values that all its points share once, and of each
point only what differs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import hegemon_kernels as hk
from hegemon.planning.plan import Kind, Segment
from hegemon.running.brake import Brake, Stretch
from hegemon.storage import content, pieces, tracing

BLOCK = 4096
"""Replicas per kernel call: its fixed costs are spread, and its rows stay in cache."""


Make = Callable[["Setting", Kind, Sequence[Segment], Sequence[Mapping[str, Any]], Brake], bytes]
"""Does a piece's work: what all tasks share, its kind and segments, the kernel values of each, the brake."""


class Stopped(Exception):
    """The run was told to stop; the piece at hand was given up."""


@dataclass(frozen=True)
class Setting:
    """What all tasks of a run share.

    Attributes
    ----------
    folder : str
        Where pieces go, absolute.
    seed, common_random_numbers, dtype, detail
        As in the experiment.
    base : mapping
        Kernel values of the first point.
    make : callable, optional
        Makes pieces of the kinds that this module does not know.
    """

    folder: str
    seed: int
    common_random_numbers: bool
    dtype: str
    detail: str
    base: Mapping[str, Any]
    make: Make | None = None

    def key(self, identity: int) -> int:
        """Key of a point's random numbers: the same for all points under common random numbers."""
        return hk.stream_key(self.seed, 0 if self.common_random_numbers else identity)


@dataclass(frozen=True)
class Order:
    """A piece to be made: the stem of its name, its segments, what of each differs from the base, and the
    nanoseconds that it is expected to take.
    """

    number: int
    kind: Kind
    stem: str
    segments: tuple[Segment, ...]
    changes: tuple[Mapping[str, Any], ...]
    cost: int


@dataclass(frozen=True)
class Finished:
    """A piece that is on disk, with its tallies (None for trajectories) and the seconds it took."""

    number: int
    name: str
    tallies: content.Tallies | None
    seconds: float


def changes(values: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of `values` that differ from `base`; both have the same keys."""
    return {name: value for name, value in values.items() if base[name] != value}


def run_orders(
    setting: Setting,
    orders: tuple[Order, ...],
    brake: Brake | None = None,
    turn: AbstractContextManager[Any] | None = None,
) -> list[Finished]:
    """Make pieces, one after the other; fewer than were asked where the brake stopped it.

    Parameters
    ----------
    setting, orders
        What to do.
    brake : Brake, optional
        Looked at before each piece and between kernel calls.
    turn : context manager, optional
        Held while computing and free while writing, so that another thread computes while this waits for the
        disk.

    Raises
    ------
    WorkFailed
        If a piece could not be written; the earlier ones stay.
    """
    finished: list[Finished] = []
    brake = brake or Brake()
    for order in orders:
        try:
            with turn or nullcontext():
                begin = time.perf_counter()
                packed, tallies = _make(setting, order, brake)
        except Stopped:
            break
        name = pieces.name_of(order.stem, packed)
        pieces.write(Path(setting.folder) / name, packed)
        finished.append(Finished(order.number, name, tallies, time.perf_counter() - begin))
    return finished


def _make(setting: Setting, order: Order, brake: Brake) -> tuple[bytes, content.Tallies | None]:
    if not brake.begins():
        raise Stopped
    if order.kind == "piece":
        return _simulate(setting, order, brake)
    values = [{**setting.base, **change} for change in order.changes]
    if order.kind == "trace":
        return _trace(setting, order.segments, values), None
    if setting.make is None:
        raise ValueError(f"{order.stem}: nobody said how to make a {order.kind}")
    return setting.make(setting, order.kind, order.segments, values, brake), None


def _simulate(setting: Setting, order: Order, brake: Brake) -> tuple[bytes, content.Tallies]:
    total = sum(segment.count for segment in order.segments)
    base = setting.base["absorbing"]
    lasting = not all(change.get("absorbing", base) for change in order.changes)
    columns = content.columns(total, lasting) if setting.detail == "outcomes" else {}
    tallies = _tallies(setting, order, columns, Stretch(brake, total))
    table = content.collect(order.segments, tallies)
    return content.pack(order.segments, table, columns), table


def _tallies(
    setting: Setting, order: Order, columns: Mapping[str, NDArray[Any]], stretch: Stretch
) -> Iterator[hk.Tally]:
    """Simulate segment after segment."""
    most = max(segment.count for segment in order.segments)
    rows, done = np.empty(min(most, BLOCK), hk.OUTCOME_DTYPE), 0
    for segment, change in zip(order.segments, order.changes, strict=True):
        stops = partial(_stops, stretch, done - segment.first)
        own = {name: column[done : done + segment.count] for name, column in columns.items()}
        yield _segment(setting, segment, {**setting.base, **change}, rows, own, stops)
        done += segment.count


def _trace(setting: Setting, segments: Sequence[Segment], values: Sequence[Mapping[str, Any]]) -> bytes:
    """Simulate segments whole; the bytes of their piece."""
    traces = [
        hk.trace(
            hk.pack_point(value, setting.dtype), setting.key(segment.identity), segment.first, segment.count
        )
        for segment, value in zip(segments, values, strict=True)
    ]
    years, states = (max(value[name] for value in values) for name in ("T", "N"))
    return tracing.pack(segments, traces, years, states)


def _stops(stretch: Stretch, before: int, replica: int) -> bool:
    """Whether a piece will not end in time, when `before` + `replica` of its rows are done."""
    return stretch.stops(before + replica)


def _segment(
    setting: Setting,
    segment: Segment,
    value: Mapping[str, Any],
    rows: NDArray[Any],
    columns: Mapping[str, NDArray[Any]],
    stops: Callable[[int], bool],
) -> hk.Tally:
    """Simulate a segment by blocks, each into `rows`; tally them, and fill the segment's columns."""
    point = hk.pack_point(value, setting.dtype)
    key, whole = setting.key(segment.identity), None
    for begin, count in _blocks(segment):
        if stops(begin):
            raise Stopped
        block, offset = rows[:count], begin - segment.first
        hk.simulate(point, key, begin, block)
        for name, column in columns.items():  # while the block is in cache
            column[offset : offset + count] = block[name]
        tally = hk.tally(block, value["T"])
        whole = tally if whole is None else _unbounded(whole).merge(_unbounded(tally))
    if whole is None:
        raise ValueError(f"a segment without replicas: {segment}")
    return whole


def _unbounded(tally: hk.Tally) -> hk.Tally:
    """With squares as Python integers: over several blocks they may pass 2^63."""
    return replace(tally, squares=tally.squares.astype(object))


def _blocks(segment: Segment) -> Iterator[tuple[int, int]]:
    end = segment.first + segment.count
    for begin in range(segment.first, end, BLOCK):
        yield begin, min(BLOCK, end - begin)
