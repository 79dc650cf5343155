"""Where a run is: odd names, links, a working directory that changes, clocks that step."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hegemon as hg
from faults.trials import Warm, Whole
from hegemon.storage import pieces

SMALL = '[experiment]\nname = "small"\nreplicas = 20\n[model.system]\nstates = 3\nyears = 20\n'
ODD = [
    "ünï\nçödé 'q\"",
    "-leading $(x);&",
    b"\xff\xfe".decode(errors="surrogateescape"),
    ".hidden",
    "x" * 255,
]


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Callable[[], hg.Experiment]:
    """Makes a small experiment of many pieces."""
    monkeypatch.setattr("hegemon.planning.plan.target", lambda total: 30_000)
    model = hg.Model(system={"years": 25, "states": 3}, hegemony={"hold": 2})
    return lambda: hg.Experiment(model, replicas=300, seed=3, name="small")


def hegemon(folder: Path, *words: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from hegemon.cli import main; main()", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120, **more)


@pytest.mark.parametrize("name", ODD, ids=repr)
def test_odd_names(warm: Warm, room: Path, survives: Callable[..., None], name: str) -> None:
    assert warm(name, cwd=str(room), largest=9_000)["status"] == 1
    survives("an odd name (spaces, newlines, quotes, not UTF-8, 255 bytes)", room / name)
    history = hg.open_run(room / name).results.attrs["history"]
    assert all(line.isprintable() for line in history.splitlines())


def test_odd_names_on_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "new\nline \udcff"
    folder.mkdir()
    (folder / "-odd 'name.toml").write_text(SMALL)
    done = hegemon(folder, "run", "--out", "-out \udcfe\n", "--", "-odd 'name.toml")
    assert done.returncode == 0, done.stderr
    assert (folder / "-out \udcfe\n" / "results.nc").exists()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("out", ["x" * 300, "/".join(["x" * 200] * 30)], ids=["a name", "a path"])
def test_names_that_are_too_long(tmp_path: Path, out: str) -> None:
    (tmp_path / "small.toml").write_text(SMALL)
    done = hegemon(tmp_path, "run", "small.toml", "--out", out)
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1].endswith("File name too long)")
    assert b"Traceback" not in done.stderr
    missing = hegemon(tmp_path, "run", out)
    assert missing.returncode == 2
    assert b"file name too long" in missing.stderr


def test_a_link_to_a_directory(warm: Warm, room: Path, survives: Callable[..., None]) -> None:
    (room / "there").mkdir()
    (room / "link").symlink_to(room / "there")
    assert warm(room / "link", largest=9_000)["status"] == 1
    survives("a directory behind a symbolic link", room / "link")
    assert (room / "there" / "results.nc").exists()


def test_a_link_to_nowhere(warm: Warm, room: Path) -> None:
    (room / "link").symlink_to(room / "nowhere")
    ended = warm(room / "link")
    assert ended["status"] == 2
    assert len(ended["lines"]) == 1


@pytest.mark.parametrize("name", ["results.nc", "experiment.toml", "provenance.json"])
def test_a_link_in_place_of_a_file_is_not_written_through(
    warm: Warm, whole: Whole, room: Path, survives: Callable[..., None], name: str
) -> None:
    assert warm(room / "run", largest=9_000)["status"] == 1
    (room / "precious").write_text("precious")
    (room / "run" / name).unlink(missing_ok=True)
    (room / "run" / name).symlink_to(room / "precious")
    warm(room / "run", recompute=True)
    survives("a file of the run that is a link to another file", room / "run")
    assert (room / "precious").read_text() == "precious"


def test_nothing_is_written_where_pieces_link_to(warm: Warm, whole: Whole, room: Path) -> None:
    assert warm(room / "run", largest=9_000)["status"] == 1
    (room / "run" / "pieces").rename(room / "elsewhere")
    (room / "run" / "pieces").symlink_to(room / "elsewhere")
    before = sorted((room / "elsewhere").iterdir())
    ended = warm(room / "run")
    assert ended["status"] == 2
    assert ended["lines"][0].endswith("run/pieces: is a link; link the whole directory instead")
    assert sorted((room / "elsewhere").iterdir()) == before


@pytest.mark.parametrize("after", [0, 1, 4])
def test_a_working_directory_that_changes(
    warm: Warm, room: Path, survives: Callable[..., None], after: int
) -> None:
    (room / "other").mkdir()
    ended = warm("run", cwd=str(room), chdir_after=after, then=str(room / "other"))
    assert ended["status"] == 0, ended
    assert list((room / "other").iterdir()) == []
    assert (room / "run" / "results.nc").exists()
    survives("a working directory that changes in mid-run", room / "run")


def test_a_run_knows_its_place_where_the_working_directory_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other").mkdir()
    model = hg.Model(system={"years": 5, "states": 3}, hegemony={"hold": 2})
    run = hg.Experiment(model, replicas=5).run("run", progress=lambda _: os.chdir(tmp_path / "other"))
    assert run.path == tmp_path / "run"
    assert int(run.results.replicas) == 5


@pytest.mark.parametrize("step", [-3600.0, 1e6])
def test_a_clock_that_steps(
    cut: Callable[[], hg.Experiment],
    tmp_path: Path,
    ledger: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    step: float,
) -> None:
    """Only the clock of the wall can step; what is measured is measured by one that cannot."""
    import time

    real, calls, seen = time.time, [0], []

    def stepping() -> float:
        calls[0] += 1
        return real() + step * calls[0]

    monkeypatch.setattr(time, "time", stepping)

    def watch(progress: hg.Progress) -> None:
        for path in (tmp_path / "run").rglob("*"):
            with contextlib.suppress(FileNotFoundError):  # files come and go
                os.utime(path, (stepping(), stepping()))
        seen.append(progress.seconds)
        if len(seen) == 4:
            raise KeyboardInterrupt

    with pytest.raises(hg.Interrupted, match="kept"):
        cut().run(tmp_path / "run", progress=watch, time_limit=1000)
    run = cut().run(tmp_path / "run", progress=watch, time_limit=1000)
    assert all(value >= 0 for value in seen)
    assert run.results.digest == cut().run(tmp_path / "whole").results.digest
    ledger("a clock that steps", 1, 0)


def test_an_ordinary_file_is_what_a_piece_is(warm: Warm, room: Path) -> None:
    assert warm(room / "run")["status"] == 0
    path = next((room / "run" / "pieces").iterdir())
    piece = pieces.parse(path)
    assert piece is not None
    path.unlink()
    os.mkfifo(path.with_name(pieces.name_of("piece-000099-0123456789abcdef", b"")))
    (room / "run" / "results.nc").unlink()
    ended = warm(room / "run")
    assert ended["status"] == 1
    assert "damaged (0 bytes, not 0)" in ended["lines"][0]
