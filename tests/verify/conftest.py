"""A small finished run of each kind, made once; tests spoil copies of it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hegemon as hg

KINDS: dict[str, dict[str, Any]] = {
    "outcomes": {"trajectories": 3},
    "tallies": {"detail": "tallies"},
    "float32": {"dtype": "float32", "trajectories": 2},
    "lasting": {"model": hg.Model(system={"years": 30}, hegemony={"hold": 2, "absorbing": False})},
}


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The directory of a finished run of some kind, in several pieces; not to be changed."""
    made: dict[str, Path] = {}

    def make(kind: str) -> Path:
        if kind not in made:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(
                    "hegemon.planning.plan.target", lambda total: 400_000 if total > 2_500_000 else 150_000
                )
                patch.setattr("hegemon.storage.pieces.os.fsync", lambda descriptor: None)
                model = hg.Model(system={"years": 30}, hegemony={"hold": 2})
                sweep = {"balancing.efficiency": [0, 0.5, 1], "system.states": [3, 5]}
                settings: dict[str, Any] = {"model": model, "sweep": sweep, "replicas": 60, "seed": 3}
                experiment = hg.Experiment(**{**settings, "name": kind, **KINDS[kind]})
                made[kind] = experiment.run(tmp_path_factory.mktemp(kind) / "run", workers=1).path
        return made[kind]

    return make


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting for the disk where pieces are made anew."""
    monkeypatch.setattr("hegemon.storage.pieces.os.fsync", lambda descriptor: None)


@pytest.fixture
def copy(finished: Callable[[str], Path], tmp_path: Path) -> Callable[..., hg.Run]:
    """A copy of a finished run, to spoil."""

    def make(kind: str = "outcomes") -> hg.Run:
        return hg.open_run(shutil.copytree(finished(kind), tmp_path / kind))

    return make


@pytest.fixture
def forge() -> Callable[[Path, bytes], Path]:
    """Put other content in the place of a piece, under the name that fits it: a forgery no checksum finds."""

    def put(path: Path, content: bytes) -> Path:
        stem = "-".join(path.name.split("-")[:3])
        path.unlink()
        digest = hashlib.sha256(content).hexdigest()[:16]
        target = path.with_name(f"{stem}-{len(content)}-{digest}.nc")
        target.write_bytes(content)
        return target

    return put
