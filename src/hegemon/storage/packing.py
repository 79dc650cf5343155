"""HDF5's shuffle and deflate filters: columns of numbers as bytes of a chunk, compressed outside HDF5's lock.

Shuffled, a column of integers is as many planes as a number has bytes: all first bytes, all second ones, and
so on. They differ so much that each is packed in the way that suits it. The upper planes of small integers
are constant, which the smallest and the greatest number tell, and packed once for all columns of one length.
Planes with long runs are packed by runs, those of few values by the frequency of bytes. What would not shrink
to half is left as it is: packing a byte costs more time than writing it. Deflate allows such parts to follow
one another where each ends on a whole byte.

Fractions are packed where most repeat the one before, which deflate finds by itself if they are not shuffled.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_HEADER, _END = b"\x78\x01", b"\x03\x00"
_SMALL = 1 << 12  # bytes: below, several parts would cost more than they save
_RUNS = 0.8  # share of numbers equal to the one before, from which runs pay
_BITS = 4.0  # entropy of a byte, from which it is not packed
_ADLER = 65521
_SAMPLE = 16  # one byte in so many tells of the entropy


def shuffled(kind: np.dtype[Any]) -> bool:
    """Whether numbers of a type are shuffled before they are deflated."""
    return kind.kind != "f"


def packed(values: NDArray[Any]) -> bytes:
    """Deflated bytes of an array of numbers as a zlib stream, shuffled where its type is."""
    flat = np.ascontiguousarray(values).reshape(-1)
    if not shuffled(flat.dtype):
        return zlib.compress(flat.data, 1)
    planes = flat.view(np.uint8).reshape(flat.size, -1).T
    if flat.nbytes < _SMALL:
        whole = np.ascontiguousarray(planes)
        packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
        return packer.compress(whole.data) + packer.flush()
    parts, check, before, part = [_HEADER], 1, None, b""
    low, high = int(flat.min()), int(flat.max())
    for number, strided in enumerate(planes):
        if low >> 8 * number == high >> 8 * number:  # all numbers between them have these upper bytes too
            byte = low >> 8 * number & 255
            parts.append(_constant(byte, flat.size))
            check = _adler_of(byte, flat.size, check)
            continue
        plane = np.ascontiguousarray(strided)
        if before is None or not np.array_equal(plane, before):  # signs fill several planes
            part = _plane(plane)
        parts.append(part)
        check, before = zlib.adler32(plane.data, check), plane
    return b"".join([*parts, _END, check.to_bytes(4, "big")])


def mostly_constant(values: NDArray[Any]) -> bool:
    """Whether a column of fractions is worth packing: most of its values repeat the one before."""
    return _has_runs(values)


def _has_runs(values: NDArray[Any]) -> bool:
    return bool(np.count_nonzero(values[1:] == values[:-1]) > _RUNS * len(values))


def _plane(plane: NDArray[np.uint8]) -> bytes:
    low = int(plane.min())
    if low == int(plane.max()):
        return _constant(low, plane.size)
    if _has_runs(plane):
        return _deflated(plane.data, zlib.Z_RLE)
    return _deflated(plane.data, zlib.Z_HUFFMAN_ONLY, level=1 if _entropy(plane) < _BITS else 0)


def _entropy(plane: NDArray[np.uint8]) -> float:
    """Bits that a byte of a plane carries, by the frequency of bytes in a sample."""
    counts = np.bincount(plane[::_SAMPLE])
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())


@lru_cache(maxsize=64)
def _constant(byte: int, size: int) -> bytes:
    return _deflated(bytes([byte]) * size, zlib.Z_RLE)


def _adler_of(byte: int, size: int, check: int) -> int:
    """Adler-32 of `size` equal bytes that follow what `check` is of."""
    one, two = check & 0xFFFF, check >> 16
    two += size * one + byte * (size * (size + 1) // 2)
    return two % _ADLER << 16 | (one + size * byte) % _ADLER


def _deflated(data: Any, strategy: int, level: int = 1) -> bytes:
    """A part of a deflate stream that ends on a whole byte; level 0 leaves the bytes as they are."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS, 9, strategy)
    return packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)
