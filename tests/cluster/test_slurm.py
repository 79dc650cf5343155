"""`hegemon submit` to a real Slurm: slices are killed, stopped or orphaned, and their merge is equal."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import hegemon as hg
from cluster.conftest import HEGEMON
from cluster.slurm import Slurm, running, until
from hegemon.planning.slices import Slice, members
from hegemon.running import directory
from hegemon.storage import manifest

pytestmark = pytest.mark.slurm
ODD = 'a run\'s #1 50%j "ödd"'


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    with running(tmp_path_factory.mktemp("slurm")) as made:
        print(f"\nSlurm's own logs: {made.folder / 'log'}")
        yield made


@pytest.fixture
def submit(slurm: Slurm, shared: Path) -> Callable[..., tuple[subprocess.CompletedProcess[str], list[str]]]:
    """Call `hegemon submit shared.toml` and give what it said, and the ids of its jobs."""

    def call(*words: str | Path) -> tuple[subprocess.CompletedProcess[str], list[str]]:
        command = [HEGEMON, "submit", "shared.toml", *words]
        done = subprocess.run(
            command, cwd=shared.parent, env=slurm.environment, capture_output=True, text=True, check=False
        )
        print(done.stdout, done.stderr)
        return done, re.findall(r"^\w+ +job (\d+),", done.stdout, flags=re.MULTILINE)

    return call


def finished(folder: Path, part: Slice) -> tuple[int, int]:
    """Finished pieces of a slice, and all of them."""
    if not (folder / "experiment.toml").exists():
        return 0, 1
    job = directory.load(folder)
    own = members(job.manifest.plan, part)
    return len(own & manifest.finished(folder, job.manifest).keys()), len(own)


def log(folder: Path, name: str, number: int = 1) -> str:
    text = (folder / "jobs" / str(number) / name).read_text()
    print(f"--- {name}\n{text}")
    return text


def test_slices_survive_and_their_merge_is_equal(
    slurm: Slurm, submit: Callable, shared: Path, equal: Callable[[Path], None]
) -> None:
    """Slice 1 is killed and requeued, 2 told to stop; the node of 3 and 4 is lost, where they run on."""
    out = shared.parent / ODD
    done, (array, merge) = submit(
        "--slices", "4", "--out", ODD, "--time", "20m", "--memory", "500M", "--replicas", "160_000"
    )
    assert done.returncode == 0, done.stderr
    for number in range(1, 5):
        until(lambda number=number: finished(out, Slice(number, 4))[0] >= 2, f"slice {number}", pause=0.3)
    jobs = slurm.jobs(array)
    assert {state for _, state, _ in jobs.values()} == {"RUNNING"}
    assert [jobs[index][2] for index in "1234"] == ["n1", "n1", "n2", "n2"]
    orphans = slurm.lose("n2")
    slurm.ask("scontrol", "requeue", f"{array}_1")
    slurm.ask("scancel", "--signal=USR1", "--batch", f"{array}_2")
    assert slurm.wait(array) == {"COMPLETED"}
    assert slurm.wait(merge) == {"COMPLETED"}
    until(lambda: not any(map(alive, orphans)), "orphans")
    slurm.find("n2")

    logs = [log(out, f"slice-{number}.log") for number in range(1, 5)]
    assert all(f"slice {n} of 4 on" in text for n, text in enumerate(logs, start=1))
    assert all("try 2 of 10" in text for text in logs)
    assert "stopped (SIGTERM)" in logs[0]
    assert re.search(
        r"stopped \(SIGUSR1\).*\n.*\n.*slice 2 of 4 is not finished; it is queued again", logs[1]
    )
    for number in (3, 4):  # by the orphan, and by the slice that took its place
        assert logs[number - 1].count(f"slice {number}/4 is done") == 2
    assert "results" in log(out, "merge.log")
    sessions = hg.open_run(out).provenance["sessions"]
    assert {made["workers"] for made in sessions} == {1}
    equal(out)


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_slice_that_never_ran_is_named_and_submitted_alone(
    slurm: Slurm, submit: Callable, shared: Path, equal: Callable[[Path], None]
) -> None:
    out = shared.parent / "runs" / "shared"
    words = ["--slices", "3", "--sbatch-option=--begin=now+1hour", "--setup", "echo set up in $PWD"]
    _, (array, merge) = submit(*words)
    slurm.ask("scancel", f"{array}_2")
    slurm.hasten(array)
    slurm.ask("scontrol", "update", f"jobid={merge}", "starttime=now")
    assert slurm.wait(array) <= {"COMPLETED", "CANCELLED"}
    assert slurm.wait(merge) == {"FAILED"}
    assert f"set up in {shared.parent}" in log(out, "slice-1.log")
    told = log(out, "merge.log")
    assert "missing" in told
    command = told.splitlines()[-1]
    assert not (out / "results.nc").exists()
    again = subprocess.run(
        ["bash", "-c", command.replace("hegemon submit", f"{shlex.quote(str(HEGEMON))} submit")],
        env=slurm.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "1 of 3 to do" in again.stdout
    (array, merge) = re.findall(r"^\w+ +job (\d+),", again.stdout, flags=re.MULTILINE)
    assert slurm.jobs(array).keys() == {"2"}
    slurm.hasten(array)
    slurm.ask("scontrol", "update", f"jobid={merge}", "starttime=now")
    assert slurm.wait(array) | slurm.wait(merge) == {"COMPLETED"}
    equal(out)
    done, jobs = submit(*words)
    assert (done.returncode, jobs) == (0, [])
    assert "all of it is done" in done.stdout


def test_what_slurm_refuses_leaves_nothing(submit: Callable, shared: Path) -> None:
    done, jobs = submit("--slices", "2", "--partition", "nowhere")
    assert (done.returncode, jobs) == (2, [])
    (line,) = done.stderr.splitlines()
    assert line.startswith("hegemon submit: Slurm refused the job: ")
    assert "nvalid partition" in line
    assert not (shared.parent / "runs").exists()
