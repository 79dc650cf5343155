"""An experiment of some seconds in some forty pieces, run once in one go: what all else must equal."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import hegemon as hg

HEGEMON = Path(sysconfig.get_path("scripts")) / "hegemon"
SHARED = """\
[experiment]
name = "shared"
replicas = 80_000
seed = 5
detail = "tallies"

[sweep]
"balancing.efficiency" = [0.6, 0.8, 1.0]
"system.states" = [4, 8]

[model.system]
years = 120
"""


@pytest.fixture(scope="session")
def in_one_go(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], hg.Run]:
    """The experiment with so many replicas, in one go."""
    folder = tmp_path_factory.mktemp("in-one-go")
    (folder / "shared.toml").write_text(SHARED)

    @cache
    def run(replicas: int) -> hg.Run:
        changes = [f"experiment.replicas={replicas}"]
        return hg.Experiment.from_toml(folder / "shared.toml", changes).run(folder / str(replicas), workers=2)

    return run


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """The experiment's file."""
    path = tmp_path / "shared.toml"
    path.write_text(SHARED)
    return path


def pieces(folder: Path) -> set[str]:
    """Names of the finished pieces of a run, which say what they hold to the bit."""
    return {path.name for path in (folder / "pieces").glob("piece-*.nc")}


@pytest.fixture
def equal(in_one_go: Callable[[int], hg.Run]) -> Callable[[Path], None]:
    """Assert that a directory holds the pieces and the results of the run in one go."""

    def check(folder: Path) -> None:
        run = hg.open_run(folder)
        assert run.complete
        whole = in_one_go(run.spec.replicas)
        assert pieces(folder) == pieces(whole.path)
        assert run.results.variables.keys() == whole.results.variables.keys()
        for name, variable in whole.results.variables.items():
            other = run.results.variables[name]
            assert (other.dims, other.dtype) == (variable.dims, variable.dtype), name
            assert other.values.tobytes() == variable.values.tobytes(), name

    return check


def start(*words: str | Path, **settings: Any) -> subprocess.Popen[str]:
    """Start the command line as a user would, without waiting for it."""
    command = [HEGEMON, *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **settings)


def python(*words: str | Path, log: Path, **settings: Any) -> subprocess.Popen[bytes]:
    """Start a Python program whose output goes to a file."""
    with log.open("ab") as file:
        return subprocess.Popen([sys.executable, *words], stdout=file, stderr=file, **settings)
