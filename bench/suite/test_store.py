"""A piece with a row per replica: packed, written, read back, beside raw h5py with the same columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
from pytest_benchmark.fixture import BenchmarkFixture

from hegemon.storage import content, packing, pieces, vetting
from hegemon.variables import outcome_columns

from .conftest import Piece

COLUMNS = outcome_columns(lasting=False)
STEM = "piece-000000-0123456789abcdef"


def packed(piece: Piece) -> bytes:
    return content.pack(piece.segments, piece.tallies, dict(piece.columns))


def stored(folder: Path, data: bytes) -> pieces.PieceFile:
    path = folder / pieces.name_of(STEM, data)
    pieces.write(path, data)
    found = pieces.parse(path)
    assert found is not None
    return found


def read_rows(file: pieces.PieceFile) -> dict[str, np.ndarray]:
    with vetting.opened(file.path, pieces.read(file)) as opened:
        rows = int(opened["count"][:].sum())
        return {column.name: vetting.take(opened, column.name, column.dtype, (rows,)) for column in COLUMNS}


def write_raw(path: Path, columns: dict[str, np.ndarray]) -> None:
    with h5py.File(path, "w") as file:
        for name, column in columns.items():
            packs = column.dtype.kind != "f"
            options = {"compression": "gzip", "compression_opts": 1, "shuffle": True} if packs else {}
            file.create_dataset(name, data=column, **options)


def read_raw(path: Path) -> dict[str, np.ndarray]:
    with h5py.File(path) as file:
        return {name: file[name][...] for name in file}


def test_pack(benchmark: BenchmarkFixture, piece: Piece, peak: Any) -> None:
    benchmark.group = f"write {len(piece.columns['replica'])} rows"
    data = benchmark(packed, piece)
    peak(packed, piece)
    benchmark.extra_info["bytes_per_row"] = len(data) / len(piece.columns["replica"])


def test_write(benchmark: BenchmarkFixture, piece: Piece, tmp_path: Path) -> None:
    """Name, write, sync and rename what is packed."""
    data = packed(piece)
    benchmark.group = f"write {len(piece.columns['replica'])} rows"
    assert benchmark(stored, tmp_path, data).size == len(data)


def test_write_raw_h5py(benchmark: BenchmarkFixture, piece: Piece, tmp_path: Path, peak: Any) -> None:
    """Integers packed as they are by HDF5 itself; not synced."""
    path = tmp_path / "raw.h5"
    benchmark.group = f"write {len(piece.columns['replica'])} rows"
    benchmark(write_raw, path, piece.columns)
    peak(write_raw, path, piece.columns)
    benchmark.extra_info["bytes_per_row"] = path.stat().st_size / len(piece.columns["replica"])


def test_pack_columns(benchmark: BenchmarkFixture, piece: Piece) -> None:
    benchmark.group = f"write {len(piece.columns['replica'])} rows"
    whole = [column for column in piece.columns.values() if column.dtype.kind != "f"]
    sizes = benchmark(lambda: [len(packing.packed(column)) for column in whole])
    assert sum(sizes) > 0


def test_read(benchmark: BenchmarkFixture, piece: Piece, tmp_path: Path, peak: Any) -> None:
    """Every column, the hash checked."""
    file = stored(tmp_path, packed(piece))
    benchmark.group = f"read {len(piece.columns['replica'])} rows"
    found = benchmark(read_rows, file)
    peak(read_rows, file)
    for name, column in piece.columns.items():
        np.testing.assert_array_equal(found[name], column)


def test_read_raw_h5py(benchmark: BenchmarkFixture, piece: Piece, tmp_path: Path, peak: Any) -> None:
    path = tmp_path / "raw.h5"
    write_raw(path, piece.columns)
    benchmark.group = f"read {len(piece.columns['replica'])} rows"
    found = benchmark(read_raw, path)
    peak(read_raw, path)
    assert set(found) == set(piece.columns)


def test_read_tallies(benchmark: BenchmarkFixture, piece: Piece, tmp_path: Path) -> None:
    """What going on with a run or merging slices reads of a piece."""
    file = stored(tmp_path, packed(piece))
    benchmark.group = f"read {len(piece.columns['replica'])} rows"
    found = benchmark(content.read_tallies, file, piece.segments)
    assert found.counts.tolist() == [len(piece.columns["replica"])]
