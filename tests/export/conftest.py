"""Finished runs to export, made once, and tables made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hegemon as hg
from hegemon.export.tables import Batch, Column, Table

NAMES = ["Alba", "Bor", "Cis", "Dor"]
KINDS: dict[str, dict[str, Any]] = {
    "grid": {
        "sweep": {"balancing.efficiency": [0, 1], "geography.reach": [0.5, float("inf")]},
        "trajectories": 2,
    },
    "listed": {
        "sweep": {
            "design": "list",
            "values": [{"system.years": 30}, {"system.years": 20, "geography.layout": "plane"}],
        },
        "model": hg.Model(hegemony={"hold": 2, "absorbing": False}),
    },
    "linked": {
        "sweep": {
            "balancing.efficiency": [0, 1],
            "linked": [{"system.years": [20, 30], "war.spoils": [0.2, 0.4]}],
        },
        "model": hg.Model(hegemony={"hold": 2}),
    },
    "single": {},
    "tallies": {"detail": "tallies"},
}


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], hg.Run]:
    """A finished run of some kind; not to be changed."""
    made: dict[str, Path] = {}

    def make(kind: str) -> hg.Run:
        if kind not in made:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("hegemon.planning.plan.target", lambda total: 400_000)
                patch.setattr("hegemon.storage.pieces.os.fsync", lambda descriptor: None)
                system = {"states": 4, "years": 25, "names": NAMES}
                model = hg.Model(system=system, hegemony={"hold": 2}, geography={"layout": "ring"})
                settings: dict[str, Any] = {"model": model, "replicas": 150, "seed": 3, "name": kind}
                experiment = hg.Experiment(**{**settings, **KINDS[kind]})
                made[kind] = experiment.run(tmp_path_factory.mktemp(kind) / "run", workers=1).path
        return hg.open_run(made[kind])

    return make


@pytest.fixture
def table() -> Callable[..., Table]:
    """A table of given columns, in one batch or several equal ones."""

    def make(
        values: Mapping[str, Any], batches: int = 1, attributes: Mapping[str, Any] | None = None, **more: Any
    ) -> Table:
        arrays = {name: np.asarray(column) for name, column in values.items()}
        columns = []
        for name, array in arrays.items():
            texts = tuple(dict.fromkeys(array.tolist())) if array.dtype.kind == "U" else ()
            columns.append(Column(name, array.dtype, dict(attributes or {}), more.get(name, {}), texts))

        def rows() -> Iterator[Batch]:
            for _ in range(batches):
                yield dict(arrays)

        count = batches * len(next(iter(arrays.values())))
        return Table("outcomes", tuple(columns), count, {"title": "By hand"}, rows)

    return make
