"""Running records of the lanes: counts, sums and peaks."""

from __future__ import annotations

from typing import Any

from hegemon_kernels._jit import inlined
from hegemon_kernels.lane_ops import fill, select


@inlined
def count(counter: Any, lanes: Any) -> None:
    """Add one in these lanes."""
    counter[0] = counter[0] + select(lanes, 1, fill(counter, 0))


@inlined
def add(row: Any, lanes: Any, x: Any) -> None:
    """Add `x` in these lanes."""
    row[0] = select(lanes, row[0] + x, row[0])


@inlined
def raise_peak(row: Any, lanes: Any, x: Any) -> None:
    """Keep the greater of what was and `x` in these lanes."""
    row[0] = select(lanes & (x > row[0]), x, row[0])
