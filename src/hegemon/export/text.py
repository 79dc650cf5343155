"""Comma-separated values: names, then a line per row; numbers in the shortest form that is exact."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from hegemon.export.tables import Column, Table


def write(table: Table, file: BinaryIO, empty: bool) -> Generator[int, None, None]:
    """Write a table as UTF-8; NaN is an empty cell, and so is "none" where `empty` is true.

    Yields
    ------
    int
        Rows written so far, after each batch.
    """
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([column.name for column in table.columns])
        done = 0
        for batch in table.batches():
            cells = [_cells(column, batch[column.name], empty) for column in table.columns]
            writer.writerows(zip(*cells, strict=True))
            done += len(cells[0])
            yield done
    finally:
        text.detach()  # flushes; the file is the caller's to close


def _cells(column: Column, values: NDArray[Any], empty: bool) -> list[Any]:
    cells: list[Any] = values.tolist()
    none = np.zeros(len(values), bool)
    if values.dtype.kind == "f":
        none = np.isnan(values)
    if empty and column.none is not None:
        none |= values == column.none
    for place in np.flatnonzero(none).tolist():
        cells[place] = ""
    return cells
