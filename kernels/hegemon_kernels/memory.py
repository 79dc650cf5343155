"""Where the rows of a group of lanes lie: single rows first, then one record of rows for each state.

A group keeps its replicas in a memory of its own; the scratch memory serves one group after the other.
Records make the place of a row a constant distance from one pointer, so that loops need no others.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.typing import signature

from hegemon_kernels._jit import inlined, intrinsic
from hegemon_kernels.lanes import ELEMENTS, LANES, RowsType
from hegemon_kernels.layout import MAX_STATES, State

_FIELDS = State._fields


def _between(first: str, last: str) -> tuple[str, ...]:
    return _FIELDS[_FIELDS.index(first) : _FIELDS.index(last) + 1]


_SCRATCH = frozenset(_between("C", _FIELDS[-1]))
_BY_PAIR = frozenset({"proximity", "new_proximity"})
_BY_STATE = frozenset(_between("R", "last_crisis") + _between("C", "new_ideology"))
_SETS = frozenset(
    "against clients revisionists coalition followers threatened patrons opponents patronage "
    "new_revisionists".split()
)
_WORDS = _SETS | {"last_crisis", *_between("active", "hegemon"), *_between("focus", _FIELDS[-1])}
_BRIEFING = _between("focus_R", "w3")


class _Plan(NamedTuple):
    """One memory, in rows: how many come before the records, how many a record has, where each row is."""

    single: int
    record: int
    place: dict[str, int]


@cache
def _plan(scratch: bool, bits: int) -> _Plan:
    place: dict[str, int] = {}
    single = _count_up(place, scratch, False, bits)
    return _Plan(single, _count_up(place, scratch, True, bits, single), place)


def _count_up(place: dict[str, int], scratch: bool, by_state: bool, bits: int, first: int = 0) -> int:
    """Put the fields of one kind one after the other, from the row `first` on; returns the rows they take."""
    at = first
    for name in _FIELDS:
        if name not in _BY_PAIR and (name in _SCRATCH) == scratch and (name in _BY_STATE) == by_state:
            place[name] = at
            at += _rows_of(name, bits)
    return at - first


def _rows_of(name: str, bits: int) -> int:
    if name in _SETS:
        return set_words(MAX_STATES, bits)
    # A block for the year or the crisis, then a word for each state.
    return 4 + MAX_STATES if name == "drawn" else 1


def set_words(states: int, bits: int) -> int:
    """Words that a set of states takes."""
    return -(-states // bits)


def _padded(states: int) -> int:
    """States that there are records for: draws come in fours."""
    return -(-states // 4) * 4


def _row_count(scratch: bool, states: int, plane: bool, bits: int) -> int:
    plan = _plan(scratch, bits)
    return plan.single + plan.record * _padded(states) + (states * states if plane else 0)


class Memory(NamedTuple):
    """Memory of some groups of lanes and of a council; sizes in rows."""

    slab: Any  # scratch of the groups, scratch of the council, what each group keeps, what the council keeps
    scratch: Any  # size of a scratch memory
    kept: Any  # size of what one group keeps
    groups: Any


def allocate(groups: int, states: int, plane: bool, dtype: np.dtype[Any]) -> Memory:
    """Zeroed memory, 64-byte aligned."""
    bits = 8 * dtype.itemsize
    scratch, kept = (_row_count(which, states, plane, bits) for which in (True, False))
    size = (2 * scratch + (groups + 1) * kept) * LANES[bits] * dtype.itemsize
    slab = np.zeros(size + 64, np.uint8)
    start = -slab.ctypes.data % 64
    return Memory(slab[start : start + size].view(dtype), scratch, kept, groups)


@inlined
def group_at(memory: Any, group: Any, n: Any) -> Any:
    """State of a group of lanes."""
    return _state_at(memory.slab, 2 * memory.scratch + group * memory.kept, 0, n)


@inlined
def council_at(memory: Any, n: Any) -> Any:
    """State of the council."""
    return _state_at(memory.slab, 2 * memory.scratch + memory.groups * memory.kept, memory.scratch, n)


@intrinsic
def _state_at(typing: Any, slab: Any, kept: Any, scratch: Any, n: Any) -> Any:
    """The rows of a group of lanes of `n` states whose memories begin at two rows of a slab."""
    bits = slab.dtype.bitwidth
    word = {64: types.uint64, 32: types.uint32}[bits]
    plans = {which: _plan(which, bits) for which in (False, True)}

    def rows(name: str) -> RowsType:
        element = word if name in _WORDS else slab.dtype
        record = plans[name in _SCRATCH].record if name in _BY_STATE else 0
        return RowsType(element, 1, record) if name in _SETS else RowsType(element, record or 1)

    result = types.NamedTuple([rows(name) for name in _FIELDS], State)

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        def number(value: int) -> Any:
            return ir.Constant(args[1].type, value)

        data = context.make_array(slab)(context, builder, args[0]).data
        # Records go on to the next multiple of four states.
        states = builder.and_(builder.add(args[3], number(3)), number(-4))
        pointers = []
        for name, kind in zip(_FIELDS, result.types, strict=True):
            plan = plans[name in _SCRATCH]
            start = builder.gep(data, [builder.mul(args[2 if name in _SCRATCH else 1], number(LANES[bits]))])
            if name in _BY_PAIR:
                row = builder.add(number(plan.single), builder.mul(states, number(plan.record)))
            else:
                row = number(plan.place[name])
            at = builder.gep(start, [builder.mul(row, number(LANES[bits]))])
            pointers.append(builder.bitcast(at, ELEMENTS[kind.element].as_pointer()))
        return context.make_tuple(builder, result, pointers)

    return signature(result, slab, types.intp, types.intp, types.intp), code


@intrinsic
def set_at(typing: Any, sets: Any, i: Any) -> Any:
    """The row at which the set of state `i` begins."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.mul(args[1], ir.Constant(args[1].type, sets.record))

    return signature(types.intp, sets, types.intp), code


@intrinsic
def briefing_rows(typing: Any, rows: Any) -> Any:
    """Number of rows, one after the other, that tell a council of a crisis; `focus_R` is the first."""
    bits = rows.element.bitwidth
    place = _plan(True, bits).place
    length = place[_BRIEFING[-1]] + 1 - place[_BRIEFING[0]]
    return signature(types.intp, rows), lambda context, builder, sig, args: context.get_constant(
        types.intp, length
    )
