"""Stata's .dta, format 118 (Stata 14 and newer), written in bounded memory.

pandas writes the file of one row: all that stands before and after the rows. Rows have a fixed width, so that
the rest are laid between the two, and what the head says of their number and of where things begin is set.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from hegemon.errors import RequestError
from hegemon.export.tables import Column, Table

MOST_ROWS = 2**31 - 1
"""What Stata/BE and Stata/SE open."""
_LONGEST_NAME, _LONGEST_LABEL = 32, 80
_WIDEST = {"i1": 100, "i2": 32_740, "i4": 2_147_483_620}
"""Greatest number of each whole type; those above stand for missing values."""
_MISSING = {"i1": 101, "i2": 32_741, "i4": 2_147_483_621}
_NOTHING, _INFINITE, _MINUS_INFINITE = np.array(
    [0x7FE0000000000000, 0x7FE0010000000000, 0x7FE0020000000000], np.uint64
).view(np.float64)
_RESERVED = frozenset(
    "_all _b _coef _cons _n _N _pi _pred _rc _skip byte double float if in int long using with strL".split()
)
_SHIFTED = slice(10, 14)  # places in the map of the file that lie behind the rows
_ROWS_BEGIN, _ROWS_END = len(b"<data>"), len(b"</data>")


@dataclass(frozen=True)
class _Kind:
    """How a column is stored: its name there, its type, and the words that its numbers stand for."""

    column: Column
    name: str
    dtype: str
    words: dict[int, str]


def require(table: Table) -> None:
    """Raise RequestError where a table has more rows than Stata opens."""
    if table.rows > MOST_ROWS:
        raise RequestError(
            f"--to stata: {table.rows:,} rows are more than Stata opens ({MOST_ROWS:,}); --to parquet has no "
            "such limit"
        )


def write(table: Table, file: BinaryIO, empty: bool) -> Generator[int, None, None]:
    """Write a table: infinity is ``.a``, words are labelled numbers.

    What has no value is missing (``.``), whatever `empty` says: Stata has missing values of its own.

    Yields
    ------
    int
        Rows written so far, after each batch.

    Raises
    ------
    RequestError
        If a number is beyond what its type holds in Stata.
    """
    kinds = _kinds(table)
    head, tail = _frame(table, kinds)
    layout = np.dtype([(kind.name, f"<{kind.dtype}") for kind in kinds])
    file.write(head)
    done = 0
    for batch in table.batches():
        rows = np.empty(len(batch[kinds[0].column.name]), layout)
        for kind in kinds:
            rows[kind.name] = _stored(kind, batch[kind.column.name])
        file.write(rows.data)
        done += len(rows)
        yield done
    file.write(tail)


def _kinds(table: Table) -> list[_Kind]:
    names: set[str] = set()
    kinds = []
    for column in table.columns:
        words = dict(enumerate(column.values, start=1)) if column.dtype.kind == "U" else dict(column.words)
        kinds.append(_Kind(column, _name(column.name, names), _dtype(column, words), words))
    return kinds


def _name(name: str, taken: set[str]) -> str:
    """A name that Stata takes, not taken yet: at most 32 letters, digits, underscores; no word of its own."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in name)
    if not plain or plain[0].isdigit() or plain in _RESERVED:
        plain = f"_{plain}"
    short, number = plain[:_LONGEST_NAME], 1
    while short in taken:
        number += 1
        short = f"{plain[: _LONGEST_NAME - len(str(number)) - 1]}_{number}"
    taken.add(short)
    return short


def _dtype(column: Column, words: dict[int, str]) -> str:
    """The smallest of Stata's types that holds all that a column may; double for whole numbers of 64 bits."""
    if words:
        return next(dtype for dtype, most in _WIDEST.items() if max(words) <= most)
    if column.dtype.kind in "iu":
        return {1: "i2", 2: "i4", 4: "i4"}.get(column.dtype.itemsize, "f8")
    return "i1" if column.dtype.kind == "b" else "f8"


def _frame(table: Table, kinds: list[_Kind]) -> tuple[bytes, bytes]:
    """All that stands before the rows, and all that stands behind them."""
    import pandas as pd

    one = pd.DataFrame({kind.name: np.zeros(1, kind.dtype) for kind in kinds})
    packed = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=pd.errors.PerformanceWarning)
        one.to_stata(
            packed,
            write_index=False,
            version=118,
            data_label=_cut(str(table.attributes.get("title", ""))),
            variable_labels={kind.name: _cut(kind.column.label) for kind in kinds},
            value_labels={kind.name: kind.words for kind in kinds if kind.words},
            time_stamp=datetime(1960, 1, 1, tzinfo=UTC).replace(tzinfo=None),  # equal tables, equal bytes
        )
    whole = bytearray(packed.getvalue())
    place = whole.index(b"<map>") + len(b"<map>")
    starts = np.frombuffer(whole, "<u8", 14, place)
    begin, end = int(starts[9]) + _ROWS_BEGIN, int(starts[10]) - _ROWS_END
    width = sum(np.dtype(kind.dtype).itemsize for kind in kinds)
    if end - begin != width:
        raise AssertionError(f"pandas laid a row out in {end - begin} bytes, not in {width}")
    moved = starts.astype(np.int64)
    moved[_SHIFTED] += (table.rows - 1) * width
    whole[place : place + moved.nbytes] = moved.astype("<u8").tobytes()
    number = whole.index(b"<N>") + len(b"<N>")
    whole[number : number + 8] = int(table.rows).to_bytes(8, "little")
    return bytes(whole[:begin]), bytes(whole[end:])


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 3]}..."


def _stored(kind: _Kind, values: NDArray[Any]) -> NDArray[Any]:
    """Values as Stata has them."""
    if values.dtype.kind == "U":
        codes = {text: code for code, text in kind.words.items()}
        return np.array([codes[text] for text in values.tolist()], kind.dtype)
    none = np.zeros(len(values), bool) if kind.column.none is None else values == kind.column.none
    if kind.dtype == "f8":
        return _real(values, none)
    known = values[~none]
    if known.size and (known.max() > _WIDEST[kind.dtype] or known.min() < -_WIDEST[kind.dtype]):
        raise RequestError(
            f"--to stata: {kind.column.name}: {known.max()} is beyond what Stata holds; take --to parquet"
        )
    stored = values.astype(kind.dtype)
    stored[none] = _MISSING[kind.dtype]
    return stored


def _real(values: NDArray[Any], none: NDArray[np.bool_]) -> NDArray[np.float64]:
    real = values.astype(np.float64)
    real[none | np.isnan(real)] = _NOTHING
    real[np.isposinf(real)] = _INFINITE
    real[np.isneginf(real)] = _MINUS_INFINITE
    return real
