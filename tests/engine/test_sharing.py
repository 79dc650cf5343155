"""Several processes on one directory share its work; none waits for the dead, and nothing is lost."""

from __future__ import annotations

import json
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
from hegemon.planning.slices import Slice
from hegemon.running import directory, provenance
from hegemon.running.claims import Claims
from hegemon.storage import manifest

Factory = Callable[..., hg.Experiment]
Same = Callable[[hg.Run, hg.Run], None]

SCRIPT = """
import sys, time, hegemon as hg
import hegemon.planning.plan, hegemon.running.claims, hegemon.running.work, hegemon.storage.pieces
hegemon.planning.plan.target = lambda total: 300_000
hegemon.running.claims.LEASE = 1e9  # claims of the dead must end without it
hegemon.storage.pieces.os.fsync = lambda descriptor: None
make = hegemon.running.work._make
def slowly(*arguments):
    time.sleep(float(sys.argv[2]))
    return make(*arguments)
hegemon.running.work._make = slowly
model = hg.Model(system={"years": 25}, hegemony={"hold": 2})
sweep = {"balancing.efficiency": [0, 0.5, 1], "system.states": [3, 5]}
done = []
hg.Experiment(model, sweep=sweep, replicas=600, seed=3, name="small").run(
    sys.argv[1], workers=1, progress=done.append
)
print(done[-1].pieces)
"""


def start(folder: Path, pause: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, str(folder), str(pause)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def pieces(folder: Path) -> list[Path]:
    return list((folder / "pieces").glob("piece-*.nc")) if (folder / "pieces").exists() else []


def claims(folder: Path) -> list[Path]:
    return list((folder / "sessions").glob("*.claim"))


@pytest.fixture
def whole(small: Factory, cut: Callable[..., None], tmp_path: Path, quick: None) -> hg.Run:
    cut(300_000)
    return small(replicas=600).run(tmp_path / "whole", workers=2)


def test_two_processes_share_the_work(whole: hg.Run, same: Same, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    both = [start(folder, 0.05) for _ in range(2)]
    told = [process.communicate(timeout=240)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert [int(text) for text in told] == [len(pieces(folder))] * 2
    run = hg.open_run(folder)
    same(run, whole)
    assert {path.name for path in pieces(folder)} == {path.name for path in pieces(whole.path)}
    assert [made["status"] for made in run.provenance["sessions"]] == ["complete", "complete"]
    assert not claims(folder)


def test_what_a_killed_process_had_in_hand_is_free_at_once(whole: hg.Run, same: Same, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    victim, other = start(folder, 0.2), start(folder, 0.02)
    while victim.poll() is None and not (len(pieces(folder)) > 5 and claims(folder)):
        time.sleep(0.01)
    os.kill(victim.pid, signal.SIGKILL)
    victim.communicate(timeout=60)
    other.communicate(timeout=240)
    assert other.returncode == 0
    run = hg.open_run(folder)
    same(run, whole)
    assert sorted(made["status"] for made in run.provenance["sessions"]) == ["complete", "running"]
    assert not claims(folder)


# Claims


def session(folder: Path, **changes: Any) -> Path:
    """The file of a session, as a process of this host writes it."""
    made = provenance.Session(1, 1, "threads", slice=changes.pop("slice", ""))
    path = folder / f"{made.id}.json"
    path.write_text(json.dumps({"host": made.host, "end": "", **changes}))
    return path


def old(path: Path) -> None:
    past = time.time() - 3600
    os.utime(path, (past, past))


def test_a_claim_is_exclusive_and_is_given_back(tmp_path: Path) -> None:
    with Claims(session(tmp_path)) as one, Claims(session(tmp_path)) as other:
        assert one.take("piece-1")
        assert not other.take("piece-1")
        assert other.take("piece-2")
        one.close()
        assert other.take("piece-1")
    assert not list(tmp_path.glob("*.claim"))


def test_a_claim_outlives_its_piece_until_others_have_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Claims(session(tmp_path)) as one, Claims(session(tmp_path)) as other:
        one.take("piece-1")
        one.release("piece-1")
        assert not other.take("piece-1")
        monkeypatch.setattr("hegemon.running.claims.HOLD", -1.0)
        one.release("piece-3")
        assert other.take("piece-1")


def test_claims_of_the_dead_end(tmp_path: Path) -> None:
    dead = session(tmp_path)  # nobody holds its lock
    os.link(dead, tmp_path / "piece-1.claim")
    with Claims(session(tmp_path)) as one:
        assert one.take("piece-1")


def test_claims_of_another_host_end_with_their_lease(tmp_path: Path) -> None:
    far = session(tmp_path, host="elsewhere")
    os.link(far, tmp_path / "piece-1.claim")
    with Claims(session(tmp_path)) as one:
        assert not one.take("piece-1")
        assert one.look()
        old(far)
        assert one.take("piece-1")


def test_signs_of_life_renew_all_claims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hegemon.running.claims.BEAT", 0.02)
    own = session(tmp_path)
    with Claims(own) as one:
        one.take("piece-1")
        old(own)
        for _ in range(500):
            time.sleep(0.02)
            if (tmp_path / "piece-1.claim").stat().st_mtime > time.time() - 1000:
                break
        assert (tmp_path / "piece-1.claim").stat().st_mtime > time.time() - 1000


def test_claims_of_dead_processes_are_cleaned_away(tmp_path: Path) -> None:
    for name, path in (("dead", session(tmp_path)), ("far", session(tmp_path, host="elsewhere"))):
        os.link(path, tmp_path / f"{name}.claim")
    (tmp_path / "strange.claim").write_text("?")
    with Claims(session(tmp_path)) as one:
        one.take("mine")
        one.clean()
        assert {path.name for path in tmp_path.glob("*.claim")} == {"far.claim", "mine.claim"}


def test_without_hard_links_work_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with Claims(session(tmp_path)) as one:
        assert one.take("piece-1")


@pytest.mark.parametrize(("other", "rival"), [("1/3", False), ("2/3", True), ("1/4", True), ("", True)])
def test_other_slices_are_no_rivals(tmp_path: Path, other: str, rival: bool) -> None:
    with Claims(session(tmp_path, slice="2/3"), Slice(2, 3)) as one, Claims(session(tmp_path, slice=other)):
        assert one.look() == rival
        assert not one.look()  # not again so soon


def test_a_session_that_has_ended_is_no_rival(tmp_path: Path) -> None:
    session(tmp_path, host="elsewhere", end="2026-01-01T00:00:00+00:00")
    with Claims(session(tmp_path)) as one:
        assert not one.look()


# The manifest under two writers


def test_of_two_extensions_the_second_goes_on_from_the_first(
    small: Factory, cut: Callable[..., None], same: Same, tmp_path: Path, quick: None
) -> None:
    cut(60_000)
    folder = tmp_path / "run"
    first, second = small(replicas=20), small(replicas=40)
    jobs = [directory.prepare(folder, each.spec, each.design) for each in (first, second)]
    directory.write(jobs[0])
    job = directory.write(jobs[1])  # planned before the first was written
    assert [int(part.stop.max()) for part in job.manifest.plan.generations] == [20, 40]
    assert directory.load(folder).spec.replicas == 40
    with pytest.raises(hg.RequestError, match=r"experiment.replicas: holds 40, asked 20"):
        directory.write(jobs[0])
    same(second.run(folder, workers=1), second.run(tmp_path / "whole", workers=1))


def test_a_late_rename_loses_no_generation(small: Factory, tmp_path: Path, quick: None) -> None:
    """A process that was paused between linking its manifest and renaming it."""
    folder = tmp_path / "run"
    small(replicas=20).run(folder, workers=1)
    before = (folder / "manifest").read_bytes()
    small(replicas=40).run(folder, workers=1)
    (folder / "manifest").write_bytes(before)
    assert hg.open_run(folder).spec.replicas == 40
    job = directory.prepare(folder, small(replicas=50).spec, small(replicas=50).design)
    assert len(job.manifest.plan.generations) == 3
    assert small(replicas=50).run(folder, workers=1).complete
    held = manifest.load(folder)
    assert held is not None
    assert held.revision == 3


def test_a_run_that_is_extended_meanwhile_leaves_the_estimates_to_the_other(
    small: Factory, cut: Callable[..., None], same: Same, tmp_path: Path, quick: None
) -> None:
    cut(60_000)
    folder = tmp_path / "run"

    def extend(progress: hg.Progress) -> None:
        if progress.pieces_done == 3:
            larger = small(replicas=80)
            directory.write(directory.prepare(folder, larger.spec, larger.design))

    with pytest.raises(hg.WorkFailed, match="was extended by another process meanwhile; all pieces are kept"):
        small().run(folder, workers=1, progress=extend)
    assert not (folder / "results.nc").exists()
    same(small(replicas=80).run(folder, workers=1), small(replicas=80).run(tmp_path / "whole", workers=1))


def test_an_identical_command_takes_no_estimates_away(small: Factory, tmp_path: Path, quick: None) -> None:
    run = small().run(tmp_path / "run", workers=1)
    before = {path: path.stat().st_mtime_ns for path in run.path.rglob("*")}
    job = directory.prepare(run.path, small().spec, small().design)
    directory.write(job)
    assert {path: path.stat().st_mtime_ns for path in run.path.rglob("*")} == before
