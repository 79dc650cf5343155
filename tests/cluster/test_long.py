"""The longer cases: a real time limit, an adaptive cluster, two kinds of CPU. `make validate` runs them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import hegemon as hg
from cluster.conftest import HEGEMON
from cluster.slurm import Slurm, running, until

PAGE = Path(__file__).parents[2] / "docs" / "clusters.md"
# What a cluster of a few nodes has and one machine has not.
LOOPBACK = {
    "cores=4": 'cores=1, interface="lo"',
    "maximum=16": "maximum=2",
    'memory="2GB"': 'memory="1GB"',
    "spoils.toml": "shared.toml",
}


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    with running(tmp_path_factory.mktemp("slurm")) as made:
        yield made


@pytest.mark.slow
@pytest.mark.slurm
def test_the_adaptive_cluster_of_the_page(slurm: Slurm, shared: Path, equal: Callable[[Path], None]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    for there, here in LOOPBACK.items():
        assert there in example
        example = example.replace(there, here)
    (shared.parent / "adaptive.py").write_text(example)
    done = subprocess.run(
        [sys.executable, "adaptive.py"],
        cwd=shared.parent,
        env=slurm.environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "p_emerged" in done.stdout
    equal(shared.parent / "runs" / "spoils")
    (session,) = hg.open_run(shared.parent / "runs" / "spoils").provenance["sessions"]
    assert session["scheduler"].startswith("tcp://127.0.0.1:")


@pytest.mark.slow
@pytest.mark.slurm
@pytest.mark.timeout(1800)
def test_a_slice_stops_before_its_time_is_up_and_goes_on(
    slurm: Slurm, shared: Path, equal: Callable[[Path], None]
) -> None:
    """Of a job of five minutes half are spent when the run begins: half a minute is left to it."""
    command = [HEGEMON, "submit", shared, "--slices", "1", "--time", "5m", "--out", "run"]
    command += ["--replicas", "600_000", "--setup", "SECONDS=150"]
    done = subprocess.run(
        command, cwd=shared.parent, env=slurm.environment, capture_output=True, text=True, check=True
    )
    array, merge = re.findall(r"^\w+ +job (\d+),", done.stdout, flags=re.MULTILINE)
    folder = shared.parent / "run"
    log = folder / "jobs" / "1" / "slice-1.log"
    until(lambda: log.exists() and "it is queued again" in log.read_text(), "the limit", 400, 1)
    assert re.search(r"stopped \(the time limit is (near|reached)\)", log.read_text())
    assert slurm.wait(array, 1200) | slurm.wait(merge) == {"COMPLETED"}
    equal(folder)


@pytest.mark.slow
def test_two_kinds_of_cpu_share_a_cache_and_a_run(
    shared: Path, tmp_path: Path, equal: Callable[[Path], None]
) -> None:
    cache = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    kinds: list[dict[str, str]] = [{}, {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}]

    def call(kind: dict[str, str], *command: str | Path) -> str:
        environment = {**os.environ, **cache, **kind}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout + done.stderr

    said = [call(kind, sys.executable, "-m", "hegemon.cluster.warm", shared) for kind in (*kinds, *kinds)]
    assert [re.search("compiled in|found compiled", text)[0] for text in said] == [
        *["compiled in"] * 2,
        *["found compiled"] * 2,
    ]
    for number, kind in enumerate(kinds, start=1):
        call(kind, HEGEMON, "run", shared, "--slice", f"{number}/2", "--out", tmp_path / "run")
    call({}, HEGEMON, "merge", tmp_path / "run")
    equal(tmp_path / "run")
