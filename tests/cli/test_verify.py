"""`hegemon verify`: its table, its JSON and its exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def first_piece(run: Path) -> Path:
    return min((run / "pieces").glob("piece-*.nc"))


def test_a_sound_run(done: Path, hegemon) -> None:
    result = hegemon("verify", str(done), "--seed", "5")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].endswith("small: small, 6 points x 400 replicas")
    assert [line.split()[:2] for line in lines[3:9]] == [
        [name, "equal"] for name in ("experiment", "pieces", "checksums", "tallies", "results.nc", "outcomes")
    ]
    assert "1,000 of 2,400 replicas computed again (drawn with --seed 5)" in result.stdout
    assert "made with hegemon" in result.stdout
    assert lines[-1] == "all equal"


def test_json(done: Path, hegemon) -> None:
    result = hegemon("verify", str(done), "--all", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["state"], found["difference_count"], found["other_versions"]) == ("equal", 0, [])
    assert {check["state"] for check in found["checks"]} == {"equal"}
    assert (found["sample"]["seed"], found["sample"]["unit"]) == (None, "pieces")


def test_damage_is_status_1_and_named(done: Path, hegemon) -> None:
    piece = first_piece(done)
    piece.write_bytes(piece.read_bytes()[:-1] + b"x")
    result = hegemon("verify", str(done))
    assert result.exit_code == 1
    assert piece.name in result.stdout
    assert result.stderr == f"{done}: the run is not what it should be\n"
    found = json.loads(hegemon("verify", str(done), "--json").stdout)
    assert (found["state"], found["damaged_count"]) == ("differs", 1)


def test_what_differs_is_a_table(done: Path, hegemon, monkeypatch: pytest.MonkeyPatch) -> None:
    import hegemon_kernels as hk

    simulate = hk.simulate

    def bent(point, key, first, rows) -> None:
        simulate(point, key, first, rows)
        rows["deterred"] += 1

    monkeypatch.setattr(hk, "simulate", bent)
    result = hegemon("verify", str(done), "--sample", "30", "--seed", "1")
    assert result.exit_code == 1
    assert "30 values differ; the first 20:" in result.stdout
    lines = result.stdout.splitlines()
    header = next(line for line in lines if "computed here" in line)
    assert header.split() == ["file", "point", "replica", "column", "recorded", "computed", "here"]
    row = lines[lines.index(header) + 1].split()
    assert row[0] == first_piece(done).name
    assert row[3] == "deterred"
    assert int(row[5]) == int(row[4]) + 1


def test_a_run_that_is_not_finished_is_status_2(done: Path, hegemon) -> None:
    first_piece(done).unlink()
    (done / "results.nc").unlink()
    result = hegemon("verify", str(done), "--quiet")
    assert (result.exit_code, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"{done}: pieces: ")
    assert "first missing: piece-000000-" in lines[0]


def test_nothing_to_verify(here: Path, hegemon) -> None:
    result = hegemon("verify", "nowhere")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("nowhere: holds no run")


@pytest.mark.parametrize("words", [["--all", "--sample", "3"], ["--all", "--seed", "3"], ["--sample", "-1"]])
def test_wrong_words(done: Path, hegemon, words: list[str]) -> None:
    result = hegemon("verify", str(done), *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr


def test_long_verifications_tell_how_far_they_are(done: Path, hegemon, monkeypatch) -> None:
    monkeypatch.setattr("hegemon.cli.progress.EVERY", 0.0)
    result = hegemon("verify", str(done), "--json")
    assert result.stderr.startswith("hegemon: 1 of ")
    assert json.loads(result.stdout)["state"] == "equal"


def test_slices_before_and_after_their_merge(here: Path, hegemon) -> None:
    for part in ("1/2", "2/2"):
        words = ["run", "small.toml", "--slice", part, "--out", part[0], "--replicas", "60", "--quiet"]
        assert hegemon(*words).exit_code == 0
        assert hegemon("verify", part[0], "--quiet").exit_code == 2
    assert hegemon("merge", "whole", "1", "2", "--quiet").exit_code == 0
    assert hegemon("verify", "whole", "--all", "--quiet").exit_code == 0
