"""What `hegemon run` does and leaves."""

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

MEDIUM = """\
[experiment]
name = "medium"
replicas = 60_000
seed = 11

[sweep]
"balancing.efficiency" = [0.2, 0.8]

[model.system]
years = 150
"""

# Stands in for the drawing: tells what was imported until then.
PROBE = """
import importlib, sys
def draw(run):
    print([name for name in ("matplotlib", "dask.array", "distributed") if name in sys.modules])
    sys.exit()
importlib.import_module("hegemon.cli.ending").draw = draw
from hegemon.cli import main
main(["run", "small.toml"])
"""


def test_the_table_comes_before_what_it_does_not_need(here: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[0] == "A small one"
    assert lines[-2].startswith("results ")
    assert lines[-1] == "[]"


def test_a_run_prints_its_table_and_where_things_are(here: Path, hegemon) -> None:
    result = hegemon("run", "small.toml")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "A small one"
    assert lines[1].startswith("P(hegemon); intervals: 95 %")
    assert lines[3].split() == [
        "efficiency",
        "states",
        "replicas",
        "emerged",
        "P",
        "low",
        "high",
        "mean",
        "year",
    ]
    assert len(lines[4:10]) == 6
    assert lines[10:] == ["", "results  runs/small/results.nc", "figure   runs/small/figure.png"]
    assert (here / "runs/small/figure.png").read_bytes().startswith(b"\x89PNG")


def test_the_table_holds_the_estimates(done: Path, hegemon) -> None:
    results = hg.open_run(done).results
    row = hegemon("summary", str(done)).stdout.splitlines()[5].split()
    assert row[:3] == ["0", "4", "400"]
    assert int(row[3]) == int(results.emerged[0, 1])
    assert [float(x) for x in row[4:7]] == pytest.approx(
        [float(results[f"p_emerged{end}"][0, 1]) for end in ("", "_low", "_high")], abs=5e-4
    )


def test_without_a_terminal_progress_is_plain_lines(here: Path, hegemon) -> None:
    lines = hegemon("run", "small.toml").stderr.splitlines()
    assert lines[0].startswith("hegemon: 0 of 6 points, 0 of 2,400 replicas (0 %)")
    assert lines[-1].startswith("hegemon: 6 of 6 points, 2,400 of 2,400 replicas (100 %), ")
    assert "replicas/s" in lines[-1]
    assert not any("\r" in line or "\x1b" in line for line in lines)


def test_quiet_prints_nothing(here: Path, hegemon) -> None:
    result = hegemon("run", "small.toml", "--quiet")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert (here / "runs/small/results.nc").exists()


def test_a_finished_run_is_only_shown_again(done: Path, hegemon) -> None:
    before = {p: p.stat().st_mtime_ns for p in done.rglob("*")}
    result = hegemon("run", "small.toml")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "0.5" in result.stdout
    assert {p: p.stat().st_mtime_ns for p in done.rglob("*")} == before


def test_a_run_is_extended_as_if_done_at_once(done: Path, hegemon) -> None:
    assert hegemon("run", "small.toml", "--replicas", "900", "--quiet").exit_code == 0
    assert hegemon("run", "small.toml", "--replicas", "900", "--out", "whole", "--quiet").exit_code == 0
    xr.testing.assert_equal(hg.open_run(done).results, hg.open_run("whole").results)
    assert int(hg.open_run(done).results.replicas.min()) == 900


def test_the_figure_of_an_extended_run_is_drawn_anew(done: Path, hegemon) -> None:
    before = (done / "figure.png").read_bytes()
    assert hegemon("run", "small.toml", "--replicas", "900", "--quiet").exit_code == 0
    assert (done / "figure.png").read_bytes() != before


def test_options_change_what_the_file_asks(here: Path, hegemon) -> None:
    words = [
        "--set",
        "war.spoils=0.2",
        "--set",
        "experiment.detail='tallies'",
        "--seed",
        "3",
        "--replicas",
        "50",
    ]
    assert hegemon("run", "small.toml", *words, "--out", "other", "--workers", "1", "-q").exit_code == 0
    spec = hg.open_run("other").spec
    assert (spec.seed, spec.replicas, spec.detail, spec.model.war.spoils) == (3, 50, "tallies", 0.2)


def test_without_a_sweep_the_estimate_is_one_row(here: Path, hegemon) -> None:
    Path("one.toml").write_text('[experiment]\nname = "one"\nreplicas = 100\n[model.system]\nyears = 20\n')
    lines = hegemon("run", "one.toml").stdout.splitlines()
    assert lines[3].split()[0] == "replicas"
    assert len(lines) == 8


def test_named_states_are_told_apart(here: Path, hegemon) -> None:
    Path("named.toml").write_text(
        "[experiment]\nreplicas = 300\n[sweep]\n'balancing.efficiency' = [0, 1]\n"
        "[model.system]\nstates = 3\nyears = 60\nnames = ['Athens', 'Sparta', 'Persia']\nshares = [1, 1, 3]\n"
    )
    out = hegemon("run", "named.toml").stdout
    header, *rows = out.split("who became the hegemon, as a share of all replicas\n\n")[1].splitlines()[:3]
    assert header.split() == ["efficiency", "Athens", "Sparta", "Persia"]
    results = hg.open_run("runs/named").results
    for row, p in zip(rows, results.p_emerged.values, strict=True):
        assert sum(float(x) for x in row.split()[1:]) == pytest.approx(p, abs=2e-3)


def test_named_states_are_told_apart_where_points_are_one_model(here: Path, hegemon) -> None:
    Path("same.toml").write_text(
        "[experiment]\nreplicas = 100\n[sweep]\n'balancing.efficiency' = [0, 1]\n"
        "[model.system]\nstates = 3\nyears = 20\nnames = ['Athens', 'Sparta', 'Persia']\n"
        "[model.balancing]\nspeed = 1\nparticipation = 1\ncommitment = 1\n"
    )
    out = hegemon("run", "same.toml").stdout
    _, first, second = out.split("who became the hegemon, as a share of all replicas\n\n")[1].splitlines()[:3]
    assert first.split()[1:] == second.split()[1:]
    assert sum(map(float, first.split()[1:])) > 0


def test_dollars_in_swept_names_stand_for_themselves(here: Path, hegemon) -> None:
    Path("costly.toml").write_text(
        "[experiment]\nreplicas = 20\n[sweep]\ndesign = 'list'\n"
        "values = [{ 'system.names' = ['$\\no$', 'B'] }, { 'system.names' = ['A', 'B'] }]\n"
        "[model.system]\nstates = 2\nyears = 10\n"
    )
    assert hegemon("run", "costly.toml", "-q").exit_code == 0
    for words in (("plot", "runs/costly", "-o"), ("survival", "runs/costly", "--plot")):
        found = hegemon(*words, "x.svg")
        assert found.exit_code == 0, found.output
        assert '["$\\\\no$", "B"]' in Path("x.svg").read_text()


def test_states_of_other_names_at_other_points_are_in_no_table(here: Path, hegemon) -> None:
    Path("names.toml").write_text(
        "[experiment]\nreplicas = 50\n[model.system]\nyears = 20\n[sweep]\n"
        "linked = [{ 'system.states' = [2, 3], 'system.names' = [['A', 'B'], ['A', 'B', 'C']] }]\n"
    )
    found = hegemon("run", "names.toml")
    assert found.exit_code == 0, found.output
    assert "who became the hegemon" not in found.stdout


def test_interrupted_work_is_kept_and_goes_on(here: Path, hegemon) -> None:
    Path("medium.toml").write_text(MEDIUM)
    command = [
        sys.executable,
        "-c",
        "from hegemon.cli import main; main()",
        "run",
        "medium.toml",
        "--workers",
        "1",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    pieces = here / "runs/medium/pieces"
    while process.poll() is None and not list(pieces.glob("piece-*.nc")):
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert out == ""
    *_, told, again = err.splitlines()
    assert "finished and kept in runs/medium" in told
    assert again == "go on with: hegemon run medium.toml --workers 1"
    kept = {p.name: p.stat().st_mtime_ns for p in pieces.glob("*.nc")}
    assert kept
    assert hegemon("run", "medium.toml", "--quiet").exit_code == 0
    assert {
        n: t for n, t in ((p.name, p.stat().st_mtime_ns) for p in pieces.glob("*.nc")) if n in kept
    } == kept
    assert hegemon("run", "medium.toml", "--quiet", "--out", "whole").exit_code == 0
    xr.testing.assert_equal(hg.open_run("runs/medium").results, hg.open_run("whole").results)


def test_the_way_to_go_on_is_quoted_for_a_shell(here: Path, hegemon, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("hegemon.experiment.Experiment.run", stop)
    words = ["--set", 'war.initiative="capability"', "--out", "my run", "--seed", "5"]
    result = hegemon("run", "small.toml", *words)
    assert result.exit_code == 130
    assert result.stderr.splitlines() == [
        "interrupted: finished work is kept",
        "go on with: hegemon run small.toml --set 'war.initiative=\"capability\"' --out 'my run' --seed 5",
    ]


def test_work_that_fails_is_one_line_and_status_1(
    here: Path, hegemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise hg.WorkFailed("no space left on the disk")

    monkeypatch.setattr("hegemon.experiment.Experiment.run", fail)
    result = hegemon("run", "small.toml", "-q")
    assert (result.exit_code, result.stderr) == (1, "hegemon: no space left on the disk\n")
