"""Output for programs: one JSON object on standard output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import hegemon as hg
from hegemon.config import json_schema


def strict(text: str) -> dict:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_summary(done: Path, hegemon) -> None:
    found = strict(hegemon("summary", str(done), "--json").stdout)
    results = hg.open_run(done).results
    assert list(found) == ["experiment", "dims", "estimates"]
    assert (found["experiment"], found["dims"]) == ("small", ["efficiency", "states"])
    assert len(found["estimates"]) == 6
    assert found["estimates"][3] == {
        "point": {"balancing.efficiency": 0.5, "system.states": 4},
        "replicas": 400,
        "emerged": int(results.emerged[1, 1]),
        "p": float(results.p_emerged[1, 1]),
        "low": float(results.p_emerged_low[1, 1]),
        "high": float(results.p_emerged_high[1, 1]),
    }


def test_what_is_not_finite_is_null(here: Path, hegemon) -> None:
    Path("far.toml").write_text(
        "[experiment]\nreplicas = 20\n[sweep]\n'geography.reach' = [0.5, inf]\n"
        "[model.geography]\nlayout = 'ring'\n[model.system]\nyears = 10\n"
    )
    assert hegemon("run", "far.toml", "-q").exit_code == 0
    found = strict(hegemon("summary", "runs/far", "--json").stdout)
    assert [e["point"]["geography.reach"] for e in found["estimates"]] == [0.5, None]
    asked = strict(hegemon("validate", "far.toml", "--json").stdout)
    assert asked["swept"]["geography.reach"] == [0.5, None]


def test_validate(here: Path, hegemon) -> None:
    found = strict(hegemon("validate", "small.toml", "--json", "--replicas", "1000").stdout)
    assert found["valid"] is True
    assert (found["points"], found["replicas"], found["dims"]) == (6, 1000, ["efficiency", "states"])
    assert found["state_years"] == 1000 * 3 * 40 * (3 + 4)
    assert found["core_seconds"] > 0
    assert not Path("runs").exists()


def test_validate_tells_mistakes_twice(here: Path, hegemon) -> None:
    Path("bad.toml").write_text("[model.war]\nspoils = 2\n")
    result = hegemon("validate", "bad.toml", "--json")
    assert result.exit_code == 2
    assert strict(result.stdout) == {"experiment": None, "valid": False, "errors": result.stderr.splitlines()}


def test_validate_in_words(here: Path, hegemon) -> None:
    text = hegemon("validate", "small.toml").stdout
    assert text.startswith("small.toml: valid\n")
    assert "6 points: balancing.efficiency (3 values), system.states (2 values)" in text
    assert "400 per point, 2,400 in all; seed 7" in text
    assert "runs/small" in text


def test_expected_size_is_near_the_real_one(done: Path, hegemon) -> None:
    assert hegemon("run", "small.toml", "--replicas", "20000", "-q").exit_code == 0
    expected = strict(hegemon("validate", "small.toml", "--replicas", "20000", "--json").stdout)["bytes"]
    real = sum(p.stat().st_size for p in done.rglob("*") if p.suffix == ".nc")
    assert expected == pytest.approx(real, rel=0.4)


def test_schema(hegemon) -> None:
    assert strict(hegemon("schema").stdout) == json_schema()


def test_run(here: Path, hegemon) -> None:
    result = hegemon("run", "small.toml", "--json")
    found = strict(result.stdout)
    assert found.pop("out") == "runs/small"
    assert found == strict(hegemon("summary", "runs/small", "--json").stdout)
    assert Path("runs/small/figure.png").exists()


def test_slices_and_merge(here: Path, hegemon) -> None:
    for part in ("1/2", "2/2"):
        found = strict(hegemon("run", "small.toml", "--slice", part, "--json").stdout)
        assert found == {"out": "runs/small", "experiment": "small", "slice": part}
    found = strict(hegemon("merge", "runs/small", "--json").stdout)
    assert found.pop("out") == "runs/small"
    assert found == strict(hegemon("summary", "runs/small", "--json").stdout)


def test_submit(here: Path, hegemon) -> None:
    words = ("submit", "small.toml", "--slices", "2", "--dry-run")
    found = strict(hegemon(*words, "--json").stdout)
    assert (found["out"], found["slices"], found["todo"]) == (str(here / "runs" / "small"), 2, [1])
    text = hegemon(*words).stdout
    for path, content in found["files"].items():
        assert f"### {path}\n{content}" in text
    assert text.endswith("\n".join(found["commands"]) + "\n")
    assert hegemon("run", "small.toml", "-q").exit_code == 0
    assert strict(hegemon(*words, "--json").stdout)["todo"] == []


def test_preset(here: Path, hegemon) -> None:
    Path("a.csv").write_text("year,state,value\n1900,A,3\n1900,B,1\n")
    assert strict(hegemon("preset", "a.csv", "--year", "1900", "--json").stdout) == {
        "file": "a-1900.toml", "year": 1900, "states": ["A", "B"], "shares": [0.75, 0.25], "left_out": 0,
    }  # fmt: skip
