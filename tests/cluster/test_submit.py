"""What `hegemon submit` prints, takes and refuses, without Slurm or with one that only notes its words."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import hegemon as hg
from hegemon.cli import main

SMALL = """\
[experiment]
name = "small"
replicas = 100
seed = 7
[sweep]
"balancing.efficiency" = [0.0, 0.5]
[model.system]
years = 20
"""
# Notes its words, and answers as the test says.
COMMAND = """#!/bin/bash
printf '%s|' "${{0##*/}}" "$@" >> {folder}/asked
echo >> {folder}/asked
{act}
"""


@pytest.fixture
def submit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Call `hegemon submit small.toml` in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("hegemon.planning.plan.target", lambda total: total // 4)
    Path("small.toml").write_text(SMALL)

    def call(*words: str, config: str = "small.toml") -> Result:
        return CliRunner().invoke(main, ["submit", config, "--slices", "4", *words], prog_name="hegemon")

    return call


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Callable[[], list[str]]]:
    """Put an sbatch and an scancel that act so on the path; gives what reads the words they were given."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def install(act: str) -> Callable[[], list[str]]:
        for name in ("sbatch", "scancel"):
            (folder / name).write_text(COMMAND.format(folder=shlex.quote(str(folder)), act=act))
            (folder / name).chmod(0o755)
        return lambda: (folder / "asked").read_text().splitlines()

    return install


def test_a_dry_run_prints_the_scripts_and_touches_nothing(submit: Callable[..., Result]) -> None:
    words = ["--time", "1h30m", "--memory", "2G", "--cpus", "3", "--partition", "long", "--account", "a/b"]
    words += ["--at-once", "2", "--setup", "module load x", "--sbatch-option=--comment=a b", "--seed", "9"]
    result = submit(*words, "--dry-run")
    assert result.exit_code == 0, result.stderr
    assert [path.name for path in Path().rglob("*")] == ["small.toml"]
    array, merge = result.stdout.split("### ")[1:3]
    folder = Path.cwd() / "runs/small/jobs/1"
    assert array.startswith(f"{folder}/array.sh\n#!/bin/bash\n")
    for line in (
        "#SBATCH --array=1-4%2",
        "#SBATCH --cpus-per-task=3",
        "#SBATCH --mem=2G",
        "#SBATCH --time=01:30:00",
        "#SBATCH --signal=B:USR1@90",
        "#SBATCH --partition=long",
        "#SBATCH --account=a/b",
        '#SBATCH "--comment=a b"',
        f"#SBATCH --output={folder}/slice-%a.log",
        "module load x",
        "limit=5280  # seconds of 5400, for the run to stop in good order",
    ):
        assert f"\n{line}\n" in array
    (again,) = [line for line in merge.splitlines() if "hegemon submit " in line]
    assert "--set experiment.seed=9 --time 1h30m --memory 2G" in again
    assert result.stdout.endswith(
        f"nothing was written or submitted; without --dry-run:\nsbatch {folder}/array.sh\n"
        f"sbatch --dependency=afterany:ARRAY {folder}/merge.sh\n"
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ["--time", "4m"],
            "--time: '4m'; must be at least 5m, as the last 2 minutes are kept to stop in good order",
        ),
        (
            ["--time", "soon"],
            "--time: 'soon'; must be a time such as 90 (seconds), 30m, 1h30m or [D-]HH:MM:SS",
        ),
        (["--memory", "2 GB"], "--memory: '2 GB'; must be a whole number and K, M, G or T, such as 2G"),
        (["--partition", "a b"], "--partition: 'a b'; must be letters, digits and @%+=:,./- only"),
        (["--account", ""], "--account: ''; must be letters, digits and @%+=:,./- only"),
        (["--setup", "a\nb"], "--setup: 'a\\nb'; must be one line"),
        (
            ["--sbatch-option=-x"],
            "--sbatch-option: '-x'; must be a long option of sbatch, such as --qos=long",
        ),
        (
            ["--sbatch-option=--qos long"],
            "--sbatch-option: '--qos long'; must be a long option of sbatch, such as --qos=long",
        ),
        (["--sbatch-option=--array=1"], "--sbatch-option: '--array=1'; `hegemon submit` sets array itself"),
        (
            ["--set", "war.spoil=1"],
            '--set: model.war.spoil = 1: no such key (did you mean "model.war.spoils"?)',
        ),
        (
            ["--out", "a\\b"],
            "{here}/a\\b/jobs/1: holds a backslash, and Slurm writes no logs there; choose another --out",
        ),
        (
            [],
            "hegemon submit: there is no sbatch here; go to a machine where Slurm's commands are installed, "
            "or look at the scripts with --dry-run",
        ),
    ],
)
def test_wrong_requests_are_a_line_and_leave_nothing(
    submit: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, words: list[str], expected: str
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    result = submit(*words)
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [expected.format(here=Path.cwd())]
    assert [path.name for path in Path().rglob("*")] == ["small.toml"]


def test_all_mistakes_of_the_options_are_told_at_once(submit: Callable[..., Result]) -> None:
    result = submit("--memory", "2", "--partition", "?", "--time", "1m")
    assert result.exit_code == 2
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "--partition",
        "--memory",
        "--time",
    ]


def test_two_jobs_are_submitted_and_told(submit: Callable[..., Result], commands: Callable) -> None:
    asked = commands("echo 41$(wc -l < ${0%/*}/asked)';cluster'")
    result = submit("--out", "a run", "--replicas", "300")
    assert result.exit_code == 0, result.stderr
    folder = Path.cwd() / "a run" / "jobs" / "1"
    array, merge = asked()
    assert array == f"sbatch|--parsable|{folder}/array.sh|"
    assert merge == f"sbatch|--parsable|--dependency=afterany:411|{folder}/merge.sh|"
    assert sorted(path.name for path in folder.iterdir()) == ["array.sh", "experiment.toml", "merge.sh"]
    assert hg.Experiment.from_toml(folder / "experiment.toml").spec.replicas == 300
    rows = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert rows["array"] == f"job 411, {folder}/array.sh"
    assert rows["merge"] == f"job 412, once the array has ended, {folder}/merge.sh"
    assert rows["cancel"] == "scancel 411 412"
    assert "go" in rows
    for name in ("array", "merge"):
        subprocess.run(["bash", "-n", folder / f"{name}.sh"], check=True)


def test_only_slices_with_work_are_submitted(submit: Callable[..., Result], commands: Callable) -> None:
    asked = commands("echo 5")
    experiment = hg.Experiment.from_toml("small.toml")
    experiment.run("runs/small", slice=(1, 4))
    assert submit().exit_code == 0
    assert "#SBATCH --array=2-4\n" in Path("runs/small/jobs/1/array.sh").read_text()
    for number in (2, 3, 4):
        experiment.run("runs/small", slice=(number, 4))
    result = submit()
    assert "merge   job 5, " in result.stdout
    assert "array" not in result.stdout
    assert asked()[-1] == f"sbatch|--parsable|{Path.cwd()}/runs/small/jobs/2/merge.sh|"
    hg.Experiment.from_toml("small.toml").run("runs/small")
    before = len(asked())
    assert "all of it is done" in submit().stdout
    assert len(asked()) == before


def test_where_the_merge_is_refused_the_array_is_taken_back(
    submit: Callable[..., Result], commands: Callable
) -> None:
    act = '[[ "$*" == *dependency* ]] && { echo "sbatch: error: no more jobs" >&2; exit 1; }; echo 7'
    asked = commands(act)
    result = submit()
    assert result.exit_code == 2
    assert result.stderr == "hegemon submit: Slurm refused the job: no more jobs\n"
    assert asked()[-1] == "scancel|7|"
    assert not Path("runs").exists()


def test_a_directory_of_another_experiment_is_refused(submit: Callable[..., Result]) -> None:
    hg.Experiment.from_toml("small.toml").run("runs/small")
    result = submit("--seed", "8", "--dry-run")
    assert result.exit_code == 2
    assert "experiment.seed: holds 7, asked 8" in result.stderr
