"""Wrong requests: one line per mistake on standard error, status 2, nothing written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def test_every_mistake_of_a_file_is_one_line(here: Path, hegemon) -> None:
    Path("bad.toml").write_text("[model.war]\nspoils = 2\nopportunites = 1\n")
    result = hegemon("run", "bad.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("bad.toml: model.war.") for line in lines)
    assert 'did you mean "model.war.opportunities"?' in result.stderr
    assert not Path("runs").exists()


@pytest.mark.parametrize("command", ["run", "validate"])
def test_a_file_that_is_not_there(here: Path, hegemon, command: str) -> None:
    result = hegemon(command, "none.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "none.toml: cannot be read: no such file or directory\n"


@pytest.mark.parametrize("command", ["summary", "plot"])
def test_a_directory_without_a_run(here: Path, hegemon, command: str) -> None:
    result = hegemon(command, "nowhere")
    assert result.exit_code == 2
    assert result.stderr.startswith("nowhere: holds no run")
    assert len(result.stderr.splitlines()) == 1


def test_a_wrong_setting_names_the_option(here: Path, hegemon) -> None:
    result = hegemon("run", "small.toml", "--set", "war.spoils=lots")
    assert result.exit_code == 2
    assert result.stderr.startswith("--set war.spoils=lots: the value is not TOML")


@pytest.mark.parametrize(
    "words",
    [
        ["frobnicate"],
        ["run"],
        ["run", "small.toml", "--replicas", "0"],
        ["run", "small.toml", "--replicas", "many"],
        ["run", "small.toml", "--seed", "-1"],
        ["run", "small.toml", "--workers", "0"],
        ["run", "small.toml", "--workers", "1", "--scheduler", "tcp://127.0.0.1:1"],
        ["summary", "a", "b"],
    ],
)
def test_wrong_words_on_the_command_line(here: Path, hegemon, words: list[str]) -> None:
    result = hegemon(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr
    assert not Path("runs").exists()


def test_another_experiment_in_the_directory(done: Path, hegemon) -> None:
    before = sorted(done.rglob("*"))
    result = hegemon("run", "small.toml", "--seed", "8")
    assert result.exit_code == 2
    assert result.stderr == (
        "runs/small: experiment.seed: holds 7, asked 8; it is another experiment, choose another directory\n"
    )
    assert sorted(done.rglob("*")) == before


def test_long_lines_are_not_wrapped(here: Path, hegemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    Path("bad.toml").write_text("[experiment]\nnme = 'x'\n")
    assert len(hegemon("validate", "bad.toml").stderr.splitlines()) == 1


def test_a_line_break_in_a_value_stays_in_its_line(here: Path, hegemon) -> None:
    Path("bad.toml").write_text('[experiment]\nname = "a\\nb"\n')
    assert len(hegemon("validate", "bad.toml").stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("x.gif", "must end in .png, .svg or .pdf"),
        ("d.png", "is a directory"),
        ("none/x.png", "there is no directory none"),
    ],
)
def test_a_figure_that_cannot_be_written(done: Path, hegemon, output: str, told: str) -> None:
    Path("d.png").mkdir()
    result = hegemon("plot", str(done), "-o", output)
    assert (result.exit_code, result.stderr) == (2, f"--output {output}: {told}\n")


def test_a_run_that_is_not_finished_has_no_summary(done: Path, hegemon) -> None:
    (done / "results.nc").unlink()
    result = hegemon("summary", str(done))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "the run is not complete" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("run", "small.toml", "--out", ""),
        ("run", ""),
        ("summary", ""),
        ("compare", "runs/small", ""),
        ("export", "runs/small", "-o", ""),
        ("submit", "small.toml", "--slices", "2", "--out", "", "--dry-run"),
    ],
)
def test_an_empty_path_is_none(here: Path, hegemon, words: tuple[str, ...]) -> None:
    """As that of a variable of the shell that is not set: it would be the working directory."""
    found = hegemon(*words)
    assert found.exit_code == 2
    assert "is empty; must be a path" in found.stderr
    assert [path.name for path in here.iterdir()] == ["small.toml"]


def test_a_closed_standard_output_is_no_mistake(done: Path) -> None:
    command = [sys.executable, "-m", "hegemon", "summary", str(done)]
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command], stderr=subprocess.PIPE, check=False
    )
    assert (closed.returncode, closed.stderr) == (0, b"")
