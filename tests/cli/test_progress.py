from __future__ import annotations

import io

import pytest
from rich.console import Console

from hegemon.cli.progress import EVERY, Lines, duration, shown
from hegemon.running.engine import Progress


def at(done: int, seconds: float, total: int = 1000) -> Progress:
    pieces = done * 10 // total
    return Progress(done * 4 // total, 4, done, total, pieces, 10, seconds)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (190, "3 min 10 s"), (7500, "2 h 5 min")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_lines_come_at_the_start_every_few_seconds_and_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    lines = Lines(clock=lambda: now[0])
    for done in range(0, 1001, 100):
        now[0] = done / 100  # one update a second
        lines(at(done, now[0]))
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2 + int(10 / EVERY) - 1
    assert told[1] == "hegemon: 2 of 4 points, 500 of 1,000 replicas (50 %), 100 replicas/s, 5 s left"
    assert told[-1] == "hegemon: 4 of 4 points, 1,000 of 1,000 replicas (100 %), 100 replicas/s"


def test_what_was_found_done_does_not_count_as_speed(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines(clock=lambda: 0.0)
    lines(at(800, 0.0))
    lines(at(1000, 2.0))
    assert "100 replicas/s" in capsys.readouterr().err.splitlines()[-1]


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr(
        "rich.console.Console", lambda stderr: Console(file=screen, force_terminal=True, width=100)
    )
    with shown(quiet=False) as progress:
        assert progress is not None
        progress(at(0, 0.0))
        progress(at(500, 5.0))
        progress(at(1000, 10.0))
    text = screen.getvalue()
    assert "the first run on a machine compiles the kernel" in text
    assert "4/4 points  100 replicas/s  done" in text


def test_quiet_is_no_progress() -> None:
    with shown(quiet=True) as progress:
        assert progress is None
