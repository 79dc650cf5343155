"""`hegemon solve`: one value, a curve, no value, wrong requests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

CONFIG = """\
[experiment]
name = "small"
title = "A small one"
replicas = 400
seed = 4

[model.system]
states = 6
years = 80

[model.growth]
volatility = 0.08
"""
ASKED = ("solve", "small.toml", "--probability", "0.2", "--tolerance", "0.2", "--workers", "1")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(CONFIG)
    return tmp_path


def test_one_value(config: Path, hegemon) -> None:
    done = hegemon(*ASKED, "--plot", "figure.svg")
    assert done.exit_code == 0
    assert "balancing.efficiency at which P(hegemon) = 0.2" in done.stdout
    assert "results  runs/small-solve/solution.nc" in done.stdout
    assert "figure   figure.svg" in done.stdout
    assert "hegemon: " in done.stderr
    for name in ("solution.nc", "solution.png", "experiment.toml", "provenance.json", "request.json"):
        assert (config / "runs" / "small-solve" / name).is_file()
    assert (config / "figure.svg").is_file()
    again = hegemon(*ASKED, "--json")
    found = json.loads(again.stdout)
    assert list(found) == ["key", "probability", "value", "low", "high", "confidence", "replicas"]
    assert found["low"] < found["value"] < found["high"] <= found["low"] + 0.2
    assert (found["key"], found["probability"]) == ("balancing.efficiency", 0.2)
    assert (found["confidence"], found["replicas"]) == (0.95, 400)
    assert f"{found['value']:.6g}" in done.stdout
    assert hegemon("verify", "runs/small-solve").exit_code == 0
    assert hegemon("summary", "runs/small-solve").exit_code == 0


def test_a_curve(config: Path, hegemon) -> None:
    done = hegemon(*ASKED, "--over", "system.states=2,6", "--json", "--quiet")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert list(found) == ["key", "probability", "over", "confidence", "replicas", "curve"]
    assert found["over"] == "system.states"
    none, some = found["curve"]
    assert none == {"point": {"system.states": 2}, "value": None, "low": None, "high": None}
    assert some["low"] < some["value"] < some["high"]
    assert done.stderr.startswith("system.states = 2: no value in [0, 1]: P runs from ")


def test_a_range_of_the_second_key(config: Path, hegemon) -> None:
    spaced = "war.revisionists={from = 0.3, to = 0.6, points = 2}"
    done = hegemon(*ASKED, "--over", spaced, "--json", "--quiet", "--replicas", "300")
    assert done.exit_code in (0, 1)
    points = [row["point"] for row in json.loads(done.stdout)["curve"]]
    assert points == [{"war.revisionists": 0.3}, {"war.revisionists": 0.6}]


def test_no_value_is_status_1_and_a_line(config: Path, hegemon) -> None:
    done = hegemon("solve", "small.toml", "--probability", "0.97", "--json", "--quiet", "--workers", "1")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["value"] is None
    assert done.stderr.startswith("no value in [0, 1]: P runs from 0.")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--probability", "1.5"), "--probability 1.5: must be a number above 0 and below 1"),
        (("--key", "war.spoil"), "--key war.spoil: no such key of the model (did you mean war.spoils?)"),
        (("--over", "system.states"), "--over system.states: must be KEY=VALUES, as in"),
        (("--over", "system.states=a"), "--over system.states=a: must be KEY=VALUES, as in"),
        (("--over", "system.state=4"), '--over: sweep."system.state" = [4]: no such key'),
        (("--plot", "figure.txt"), "--plot figure.txt: must end in .png, .svg or .pdf"),
        (("--plot", "no/figure.png"), "--plot no/figure.png: there is no directory no"),
        (("--replicas", "10"), "replicas: 10; too few to tell P from 0.2: must be at least 45"),
        (("--from", "2"), "--from 2.0: must be a number from 0 to 1"),
    ],
)
def test_wrong_requests(config: Path, hegemon, words: tuple[str, ...], line: str) -> None:
    done = hegemon(*ASKED, *words)
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1].startswith(line)
    assert done.stdout == ""
    assert not (config / "runs").exists()


def test_another_request_needs_another_directory(config: Path, hegemon) -> None:
    assert hegemon(*ASKED, "--quiet").exit_code == 0
    done = hegemon(*ASKED, "--quiet", "--probability", "0.25")
    assert done.exit_code == 2
    assert "request.json: probability: holds " in done.stderr
    assert ", asked 0.25; choose another directory" in done.stderr
