"""The record of a run is enough to do it again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hegemon as hg
import hegemon_kernels as hk

Factory = Callable[..., hg.Experiment]


def again(record: dict[str, Any], folder: Path) -> hg.Run:
    """Run what a stored record says."""
    path = folder / "again.toml"
    path.write_text(record["experiment"], encoding="utf-8")
    return hg.Experiment.from_toml(path).run(folder / "again")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"detail": "tallies", "common_random_numbers": False},
        {"dtype": "float32", "trajectories": 2, "confidence": 0.9},
        {"sweep": {"design": "list", "values": [{"war.spoils": 0.1}, {"geography.reach": 0.5}]}},
        {"sweep": None, "description": 'Two "lines"\nof text'},
    ],
)
def test_a_stored_record_runs_again(
    small: Factory, tmp_path: Path, quick: None, same: Any, changes: dict[str, Any]
) -> None:
    first = small(**changes).run(tmp_path / "first")
    record = json.loads((first.path / "provenance.json").read_text(encoding="utf-8"))
    second = again(record, tmp_path)
    same(first, second)
    names = [{path.name for path in (run.path / "pieces").iterdir()} for run in (first, second)]
    assert names[0] == names[1]


def test_what_a_record_says(small: Factory, tmp_path: Path, quick: None) -> None:
    run = small().run(tmp_path / "run", workers=2)
    record = run.provenance
    (session,) = record["sessions"]
    assert record["format_version"] == 1
    assert session["seed"] == 3
    assert session["workers"] == 2
    assert session["scheduler"] == "threads"
    assert session["status"] == "complete"
    assert session["start"] <= session["end"]
    assert session["model_version"] == hk.MODEL_VERSION
    assert session["kernel_digest"] == hk.sources_digest()
    assert session["versions"]["hegemon"] == hg.__version__
    assert {"numpy", "numba", "h5py", "dask"} <= set(session["versions"])
    for name in ("command", "host", "cpu", "python", "system", "folder"):
        assert session[name], name


def test_a_damaged_record_is_named(small: Factory, tmp_path: Path, quick: None) -> None:
    run = small().run(tmp_path / "run")
    (run.path / "provenance.json").write_text("[]")
    with pytest.raises(hg.PieceError, match=r"provenance.json: not a record of hegemon"):
        _ = run.provenance
