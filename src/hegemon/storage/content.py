"""What a piece holds, as bytes and back: its segments, their tallies, and rows where they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

import hegemon_kernels as hk
from hegemon.failures import MENDING, PieceError
from hegemon.planning.plan import Segment
from hegemon.storage import netcdf, packing
from hegemon.storage.pieces import PieceFile, read
from hegemon.storage.vetting import attribute, opened, take
from hegemon.variables import (
    ELAPSED,
    FORMAT_VERSION,
    OUTCOMES,
    SEGMENTS,
    TALLIES,
    Variable,
    outcome_columns,
)

Integers = NDArray[np.int64]
_KEPT = {**SEGMENTS, **TALLIES}
_SHIFT, _LOW = 32, (1 << 32) - 1  # squares are kept in two words: over a piece they may pass 2^63


@dataclass(frozen=True)
class Tallies:
    """Exact sums over each segment of a piece.

    Attributes
    ----------
    points : uint64 array, shape (segments,)
        Identity of the design point.
    counts, emerged : int64 arrays, shape (segments,)
        Replicas, and those in which a hegemon emerged.
    years : int64 array, shape (segments, years + 1)
        How many emerged in each year.
    valid, sums, squares_high, squares_low : int64 arrays, shape (segments, columns)
        Rows with a value, their sum, and the sum of squares as high * 2^32 + low; columns as
        ``hegemon_kernels.TALLY_COLUMNS``.
    """

    points: NDArray[np.uint64]
    counts: Integers
    emerged: Integers
    years: Integers
    valid: Integers
    sums: Integers
    squares_high: Integers
    squares_low: Integers


def collect(segments: Sequence[Segment], tallies: Iterable[hk.Tally]) -> Tallies:
    """One table of the tallies of all segments of a piece, each taken when its turn comes."""
    size, histograms = len(segments), []
    emerged = np.empty(size, np.int64)
    valid, sums, high, low = np.empty((4, size, len(hk.TALLY_COLUMNS)), np.int64)
    for row, tally in zip(range(size), tallies, strict=True):
        histograms.append(tally.year_counts)
        emerged[row], valid[row], sums[row] = tally.emerged, tally.valid, tally.sums
        high[row], low[row] = tally.squares >> _SHIFT, tally.squares & _LOW
    years = np.zeros((size, max(map(len, histograms))), np.int64)
    for row, histogram in enumerate(histograms):
        years[row, : len(histogram)] = histogram
    return Tallies(
        points=np.array([segment.identity for segment in segments], np.uint64),
        counts=np.array([segment.count for segment in segments], np.int64),
        emerged=emerged,
        years=years,
        valid=valid,
        sums=sums,
        squares_high=high,
        squares_low=low,
    )


def columns(rows: int, lasting: bool) -> dict[str, NDArray[Any]]:
    """Room for so many rows of the outcome columns, by name; `lasting` as in `outcome_columns`."""
    return {entry.name: np.empty(rows, entry.dtype) for entry in outcome_columns(lasting)}


def pack(segments: Sequence[Segment], tallies: Tallies, rows: dict[str, NDArray[Any]]) -> bytes:
    """Bytes of a piece of outcomes.

    `rows` holds its columns, and is empty where none are kept. It is emptied: the memory of a column is free
    once it is packed.
    """
    dims = {"segment": len(segments), "elapsed": tallies.years.shape[1], "column": len(hk.TALLY_COLUMNS)}
    if rows:
        dims["row"] = len(rows["replica"])
    attributes = {**identification("outcomes"), "tally_columns": " ".join(hk.TALLY_COLUMNS)}
    return netcdf.build(dims, _fields(segments, tallies, rows), attributes)


def _fields(
    segments: Sequence[Segment], tallies: Tallies, rows: dict[str, NDArray[Any]]
) -> Iterator[netcdf.Field]:
    yield from segment_fields(segments)
    yield from _tally_fields(tallies)
    for name in list(rows):
        yield _column_field(OUTCOMES[name], rows.pop(name))


def _column_field(entry: Variable, column: NDArray[Any]) -> netcdf.Field:
    field = netcdf.registered(entry, column)
    pays = field.packed and (column.dtype.kind != "f" or packing.mostly_constant(column))
    return replace(field, packed=pays)


def segment_fields(segments: Sequence[Segment]) -> list[netcdf.Field]:
    """The table of segments that heads every piece."""
    values = {
        "point": np.array([segment.identity for segment in segments], np.uint64),
        "first": np.array([segment.first for segment in segments], np.int64),
        "count": np.array([segment.count for segment in segments], np.int64),
    }
    return [netcdf.registered(SEGMENTS[name], column) for name, column in values.items()]


def _tally_fields(tallies: Tallies) -> list[netcdf.Field]:
    values = {
        "tally_emerged": tallies.emerged,
        "tally_years": tallies.years,
        "tally_valid": tallies.valid,
        "tally_sums": tallies.sums,
        "tally_squares_high": tallies.squares_high,
        "tally_squares_low": tallies.squares_low,
    }
    years = np.arange(tallies.years.shape[1], dtype=np.int32)
    fields = [netcdf.registered(TALLIES[name], column) for name, column in values.items()]
    return [netcdf.registered(ELAPSED, years), *fields]


def identification(kind: str) -> dict[str, Any]:
    """Global attributes by which a piece's reader knows what it has before it."""
    return {
        "title": f"piece of a hegemon run: {kind}",
        "Conventions": "CF-1.11",
        "format_version": np.int32(FORMAT_VERSION),
        "model_version": np.int32(hk.MODEL_VERSION),
    }


def read_tallies(piece: PieceFile, segments: tuple[Segment, ...]) -> Tallies:
    """Tallies of a finished piece of which its hash is checked, and that it holds the segments it should.

    Raises
    ------
    PieceError
        If the file is missing, damaged, of another format or other work.
    """
    with opened(piece.path, read(piece)) as file:
        require_segments(piece, file, segments)
        return tallies_of(piece, file)


def require_segments(piece: PieceFile, file: h5py.File, segments: tuple[Segment, ...]) -> None:
    """Raise PieceError unless a piece that is open holds the segments that its name stands for."""
    if segments_of(piece, file) != segments:
        raise PieceError(f"{piece.path}: damaged (it holds other replicas than its name says); {MENDING}")


def tallies_of(piece: PieceFile, file: h5py.File) -> Tallies:
    """Tallies of a piece that is open.

    Raises
    ------
    PieceError
        If it is of another format.
    ValueError, KeyError
        If it is not made as pieces are; where the piece was opened by `vetting.opened`, that is a PieceError.
    """
    _check_format(piece, file)
    if attribute(file, "tally_columns") != " ".join(hk.TALLY_COLUMNS):
        raise PieceError(f"{piece.path}: other columns than this version's")
    size, columns = len(_column(file, "point", None)), len(hk.TALLY_COLUMNS)
    table = Tallies(
        points=_column(file, "point", size),
        counts=_column(file, "count", size),
        emerged=_column(file, "tally_emerged", size),
        years=_column(file, "tally_years", size, None),
        valid=_column(file, "tally_valid", size, columns),
        sums=_column(file, "tally_sums", size, columns),
        squares_high=_column(file, "tally_squares_high", size, columns),
        squares_low=_column(file, "tally_squares_low", size, columns),
    )
    if (table.years.sum(axis=1) != table.emerged).any() or (table.emerged > table.counts).any():
        raise PieceError(f"{piece.path}: its tallies contradict each other")
    return table


def _column(file: h5py.File, name: str, *shape: int | None) -> NDArray[Any]:
    return take(file, name, _KEPT[name].dtype, shape)


def segments_of(piece: PieceFile, file: h5py.File) -> tuple[Segment, ...]:
    """Segments of a piece that is open.

    Raises
    ------
    PieceError
        If it is of another format.
    ValueError, KeyError
        As `tallies_of`.
    """
    _check_format(piece, file)
    points = _column(file, "point", None)
    table = (points, _column(file, "first", len(points)), _column(file, "count", len(points)))
    return tuple(Segment(*row) for row in zip(*(column.tolist() for column in table), strict=True))


def _check_format(piece: PieceFile, file: h5py.File) -> None:
    found = attribute(file, "format_version")
    if found != FORMAT_VERSION:
        raise PieceError(f"{piece.path}: format version {found}; this program reads version {FORMAT_VERSION}")
