"""A warm process to make runs in, what may be lost (nothing), and the count of what was tried."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import hegemon as hg
from faults.trials import Warm, Whole, broken, left, stamps


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a killed process leaves there what it would leave on a disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """Call it with a folder and a fault."""
    process = Warm()
    yield process
    process.close()


@pytest.fixture(scope="session")
def whole(warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("whole") / "run"
    begin = time.perf_counter()
    made = warm(folder, count=True, workers=1)
    assert made["status"] == 0, made
    return Whole(hg.open_run(folder), made["sites"], time.perf_counter() - begin)


@pytest.fixture(scope="session")
def ledger() -> Iterator[Callable[..., None]]:
    """Call it with what was tried, how often, and how many finished pieces were lost or results changed.

    Where HEGEMON_FAULTS names a file, the sums are written there as JSON.
    """
    found: dict[str, dict[str, int]] = {}

    def tried(fault: str, count: int = 1, lost: int = 0) -> None:
        entry = found.setdefault(fault, {"tried": 0, "lost": 0})
        entry["tried"] += count
        entry["lost"] += lost

    yield tried
    if os.environ.get("HEGEMON_FAULTS"):
        Path(os.environ["HEGEMON_FAULTS"]).write_text(json.dumps(found, indent=1) + "\n")


@pytest.fixture
def survives(warm: Warm, whole: Whole, ledger: Callable[..., None]) -> Callable[..., None]:
    """Check what a fault has left, go on without it, and check that the run is as if nothing had been."""

    def check(fault: str, folder: Path, cut: bool = True, **more: Any) -> None:
        assert broken(folder) == []
        done = (folder / "results.nc").exists()
        kept = stamps(folder)
        ended = warm(folder, **more)
        assert ended["status"] == 0, ended
        after = stamps(folder)
        lost = sum(1 for name, time in kept.items() if after.get(name) != time)
        run = hg.open_run(folder)
        lost += cut and after.keys() != whole.names
        lost += run.results.digest != whole.run.results.digest
        ledger(fault, 1, lost)
        assert lost == 0
        assert run.complete
        assert left(folder) == [] or done  # nothing is swept where nothing is left to do

    return check
