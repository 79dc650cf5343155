"""The kernel and the reference on the same replicas, and what differs between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import hegemon_kernels as hk
from hegemon import reference

STATE_ARRAYS = ("resources", "arms", "capability", "against", "clients", "leader")


def kernel_rows(
    values: Mapping[str, Any], key: int, first: int, count: int, dtype: str = "float64"
) -> np.ndarray:
    rows = np.zeros(count, hk.OUTCOME_DTYPE)
    hk.simulate(hk.pack_point(values, dtype), key, first, rows)
    return rows


def reference_rows(values: Mapping[str, Any], key: int, first: int, count: int) -> np.ndarray:
    rows = np.zeros(count, hk.OUTCOME_DTYPE)
    for row, replica in zip(rows, range(first, first + count), strict=True):
        outcome = reference.simulate(values, key, replica)
        assert set(outcome) == set(hk.OUTCOME_DTYPE.names)
        for name, value in outcome.items():
            row[name] = value
    return rows


def as_bits(x: np.ndarray) -> np.ndarray:
    """Floating-point numbers as integers; every NaN has the same.

    The sign of a zero counts: nothing in the model makes a negative one.
    """
    if x.dtype.kind != "f":
        return x
    x = np.ascontiguousarray(x)
    return np.where(np.isnan(x), np.array(np.nan, x.dtype), x).view(f"u{x.dtype.itemsize}")


def differences(ours: np.ndarray, theirs: np.ndarray) -> list[str]:
    """Where two structured arrays differ by bits, one line each."""
    assert ours.dtype == theirs.dtype
    if len(ours) != len(theirs):
        return [f"{len(ours)} rows and {len(theirs)} rows"]
    lines = []
    for name in ours.dtype.names or ():
        for i in np.flatnonzero(as_bits(ours[name]) != as_bits(theirs[name])):
            lines.append(f"row {i}, {name}: {ours[name][i]!r} and {theirs[name][i]!r}")
    return lines


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
