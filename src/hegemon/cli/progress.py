"""Progress of a run on standard error: a bar on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hegemon.running.engine import Progress

    Callback = Callable[[Progress], None]

EVERY = 5.0  # seconds between plain lines
COMPILING = "the first run on a machine compiles the kernel, for about half a minute"


@contextmanager
def shown(quiet: bool) -> Iterator[Callback | None]:
    """Give the callback that shows progress; None where nothing is to be shown."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar() as callback:
            yield callback
    else:
        yield Lines()


class Rate:
    """How fast this process works: what was found done at the start does not count."""

    def __init__(self) -> None:
        self._found: int | None = None

    def per_second(self, now: Progress) -> float:
        """Replicas per second since the first update; 0 before anything was done."""
        if self._found is None:
            self._found = now.replicas_done
        return (now.replicas_done - self._found) / now.seconds if now.seconds > 0 else 0.0

    def left(self, now: Progress) -> str:
        """Time left in words; empty where nothing is known."""
        rate = self.per_second(now)
        return duration((now.replicas - now.replicas_done) / rate) + " left" if rate > 0 else ""


def duration(seconds: float) -> str:
    """Seconds in words: `48 s`, `3 min 10 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def words(now: Progress, rate: Rate) -> str:
    """One update as a line of text."""
    if not now.settled:
        parts = [
            f"{now.points_done:,} of {now.points:,} points have the precision",
            f"{now.replicas_done:,} replicas",
        ]
        speed = rate.per_second(now)
        return ", ".join([*parts, f"{speed:,.0f} replicas/s"] if speed > 0 else parts)
    percent = 100 * now.replicas_done / max(now.replicas, 1)
    parts = [
        f"{now.points_done:,} of {now.points:,} points",
        f"{now.replicas_done:,} of {now.replicas:,} replicas ({percent:.0f} %)",
    ]
    speed = rate.per_second(now)
    if speed > 0:
        parts.append(f"{speed:,.0f} replicas/s")
    left = rate.left(now)
    if left and now.replicas_done < now.replicas:
        parts.append(left)
    return ", ".join(parts)


class Lines:
    """Plain lines: at the start, every few seconds, and at the end."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.rate = Rate()
        self.next: float | None = None

    def __call__(self, now: Progress) -> None:
        """Print the update if it is due."""
        begins, ended = self.next is None, now.settled and now.pieces_done == now.pieces
        if not begins and not ended and self.clock() < (self.next or 0.0):
            return
        self.next = self.clock() + EVERY
        hint = f"; {COMPILING}" if begins and not ended else ""
        click.echo(f"hegemon: {words(now, self.rate)}{hint}", err=True)


@contextmanager
def _bar() -> Iterator[Callback]:
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    rate = Rate()
    columns = (
        SpinnerColumn(),
        BarColumn(bar_width=None),
        TaskProgressColumn(),
        TextColumn("{task.description}"),
    )
    with Bar(*columns, console=console, refresh_per_second=5) as bar:
        task = bar.add_task(f"starting ({COMPILING})", total=None)

        def update(now: Progress) -> None:
            text = _short(now, rate)
            if text and now.settled:
                bar.update(task, total=now.replicas, completed=now.replicas_done, description=text)
            elif text:  # how many replicas it will be is not known
                bar.update(task, total=now.points, completed=now.points_done, description=text)

        yield update


def _short(now: Progress, rate: Rate) -> str:
    """One update for the bar: points, replicas/s, time left. Empty before the first piece is done."""
    speed = rate.per_second(now)
    if speed <= 0 and now.replicas_done < now.replicas:
        return ""
    if not now.settled:
        return (
            f"{now.points_done}/{now.points} points  {now.replicas_done:,} replicas  {speed:,.0f} replicas/s"
        )
    left = "done" if now.pieces_done == now.pieces else rate.left(now)
    return f"{now.points_done}/{now.points} points  {speed:,.0f} replicas/s  {left}"
