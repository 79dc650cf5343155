"""The benchmark of the store runs, small, and says what it took; no figure of it is judged."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import store


def test_a_piece_comes_back_by_every_way(tmp_path: Path) -> None:
    piece = store.Piece(500, tmp_path, years=20)
    piece.pack_and_write()
    ways = [piece.read()]
    for packing in (False, True):
        piece.write_raw(packing)
        ways.append(piece.read_raw(packing))
    for found in ways:
        for name, column in piece.columns.items():
            np.testing.assert_array_equal(found[name], column, name)


def test_two_at_once_are_timed_as_one() -> None:
    done: list[int] = []
    times = store.timed(lambda: done.append(1), lambda: done.append(2))
    assert sorted(done) == [1, 2]
    assert set(times) == {"cpu", "wall"}


def test_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "store.json"
    store.main(["--parts", "piece", "--rows", "300", "--rounds", "1", "--out", str(out)])
    report = json.loads(out.read_text())
    assert report["piece"]["raw_bytes_per_row"] == 166
    shown = capsys.readouterr().out
    assert "bytes a row: piece " in shown
    assert "h5py, packed: write, two at once" in shown


def test_parts_of_a_run() -> None:
    found = store.apart(64, "outcomes")
    assert found["bytes"] > 64 * 80
    assert 0 < found["simulate"] <= found["cpu"]
    assert min(found["pack"], found["write"], found["tally"], found["name_of"]) > 0
