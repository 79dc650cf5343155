"""`hegemon survival` as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import hegemon as hg


@pytest.fixture
def lasting(here: Path, hegemon) -> Path:
    """A run that goes on after the first hegemony."""
    text = "[experiment]\nreplicas = 200\n[sweep]\n'balancing.efficiency' = [0.0, 1.0]\n"
    Path("lasting.toml").write_text(
        f"{text}[model.system]\nyears = 40\nstates = 4\n[model.hegemony]\nabsorbing = false\nhold = 3\n"
    )
    assert hegemon("run", "lasting.toml", "-q").exit_code == 0
    return here / "runs" / "lasting"


def test_a_row_per_point(done: Path, hegemon) -> None:
    text = hegemon("survival", str(done)).stdout
    assert text.startswith("A small one\nhow soon a hegemon emerges, in years\nintervals: 95 %")
    lines = text.split("\n\n")[1].splitlines()
    assert lines[0].split()[:7] == ["efficiency", "states", "replicas", "emerged", "mean", "low", "high"]
    assert len(lines) == 7
    found = hg.open_run(done).survival()
    assert lines[1].split()[2:5] == [
        "400",
        str(int(found.events[0, 0].sum())),
        f"{found.restricted_mean[0, 0]:.2f}",
    ]


def test_causes_and_figure(done: Path, hegemon) -> None:
    result = hegemon("survival", str(done), "--by", "route", "--until", "20", "--plot", "routes.svg")
    assert result.exit_code == 0
    assert "conquest: at least half" in result.stdout
    assert result.stdout.count(" growth ") == 6
    assert result.stdout.endswith("figure   routes.svg\n")
    drawn = Path("routes.svg").read_text()
    for word in ("conquest", "growth", "P(no hegemon yet)", "efficiency 0.5"):
        assert word in drawn


def test_json_holds_all_curves(done: Path, hegemon) -> None:
    result = hegemon("survival", str(done), "--by", "leader", "--json", "--plot", "a.png")
    found = json.loads(result.stdout, parse_constant=pytest.fail)
    run = hg.open_run(done)
    known = run.survival("leader")
    assert found["causes"] == ["initial leader", "another state"]
    assert (found["by"], found["spells"], found["dims"]) == ("leader", False, ["efficiency", "states"])
    assert found["years"] == list(range(41))
    one = found["estimates"][3]
    assert one["point"] == {"balancing.efficiency": 0.5, "system.states": 4}
    np.testing.assert_allclose(one["incidence"], known.incidence[1, 1])
    assert one["restricted_mean"] == float(known.restricted_mean[1, 1])
    assert one["hazard"][0] is None
    assert Path("a.png").exists()


def test_spells(lasting: Path, hegemon) -> None:
    result = hegemon("survival", str(lasting), "--spells", "--plot", "spells.svg")
    assert "how long the first spell of hegemony lasts" in result.stdout
    assert "P(the spell lasts longer)" in Path("spells.svg").read_text()
    assert json.loads(hegemon("survival", str(lasting), "--spells", "--json").stdout)["spells"] is True


STILL = "[experiment]\nreplicas = 20\n[model.system]\nyears = 8\nstates = 8\ndispersion = 0.0\n"


@pytest.mark.parametrize("lasting", ["true", "false"])
def test_one_point_where_nothing_happens(here: Path, hegemon, lasting: str) -> None:
    """No sweep, no hegemon, no spell: dashes and limits, no failure."""
    Path("still.toml").write_text(
        f"{STILL}[model.growth]\nvolatility = 0.0\n[model.hegemony]\nabsorbing = {lasting}\n"
    )
    assert hegemon("run", "still.toml", "-q").exit_code == 0
    for words in (["--by", "leader"], [] if lasting == "true" else ["--spells"]):
        result = hegemon("survival", "runs/still", *words, "--plot", "still.png")
        assert result.exit_code == 0, result.stderr
        assert result.stdout.split("\n\n")[1].splitlines()[1].split()[-1] == "-"
        found = json.loads(hegemon("survival", "runs/still", *words, "--json").stdout)
        assert found["estimates"][0]["quantile_year"] == [None] * 5


WRONG = [
    (["--by", "luck"], "--by luck: must be one of leader, route"),
    (["--until", "99"], "--until 99: must be from 1 to 40, the longest horizon"),
    (["--spells", "--by", "route"], "--spells and --by: take one of the two"),
    (["--spells"], "stops at the first hegemony (hegemony.absorbing = true)"),
    (["--plot", "a.gif"], "--plot a.gif: must end in .png, .svg or .pdf"),
    (["--plot", "nowhere/a.png"], "--plot nowhere/a.png: there is no directory nowhere"),
]


def test_wrong_requests_are_one_line(done: Path, hegemon) -> None:
    for words, line in WRONG:
        result = hegemon("survival", str(done), *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert line in result.stderr
        assert len(result.stderr.splitlines()) == 1
