"""`hegemon rare` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hegemon.cli import main

FILE = """\
[experiment]
name = "small"
seed = 5
[sweep]
"growth.volatility" = [0.35, 0.25]
[model.system]
years = 40
[model.hegemony]
hold = 2
threshold = 0.6
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("small.toml").write_text(FILE)
    return tmp_path


def call(*words: str) -> Result:
    return CliRunner().invoke(main, ["rare", *words])


def test_table_and_figure(here: Path, chained: None) -> None:
    shown = call("small.toml", "--replicas", "100", "--repetitions", "24", "--plot")
    assert shown.exit_code == 0
    header = next(line for line in shown.stdout.splitlines() if line.startswith("volatility"))
    assert header.split()[:5] == ["volatility", "P", "low", "high", "error"]
    assert (here / "runs" / "small-rare" / "levels.png").stat().st_size > 10_000
    assert call("small.toml", "--replicas", "100", "--repetitions", "24", "-q").stdout == ""


def test_json(here: Path, chained: None) -> None:
    words = ("small.toml", "--replicas", "100", "--repetitions", "3", "--json", "--out", "x")
    found = json.loads(call(*words).stdout, parse_constant=lambda name: pytest.fail(name))
    assert [one["point"] for one in found["estimates"]] == [
        {"growth.volatility": 0.35},
        {"growth.volatility": 0.25},
    ]
    first = found["estimates"][0]
    assert list(first)[:7] == ["point", "p", "low", "high", "se", "repetitions", "replicas"]
    assert (first["repetitions"], first["replicas"]) == (3, 100)
    assert first["low"] < first["p"] < first["high"]
    assert len(first["conditional"]) == len(first["levels"]) + 1


def test_wrong_requests(here: Path) -> None:
    wrong = call("small.toml", "--replicas", "10")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)
    assert call("none.toml").exit_code == 2
    assert call("small.toml", "--set", "growth.volatilty=0.2").exit_code == 2
    assert not Path("runs").exists()


def test_a_time_limit(here: Path, chained: None) -> None:
    stopped = call("small.toml", "--replicas", "100", "--time-limit", "0.01", "-q")
    assert stopped.exit_code == 75
    assert "go on with: hegemon rare small.toml --replicas 100 --time-limit 0.01" in stopped.stderr
