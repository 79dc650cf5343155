"""`hegemon replay`: the log, its JSON, its figure, and what it is compared with."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import hegemon as hg
import hegemon_kernels as hk

NAMED = """\
[experiment]
name = "named"
title = "A named one"
replicas = 30
seed = 7
trajectories = 2

[sweep]
"balancing.efficiency" = [0.0, 0.5]

[model.system]
states = 3
years = 40
names = ["Rome", "Carthage", "Syracuse"]
offshore = [2]

[model.war]
opportunities = 0.5
revisionists = 1.0
caution = 0.0
"""


@pytest.fixture
def named(here: Path, hegemon) -> Path:
    (here / "named.toml").write_text(NAMED)
    assert hegemon("run", "named.toml", "--quiet").exit_code == 0
    return Path("runs/named")


def replayed(hegemon, *words: str) -> dict:
    result = hegemon("replay", *words, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def test_the_log_in_words(named: Path, hegemon) -> None:
    result = hegemon("replay", str(named), "--point", "efficiency=0.5", "--replica", "1")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "A named one"
    assert lines[1] == "point 1 (balancing.efficiency 0.5), replica 1, seed 7"
    assert lines[2].startswith("3 states, ")
    assert lines[2].endswith(" of 40 years; offshore: Syracuse")
    assert "     0  " in lines[5]
    assert "in focus" in result.stdout
    assert "Carthage" in result.stdout
    assert "outcome    equal to the last bit to what the run recorded (piece-" in result.stdout
    assert "trajectory equal to the last bit to what the run recorded (trace-" in result.stdout


def test_the_log_tells_every_crisis_and_outcome_of_what_the_run_kept(named: Path, hegemon) -> None:
    run = hg.open_run(named)
    paths, rows = run.trajectories, run.outcomes.compute()
    for point in (0, 1):
        for replica in (0, 1):
            found = replayed(hegemon, str(named), "--point", str(point), "--replica", str(replica))
            crises = [fact for fact in found["log"] if fact["kind"] == "crisis"]
            row = int(np.flatnonzero((paths.point == point) & (paths.replica == replica))[0])
            mine = (paths.event_row == row).values
            for name in ("year", "order", "focus", "coalition_strength", "attack_strength"):
                assert [crisis[name] for crisis in crises] == paths[f"event_{name}"].values[mine].tolist()
            targets = paths.event_target.values[mine].tolist()
            assert [-1 if c["target"] is None else c["target"] for c in crises] == targets
            sets = [sum(1 << k for k in crisis["coalition"]) for crisis in crises]
            assert sets == paths.event_coalition.values[mine].tolist()
            own = rows.isel(row=int(np.flatnonzero((rows.point == point) & (rows.replica == replica))[0]))
            assert found["outcome"]["average_share"] == own.average_share.item()
            assert found["years"] == paths.years_completed.values[row]
            assert [found["recorded"][name]["state"] for name in ("outcome", "trajectory")] == ["equal"] * 2


def test_what_is_not_kept_is_said(done: Path, hegemon) -> None:
    found = replayed(hegemon, str(done), "--point", "0", "--replica", "399")
    assert found["recorded"]["outcome"]["state"] == "equal"
    assert found["recorded"]["trajectory"]["state"] == "not kept"


def test_a_run_of_tallies_has_no_row_to_compare_with(here: Path, hegemon) -> None:
    words = ["--set", 'experiment.detail="tallies"', "--replicas", "50", "--quiet"]
    assert hegemon("run", "small.toml", *words).exit_code == 0
    result = hegemon("replay", "runs/small", "--point", "0", "--replica", "3")
    assert result.exit_code == 0
    assert (
        'outcome    nothing kept to compare with: the run keeps no row per replica (detail = "tallies")'
        in (result.stdout)
    )


def test_a_slice_has_what_it_has(here: Path, hegemon) -> None:
    assert hegemon("run", "small.toml", "--quiet", "--slice", "2/2", "--replicas", "40").exit_code == 0
    found = replayed(hegemon, "runs/small", "--point", "0", "--replica", "3")
    assert found["recorded"]["outcome"]["state"] in ("equal", "missing")


def test_another_kernel_is_noticed(done: Path, hegemon, monkeypatch: pytest.MonkeyPatch) -> None:
    simulate = hk.simulate

    def bent(point, key, first, rows) -> None:
        simulate(point, key, first, rows)
        rows["burden"] += 1e-9

    monkeypatch.setattr(hk, "simulate", bent)
    result = hegemon("replay", str(done), "--point", "0", "--replica", "3")
    assert result.exit_code == 1
    assert "outcome    DIFFERS from what the run recorded (piece-" in result.stdout
    assert "burden: recorded" in result.stdout
    assert result.stderr == f"{done}: the run recorded another system than the one simulated here\n"


def test_a_damaged_record_is_told(done: Path, hegemon) -> None:
    for piece in (done / "pieces").iterdir():
        piece.write_bytes(piece.read_bytes()[:-1] + b"x")
    result = hegemon("replay", str(done), "--point", "0", "--replica", "3")
    assert result.exit_code == 1
    assert "cannot be compared, the record is damaged: piece-000000-" in result.stdout


def test_years(named: Path, hegemon) -> None:
    whole = replayed(hegemon, str(named), "--point", "0", "--replica", "0")["log"]
    for text, years in (("3..8", range(3, 9)), ("5", [5]), ("..4", range(5)), ("30..", range(30, 41))):
        part = replayed(hegemon, str(named), "--point", "0", "--replica", "0", "--years", text)["log"]
        assert part == [fact for fact in whole if fact["year"] in years]


def test_dollars_in_titles_and_names_stand_for_themselves(here: Path, hegemon) -> None:
    Path("costly.toml").write_text(
        "[experiment]\ntitle = 'at $1 to $2'\nreplicas = 2\n[model.system]\nstates = 2\nyears = 10\n"
        "names = ['$\\no$', 'B']\n"
    )
    assert hegemon("run", "costly.toml", "-q").exit_code == 0
    found = hegemon("replay", "runs/costly", "--replica", "0", "--plot", "x.svg")
    assert found.exit_code == 0, found.output
    drawn = Path("x.svg").read_text()
    assert "at $1 to $2, point 0" in drawn
    assert "$\\no$" in drawn


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_figure(named: Path, hegemon, suffix: str) -> None:
    words = ["replay", str(named), "--point", "0", "--replica", "0", "--plot", f"x{suffix}"]
    result = hegemon(*words)
    assert result.exit_code == 0
    assert result.stdout.endswith(f"figure   x{suffix}\n")
    first = Path(f"x{suffix}").read_bytes()
    assert hegemon(*words, "--json").exit_code == 0
    assert Path(f"x{suffix}").read_bytes() == first


WRONG = [
    (["--point", "9", "--replica", "0"], "--point 9: this run has points 0 to 5"),
    (["--replica", "0"], "--point: 6 points fit"),
    (["--point", "states=9", "--replica", "0"], "--point states=9: states is one of 3, 4"),
    (["--point", "stats=3", "--replica", "0"], 'did you mean "states"?'),
    (["--point", "0", "--replica", "400"], "--replica 400: this run has replicas 0 to 399 of each point"),
    (["--point", "0", "--replica", "-1"], "--replica -1: this run has replicas 0 to 399"),
    (["--point", "0", "--replica", "0", "--years", "8..3"], "--years 8..3: ends before it begins"),
    (["--point", "0", "--replica", "0", "--years", ".."], "--years ..: must be"),
    (["--point", "0", "--replica", "0", "--years", "x"], "--years x: must be"),
    (["--point", "0", "--replica", "0", "--years", "41"], "--years 41: this system has years 0 to 40"),
    (["--point", "0", "--replica", "0", "--plot", "x.gif"], "--plot x.gif: must end in .png"),
    (["--point", "0", "--replica", "0", "--plot", "no/x.png"], "--plot no/x.png: there is no directory"),
]


def test_wrong_requests_are_one_line(done: Path, hegemon) -> None:
    for words, told in WRONG:
        result = hegemon("replay", str(done), *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert told in result.stderr
        assert len(result.stderr.splitlines()) == 1
