"""Equal to the last bit: how arrays are compared where results must not differ at all."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def as_bits(values: NDArray[Any]) -> NDArray[Any]:
    """Floating-point numbers as integers, every NaN the same one; other values as they are.

    The sign of a zero counts: nothing in the model makes a negative one.
    """
    if values.dtype.kind != "f":
        return values
    values = np.ascontiguousarray(values)
    return np.where(np.isnan(values), np.array(np.nan, values.dtype), values).view(
        f"u{values.dtype.itemsize}"
    )


def differing(ours: NDArray[Any], theirs: NDArray[Any]) -> NDArray[np.int64]:
    """Where two arrays of one shape and type differ: an index per row, shape (differences, dimensions)."""
    return np.argwhere(as_bits(np.asarray(ours)) != as_bits(np.asarray(theirs)))


def same(ours: NDArray[Any], theirs: NDArray[Any]) -> bool:
    """Whether two arrays have one shape, one type and the same bits."""
    alike = ours.shape == theirs.shape and ours.dtype == theirs.dtype
    return alike and bool(np.array_equal(as_bits(ours), as_bits(theirs)))
