"""`hegemon contrast` as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import hegemon as hg


def test_a_row_per_pair_and_a_verdict(done: Path, hegemon) -> None:
    text = hegemon("contrast", str(done)).stdout
    assert "replicas paired: replica by replica" in text
    lines = text.split("\n\n")[1].splitlines()
    assert lines[0].split()[:5] == ["states", "efficiency", "from", "efficiency", "to"]
    assert lines[0].split()[-1] == "gain"
    assert len(lines) == 5
    assert "P falls as balancing.efficiency grows; familywise error 0.05 a line" in text


def test_a_rise_is_named(done: Path, hegemon) -> None:
    text = hegemon("contrast", str(done), "--along", "states", "--expect", "rises").stdout
    assert "against what is expected (P rises as system.states grows" in text
    assert "states from 3, states to 4: by -0." in text


def test_two_points(done: Path, hegemon) -> None:
    words = ["--from", "efficiency=0,states=4", "--to", "efficiency=1,states=4"]
    result = hegemon("contrast", str(done), *words, "--plot", "two.svg")
    assert result.exit_code == 0
    assert "band" not in result.stdout.split("\n\n")[1].splitlines()[0]
    assert "efficiency 0 to 1" in Path("two.svg").read_text()


def test_json_and_figure(done: Path, hegemon) -> None:
    result = hegemon("contrast", str(done), "--pairs", "first", "--json", "--plot", "a.svg")
    found = json.loads(result.stdout, parse_constant=pytest.fail)
    known = hg.open_run(done).contrasts(pairs="first")
    assert (found["paired"], found["along"]) == (True, "balancing.efficiency")
    assert len(found["pairs"]) == 4
    assert found["pairs"][1]["to"] == {"balancing.efficiency": 1.0, "system.states": 3}
    assert found["pairs"][1]["difference"] == float(known.difference[1])
    assert found["pairs"][1]["reversal"] == 0
    drawn = Path("a.svg").read_text()
    for word in ("Difference of P, point less the first", "4 states", "for all pairs of a line at once"):
        assert word in drawn


WRONG = [
    (["--along", "eficiency"], 'did you mean "efficiency"'),
    (["--pairs", "some"], "--pairs some: must be one of successive, first, all"),
    (["--expect", "hops"], "--expect hops: must be falls or rises"),
    (["--from", "efficiency=0"], "--from and --to: give both"),
    (
        ["--from", "efficiency=0", "--to", "efficiency=1", "--along", "states"],
        "not together with --along",
    ),
    (["--from", "efficiency=0", "--to", "3"], "--to 3: must be name=value,name=value"),
    (
        ["--from", "efficiency=0,states=3", "--to", "efficiency=1"],
        "several points fit --to; name more keys",
    ),
    (["--from", "efficiency=0.1", "--to", "efficiency=1"], "--from efficiency=0.1: efficiency is one of"),
    (["--plot", "a.gif"], "--plot a.gif: must end in .png, .svg or .pdf"),
]


def test_wrong_requests_are_one_line(done: Path, hegemon) -> None:
    for words, line in WRONG:
        result = hegemon("contrast", str(done), *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert line in result.stderr
        assert len(result.stderr.splitlines()) == 1
