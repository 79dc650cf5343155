"""Small finished runs of every kind, and their pages, made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hegemon as hg

HOSTILE = '</script><script>alert(1)</script> $x$ <b>& "q"'
NAMES = ["<img src=x onerror=alert(1)>", "B&B", '"C"', "D'"]
_LINE = {"balancing.efficiency": [0, 0.5, 1]}
_SYSTEM = {"states": 4, "years": 20}
KINDS: dict[str, dict[str, Any]] = {
    "single": {
        "title": HOSTILE,
        "description": f"One <i>point</i>.\n{HOSTILE}",
        "model": hg.Model(system={**_SYSTEM, "names": NAMES}),
    },
    "line": {"sweep": _LINE, "title": "A line", "description": "Does P fall?"},
    "spoils": {"sweep": _LINE, "model": hg.Model(system=_SYSTEM, war={"spoils": 0.1}), "replicas": 160},
    "seed": {"sweep": _LINE, "model": hg.Model(system=_SYSTEM, war={"spoils": 0.1}), "seed": 4},
    "cube": {
        "sweep": {"balancing.efficiency": [0, 1], "system.states": [3, 4], "war.spoils": [0.2, 0.8]},
        "model": hg.Model(system={"years": 20}),
    },
    "drawn": {
        "sweep": {
            "design": "lhs",
            "points": 12,
            "balancing.efficiency": {"from": 0, "to": 1},
            "war.spoils": {"from": 0.1, "to": 0.9},
        },
        "replicas": 40,
    },
    "tallies": {
        "sweep": {
            "design": "list",
            "values": [{"system.years": 20}, {"system.years": 15, "geography.layout": "plane"}],
        },
        "detail": "tallies",
        "model": hg.Model(system={"states": 4}),
    },
    "lasting": {
        "sweep": _LINE,
        "model": hg.Model(system=_SYSTEM, hegemony={"hold": 2, "absorbing": False}),
    },
    "precise": {
        "sweep": _LINE,
        "precision": 0.05,
        "max_replicas": 1100,
        "replicas": None,
        "dtype": "float32",
    },
    "words": {"sweep": {"geography.layout": ["none", "ring"]}, "common_random_numbers": False},
}
"""By name: what departs from a line of three points with 120 replicas each."""
PAGES = ("single", "line", "cube", "drawn", "tallies", "lasting", "precise", "words")


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], hg.Run]:
    """A finished run of some kind; not to be changed."""
    made: dict[str, hg.Run] = {}

    def make(kind: str) -> hg.Run:
        if kind not in made:
            settings = {"model": hg.Model(system=_SYSTEM), "replicas": 120, "seed": 3, "name": kind}
            folder = tmp_path_factory.mktemp(kind) / "run"
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("hegemon.storage.pieces.os.fsync", lambda descriptor: None)
                made[kind] = hg.Experiment(**{**settings, **KINDS[kind]}).run(folder, workers=1)
        return made[kind]

    return make


@pytest.fixture(scope="session")
def pages(runs: Callable[[str], hg.Run], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The page of a kind of run; `line-spoils` is a comparison of two."""
    from hegemon.report import compare_page

    folder, made = tmp_path_factory.mktemp("pages"), {}

    def make(kind: str) -> Path:
        if kind not in made:
            target = folder / f"{kind}.html"
            first, _, second = kind.partition("-")
            if second:
                pair = runs(first), runs(second)
                made[kind] = compare_page(*pair, pair[0].compare(pair[1]), target)
            else:
                made[kind] = runs(first).report(target)
        return made[kind]

    return make
