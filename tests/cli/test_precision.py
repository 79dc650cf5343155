"""A run to a precision from the command line: what is printed, what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import hegemon as hg

PRECISE = """\
[experiment]
precision = 0.03
relative_precision = 0.02
max_replicas = 3000
detail = "tallies"

[sweep]
"balancing.efficiency" = [0.0, 1.0]
"system.states" = [2, 4]

[model.system]
years = 12
[model.hegemony]
hold = 2
"""


@pytest.fixture
def precise(here: Path, hegemon) -> Path:
    """The directory of a finished run to a precision, of which one point has none."""
    Path("precise.toml").write_text(PRECISE)
    made = hegemon("run", "precise.toml")
    assert made.exit_code == 0
    return here / "runs" / "precise"


def test_what_a_run_prints(here: Path, hegemon) -> None:
    Path("precise.toml").write_text(PRECISE)
    made = hegemon("run", "precise.toml", "--workers", "1")
    assert made.exit_code == 0
    assert made.stderr.startswith("hegemon: 0 of 4 points have the precision, 0 replicas; the first run on a")
    assert re.search(r"\nhegemon: 4 of 4 points, ([\d,]+) of \1 replicas \(100 %\)", made.stderr)
    assert "intervals: 95 %, confidence sequence (beta-binomial mixture) for p_emerged, Green" in made.stdout


def test_summary_marks_what_was_not_reached(precise: Path, hegemon) -> None:
    results = hg.open_run(precise).results
    reached = [bool(value) for value in results["precision_reached"].values.ravel()]
    assert set(reached) == {True, False}
    told = hegemon("summary", str(precise)).stdout
    rows = [line for line in told.splitlines() if re.match(r" +[01]  ", line)]
    assert [not row.endswith("*") for row in rows] == reached
    short = reached.count(False)
    assert f"\n* the precision was not reached with max_replicas = 3,000: {short} of 4 points\n" in told
    found = json.loads(hegemon("summary", str(precise), "--json").stdout)
    assert [row["precision_reached"] for row in found["estimates"]] == reached
    assert [row["replicas"] == 3000 for row in found["estimates"]] == [not one for one in reached]


def test_the_line_under_a_figure(precise: Path) -> None:
    from hegemon.figures.labels import note

    results = hg.open_run(precise).results
    short = int((results["precision_reached"] == 0).sum())
    assert f"precision not reached at {short} of 4 points; seed 1." in note(results)
    assert "not reached" not in note(results.drop_vars("precision_reached"))


def test_replicas_replace_the_precision(here: Path, hegemon) -> None:
    Path("precise.toml").write_text(PRECISE)
    assert hegemon("run", "precise.toml", "--replicas", "50", "--quiet").exit_code == 0
    run = hg.open_run("runs/precise")
    assert run.results["replicas"].values.tolist() == [[50, 50], [50, 50]]
    assert "precision_reached" not in run.results
    assert "Wilson" in run.results.attrs["interval"]


def test_validate_tells_the_most(here: Path, hegemon) -> None:
    Path("precise.toml").write_text(PRECISE)
    told = hegemon("validate", "precise.toml").stdout
    assert (
        "replicas    until half the interval is 0.03 and 0.02 of P; no more than 3,000 per point, "
        "12,000 in all; seed 1\n"
    ) in told
    found = json.loads(hegemon("validate", "precise.toml", "--json").stdout)
    assert (found["replicas"], found["precision"], found["relative_precision"]) == (3000, 0.03, 0.02)


@pytest.mark.parametrize(
    "words",
    [("run", "precise.toml", "--slice", "1/2"), ("submit", "precise.toml", "--slices", "2", "--dry-run")],
)
def test_slices_are_refused(here: Path, hegemon, words: tuple[str, ...]) -> None:
    Path("precise.toml").write_text(PRECISE)
    told = hegemon(*words)
    assert told.exit_code == 2
    (line,) = told.stderr.splitlines()
    assert "slices: an experiment with a precision has none, since how many replicas a point needs is" in line
    assert not Path("runs").exists()


def test_another_precision_in_the_directory(precise: Path, hegemon) -> None:
    told = hegemon("run", "precise.toml", "--set", "experiment.precision=0.1")
    assert told.exit_code == 2
    (line,) = told.stderr.splitlines()
    assert line.endswith(
        "precise: experiment.precision: holds 0.03, asked 0.1; a finer one can be had, a coarser one needs "
        "another directory"
    )


def test_verify_says_what_was_asked(precise: Path, hegemon) -> None:
    told = hegemon("verify", str(precise))
    assert told.exit_code == 0
    assert "4 points x at most 3,000 replicas" in told.stdout
    assert "precision   equal" in told.stdout
    assert "first look with the precision, or at max_replicas (" in told.stdout
