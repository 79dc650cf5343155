"""Work that was stopped goes on; what is asked beyond it is added; another experiment is refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hegemon as hg
from hegemon.running import directory
from hegemon.storage import manifest

Factory = Callable[..., hg.Experiment]
Same = Callable[[hg.Run, hg.Run], None]

LONG = """
import sys, hegemon as hg, hegemon.planning.plan
hegemon.planning.plan.target = lambda total: 300_000
model = hg.Model(system={"years": 25}, hegemony={"hold": 2})
sweep = {"balancing.efficiency": [0, 0.5, 1], "system.states": [3, 5]}
hg.Experiment(model, sweep=sweep, replicas=1500, seed=3, name="small").run(sys.argv[1], workers=2)
"""


def stems(run: hg.Run) -> set[str]:
    return {path.name for path in (run.path / "pieces").iterdir()}


class Stop:
    """Raises KeyboardInterrupt, as Ctrl-C does, when some pieces are done."""

    def __init__(self, after: int) -> None:
        self.after = after

    def __call__(self, progress: hg.Progress) -> None:
        if progress.pieces_done >= self.after:
            raise KeyboardInterrupt


@pytest.mark.parametrize("after", [0, 1, 4])
def test_an_interrupted_run_goes_on(
    small: Factory, cut: Callable[..., None], same: Same, tmp_path: Path, quick: None, after: int
) -> None:
    cut(60_000)
    whole = small(trajectories=2).run(tmp_path / "whole", workers=2)
    with pytest.raises(
        hg.Interrupted, match=r"pieces are finished and kept in .*the same command goes on"
    ) as told:
        small(trajectories=2).run(tmp_path / "part", workers=2, progress=Stop(after))
    assert after <= told.value.done < told.value.pieces
    assert issubclass(hg.Interrupted, KeyboardInterrupt)
    part = hg.open_run(tmp_path / "part")
    assert not part.complete
    with pytest.raises(hg.PieceError, match="the run is not complete"):
        _ = part.results
    kept = stems(part)
    updates: list[hg.Progress] = []
    again = small(trajectories=2).run(tmp_path / "part", workers=2, progress=updates.append)
    assert updates[0].pieces_done == len(kept) >= after
    assert stems(again) > kept
    same(again, whole)
    assert [made["status"] for made in again.provenance["sessions"]] == ["interrupted", "complete"]


def test_a_killed_run_goes_on(same: Same, tmp_path: Path) -> None:
    def start(name: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", LONG, str(tmp_path / name)])

    assert start("whole").wait() == 0
    for pause in (0.0, 0.4):
        process = start("part")
        folder = tmp_path / "part" / "pieces"
        before = len(list(folder.glob("piece-*"))) if folder.exists() else 0
        while process.poll() is None and len(list(folder.glob("piece-*"))) <= before:
            time.sleep(0.01)
        time.sleep(pause)
        process.kill()
        process.wait()
    assert start("part").wait() == 0
    part, whole = hg.open_run(tmp_path / "part"), hg.open_run(tmp_path / "whole")
    same(part, whole)
    assert stems(part) == stems(whole)  # nothing that was being written is left


def test_ctrl_c_in_a_terminal(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", LONG, str(tmp_path / "run")], stderr=subprocess.PIPE)
    folder = tmp_path / "run" / "pieces"
    while process.poll() is None and not list(folder.glob("piece-*")):
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert b"hegemon.failures.Interrupted: interrupted: " in told or process.returncode == 0


def test_a_complete_run_is_left_alone(small: Factory, tmp_path: Path, quick: None) -> None:
    first = small().run(tmp_path / "run")
    before = {path: path.stat().st_mtime_ns for path in first.path.rglob("*")}
    small().run(tmp_path / "run", progress=Stop(0))
    assert {path: path.stat().st_mtime_ns for path in first.path.rglob("*")} == before


@pytest.mark.parametrize(
    "smaller",
    [
        {"replicas": 17},
        {"sweep": {"balancing.efficiency": [0.5], "system.states": [5, 3]}},
        {"sweep": {"system.states": [5]}, "model": hg.Model(system={"years": 25}, hegemony={"hold": 2})},
        {"replicas": 33, "sweep": {"balancing.efficiency": [1, 0], "system.states": [3]}},
        {"trajectories": 1},
    ],
)
def test_an_extended_run_is_that_of_one_go(
    small: Factory, cut: Callable[..., None], same: Same, tmp_path: Path, quick: None, smaller: dict[str, Any]
) -> None:
    cut(60_000)
    whole = small(trajectories=4).run(tmp_path / "whole", workers=2)
    first = small(**smaller).run(tmp_path / "grown", workers=2)
    kept = stems(first)
    grown = small(trajectories=4).run(tmp_path / "grown", workers=2)
    assert stems(grown) > kept
    same(grown, whole)


def test_an_extension_of_an_interrupted_run(
    small: Factory, cut: Callable[..., None], same: Same, tmp_path: Path, quick: None
) -> None:
    cut(60_000)
    with pytest.raises(hg.Interrupted, match="kept"):
        small(replicas=30).run(tmp_path / "grown", workers=2, progress=Stop(2))
    with pytest.raises(hg.Interrupted, match="kept"):
        small(replicas=45).run(tmp_path / "grown", workers=2, progress=Stop(7))
    grown = small().run(tmp_path / "grown", workers=2)
    same(grown, small().run(tmp_path / "whole", workers=2))
    assert grown.provenance["experiment"] == (grown.path / "experiment.toml").read_text()


def test_estimates_of_a_smaller_run_do_not_outlive_an_extension(
    small: Factory, tmp_path: Path, quick: None
) -> None:
    small(replicas=30).run(tmp_path / "run")
    with pytest.raises(hg.Interrupted, match="kept"):
        small().run(tmp_path / "run", progress=Stop(0))
    assert not (tmp_path / "run" / "results.nc").exists()


def test_confidence_and_names_may_change(small: Factory, tmp_path: Path, quick: None) -> None:
    before = stems(small().run(tmp_path / "run"))
    run = small(confidence=0.8, title="Another title").run(tmp_path / "run")
    assert stems(run) == before
    assert run.results.attrs["confidence"] == 0.8
    assert run.results.attrs["title"] == "Another title"


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({"seed": 4}, ["experiment.seed: holds 3, asked 4; it is another experiment"]),
        ({"dtype": "float32"}, ["experiment.dtype: holds float64, asked float32"]),
        (
            {"detail": "tallies", "common_random_numbers": False},
            ["common_random_numbers: holds True", "detail"],
        ),
        ({"replicas": 59}, ["experiment.replicas: holds 60, asked 59; more can be added, fewer need"]),
        ({"trajectories": 0}, ["experiment.trajectories: holds 1, asked 0"]),
        (
            {"sweep": {"balancing.efficiency": [0, 1], "system.states": [3, 5]}},
            ["model.balancing.efficiency: holds 0.0, 0.5, 1.0, asked 0.0, 1.0"],
        ),
        (
            {"model": hg.Model(system={"years": 30}, hegemony={"hold": 2}, war={"spoils": 0.2})},
            ["model.system.years: holds 25, asked 30", "model.war.spoils: holds 0.4, asked 0.2"],
        ),
    ],
)
def test_another_experiment_is_refused_by_name(
    small: Factory, tmp_path: Path, quick: None, changes: dict[str, Any], lines: list[str]
) -> None:
    run = small(trajectories=1).run(tmp_path / "run")
    before = {path: path.stat().st_mtime_ns for path in run.path.rglob("*")}
    with pytest.raises(hg.RequestError, match=r"holds .*, asked") as told:
        small(**{"trajectories": 1, **changes}).run(tmp_path / "run")
    assert len(told.value.lines) == len(lines)
    for line, part in zip(told.value.lines, lines, strict=True):
        assert line.startswith(f"{tmp_path / 'run'}: ")
        assert part in line
    assert {path: path.stat().st_mtime_ns for path in run.path.rglob("*")} == before


def test_another_version_is_refused(
    small: Factory, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    small().run(tmp_path / "run")
    monkeypatch.setattr("hegemon_kernels.MODEL_VERSION", 99)
    with pytest.raises(hg.RequestError, match="made with model_version 1, this program has 99"):
        small(replicas=70).run(tmp_path / "run")


def test_a_directory_of_something_else_is_refused(small: Factory, tmp_path: Path) -> None:
    (tmp_path / "pieces").mkdir()
    (tmp_path / "pieces" / "mine").touch()
    with pytest.raises(hg.RequestError, match="holds pieces but no manifest; choose another directory"):
        small().run(tmp_path)
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(hg.RequestError, match="file: is a file, not a directory"):
        small().run(path)


def test_a_directory_that_cannot_be_made_is_refused(small: Factory, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(hg.RequestError, match="file"):
        small().run(tmp_path / "file" / "run")


def test_a_damaged_manifest_is_named(small: Factory, tmp_path: Path, quick: None) -> None:
    small().run(tmp_path / "run")
    (tmp_path / "run" / "manifest").write_text("{}")
    with pytest.raises(hg.PieceError, match="manifest: not a manifest of hegemon"):
        small().run(tmp_path / "run")


def test_a_removed_piece_is_made_again(small: Factory, same: Same, tmp_path: Path, quick: None) -> None:
    whole = small().run(tmp_path / "whole")
    run = small().run(tmp_path / "run")
    victim = next((run.path / "pieces").iterdir())
    victim.unlink()
    assert not run.complete
    same(small().run(tmp_path / "run"), whole)
    assert victim.exists()


def test_manifest_names_all_pieces(small: Factory, tmp_path: Path, quick: None) -> None:
    run = small(trajectories=1).run(tmp_path / "run")
    job = directory.load(run.path)
    assert set(manifest.finished(run.path, job.manifest)) == set(range(len(job.manifest.plan)))
