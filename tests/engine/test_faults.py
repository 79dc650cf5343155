"""What goes wrong on a worker, on the disk and in a file is said in one line, and nothing is lost."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hegemon as hg
from hegemon.running import work

Factory = Callable[..., hg.Experiment]
Same = Callable[[hg.Run, hg.Run], None]


def test_an_error_on_a_worker_names_the_piece(
    small: Factory, same: Same, tmp_path: Path, quick: None, cut: Callable[..., None], monkeypatch: Any
) -> None:
    cut(60_000)
    real, calls = work.hk.simulate, []

    def fail(*arguments: Any) -> None:
        calls.append(1)
        if len(calls) > 4:
            raise ArithmeticError("a kernel that fails")
        real(*arguments)

    monkeypatch.setattr("hegemon.running.work.hk.simulate", fail)
    expected = r"piece-\d{6}-[0-9a-f]{16}: ArithmeticError: a kernel that fails; finished pieces are kept"
    with pytest.raises(hg.WorkFailed, match=expected):
        small().run(tmp_path / "run", workers=1)
    monkeypatch.setattr("hegemon.running.work.hk.simulate", real)
    kept = list((tmp_path / "run" / "pieces").iterdir())
    assert kept
    run = small().run(tmp_path / "run", workers=1)
    assert set(kept) < set((run.path / "pieces").iterdir())
    assert [made["status"] for made in run.provenance["sessions"]] == ["failed", "complete"]
    same(run, small().run(tmp_path / "whole"))


def test_a_full_disk_is_told_and_the_run_goes_on_later(
    small: Factory, same: Same, tmp_path: Path, cut: Callable[..., None], monkeypatch: Any
) -> None:
    cut(60_000)
    calls: list[int] = []

    def fail(descriptor: int) -> None:
        calls.append(1)
        if len(calls) > 16:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("hegemon.storage.pieces.os.fsync", fail)
    with pytest.raises(
        hg.WorkFailed, match="no space left on the disk; finished pieces are kept, and the same"
    ):
        small().run(tmp_path / "run", workers=2)
    assert not list((tmp_path / "run" / "pieces").glob(".*"))
    monkeypatch.setattr("hegemon.storage.pieces.os.fsync", lambda descriptor: None)
    same(small().run(tmp_path / "run"), small().run(tmp_path / "whole"))


def damage(run: hg.Run) -> Path:
    path = next(iter(sorted((run.path / "pieces").iterdir())))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return path


def test_a_damaged_piece_is_found_when_outcomes_are_read(small: Factory, tmp_path: Path, quick: None) -> None:
    run = small().run(tmp_path / "run")
    path = damage(run)
    with pytest.raises(hg.PieceError, match=rf"{path.name}: damaged \(its SHA-256"):
        run.outcomes.wars.compute()


def test_a_damaged_piece_is_found_when_a_run_goes_on(small: Factory, tmp_path: Path, quick: None) -> None:
    path = damage(small().run(tmp_path / "run"))
    with pytest.raises(hg.PieceError, match=rf"{path.name}: damaged"):
        small(replicas=70).run(tmp_path / "run")
    path.unlink()
    assert small(replicas=70).run(tmp_path / "run").complete


def test_a_truncated_piece_is_found_when_a_run_goes_on(small: Factory, tmp_path: Path, quick: None) -> None:
    run = small().run(tmp_path / "run")
    path = next((run.path / "pieces").iterdir())
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(hg.PieceError, match=r"damaged \(\d+ bytes, not \d+\); hegemon run with --recompute"):
        small(replicas=70).run(tmp_path / "run")


def test_outcomes_with_a_missing_piece_are_refused(small: Factory, tmp_path: Path, quick: None) -> None:
    run = small().run(tmp_path / "run")
    next((run.path / "pieces").iterdir()).unlink()
    with pytest.raises(hg.PieceError, match=r"1 of \d+ pieces are missing, first piece-"):
        _ = run.outcomes


def test_damaged_results_are_named(small: Factory, tmp_path: Path, quick: None) -> None:
    run = small().run(tmp_path / "run")
    (run.path / "results.nc").write_bytes(b"nothing")
    with pytest.raises(hg.PieceError, match=r"results.nc: cannot be read"):
        _ = hg.open_run(run.path).results


def test_a_folder_without_a_run(tmp_path: Path) -> None:
    with pytest.raises(hg.RequestError, match="holds no run"):
        hg.open_run(tmp_path)
    with pytest.raises(hg.RequestError, match="holds no run"):
        hg.open_run(tmp_path / "nowhere")
