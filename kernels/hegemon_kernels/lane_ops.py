"""Operations on lanes that have no Python operator: select, any, bits, gathers, rows of an array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing import signature

from hegemon_kernels._jit import intrinsic
from hegemon_kernels.lanes import (
    ELEMENTS,
    FLOATS,
    VectorType,
    as_vector,
    by_parts,
    common_vector,
    join,
    split,
)

_BITS_OF = {types.float64: types.uint64, types.float32: types.uint32}
_FLOAT_OF = {bits: number for number, bits in _BITS_OF.items()}


def _llvm(kind: Any) -> Any:
    return kind.part if isinstance(kind, VectorType) else ELEMENTS[kind]


def _with_element(kind: Any, element: Any) -> Any:
    return VectorType(element, kind.lanes) if isinstance(kind, VectorType) else element


def _element(kind: Any) -> Any:
    return kind.element if isinstance(kind, VectorType) else kind


def _map(builder: Any, function: Callable[..., Any], result: Any, value: Any) -> Any:
    """Apply to a number, or to each part of a vector."""
    return by_parts(builder, function, result, value) if isinstance(result, VectorType) else function(value)


def _call(builder: Any, name: str, kind: Any, value: Any) -> Any:
    """Call an LLVM intrinsic of one argument that is overloaded on its type."""
    element = _element(kind)
    suffix = ("f" if element in FLOATS else "i") + str(element.bitwidth)
    if isinstance(kind, VectorType):
        suffix = f"v{kind.part.count}{suffix}"
    function_type = ir.FunctionType(_llvm(kind), [_llvm(kind)])
    function = cgutils.get_or_insert_function(builder.module, function_type, f"llvm.{name}.{suffix}")
    return _map(builder, lambda part: builder.call(function, [part]), kind, value)


@intrinsic
def select(typing: Any, mask: Any, x: Any, y: Any) -> Any:
    """`x` where the mask holds, else `y`; both are evaluated."""
    if isinstance(mask, VectorType):
        vector = common_vector(x, y)
        if vector is None:
            return None

        def on_vectors(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            yes, no = (
                as_vector(context, builder, a, t, vector) for a, t in zip(args[1:], sig.args[1:], strict=True)
            )
            return by_parts(builder, builder.select, vector, args[0], yes, no)

        return signature(vector, mask, x, y), on_vectors

    def on_scalars(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.select(*args)

    return signature(x, types.boolean, x, x), on_scalars


@intrinsic
def any_lane(typing: Any, mask: Any) -> Any:
    """Whether the mask holds in some lane."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        word = ir.IntType(mask.part.count)
        some = ir.Constant(word, 0)
        for part in split(builder, args[0]):
            some = builder.or_(some, builder.bitcast(part, word))
        return builder.icmp_unsigned("!=", some, ir.Constant(word, 0))

    return signature(types.boolean, mask), code


@intrinsic
def lane_mask(typing: Any, mask: Any) -> Any:
    """The mask as an unsigned integer, lane l in bit l."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        wide = ir.IntType(64)
        lanes = mask.part.count
        value = ir.Constant(wide, 0)
        for k, part in enumerate(split(builder, args[0])):
            bits = builder.zext(builder.bitcast(part, ir.IntType(lanes)), wide)
            value = builder.or_(value, builder.shl(bits, ir.Constant(wide, k * lanes)))
        return value

    return signature(types.uint64, mask), code


@intrinsic
def lowest_bit(typing: Any, word: Any) -> Any:
    """Index of the lowest bit that is set in a non-zero 64-bit word."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return signature(types.intp, types.uint64), code


@intrinsic
def count_bits(typing: Any, x: Any) -> Any:
    """Number of bits that are set."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _call(builder, "ctpop", x, args[0])

    return signature(x, x), code


@intrinsic
def square_root(typing: Any, x: Any) -> Any:
    """Correctly rounded square root."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _call(builder, "sqrt", x, args[0])

    return signature(x, x), code


@intrinsic
def absolute(typing: Any, x: Any) -> Any:
    """Magnitude of a floating-point number."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _call(builder, "fabs", x, args[0])

    return signature(x, x), code


@intrinsic
def float_bits(typing: Any, x: Any) -> Any:
    """The bits of a floating-point number, as an unsigned integer of its width."""
    result = _with_element(x, _BITS_OF[_element(x)])
    return signature(result, x), lambda context, builder, sig, args: _map(
        builder, lambda part: builder.bitcast(part, _llvm(result)), result, args[0]
    )


@intrinsic
def from_bits(typing: Any, x: Any) -> Any:
    """The floating-point number that has these bits."""
    result = _with_element(x, _FLOAT_OF[_element(x)])
    return signature(result, x), lambda context, builder, sig, args: _map(
        builder, lambda part: builder.bitcast(part, _llvm(result)), result, args[0]
    )


@intrinsic
def widen(typing: Any, x: Any) -> Any:
    """Unsigned integers as 64-bit ones."""
    result = VectorType(types.uint64, x.lanes)

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if x.element == types.uint64:
            return args[0]
        return by_parts(builder, lambda part: builder.zext(part, result.part), result, args[0])

    return signature(result, x), code


@intrinsic
def low_word(typing: Any, x: Any, like: Any) -> Any:
    """The low 32 bits of 64-bit integers, in the integer type of `like`."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if like.element == types.uint32:
            return by_parts(builder, lambda part: builder.trunc(part, like.part), like, args[0])
        low = ir.Constant(x.part, [0xFFFFFFFF] * x.part.count)
        return by_parts(builder, lambda part: builder.and_(part, low), x, args[0])

    return signature(like, x, like), code


@intrinsic
def to_integer(typing: Any, x: Any) -> Any:
    """Non-negative floating-point numbers below 2^31, truncated."""
    result = VectorType(_BITS_OF[x.element], x.lanes)
    return signature(result, x), lambda context, builder, sig, args: by_parts(
        builder, lambda part: builder.fptoui(part, result.part), result, args[0]
    )


@intrinsic
def to_float(typing: Any, x: Any) -> Any:
    """Unsigned integers as floating-point numbers of the same width."""
    result = VectorType(_FLOAT_OF[x.element], x.lanes)
    return signature(result, x), lambda context, builder, sig, args: by_parts(
        builder, lambda part: builder.uitofp(part, result.part), result, args[0]
    )


@intrinsic
def fill(typing: Any, like: Any, value: Any) -> Any:
    """A vector of the type of these rows, or of this vector, with one value in all lanes."""
    vector = like if isinstance(like, VectorType) else like.vector

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return as_vector(context, builder, args[1], value, vector)

    return signature(vector, like, value), code


def _gather(builder: Any, vector: VectorType, index: Any, where: Any, load: Callable[[Any, int], Any]) -> Any:
    """A vector of loads, one a lane, at the index of each lane."""
    parts = []
    for k, part in enumerate(split(builder, where)):
        result = ir.Constant(vector.part, ir.Undefined)
        for lane in range(vector.part.count):
            at = ir.Constant(ir.IntType(32), lane)
            row = builder.extract_element(part, at)
            if index.element != types.uint64:
                row = builder.zext(row, ir.IntType(64))
            result = builder.insert_element(result, load(row, k * vector.part.count + lane), at)
        parts.append(result)
    return join(builder, parts, vector)


@intrinsic
def gather(typing: Any, rows: Any, index: Any) -> Any:
    """In each lane the number of that lane in row `index`."""
    vector = rows.vector

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        def load(row: Any, lane: int) -> Any:
            offset = builder.mul(row, ir.Constant(row.type, rows.stride * vector.lanes))
            return builder.load(builder.gep(args[0], [builder.add(offset, ir.Constant(row.type, lane))]))

        return _gather(builder, vector, index, args[1], load)

    return signature(vector, rows, index), code


@intrinsic
def gather_shared(typing: Any, rows: Any, array: Any, index: Any) -> Any:
    """In each lane the element `index` of a one-dimensional array that all lanes share."""
    vector = rows.vector

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = context.make_array(array)(context, builder, args[1]).data
        return _gather(
            builder, vector, index, args[2], lambda row, lane: builder.load(builder.gep(data, [row]))
        )

    return signature(vector, rows, array, index), code


def _bits(rows: Any) -> int:
    return int(rows.element.bitwidth)


@intrinsic
def word_bits(typing: Any, rows: Any) -> Any:
    """Width of a number in these rows, in bits."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return context.get_constant(types.intp, _bits(rows))

    return signature(types.intp, rows), code


@intrinsic
def set_bit(typing: Any, rows: Any, k: Any) -> Any:
    """The bit that stands for state `k` in its word of a set."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        word = ELEMENTS[rows.element]
        place = builder.and_(args[1], ir.Constant(args[1].type, _bits(rows) - 1))
        place = place if _bits(rows) == 64 else builder.trunc(place, word)
        return builder.shl(ir.Constant(word, 1), place)

    return signature(rows.element, rows, types.intp), code


@intrinsic
def align_stack(typing: Any) -> Any:
    """Have the calling function align its stack, so that no spilled vector crosses a cache line."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        attributes = builder.function.attributes
        attributes.alignstack = 64
        # llvmlite writes no attributes at all where this set is empty.
        attributes.add("nounwind")
        return context.get_dummy_value()

    return signature(types.none), code
