"""Parquet: typed columns in groups of rows, with the meaning of each column beside it."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from hegemon.errors import RequestError
from hegemon.export.tables import Column, Table

MISSING = "--to parquet needs pyarrow, which is not installed: pip install 'hegemon[parquet]'"


def require() -> None:
    """Raise RequestError where pyarrow is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise RequestError(MISSING) from error


def write(table: Table, file: BinaryIO, empty: bool) -> Generator[int, None, None]:
    """Write a table, a group of rows per batch; NaN is null, and so is "none" where `empty` is true.

    Yields
    ------
    int
        Rows written so far, after each batch.
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    fields = [
        pa.field(column.name, _type(pa, column), metadata=_notes(column.attributes))
        for column in table.columns
    ]
    schema = pa.schema(fields, metadata=_notes(table.attributes))
    done = 0
    with ParquetWriter(file, schema, compression="zstd", version="2.6") as writer:
        for batch in table.batches():
            arrays = [_array(pa, column, batch[column.name], empty) for column in table.columns]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            done += len(arrays[0])
            yield done


def _type(pa: Any, column: Column) -> Any:
    return pa.string() if column.dtype.kind == "U" else pa.from_numpy_dtype(column.dtype)


def _array(pa: Any, column: Column, values: NDArray[Any], empty: bool) -> Any:
    none = np.zeros(len(values), bool)
    if values.dtype.kind == "f":
        none = np.isnan(values)
    if empty and column.none is not None:
        none |= values == column.none
    data = values.tolist() if values.dtype.kind == "U" else np.ascontiguousarray(values)
    return pa.array(data, type=_type(pa, column), mask=none if none.any() else None)


def _notes(attributes: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in attributes.items()}
