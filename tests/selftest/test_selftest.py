"""The selftest passes here, and fails where the kernel, the golden digests or the disk are wrong."""

from __future__ import annotations

import copy
import errno
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hegemon as hg
import hegemon_kernels as hk
from hegemon.selftest import Report, golden, machine, selftest, whole
from hegemon.storage import pieces


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer replicas of the slow twin, and less time to measure speed."""
    monkeypatch.setattr(whole, "_REPLICAS", 3)
    monkeypatch.setattr(whole, "_TRACED", 1)
    monkeypatch.setattr(machine, "_SECONDS", 0.01)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Leave out checks whose names do not begin with one of the given words."""
    work = whole._work

    def choose(*names: str) -> None:
        def chosen(*arguments: Any) -> Any:
            return (pair for pair in work(*arguments) if pair[0].startswith(names))

        monkeypatch.setattr(whole, "_work", chosen)

    return choose


def failed(report: Report) -> dict[str, str]:
    return {check.name: check.text for check in report.checks if not check.passed}


def test_this_machine_passes(tmp_path: Path) -> None:
    report = selftest(tmp_path)
    assert failed(report) == {}
    assert report
    assert len(report.checks) == 12
    assert set(report.speed) == {"float64", "float32"}
    assert all(ns > 0 for ns in report.speed.values())
    assert report.ready > 0
    assert report.machine["threads"] >= 1
    assert report.machine["folder"] == str(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_it_needs_ships_with_the_package() -> None:
    assert (files("hegemon.selftest") / "golden.json").is_file()


def test_a_corrupted_kernel_fails(tmp_path: Path, only: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One number of one replica, off by one unit in the last place."""
    simulate = hk.simulate

    def bent(point: Any, key: int, first: int, rows: np.ndarray) -> None:
        simulate(point, key, first, rows)
        rows["burden"][rows["replica"] == 2] *= 1 + 2**-51

    only("golden", "plain")
    monkeypatch.setattr(hk, "simulate", bent)
    wrong = failed(selftest(tmp_path))
    assert set(wrong) == {"golden digest, float64", "golden digest, float32", "plain reference"}
    assert "burden" in wrong["plain reference"]


def test_a_corrupted_trace_fails(tmp_path: Path, only: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = hk.trace

    def bent(*arguments: Any) -> hk.Trajectories:
        path = trace(*arguments)
        path.events["coalition"][:1] ^= 1
        return path

    only("plain")
    monkeypatch.setattr(hk, "trace", bent)
    assert "coalition" in failed(selftest(tmp_path))["plain reference"]


@pytest.mark.parametrize("dtype", golden.DTYPES)
def test_a_wrong_golden_digest_fails(
    tmp_path: Path, only: Any, monkeypatch: pytest.MonkeyPatch, dtype: str
) -> None:
    kept = copy.deepcopy(golden.load())
    kept["digests"]["everything"][dtype] = "0" * 64
    only("golden")
    monkeypatch.setattr(golden, "load", lambda: kept)
    wrong = failed(selftest(tmp_path))
    assert list(wrong) == [f"golden digest, {dtype}"]
    assert wrong[f"golden digest, {dtype}"].startswith("everything: ")


def test_digests_of_another_version_fail(tmp_path: Path, only: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = golden.load() | {"model_version": hk.MODEL_VERSION + 1}
    only("golden")
    monkeypatch.setattr(golden, "load", lambda: kept)
    assert len(failed(selftest(tmp_path))) == 2


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_failing_disk_fails(tmp_path: Path, only: Any, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def failing(descriptor: int) -> None:
        raise OSError(code, "the disk is no good")

    only("files", "philox")
    monkeypatch.setattr("hegemon.storage.pieces.os.fsync", failing)
    report = selftest(tmp_path)
    assert list(failed(report)) == ["files"]
    assert report.checks[0].passed
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_changes_what_is_written_fails(
    tmp_path: Path, only: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = pieces.write

    def lossy(path: Path, content: bytes) -> None:
        write(path, content[:-1] + bytes([content[-1] ^ 1]) if path.suffix == ".nc" else content)

    only("files")
    monkeypatch.setattr("hegemon.running.work.pieces.write", lossy)
    assert "files" in failed(selftest(tmp_path))


def test_a_directory_that_cannot_be_written_fails(tmp_path: Path, only: Any, monkeypatch: Any) -> None:
    def refused(*arguments: Any, **options: Any) -> Any:
        raise PermissionError(errno.EACCES, "permission denied", str(tmp_path))

    only("files")
    monkeypatch.setattr("hegemon.selftest.files.tempfile.TemporaryDirectory", refused)
    assert "PermissionError" in failed(selftest(tmp_path))["files"]


def test_kernels_that_cannot_be_compiled_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: Any) -> None:
        raise RuntimeError("LLVM is not what it was")

    monkeypatch.setattr(hk, "simulate", broken)
    report = selftest(tmp_path)
    assert failed(report) == {"kernels": "RuntimeError: LLVM is not what it was"}
    assert report.speed == {}


def test_a_directory_that_is_not_there_is_a_wrong_request(tmp_path: Path) -> None:
    with pytest.raises(hg.RequestError, match=r"--dir .*: there is no such directory"):
        selftest(tmp_path / "none")


@pytest.mark.parametrize(
    ("texts", "free"),
    [
        ({"machine": "MemTotal: 9 kB\nMemAvailable:    4 kB\n"}, 4096),
        ({"machine": "MemAvailable: 4 kB\n", "limit": "2000\n", "used": "500\n"}, 1500),
        ({"machine": "MemAvailable: 1 kB\n", "limit": "max\n", "used": "500\n"}, 1024),
        ({"machine": "MemAvailable: 1 kB\n", "limit": "100\n", "used": "500\n"}, 0),
        ({}, None),
    ],
)
def test_free_memory(tmp_path: Path, texts: dict[str, str], free: int | None) -> None:
    places = {name: tmp_path / name for name in ("machine", "limit", "used")}
    for name, text in texts.items():
        places[name].write_text(text)
    assert machine.free_memory(places) == free
