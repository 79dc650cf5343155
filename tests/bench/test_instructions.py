"""A kernel may not come to execute more instructions unless somebody says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import instructions
import pytest

import hegemon_kernels as hk

VERSION = "numba 1, llvmlite 2"


@pytest.mark.external
@pytest.mark.skipif(instructions.obstacle() is not None, reason=str(instructions.obstacle()))
def test_no_kernel_executes_more_than_is_stored(tell: Callable[[str], None]) -> None:
    found, version = instructions.count_all(), instructions.versions()
    known = instructions.stored(version)
    lines, worse = instructions.compare(found, known or {})
    if worse or known is None:
        tell("\n".join([version, *lines]))
    again = "if that is meant: python bench/instructions.py --update, and say why in the commit"
    assert not worse, "\n".join(["more instructions than before:", *worse, again])
    assert min(found.values()) > 10_000


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Say something that is seen though the test passes: no count is stored for these versions, for one."""

    def say(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}")

    return say


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "instructions.json"
    monkeypatch.setattr(instructions, "STORED", path)
    return path


def test_the_message_says_by_how_much() -> None:
    lines, worse = instructions.compare(
        {"a": 103_000.0, "b": 101_000.0, "c": 90_000.0, "d": 5.0}, dict.fromkeys("abc", 1e5)
    )
    assert worse == ["a: 103,000 instructions per replica, stored 100,000 (+3.00%)"]
    assert lines[2] == "c: 90,000 instructions per replica, stored 100,000 (-10.00%)"
    assert lines[3] == "d: 5 instructions per replica, none stored"


def test_counts_are_kept_by_version_while_the_kernel_is_the_same(file: Path) -> None:
    instructions.update({"a": 1.0}, VERSION)
    instructions.update({"a": 2.0}, "numba 3, llvmlite 4")
    assert instructions.stored(VERSION) == {"a": 1.0}
    assert instructions.stored("numba 5, llvmlite 6") is None
    held = json.loads(file.read_text())
    assert held["kernel"] == hk.sources_digest()[:16]
    file.write_text(json.dumps(held | {"kernel": "another"}))
    instructions.update({"a": 3.0}, VERSION)
    assert instructions.stored("numba 3, llvmlite 4") is None
    assert instructions.stored(VERSION) == {"a": 3.0}


def test_what_is_stored_is_of_these_cases() -> None:
    names = {f"{precision}, {case}" for precision in instructions.PRECISIONS for case in instructions.CASES}
    held = json.loads(instructions.STORED.read_text())
    assert held["replicas"] == instructions.REPLICAS
    assert held["target"] == instructions.TARGET["NUMBA_CPU_NAME"]
    for counts in held["per_replica"].values():
        assert set(counts) == names


def test_elsewhere_than_on_x86_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert instructions.obstacle() == "instructions are counted on x86-64 only, not on aarch64"
    monkeypatch.undo()
    monkeypatch.setenv("PATH", "")
    assert instructions.obstacle() == "there is no valgrind"
