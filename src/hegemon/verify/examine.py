"""One piece: its bytes against its hash, its table against the plan, its tallies against its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

import hegemon_kernels as hk
from hegemon.bits import same
from hegemon.failures import PieceError
from hegemon.outputs.outcomes import absorbed
from hegemon.running.work import BLOCK
from hegemon.storage import content, pieces, vetting
from hegemon.storage.pieces import PieceFile
from hegemon.variables import EVENTS, OUTCOMES, TALLIES, TRAJECTORIES, Variable
from hegemon.verify.again import compute
from hegemon.verify.tasks import Columns, Finding, Task

_COUNTED = ("emerged", "years", "valid", "sums", "squares_high", "squares_low")


def examine(task: Task) -> Finding:
    """Check a piece; each of its files, where it has more than one."""
    finding = Finding(task.order.kind)
    for file in task.files:
        try:
            held = _held(task, file, finding)
        except PieceError as error:
            finding.damaged.append(str(error).replace(str(file.path), file.path.name))
        else:
            compute(task, file, held, finding)
    return finding


def _held(task: Task, file: PieceFile, finding: Finding) -> Columns:
    with vetting.opened(file.path, pieces.read(file)) as opened:
        _check_head(task, file, opened)
        held = _columns(task, opened)
        if task.order.kind == "piece":
            finding.tallies = content.tallies_of(file, opened)
            if task.setting.detail == "outcomes":
                _recount(task, file, held, finding)
    return held


def _check_head(task: Task, file: PieceFile, opened: h5py.File) -> None:
    """Refuse a piece that is not the one its name says."""
    if content.segments_of(file, opened) != task.order.segments:
        raise ValueError("its table of segments is not the planned one")
    version = vetting.attribute(opened, "model_version")
    if version != hk.MODEL_VERSION:
        raise ValueError(f"model version {version}; this program has {hk.MODEL_VERSION}")


def _columns(task: Task, opened: h5py.File) -> Columns:
    kinds: tuple[Mapping[str, Variable], ...]
    kinds = (TALLIES, OUTCOMES) if task.order.kind == "piece" else (TRAJECTORIES, EVENTS)
    values = task.values()
    lengths = {
        "segment": len(task.order.segments),
        "row": task.replicas,
        "column": len(hk.TALLY_COLUMNS),
        "elapsed": max(value["T"] for value in values) + 1,
        "year": max(value["T"] for value in values) + 1,
        "state": max(value["N"] for value in values),
    }
    return {
        name: vetting.take(opened, name, entry.dtype, tuple(map(lengths.get, entry.dims)))
        for kind in kinds
        for name, entry in kind.items()
        if name in opened
    }


# Rows and their tallies


def _recount(task: Task, file: PieceFile, held: Columns, finding: Finding) -> None:
    """Tally the rows once more."""
    rows, done, tallies = _rows(task, held), 0, []
    for segment, value in zip(task.order.segments, task.values(), strict=True):
        tallies.append(_tally(rows[done : done + segment.count], value["T"]))
        done += segment.count
    again = content.collect(task.order.segments, tallies)
    finding.recounted = True
    for name in _COUNTED:
        if not same(getattr(again, name), held[f"tally_{name}"]):
            finding.miscounted.append(f"{file.path.name}: tally_{name} is not that of its rows")


def _rows(task: Task, held: Columns) -> NDArray[Any]:
    """Rows as the kernel made them; what lasting hegemony would add is filled in where it is not kept."""
    rows = np.empty(task.replicas, hk.OUTCOME_DTYPE)
    parts = list(zip(task.order.segments, task.values(), strict=True))
    holds = np.concatenate([np.full(segment.count, value["ho"]) for segment, value in parts])
    for name in OUTCOMES:
        rows[name] = held[name] if name in held else absorbed(name, rows["emerged"], holds)
    numbers = [np.arange(part.first, part.first + part.count) for part in task.order.segments]
    if not np.array_equal(rows["replica"], np.concatenate(numbers)):
        raise ValueError("its rows are not numbered as planned")
    return rows


def _tally(rows: NDArray[Any], years: int) -> hk.Tally:
    whole = None
    for begin in range(0, len(rows), BLOCK):
        tally = hk.tally(rows[begin : begin + BLOCK], years)
        tally = replace(tally, squares=tally.squares.astype(object))  # may pass 2^63 over a segment
        whole = tally if whole is None else whole.merge(tally)
    if whole is None:
        raise ValueError("a segment without replicas")
    return whole
