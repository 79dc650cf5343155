"""What a batch job types: slices, merges, time limits, and the signals of a scheduler."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import xarray as xr

import hegemon as hg
from hegemon.cli.durations import seconds

LONG = """\
[experiment]
name = "long"
replicas = 400_000
seed = 11

[sweep]
"balancing.efficiency" = [0.2, 0.8]

[model.system]
years = 150
"""
HEGEMON = [sys.executable, "-c", "from hegemon.cli import main; main()"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90", 90),
        ("90s", 90),
        ("2.5", 2.5),
        ("30m", 1800),
        ("30min", 1800),
        ("1h30m", 5400),
        ("1.5h", 5400),
        ("2d", 172800),
        ("1d2h3m4s", 93784),
        ("10:00", 600),
        ("01:30:00", 5400),
        ("1-00", 86400),
        ("1-12:30", 131400),
        ("2-01:00:05", 176405),
    ],
)
def test_lengths_of_time(text: str, expected: float) -> None:
    assert seconds("--time-limit", text) == expected


@pytest.mark.parametrize(
    "text", ["", "0", "-5", "ten", "1h30", "30m1h", "1:2:3:4", "1-", "1e3", "inf", "0:00", "٣m"]
)
def test_texts_that_are_no_lengths_of_time(text: str) -> None:
    with pytest.raises(
        hg.RequestError, match=r"--time-limit: .*; must be a time such as 90 \(seconds\), 30m"
    ):
        seconds("--time-limit", text)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--slice", "4/3"], "--slice: 4/3; must be I/N with I from 1 to N"),
        (["--slice", "3"], "--slice: '3'; must be I/N, such as 3/8 for the third of eight slices"),
        (["--time-limit", "soon"], "--time-limit: 'soon'; must be a time such as 90 (seconds), 30m, 1h30m"),
    ],
)
def test_wrong_requests(here: Path, hegemon, words: list[str], line: str) -> None:
    result = hegemon("run", "small.toml", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith(line)
    assert len(result.stderr.splitlines()) == 1
    assert not (here / "runs").exists()


def test_slices_and_their_merge(here: Path, hegemon) -> None:
    for number in (1, 2):
        result = hegemon("run", "small.toml", "--slice", f"{number}/2", "--out", "shared")
        assert result.exit_code == 0
        assert result.stdout.splitlines() == [
            f"slice {number}/2 is done; its pieces are in shared",
            "when all slices are: hegemon merge shared "
            "(or hegemon merge OUT RUN... where each has its directory)",
        ]
        summary = hegemon("summary", "shared")
        assert summary.exit_code == 2
        assert summary.stderr.startswith(
            "shared: holds slices and no estimates yet; join them with: hegemon merge"
        )
    result = hegemon("merge", "shared", "--outcomes")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "A small one"
    assert lines[-3:] == [
        "results  shared/results.nc",
        "figure   shared/figure.png",
        "outcomes shared/outcomes.nc",
    ]
    assert result.stderr.splitlines()[-1].endswith("pieces joined")
    assert hegemon("run", "small.toml", "--quiet", "--out", "whole").exit_code == 0
    xr.testing.assert_equal(hg.open_run("shared").results, hg.open_run("whole").results)
    assert hegemon("summary", "shared").exit_code == 0


def test_a_merge_tells_what_is_wrong(here: Path, hegemon) -> None:
    for number in (1, 2):
        assert (
            hegemon("run", "small.toml", "--slice", f"{number}/2", "--out", f"s{number}", "-q").exit_code == 0
        )
    gap = hegemon("merge", "out", "s2")
    assert gap.exit_code == 2
    assert gap.stderr.startswith("slice 1/2: ")
    double = hegemon("merge", "out", "s1", "s2", "s1")
    assert (double.exit_code, double.stderr) == (2, "s1: is given twice\n")
    assert hegemon("merge", "nowhere").exit_code == 2
    victim = next((here / "s1" / "pieces").iterdir())
    victim.write_bytes(victim.read_bytes()[:-5] + b"wrong")
    damaged = hegemon("merge", "out", "s1", "s2")
    assert damaged.exit_code == 1
    assert victim.name in damaged.stderr
    assert not (here / "out" / "results.nc").exists()


def begun(folder: Path, *words: str) -> subprocess.Popen[str]:
    """A process that runs long.toml, with its first piece done."""
    Path("long.toml").write_text(LONG)
    command = [*HEGEMON, "run", "long.toml", "--workers", "1", *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not list((folder / "pieces").glob("piece-*.nc")):
        time.sleep(0.02)
    return process


@pytest.mark.parametrize(
    ("number", "words"), [(signal.SIGTERM, []), (signal.SIGUSR1, ["--slice", "1/2", "--time-limit", "1h"])]
)
def test_a_scheduler_signals_and_the_same_command_goes_on(
    here: Path, number: signal.Signals, words: list[str]
) -> None:
    process = begun(here / "runs/long", *words)
    os.kill(process.pid, number)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 75, err
    assert out == ""
    *_, told, again = err.splitlines()
    assert told.startswith(f"stopped ({number.name}): ")
    assert told.endswith("finished and kept in runs/long; the same command goes on from there")
    assert again == " ".join(["go on with: hegemon run long.toml --workers 1", *words])
    done = int(told.split("): ")[1].split()[0])
    assert done == len(list((here / "runs/long/pieces").glob("*.nc"))) > 0
    assert not list((here / "runs/long").rglob("*.tmp"))


def test_a_time_limit_ends_a_run(here: Path, hegemon) -> None:
    Path("long.toml").write_text(LONG)
    result = hegemon("run", "long.toml", "--time-limit", "1", "--workers", "1")
    assert result.exit_code == 75
    told, again = result.stderr.splitlines()[-2:]
    assert told.startswith("stopped (the time limit is ")
    assert again == "go on with: hegemon run long.toml --workers 1 --time-limit 1"


def test_handlers_are_put_back(here: Path, hegemon) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT)]
    assert hegemon("run", "small.toml", "-q").exit_code == 0
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT)] == before


def test_a_second_ctrl_c_waits_for_nothing(here: Path) -> None:
    script = (
        "import os, signal, time; from hegemon.cli.signals import watched\n"
        "with watched():\n"
        "    try: os.kill(os.getpid(), signal.SIGINT); time.sleep(60)\n"
        "    except KeyboardInterrupt: os.kill(os.getpid(), signal.SIGINT); time.sleep(60)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], timeout=50).returncode == 130
