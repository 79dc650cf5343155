"""A small finished run in many pieces, with common random numbers or without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hegemon as hg

SETTINGS: dict[str, dict[str, Any]] = {
    "common": {},
    "independent": {"common_random_numbers": False, "detail": "tallies"},
    "tallied": {"detail": "tallies"},
}


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Critical values need not be exact here."""
    monkeypatch.setattr("hegemon.estimates.simultaneous.DRAWS", 4000)


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], hg.Run]:
    """A finished run of some kind, of several pieces; not to be changed."""
    made: dict[str, Path] = {}

    def make(kind: str) -> hg.Run:
        if kind not in made:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("hegemon.planning.plan.target", lambda total: 300_000)
                patch.setattr("hegemon.storage.pieces.os.fsync", lambda descriptor: None)
                sweep = {"balancing.efficiency": [1, 0, 0.5], "system.states": [3, 5]}
                model = hg.Model(system={"years": 25}, hegemony={"hold": 2})
                experiment = hg.Experiment(model, sweep=sweep, replicas=203, seed=5, **SETTINGS[kind])
                made[kind] = experiment.run(tmp_path_factory.mktemp("runs") / "run", workers=1).path
        return hg.open_run(made[kind])

    return make
