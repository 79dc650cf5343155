"""Vectors of lanes: one lane is one replica.

`VectorType(element, lanes)` is a pair of LLVM vectors with the arithmetic, comparison and bit operators
of Python. Written out explicitly because a loop over lanes that is left to the auto-vectoriser loses
everything, silently, to one idiom that it does not like; as a pair, each as wide as the widest registers,
because masks of one longer vector are packed and unpacked at every comparison and select.
`RowsType` is a pointer to rows of such vectors: `rows[i]` is the vector of row i, `rows[i, lane]` one
number in it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import models, register_model

PARTS = 2
LANES = {64: 8 * PARTS, 32: 16 * PARTS}
"""Replicas that go side by side, by the width of a number in bits: full 512-bit vectors."""

ELEMENTS: dict[Any, ir.Type] = {
    types.float64: ir.DoubleType(),
    types.float32: ir.FloatType(),
    types.uint64: ir.IntType(64),
    types.uint32: ir.IntType(32),
    types.boolean: ir.IntType(1),
}
FLOATS = (types.float64, types.float32)


class VectorType(types.Type):  # type: ignore[misc]
    """Numba type of a vector of `lanes` numbers of one element type."""

    def __init__(self, element: Any, lanes: int) -> None:
        self.element = element
        self.lanes = lanes
        super().__init__(name=f"Vector({element} x {lanes})")

    @property
    def part(self) -> ir.VectorType:
        """The LLVM type of one part."""
        return ir.VectorType(ELEMENTS[self.element], self.lanes // PARTS)

    @property
    def llvm(self) -> ir.ArrayType:
        """The LLVM type of the whole."""
        return ir.ArrayType(self.part, PARTS)


class RowsType(types.Type):  # type: ignore[misc]
    """Numba type of a pointer to rows of vectors, 64-byte aligned.

    Row i is the i-th of every `stride` rows of memory; `record` is the stride from one state to the next.
    """

    def __init__(self, element: Any, stride: int = 1, record: int = 0) -> None:
        self.element = element
        self.stride = stride
        self.record = record
        self.vector = VectorType(element, LANES[element.bitwidth])
        super().__init__(name=f"Rows({element}, {stride}, {record})")


@register_model(VectorType)
class _VectorModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, vector: VectorType) -> None:
        super().__init__(manager, vector, vector.llvm)


@register_model(RowsType)
class _RowsModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, rows: RowsType) -> None:
        super().__init__(manager, rows, ELEMENTS[rows.element].as_pointer())


def split(builder: Any, value: Any) -> list[Any]:
    """The parts of a vector."""
    return [builder.extract_value(value, k) for k in range(PARTS)]


def join(builder: Any, parts: Any, vector: VectorType) -> Any:
    """A vector from its parts."""
    value = ir.Constant(vector.llvm, ir.Undefined)
    for k, part in enumerate(parts):
        value = builder.insert_value(value, part, k)
    return value


def by_parts(builder: Any, function: Callable[..., Any], vector: VectorType, *values: Any) -> Any:
    """The vector of a function of the parts of vectors."""
    pieces = zip(*(split(builder, value) for value in values), strict=True)
    return join(builder, [function(*piece) for piece in pieces], vector)


def _broadcast_part(builder: Any, value: Any, vector: VectorType) -> Any:
    lanes = vector.part.count
    if isinstance(value, ir.Constant):
        return ir.Constant(vector.part, [value] * lanes)
    undefined = ir.Constant(vector.part, ir.Undefined)
    index = ir.IntType(32)
    first = builder.insert_element(undefined, value, ir.Constant(index, 0))
    mask = ir.Constant(ir.VectorType(index, lanes), [0] * lanes)
    return builder.shuffle_vector(first, undefined, mask)


def broadcast(builder: Any, value: Any, vector: VectorType) -> Any:
    """One scalar in all lanes."""
    return join(builder, [_broadcast_part(builder, value, vector)] * PARTS, vector)


def as_vector(context: Any, builder: Any, value: Any, source: Any, vector: VectorType) -> Any:
    """`value` as it is where it is a vector already; a scalar cast to the element and broadcast."""
    if isinstance(source, VectorType):
        return value
    return broadcast(builder, context.cast(builder, value, source, vector.element), vector)


def common_vector(*args: Any) -> VectorType | None:
    """The one vector type among arguments, None where there is none or where they differ."""
    vectors = {a for a in args if isinstance(a, VectorType)}
    scalars = (types.Number, types.Boolean)
    if len(vectors) != 1 or not all(isinstance(a, (VectorType, *scalars)) for a in args):
        return None
    return next(iter(vectors))


def _binary(
    function: Any,
    on_floats: Callable[..., Any] | None,
    on_integers: Callable[..., Any] | None,
    compares: bool = False,
) -> None:
    @infer_global(function)
    class _Template(AbstractTemplate):  # type: ignore[misc]
        key = function

        def generic(self, args: Any, kws: Any) -> Any:
            vector = common_vector(*args) if len(args) == 2 else None
            if vector is None:
                return None
            return signature(VectorType(types.boolean, vector.lanes) if compares else vector, *args)

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        vector = common_vector(*sig.args)
        assert vector is not None
        build = on_floats if vector.element in FLOATS else on_integers
        assert build is not None, f"{function} is not defined on {vector}"
        operands = (as_vector(context, builder, a, t, vector) for a, t in zip(args, sig.args, strict=True))
        return by_parts(builder, lambda x, y: build(builder, x, y), sig.return_type, *operands)

    for operands in (
        (VectorType, VectorType),
        (VectorType, types.Number),
        (types.Number, VectorType),
        (VectorType, types.Boolean),
        (types.Boolean, VectorType),
    ):
        lower_builtin(function, *operands)(lower)


def _compare(symbol: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    def on_floats(builder: Any, x: Any, y: Any) -> Any:
        # NaN differs from everything, and no other comparison with it holds, as in Python.
        ordered = builder.fcmp_unordered if symbol == "!=" else builder.fcmp_ordered
        return ordered(symbol, x, y)

    return on_floats, lambda builder, x, y: builder.icmp_unsigned(symbol, x, y)


_binary(operator.add, lambda b, x, y: b.fadd(x, y), lambda b, x, y: b.add(x, y))
_binary(operator.sub, lambda b, x, y: b.fsub(x, y), lambda b, x, y: b.sub(x, y))
_binary(operator.mul, lambda b, x, y: b.fmul(x, y), lambda b, x, y: b.mul(x, y))
_binary(operator.truediv, lambda b, x, y: b.fdiv(x, y), None)
_binary(operator.and_, None, lambda b, x, y: b.and_(x, y))
_binary(operator.or_, None, lambda b, x, y: b.or_(x, y))
_binary(operator.xor, None, lambda b, x, y: b.xor(x, y))
_binary(operator.lshift, None, lambda b, x, y: b.shl(x, y))
_binary(operator.rshift, None, lambda b, x, y: b.lshr(x, y))
for _operator, _symbol in (
    (operator.lt, "<"),
    (operator.le, "<="),
    (operator.gt, ">"),
    (operator.ge, ">="),
    (operator.eq, "=="),
    (operator.ne, "!="),
):
    _binary(_operator, *_compare(_symbol), compares=True)


@infer_global(operator.invert)
class _Invert(AbstractTemplate):  # type: ignore[misc]
    key = operator.invert

    def generic(self, args: Any, kws: Any) -> Any:
        return signature(args[0], args[0]) if isinstance(args[0], VectorType) else None


@lower_builtin(operator.invert, VectorType)  # type: ignore[untyped-decorator]
def _invert(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return by_parts(builder, builder.not_, sig.return_type, args[0])


@infer_global(operator.neg)
class _Negate(AbstractTemplate):  # type: ignore[misc]
    key = operator.neg

    def generic(self, args: Any, kws: Any) -> Any:
        return signature(args[0], args[0]) if isinstance(args[0], VectorType) else None


@lower_builtin(operator.neg, VectorType)  # type: ignore[untyped-decorator]
def _negate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return by_parts(builder, builder.fneg, sig.return_type, args[0])


def _is_pair(index: Any) -> bool:
    return (
        isinstance(index, types.BaseTuple)
        and len(index) == 2
        and all(isinstance(t, types.Integer) for t in index)
    )


@infer_global(operator.getitem)
class _GetRow(AbstractTemplate):  # type: ignore[misc]
    key = operator.getitem

    def generic(self, args: Any, kws: Any) -> Any:
        rows, index = args
        if not isinstance(rows, RowsType):
            return None
        if isinstance(index, types.Integer):
            return signature(rows.vector, rows, types.intp)
        return signature(rows.element, rows, types.UniTuple(types.intp, 2)) if _is_pair(index) else None


@infer_global(operator.setitem)
class _SetRow(AbstractTemplate):  # type: ignore[misc]
    key = operator.setitem

    def generic(self, args: Any, kws: Any) -> Any:
        rows, index, _value = args
        if not isinstance(rows, RowsType):
            return None
        if isinstance(index, types.Integer):
            return signature(types.none, rows, types.intp, rows.vector)
        if _is_pair(index):
            return signature(types.none, rows, types.UniTuple(types.intp, 2), rows.element)
        return None


def _part_pointers(builder: Any, rows: RowsType, pointer: Any, index: Any) -> list[Any]:
    """Pointers to the parts of the vector of a row."""
    vector = rows.vector
    offset = builder.mul(index, ir.Constant(index.type, rows.stride * vector.lanes))
    first = builder.bitcast(builder.gep(pointer, [offset]), vector.part.as_pointer())
    return [builder.gep(first, [ir.Constant(ir.IntType(32), k)]) for k in range(PARTS)]


def _lane_pointer(builder: Any, rows: RowsType, pointer: Any, index: Any) -> Any:
    row, lane = (builder.extract_value(index, k) for k in range(2))
    offset = builder.add(builder.mul(row, ir.Constant(row.type, rows.stride * rows.vector.lanes)), lane)
    return builder.gep(pointer, [offset])


@lower_builtin(operator.getitem, RowsType, types.intp)  # type: ignore[untyped-decorator]
def _get_row(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    rows = sig.args[0]
    return join(
        builder, [builder.load(at, align=64) for at in _part_pointers(builder, rows, *args)], rows.vector
    )


@lower_builtin(operator.setitem, RowsType, types.intp, VectorType)  # type: ignore[untyped-decorator]
def _set_row(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    for part, at in zip(
        split(builder, args[2]), _part_pointers(builder, sig.args[0], *args[:2]), strict=True
    ):
        builder.store(part, at, align=64)
    return context.get_dummy_value()


@lower_builtin(operator.getitem, RowsType, types.UniTuple)  # type: ignore[untyped-decorator]
def _get_lane(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.load(_lane_pointer(builder, sig.args[0], *args))


@lower_builtin(operator.setitem, RowsType, types.UniTuple, types.Any)  # type: ignore[untyped-decorator]
def _set_lane(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    builder.store(args[2], _lane_pointer(builder, sig.args[0], args[0], args[1]))
    return context.get_dummy_value()
