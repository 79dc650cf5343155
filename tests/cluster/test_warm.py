"""Of tasks that start together, one compiles and the others wait; what goes wrong keeps none waiting."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hegemon.cluster import warm


def test_one_compiles_and_the_others_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "POLL", 0.01)
    mark, compiled, said = tmp_path / "cache" / "compiled", [], []
    begun, go_on = threading.Event(), threading.Event()

    def compile_kernel() -> None:
        compiled.append(1)
        begun.set()
        assert go_on.wait(60)

    threads = [
        threading.Thread(target=lambda: said.append(warm.warm(mark, compile_kernel))) for _ in range(4)
    ]
    threads[0].start()
    assert begun.wait(60)
    for thread in threads[1:]:
        thread.start()
    time.sleep(0.1)
    assert said == []
    go_on.set()
    for thread in threads:
        thread.join(60)
    assert len(compiled) == 1
    assert sum("by another task" in words for words in said) + sum("found" in words for words in said) == 3
    assert sum(words.startswith("compiled in") for words in said) == 1
    assert [path.name for path in mark.parent.iterdir()] == ["compiled"]
    assert warm.warm(mark, compile_kernel) == "found compiled"


def test_a_lock_left_by_a_killed_task_costs_patience_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "POLL", 0.01)
    mark, compiled = tmp_path / "compiled", []
    mark.with_suffix(".lock").touch()
    assert warm.warm(mark, lambda: compiled.append(1), patience=0.05).startswith("compiled in")
    assert compiled == [1]
    assert [path.name for path in tmp_path.iterdir()] == ["compiled"]


def test_where_nothing_can_be_written_every_task_compiles(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    compiled: list[int] = []
    for _ in range(2):
        said = warm.warm(tmp_path / "file" / "compiled", lambda: compiled.append(1))
        assert said.startswith("compiled in")
    assert compiled == [1, 1]


def test_a_kernel_that_fails_leaves_no_lock(tmp_path: Path) -> None:
    def fail() -> None:
        raise MemoryError("no room")

    with pytest.raises(MemoryError, match="no room"):
        warm.warm(tmp_path / "compiled", fail)
    assert list(tmp_path.iterdir()) == []


def test_marks_differ_by_precision() -> None:
    marks = {warm.marker(dtype) for dtype in ("float64", "float32")}
    assert len(marks) == 2
    assert marks == {warm.marker(dtype) for dtype in ("float32", "float64")}


def test_a_command_for_scripts(shared: Path) -> None:
    def call(path: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "hegemon.cluster.warm", str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    done = call(shared)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("hegemon: kernel ")
    assert "(float64, " in done.stderr
    lost = call(shared.parent / "nowhere.toml")
    assert lost.returncode == 2
    assert lost.stderr.count("\n") == 1
