"""What a new user types first: init, completion, a typo, -v."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hegemon as hg
from hegemon.config import loads
from hegemon.config.starting import starter
from hegemon.parameters import all_parameters


def test_init_writes_an_experiment_that_runs(here: Path, hegemon) -> None:
    result = hegemon("init", "spoils")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "hegemon run spoils.toml" in result.stdout
    experiment = hg.Experiment.from_toml("spoils.toml")
    assert (experiment.spec.name, experiment.design.shape) == ("spoils", (6,))
    assert hegemon("run", "spoils.toml", "--replicas", "5", "-q").exit_code == 0
    assert Path("runs/spoils/results.nc").exists()


def test_init_in_other_words(here: Path, hegemon) -> None:
    assert hegemon("init").exit_code == 0
    assert Path("experiment.toml").exists()
    Path("a study").mkdir()
    found = json.loads(hegemon("init", "a study/it.toml", "--json").stdout)
    assert found == {"file": "a study/it.toml", "experiment": "it"}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("small", "small.toml: is there already and is left as it is"),
        ("none/x", "none/x.toml: there is no directory none"),
        ("a b", 'a b.toml: experiment.name = "a b": must be 1 to 60 letters'),
        ("", "is empty; must be a path"),
        ("x" * 70, "must be 1 to 60 letters"),
    ],
)
def test_init_refuses(here: Path, hegemon, name: str, told: str) -> None:
    before = {path: path.read_bytes() for path in here.iterdir()}
    result = hegemon("init", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert {path: path.read_bytes() for path in here.iterdir()} == before


def test_all_keys_stand_in_the_file_with_their_defaults() -> None:
    text = starter("spoils", "spoils.toml")
    lines = text.splitlines()
    taken = [
        line[2:] if line.startswith("# ") and " = " in line and line[2] != '"' and not line.endswith("...")
        else line
        for line in lines
    ]  # fmt: skip
    assert loads("\n".join(taken), "all") == loads(text, "some")
    for info in all_parameters():
        assert f"\n# {info.name} = " in text or f"\n{info.name} = " in text or f'"{info.key}" = ' in text
    assert max(map(len, lines)) <= 110


def test_a_typo_in_a_command_is_answered_with_the_word(hegemon) -> None:
    result = hegemon("sumary")
    assert result.exit_code == 2
    assert "Did you mean 'summary'?" in result.stderr


def test_a_typo_in_an_option_is_answered_with_the_word(hegemon) -> None:
    result = hegemon("run", "--replcas", "3")
    assert result.exit_code == 2
    assert "Did you mean '--replicas'?" in result.stderr


@pytest.fixture
def path(tmp_path: Path) -> dict[str, str]:
    """An environment in which `hegemon` is the command under test."""
    program = tmp_path / "bin" / "hegemon"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m hegemon \"$@\"\n")
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}


ASK = {
    "bash": """
        eval "$(hegemon completion bash)"
        COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        compopt() {{ :; }}
        _hegemon_completion hegemon
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """,
    "fish": "hegemon completion fish | source; complete --do-complete='{words}'",
}


@pytest.mark.parametrize("shell", ASK)
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("hegemon su", {"submit", "summary", "survival"}),
        ("hegemon export --to p", {"parquet"}),
        ("hegemon run --rep", {"--replicas"}),
    ],
)
def test_a_shell_completes_words(path: dict[str, str], shell: str, words: str, expected: set[str]) -> None:
    if shutil.which(shell) is None and shell != "bash":
        return  # bash is there wherever make is; the others are tried where they are
    ask = ASK[shell].format(words=words)
    done = subprocess.run([shell, "-c", ask], capture_output=True, text=True, check=True, env=path)
    assert {line.split("\t")[0] for line in done.stdout.splitlines()} >= expected
    assert done.stderr == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_what_its_shell_understands(hegemon, shell: str) -> None:
    result = hegemon("completion", shell)
    assert result.exit_code == 0
    assert "hegemon completion " + shell in result.stdout.split("\n\n")[0]
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=result.stdout, text=True, check=True)


def test_no_log_unless_asked(here: Path, hegemon) -> None:
    assert hegemon("run", "small.toml", "-q").stderr == ""


@pytest.mark.parametrize("words", [["run", "small.toml", "-q", "-v"], ["-v", "run", "small.toml", "-q"]])
def test_v_logs_the_steps(here: Path, hegemon, words: list[str]) -> None:
    result = hegemon(*words)
    assert (result.exit_code, result.stdout) == (0, "")
    lines = result.stderr.splitlines()
    assert all(" INFO hegemon" in line for line in lines)
    assert any("6 points" in line for line in lines)
    assert any("results.nc" in line for line in lines)


def test_vv_logs_every_piece(here: Path, hegemon) -> None:
    lines = hegemon("run", "small.toml", "-q", "-vv").stderr.splitlines()
    assert any("DEBUG" in line and "piece-000000" in line for line in lines)
