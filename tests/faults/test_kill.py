"""kill -9: at any moment, at any call. What was finished stays, and the run ends as if nothing had been."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from faults.trials import Warm, Whole


@pytest.mark.parametrize(
    "seeds", [range(5), pytest.param(range(5, 125), marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_at_any_moment(
    warm: Warm, whole: Whole, survives: Callable[..., None], room: Path, seeds: range
) -> None:
    for seed in seeds:
        random, folder = Random(seed), room / str(seed)
        struck = False
        for _ in range(random.randint(1, 3)):
            ended = warm(folder, seconds=random.uniform(0, 0.8 * whole.seconds), workers=random.randint(1, 2))
            assert ended["status"] in (-9, 0), ended
            struck = struck or ended["status"] == -9
        if struck:  # it had not ended before
            survives("`kill -9` at a random moment, one to three times", folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize(
    "step", [41, pytest.param(1, marks=pytest.mark.slow)], ids=["some calls", "every call"]
)
def test_at_a_call(warm: Warm, whole: Whole, survives: Callable[..., None], room: Path, step: int) -> None:
    for site in range(0, whole.sites, step):
        folder = room / str(site)
        ended = warm(folder, site=site, workers=1)
        assert ended["status"] == -9, (site, ended)
        survives("`kill -9` at each call that opens, writes, syncs, renames, ...", folder)
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    "step", [61, pytest.param(2, marks=pytest.mark.slow)], ids=["some calls", "every other call"]
)
def test_while_a_run_is_extended(
    warm: Warm, whole: Whole, survives: Callable[..., None], room: Path, step: int
) -> None:
    smaller: dict[str, Any] = {"replicas": 120, "trajectories": 0, "sweep": {"system.states": [5]}}
    smaller["sweep"]["balancing.efficiency"] = [1]
    first = room / "first"
    assert warm(first, changes=smaller)["status"] == 0
    for site in range(0, warm(shutil.copytree(first, room / "count"), count=True, workers=1)["sites"], step):
        folder = shutil.copytree(first, room / str(site))
        ended = warm(folder, site=site, workers=1)
        assert ended["status"] == -9, (site, ended)
        survives("the same while a finished run is extended", folder, cut=False)
        shutil.rmtree(folder)
