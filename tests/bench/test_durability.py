"""The measurement of what durability costs, run small: it must find its parts, and leave nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_the_measurement_runs(tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "bench" / "durability.py"
    sizes = ["--seconds", "0.1", "--pairs", "1", "--pieces", "200", "--repeats", "1", "--workers", "1"]
    command = [sys.executable, str(script), *sizes, "-o", "found.json"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    found = json.loads((tmp_path / "found.json").read_text())
    assert told.startswith("durability: ")
    inside = found["cost"]["seconds_inside"]
    assert set(inside) == {"fsync", "checksums", "claim", "release", "look", "record"}
    assert all(seconds > 0 for seconds in inside.values())
    assert found["cost"]["pieces"] >= 1
    assert found["resume"]["pieces"] == 200
    assert 0 < found["resume"]["median"] < 600
    assert [path.name for path in tmp_path.iterdir()] == ["found.json"]
