"""Small finished runs: one that stops at the first hegemony, one that goes on after it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import hegemon as hg

KINDS = {
    "stops": {"hold": 2, "absorbing": True},
    "goes on": {"hold": 2, "absorbing": False},
}


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], hg.Run]:
    """A finished run of some kind, of several pieces; not to be changed."""
    made: dict[str, Path] = {}

    def make(kind: str) -> hg.Run:
        if kind not in made:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("hegemon.planning.plan.target", lambda total: 200_000)
                patch.setattr("hegemon.storage.pieces.os.fsync", lambda descriptor: None)
                model = hg.Model(system={"states": 4}, hegemony=KINDS[kind])
                sweep = {"balancing.efficiency": [0, 1], "system.years": [15, 40]}
                experiment = hg.Experiment(model, sweep=sweep, replicas=300, seed=5)
                made[kind] = experiment.run(tmp_path_factory.mktemp("runs") / "run", workers=1).path
        return hg.open_run(made[kind])

    return make
