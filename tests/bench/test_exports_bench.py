"""The measurement of exports runs, small; the published table is that of the published record."""

from __future__ import annotations

import json
from pathlib import Path

import exports


def test_a_small_study(tmp_path: Path) -> None:
    record = exports.study([50], 5, tmp_path, ["parquet"])
    assert [case["format"] for case in record["cases"]] == ["parquet"]
    assert all(case["bytes"] > 50 and case["peak"] > 10 for case in record["cases"])
    text = exports.table(record)
    assert len(text.splitlines()) == 2 + 1 + 1


def test_the_page_has_the_record() -> None:
    assert exports.table(json.loads(exports.RECORD.read_text())) in exports.PAGE.read_text()
