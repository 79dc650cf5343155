"""The kernel and the plain reference on the same replicas, and what differs between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

import hegemon_kernels as hk
from hegemon import reference
from hegemon.bits import as_bits

STATE_ARRAYS = ("resources", "arms", "capability", "against", "clients", "leader")


def kernel_rows(
    values: Mapping[str, Any], key: int, first: int, count: int, dtype: str = "float64"
) -> NDArray[Any]:
    """Outcome rows of replicas from `first` on, by the kernel."""
    rows = np.zeros(count, hk.OUTCOME_DTYPE)
    hk.simulate(hk.pack_point(values, dtype), key, first, rows)
    return rows


def reference_rows(values: Mapping[str, Any], key: int, first: int, count: int) -> NDArray[Any]:
    """The same rows by the reference.

    Raises
    ------
    ValueError
        If it records other columns than the kernel does.
    """
    rows = np.zeros(count, hk.OUTCOME_DTYPE)
    for row, replica in zip(rows, range(first, first + count), strict=True):
        outcome = reference.simulate(values, key, replica)
        if set(outcome) != set(hk.OUTCOME_DTYPE.names or ()):
            raise ValueError(f"the reference records {sorted(outcome)}")
        for name, value in outcome.items():
            row[name] = value
    return rows


def differences(ours: NDArray[Any], theirs: NDArray[Any]) -> list[str]:
    """Where two structured arrays differ by bits, one line each.

    Raises
    ------
    ValueError
        If they have different columns.
    """
    if ours.dtype != theirs.dtype:
        raise ValueError(f"columns {ours.dtype} and {theirs.dtype}")
    if len(ours) != len(theirs):
        return [f"{len(ours)} rows and {len(theirs)} rows"]
    return [
        f"row {i}, {name}: {ours[name][i]!r} and {theirs[name][i]!r}"
        for name in ours.dtype.names or ()
        for i in np.flatnonzero(as_bits(ours[name]) != as_bits(theirs[name]))
    ]


def disagreements(values: Mapping[str, Any], key: int, first: int, count: int) -> list[str]:
    """Where the double-precision kernel and the reference record different outcomes."""
    return differences(kernel_rows(values, key, first, count), reference_rows(values, key, first, count))


def trace_disagreements(values: Mapping[str, Any], key: int, first: int, count: int) -> list[str]:
    """The same for yearly states, alignments and crises."""
    ours = hk.trace(hk.pack_point(values), key, first, count)
    theirs = [reference.trace(values, key, first + i) for i in range(count)]
    lines = []
    for name in STATE_ARRAYS:
        mine = getattr(ours, name)
        its = np.array([t[name] for t in theirs], dtype=mine.dtype).reshape(mine.shape)
        for at in np.argwhere(as_bits(mine) != as_bits(its)):
            lines.append(f"{name}{at.tolist()}: {mine[tuple(at)]!r} and {its[tuple(at)]!r}")
    if ours.years.tolist() != [t["years"] for t in theirs]:
        lines.append(f"years: {ours.years.tolist()} and {[t['years'] for t in theirs]}")
    names = ours.events.dtype.names or ()
    events = [tuple(event[name] for name in names) for t in theirs for event in t["events"]]
    return lines + differences(ours.events, np.array(events, dtype=ours.events.dtype))
