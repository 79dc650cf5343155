"""docs/faults.md holds the table of the last record, and nothing in it was lost."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_table_is_that_of_the_record() -> None:
    spec = importlib.util.spec_from_file_location("try_faults", ROOT / "bench" / "try_faults.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    text = made.PAGE.read_text(encoding="utf-8")
    record = json.loads(made.RECORD.read_text())
    assert made.page(text, record) == text
    assert all(item["lost"] == 0 and item["tried"] > 0 for item in record["faults"].values())
