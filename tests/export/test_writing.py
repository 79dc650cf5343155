"""A file is whole or not there, is never written over unasked, and memory does not grow with the rows."""

from __future__ import annotations

import io
import shutil
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import hegemon as hg
from hegemon.export import parquet, stata, text
from hegemon.export.tables import Table

Runs = Callable[[str], hg.Run]


def test_without_a_path_it_goes_into_the_run(runs: Runs, tmp_path: Path) -> None:
    shutil.copytree(runs("single").path, tmp_path / "run")
    run = hg.open_run(tmp_path / "run")
    assert run.export(to="csv").path == tmp_path / "run" / "estimates.csv"
    assert run.export(to="stata", what="survival").path == tmp_path / "run" / "survival.dta"
    assert run.verify().ok


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet", "rows.dta", "rows.nc"])
def test_a_file_that_is_there_stays_unless_forced(runs: Runs, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(hg.RequestError, match=f"{name}: is there already; --force replaces it"):
        runs("single").export(tmp_path / name, what="outcomes")
    assert (tmp_path / name).read_text() == "mine"
    runs("single").export(tmp_path / name, what="outcomes", force=True)
    assert (tmp_path / name).read_bytes() != b"mine"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_that_appears_meanwhile_stays(runs: Runs, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    with pytest.raises(hg.RequestError, match="is there already"):
        runs("single").export(
            path, what="outcomes", progress=lambda done, rows: path.write_text("mine") and None
        )
    assert path.read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet", "rows.dta"])
def test_what_fails_on_the_way_leaves_nothing(
    runs: Runs, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(runs("grid").path, tmp_path / "run")
    last = sorted((tmp_path / "run" / "pieces").glob("piece-*"))[-1]
    spoilt = bytearray(last.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    last.write_bytes(spoilt)
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr("hegemon.export.writing._GROUP", dict.fromkeys(("csv", "parquet", "stata"), 50))
    with pytest.raises(hg.PieceError, match="damaged"):
        hg.open_run(tmp_path / "run").export(out / name, what="outcomes")
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet", "rows.dta"])
def test_a_full_disk_leaves_nothing(
    runs: Runs, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hegemon.export.writing.os.fsync", full)
    with pytest.raises(hg.WorkFailed, match="no space left on the disk"):
        runs("single").export(tmp_path / name, what="outcomes")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet", "rows.dta", "rows.nc"])
def test_an_interruption_leaves_nothing(runs: Runs, tmp_path: Path, name: str) -> None:
    def interrupt(done: int, rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs("single").export(tmp_path / name, what="outcomes", progress=interrupt)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"to": "excel"}, "--to excel: must be one of csv, parquet, stata, netcdf"),
        ({"path": "a.xlsx"}, "--to: is not given, and --output a.xlsx does not tell the format"),
        ({}, "--to: is not given, and no file's name tells the format"),
        ({"path": "none/a.csv"}, "--output none/a.csv: there is no directory none"),
        ({"path": "-", "to": "stata"}, "--output -: only CSV goes to standard output, not stata"),
        ({"path": "-"}, "--to: is not given"),
        ({"path": ".", "to": "csv"}, "--output .: is a directory"),
        ({"path": "/dev/null", "to": "csv", "force": True}, "--output /dev/null: is no ordinary file"),
        ({"path": "a.nc", "missing": True}, "--na: a netCDF file holds -1"),
        ({"path": "a.nc", "what": "survival"}, "--survival: a netCDF file of estimates holds the survival"),
    ],
)
def test_what_cannot_be_done_is_refused(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(hg.RequestError) as raised:
        runs("single").export(**asked)
    assert str(raised.value).startswith(told)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet", "rows.dta", "rows.nc"])
def test_a_run_without_rows_has_no_outcomes(runs: Runs, tmp_path: Path, name: str) -> None:
    with pytest.raises(hg.RequestError, match="keeps no row per replica"):
        runs("tallies").export(tmp_path / name, what="outcomes")


def test_parquet_without_pyarrow_is_one_clear_line(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(hg.RequestError, match=r"needs pyarrow, .*: pip install 'hegemon\[parquet\]'"):
        runs("single").export(tmp_path / "a.parquet")


def test_progress_tells_the_rows(runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hegemon.export.writing._GROUP", {"csv": 100})
    told: list[tuple[int, int]] = []
    runs("single").export(tmp_path / "a.csv", what="outcomes", progress=lambda *at: told.append(at))
    assert told == [(100, 150), (150, 150)]


def endless(rows: int) -> dict[str, np.ndarray]:
    return {f"c{place}": np.linspace(0, 1, rows) + place for place in range(8)}


@pytest.mark.parametrize("writer", [text, stata])
def test_memory_does_not_grow_with_the_rows(table: Callable[..., Table], writer: ModuleType) -> None:
    few, many = (peak(writer, table(endless(500), batches)) for batches in (4, 40))
    assert many < 1.1 * few
    assert peak(writer, table(endless(5000), 4)) > 3 * few  # what would grow is seen to grow


def peak(writer: ModuleType, made: Table) -> int:
    tracemalloc.start()
    try:
        exhaust(writer.write(made, Nothing(), False))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_of_arrow_does_not_grow_with_the_rows(table: Callable[..., Table]) -> None:
    def most(batches: int) -> int:
        seen = 0
        for _ in parquet.write(table(endless(500), batches), Nothing(), False):
            seen = max(seen, pa.total_allocated_bytes())
        return seen

    most(2)
    assert most(40) < 1.5 * most(4)


class Nothing(io.RawIOBase):
    """A file that keeps nothing."""

    place = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.place += memoryview(data).nbytes
        return memoryview(data).nbytes

    def tell(self) -> int:
        return self.place


def exhaust(steps: Iterator[int]) -> None:
    for _ in steps:
        pass
