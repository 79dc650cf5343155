"""The parts of the kernel called on arrays: what lanes compute, one number after the other."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba.core import types
from numba.core.typing import signature

from hegemon_kernels._jit import entry, intrinsic
from hegemon_kernels.alignment import index_below
from hegemon_kernels.elementary import exp, ln, normals, power, turn, uniform
from hegemon_kernels.lane_ops import widen
from hegemon_kernels.lanes import LANES, RowsType
from hegemon_kernels.philox import philox


@intrinsic
def as_rows(typing: Any, arrays: Any) -> Any:
    """A named tuple of aligned arrays as the same named tuple of rows."""
    result = types.NamedTuple([RowsType(a.dtype) for a in arrays.types], arrays.instance_class)

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pointers = []
        for k, array in enumerate(arrays.types):
            value = builder.extract_value(args[0], k)
            pointers.append(context.make_array(array)(context, builder, value).data)
        return context.make_tuple(builder, result, pointers)

    return signature(result, arrays), code


class Numbers(NamedTuple):
    """A number in, functions of it out."""

    x: Any
    exp: Any
    ln: Any
    power: Any


class Words(NamedTuple):
    """Two words in, the numbers that they stand for out."""

    a: Any
    b: Any
    uniform: Any
    cosine: Any
    sine: Any
    first: Any
    second: Any
    index: Any


class Blocks(NamedTuple):
    """Counters of the generator in, its words out."""

    slot: Any
    year: Any
    low: Any
    high: Any
    w0: Any
    w1: Any
    w2: Any
    w3: Any


@entry
def _of_numbers(arrays: Any, rows: Any, exponent: Any) -> None:
    s = as_rows(arrays)
    for i in range(rows):
        s.exp[i] = exp(s.x[i])
        s.ln[i] = ln(s.x[i])
        s.power[i] = power(s.x[i], exponent)


@entry
def _of_words(arrays: Any, rows: Any, n: Any) -> None:
    s = as_rows(arrays)
    for i in range(rows):
        u = uniform(s.a[i])
        s.uniform[i] = u
        s.cosine[i], s.sine[i] = turn(u)
        s.first[i], s.second[i] = normals(s.a[i], s.b[i])
        s.index[i] = index_below(s.a[i], n, s.a[i])


@entry
def _of_blocks(arrays: Any, rows: Any, key: Any) -> None:
    s = as_rows(arrays)
    for i in range(rows):
        counter = (widen(s.slot[i]), widen(s.year[i]), widen(s.low[i]), widen(s.high[i]))
        s.w0[i], s.w1[i], s.w2[i], s.w3[i] = philox(*counter, key, s.slot[i])


def _aligned(count: int, kind: np.dtype[Any]) -> np.ndarray:
    slab = np.zeros(count * kind.itemsize + 64, np.uint8)
    start = -slab.ctypes.data % 64
    return slab[start : start + count * kind.itemsize].view(kind)


def _call(function: Any, kind: Any, dtype: str, inputs: dict[str, Any], words: set[str], *extra: Any) -> Any:
    """Fill the fields `inputs`, run, and return all fields cut to the length of the inputs."""
    real = np.dtype(dtype)
    word = np.dtype(f"u{real.itemsize}")
    count = len(next(iter(inputs.values())))
    lanes = LANES[8 * real.itemsize]
    rows = -(-count // lanes)
    arrays = kind(*(_aligned(rows * lanes, word if name in words else real) for name in kind._fields))
    for name, numbers in inputs.items():
        getattr(arrays, name)[:] = numbers[0]
        getattr(arrays, name)[:count] = numbers
    function(arrays, rows, *extra)
    return kind(*(array[:count].copy() for array in arrays))


def of_numbers(x: Any, exponent: float = 2.5, dtype: str = "float64") -> Numbers:
    """exp, ln and a power of each number."""
    exponent = np.dtype(dtype).type(exponent)
    found: Numbers = _call(_of_numbers, Numbers, dtype, {"x": np.asarray(x, dtype)}, set(), exponent)
    return found


def of_words(a: Any, b: Any, n: int = 64, dtype: str = "float64") -> Words:
    """Uniform number, cosine and sine of its turn, two normals, and the index below n."""
    inputs = {"a": np.asarray(a, "u4"), "b": np.asarray(b, "u4")}
    found: Words = _call(_of_words, Words, dtype, inputs, {"a", "b", "index"}, np.int64(n))
    return found


def of_blocks(counters: np.ndarray, key: int, dtype: str = "float64") -> np.ndarray:
    """The four words of the block at each counter, shape (count, 4)."""
    inputs = dict(zip(Blocks._fields[:4], counters.T, strict=True))
    found = _call(_of_blocks, Blocks, dtype, inputs, set(Blocks._fields), np.uint64(key))
    return np.stack(found[4:], axis=1)
