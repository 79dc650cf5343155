"""Computed again: rows, trajectories or whole pieces, and where they differ from what a piece holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np

import hegemon_kernels as hk
from hegemon.bits import differing
from hegemon.planning.plan import Segment
from hegemon.running.work import run_orders
from hegemon.storage import pieces, tracing
from hegemon.storage.pieces import PieceFile
from hegemon.variables import EVENTS, OUTCOMES, TALLIES, TRAJECTORIES
from hegemon.verify.report import SHOWN, Difference
from hegemon.verify.samples import Picks
from hegemon.verify.tasks import Columns, Finding, Task


def compute(task: Task, file: PieceFile, held: Columns, finding: Finding) -> None:
    """Compute again what was picked of a piece, and add what differs.

    Raises
    ------
    WorkFailed
        If a piece that is made anew cannot be written.
    """
    if task.picks is None:
        _whole(task, file, held, finding)
    elif len(task.picks) == 0:
        return
    elif task.order.kind == "trace":
        _paths(task, task.picks, file, held, finding)
    else:
        _replicas(task, task.picks, file, held, finding)


def _owners(task: Task, picks: Picks) -> Iterator[tuple[int, Segment, dict[str, Any], int]]:
    """Row, segment, kernel values and number of the replica of each row picked."""
    ends = np.cumsum([segment.count for segment in task.order.segments])
    values = task.values()
    for row, at in zip(picks.tolist(), np.searchsorted(ends, picks, side="right").tolist(), strict=True):
        segment = task.order.segments[at]
        yield row, segment, values[at], row - int(ends[at]) + segment.count + segment.first


def _replicas(task: Task, picks: Picks, file: PieceFile, held: Columns, finding: Finding) -> None:
    """Compute some rows again, each on its own, and compare every column that the piece keeps."""
    again = np.empty(len(picks), hk.OUTCOME_DTYPE)
    for place, (_, segment, value, replica) in enumerate(_owners(task, picks)):
        point = hk.pack_point(value, task.setting.dtype)
        hk.simulate(point, task.setting.key(segment.identity), replica, again[place : place + 1])
    finding.computed = len(picks)
    names = [name for name in OUTCOMES if name in held]
    recorded = {name: held[name][picks] for name in names}
    _compare(task, file, picks, recorded, {name: again[name] for name in names}, finding)


def _paths(task: Task, picks: Picks, file: PieceFile, held: Columns, finding: Finding) -> None:
    """Compute some replicas whole again, with the log of their crises."""
    finding.computed = len(picks)
    lengths = {"row": 1, "year": held["resources"].shape[1], "state": held["resources"].shape[2]}
    for row, segment, value, replica in _owners(task, picks):
        point = hk.pack_point(value, task.setting.dtype)
        trace = hk.trace(point, task.setting.key(segment.identity), replica, 1)
        computed = tracing.arrays([trace], lengths)
        computed |= {f"event_{name}": trace.events[name] for name in trace.events.dtype.names or ()}
        computed["event_row"] = np.full(len(trace.events), row)
        mine = held["event_row"] == row
        recorded = {name: held[name][mine] if name in EVENTS else held[name][[row]] for name in computed}
        _compare(task, file, np.array([row]), recorded, computed, finding)


def _whole(task: Task, file: PieceFile, held: Columns, finding: Finding) -> None:
    """Make the whole piece anew, elsewhere, and compare every variable of both."""
    (made,) = run_orders(replace(task.setting, folder=task.scratch), (task.order,))
    path = Path(task.scratch) / made.name
    finding.computed = task.replicas if task.order.kind == "trace" else 1
    try:
        again = pieces.parse(path)
        if again is None or again.digest != file.digest:
            # Other versions of libraries pack the same values differently.
            with h5py.File(path, "r") as other:
                computed = {name: other[name][()] for name in held}
            _compare(task, file, np.arange(task.replicas), held, computed, finding)
    finally:
        path.unlink(missing_ok=True)


def _compare(
    task: Task, file: PieceFile, rows: Picks, recorded: Columns, computed: Columns, finding: Finding
) -> None:
    """Add each value that differs, with its place: `rows` are those of the piece that both hold."""
    for name, ours in recorded.items():
        theirs = computed[name].astype(ours.dtype)
        if ours.shape != theirs.shape:
            point, replica = _owner(task, rows) if len(rows) == 1 else (None, None)
            shapes = str(ours.shape), str(theirs.shape)
            finding.different += 1
            finding.differences.append(Difference(file.path.name, point, replica, f"{name} (shape)", *shapes))
            continue
        places = differing(ours, theirs)
        finding.different += len(places)
        for at in places[: SHOWN - len(finding.differences)].tolist():
            point, replica, rest = _place(task, rows, name, at)
            values = ours[tuple(at)].item(), theirs[tuple(at)].item()
            column = f"{name}{rest}" if rest else name
            finding.differences.append(Difference(file.path.name, point, replica, column, *values))


def _place(task: Task, rows: Picks, name: str, at: list[int]) -> tuple[int | None, int | None, list[int]]:
    """Design point, replica and the rest of a place in a variable of a piece."""
    if name in TALLIES:
        return task.index[task.order.segments[at[0]].identity], None, at[1:]
    if name in OUTCOMES or name in TRAJECTORIES:
        return *_owner(task, rows[at[:1]]), at[1:]
    return *(_owner(task, rows) if len(rows) == 1 else (None, None)), at


def _owner(task: Task, row: Picks) -> tuple[int, int]:
    """Design point and replica of a row."""
    ((_, segment, _, replica),) = _owners(task, row)
    return task.index[segment.identity], replica
