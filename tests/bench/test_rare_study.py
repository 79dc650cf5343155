"""The studies of splitting, small: they run, and what they find can be shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rare_gain
from coverage_studies import rare


def test_a_small_study() -> None:
    found = rare.study(30, 1, lambda text: None)
    assert set(rare.CHAINS) < set(found)
    steps = found["steps"]
    assert abs(steps["errors_off"]) < 4.5  # false alarm: once in 100,000 tests
    assert 0.6 < steps["stopped"]["coverage"] <= 1  # of 30 trials at 95 %: practically never less
    control = found["two types that the share does not tell apart (control)"]
    assert control["warned"] == 1
    assert control["student"]["coverage"] < 0.9


def test_small_gains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rare_gain, "CASES", ((4, 5, 1000, 0), (5, 5, 0, 0)))
    rare_gain.main(["--small"], tmp_path / "gain.json")
    record = json.loads((tmp_path / "gain.json").read_text())
    tables = rare_gain.tables(record)
    assert tables["rare-gain"].count("\n") == 3
    assert tables["rare-agreement"].count("\n") == 2
