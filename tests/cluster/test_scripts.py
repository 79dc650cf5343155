"""Batch scripts: quoted for odd paths, the same in configs/cluster, and right in what they do with a run."""

from __future__ import annotations

import shutil
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from cluster import templates
from hegemon.cluster.scripts import TEMPLATES, Asked, Job, clock, header, indices, render

ODD = "an odd 'place' \"$HOME\" `x` #1 50% ö"
# Stands for hegemon: notes its words, then does what the test says.
PROGRAM = """#!/bin/bash
printf '%s\\n' "$@" >> "{folder}/asked"
{act}
"""
SCONTROL = """#!/bin/bash
echo "$*" >> "{folder}/requeued"
"""


@pytest.mark.parametrize("path", templates.texts(), ids=lambda path: path.name)
def test_the_files_in_configs_are_made_of_the_templates(path: Path) -> None:
    assert path.read_text() == templates.texts()[path], "run python tests/cluster/templates.py --write"


@pytest.mark.parametrize("name", TEMPLATES)
def test_lines_are_not_too_long_and_bash_reads_them(name: str) -> None:
    text = render(name, templates.EXAMPLE)
    assert max(map(len, text.splitlines())) <= 115
    assert not any(line.endswith(" ") for line in text.splitlines())
    assert text.endswith("\n")
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([1], "1"), ([1, 2, 3], "1-3"), ([7, 1, 3, 2, 9, 10], "1-3,7,9-10"), (range(1, 1001), "1-1000")],
)
def test_indices(numbers: list[int], expected: str) -> None:
    assert indices(numbers) == expected


def test_words_of_headers() -> None:
    assert clock(90061) == "25:01:01"
    assert header("--qos=long") == "--qos=long"
    assert header('/a b"c\\d#e') == '"/a b\\"c\\\\d#e"'


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job in a folder with an odd name, whose program is to be written."""
    folder = tmp_path / ODD
    folder.mkdir()
    place = {name: str(folder / name) for name in ("program", "experiment", "out")}
    asked = Asked(cpus=2, seconds=600, tries=3, setup=("export SET_UP=yes",))
    return Job(
        name="test",
        python="true",
        folder=str(folder),
        workdir=str(folder),
        slices=8,
        array="1-8",
        again=f"hegemon submit '{ODD}'",
        asked=asked,
        **place,
    )


def start(template: str, job: Job, act: str, **variables: str) -> subprocess.Popen[str]:
    """Start a script with a program that acts so, and a scontrol that notes what it is asked."""
    folder = Path(job.folder)
    quoted = str(folder).replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`")
    for name, text in {"program": PROGRAM, "scontrol": SCONTROL}.items():
        (folder / name).write_text(text.format(folder=quoted, act=act))
        (folder / name).chmod(0o755)
    script = folder / "script.sh"
    script.write_text(render(template, job))
    path = f"{folder}:{Path(shutil.which('bash') or '').parent}:/usr/bin:/bin"
    return subprocess.Popen(
        ["bash", script],
        env={"PATH": path, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


SLURM = {"SLURM_ARRAY_TASK_ID": "3", "SLURM_CPUS_PER_TASK": "5", "SLURM_JOB_ID": "77"}


@pytest.mark.parametrize(
    ("status", "restarts", "requeued"),
    [(0, "0", False), (75, "0", True), (75, "1", True), (75, "2", False), (1, "0", False), (137, "", False)],
)
def test_a_slice_that_stopped_in_time_is_queued_again(
    job: Job, status: int, restarts: str, requeued: bool
) -> None:
    variables = {**SLURM, "SLURM_RESTART_COUNT": restarts}
    process = start("slurm-array.sh", job, f'[ "$SET_UP" = yes ] && exit {status}', **variables)
    out, _ = process.communicate(timeout=60)
    folder = Path(job.folder)
    assert (folder / "requeued").exists() == requeued, out
    assert process.returncode == (0 if requeued else status)
    if requeued:
        assert (folder / "requeued").read_text() == "requeue 77\n"
        assert "slice 3 of 8 is not finished; it is queued again" in out
    *words, limit = (folder / "asked").read_text().splitlines()
    assert words == [
        "run",
        job.experiment,
        "--out",
        job.out,
        "--slice",
        "3/8",
        "--workers",
        "5",
        "--time-limit",
    ]
    assert 470 < int(limit.removesuffix("s")) <= 480


@pytest.mark.parametrize("sign", [signal.SIGUSR1, signal.SIGTERM])
def test_signs_are_passed_on_and_a_cancelled_slice_is_not_queued(job: Job, sign: signal.Signals) -> None:
    act = "trap 'echo told; exit 75' USR1 TERM; echo begun; while :; do sleep 0.05; done"
    process = start("slurm-array.sh", job, act, **SLURM)
    assert process.stdout is not None
    with process.stdout as out:
        lines = iter(out.readline, "")
        assert "begun\n" in lines
        process.send_signal(sign)
        assert "told\n" in lines
        out.read()
    assert process.wait(60) == (0 if sign == signal.SIGUSR1 else 75)
    assert (Path(job.folder) / "requeued").exists() == (sign == signal.SIGUSR1)


def test_without_a_time_there_is_no_limit(job: Job) -> None:
    start("slurm-array.sh", replace(job, asked=Asked()), "exit 0", **SLURM).communicate(timeout=60)
    assert "--time-limit" not in (Path(job.folder) / "asked").read_text()


def test_a_pbs_slice(job: Job) -> None:
    process = start("pbs-array.sh", job, "exit 75", PBS_ARRAY_INDEX="4", NCPUS="6")
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 75, out
    words = (Path(job.folder) / "asked").read_text().splitlines()
    assert words[4:8] == ["--slice", "4/8", "--workers", "6"]


@pytest.mark.parametrize("template", ["slurm-merge.sh", "pbs-merge.sh"])
@pytest.mark.parametrize("status", [0, 2])
def test_a_merge_says_how_to_go_on(job: Job, template: str, status: int) -> None:
    process = start(template, job, f"exit {status}")
    out, _ = process.communicate(timeout=60)
    assert process.returncode == status
    assert (Path(job.folder) / "asked").read_text().splitlines() == ["merge", job.out]
    assert (job.again in out) == (status != 0)
