"""`hegemon selftest`: its table, its JSON and its exit statuses."""

from __future__ import annotations

import json

import pytest

from hegemon.selftest import golden, machine, whole


@pytest.fixture(autouse=True)
def short(here, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few quick checks stand for all: tests/selftest runs the others."""
    monkeypatch.setattr(machine, "_SECONDS", 0.01)
    work = whole._work
    names = ("philox", "golden", "law: no war")

    def some(*arguments):
        return (pair for pair in work(*arguments) if pair[0].startswith(names))

    monkeypatch.setattr(whole, "_work", some)


def test_a_sound_machine(hegemon) -> None:
    result = hegemon("selftest")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert [line.split("  ")[0] for line in lines[1:5]] == [
        "philox",
        "golden digest, float64",
        "golden digest, float32",
        "law: no war",
    ]
    for name in ("kernels", "speed", "cpu", "memory", "directory", "versions"):
        assert any(line.startswith(f"{name} ") for line in lines)
    assert lines[-1] == "all passed"


def test_json(hegemon) -> None:
    result = hegemon("selftest", "--json", "--seed", "5")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert found["passed"]
    assert [check["passed"] for check in found["checks"]] == [True] * 4
    assert found["machine"]["versions"]["numba"]


def test_a_wrong_machine_is_status_1(hegemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden, "digest", lambda system, dtype: "0" * 64)
    result = hegemon("selftest")
    assert result.exit_code == 1
    assert result.stderr == ("hegemon: selftest failed: golden digest, float64, golden digest, float32\n")
    assert result.stdout.count("FAILED") == 3
    assert not json.loads(hegemon("selftest", "--json").stdout)["passed"]


def test_a_directory_that_is_not_there(hegemon) -> None:
    result = hegemon("selftest", "--dir", "none")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "--dir none: there is no such directory\n"
