"""What the numbers rest on: precision, censoring, effort."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hegemon.report.answers import place
from hegemon.report.parts import Section, table
from hegemon.report.times import lasting, vast
from hegemon.report.words import count, number, span

if TYPE_CHECKING:
    from hegemon.runs import Run


def section(run: Run) -> Section:
    """The section on what the numbers rest on."""
    rows = [*_precision(run), *_censoring(run), *_effort(run)]
    return Section(
        "diagnostics", "Diagnostics", [table("Diagnostics", ("What", "Found"), rows, 1, words=True)]
    )


def _flat(run: Run, name: str) -> NDArray[Any]:
    values: NDArray[Any] = run.results[name].values.ravel()
    return values


def _precision(run: Run) -> Iterator[tuple[str, str]]:
    p, low, high = (_flat(run, name) for name in ("p_emerged", "p_emerged_low", "p_emerged_high"))
    half = (high - low) / 2
    widest = int(np.argmax(half))
    yield "Greatest half-width of an interval of P", f"{number(float(half[widest]))}, at {place(run, widest)}"
    seen = np.flatnonzero(p > 0)
    if len(seen):
        worst = int(seen[np.argmax(half[seen] / p[seen])])
        text = f"{100 * half[worst] / p[worst]:.3g} % of P, at {place(run, worst)}"
        yield "Greatest half-width as a share of P", text
    for words, own in (("none", p == 0), ("all", p == 1)):
        if own.any():
            yield (
                f"Points at which a hegemon emerged in {words} of the replicas",
                f"{int(own.sum()):,} of {len(p):,}",
            )
    if "precision_reached" in run.results:
        reached = _flat(run, "precision_reached")
        yield (
            "Points that reached the precision asked for",
            f"{int((reached == 1).sum()):,} of {len(reached):,}",
        )


def _censoring(run: Run) -> Iterator[tuple[str, str]]:
    left = 1 - _flat(run, "p_emerged")
    low, high = f"{100 * left.min():.3g} %", f"{100 * left.max():.3g} %"
    share = low if low == high else f"{low} to {high}"
    yield "Replicas without a hegemon at the horizon (censored there)", f"{share}, by design point"
    years = sorted({point.model.system.years for point in run.design.points})
    yield "Horizon", f"{span(years[0], years[-1])} years"


def _effort(run: Run) -> Iterator[tuple[str, str]]:
    replicas = _flat(run, "replicas")
    yield "Replicas per point", span(int(replicas.min()), int(replicas.max()))
    yield "Replicas in all", f"{int(replicas.sum()):,}"
    if not vast(run):
        yield "Years simulated in all", f"{simulated(run):,}"
    sessions = run.provenance["sessions"]
    yield "Processes that worked on it", count(len(sessions), "process", "processes")
    seconds = [spent for spent in map(_seconds, sessions) if spent is not None]
    if seconds:
        yield "Time from their start to their end, in all", duration(sum(seconds))


def simulated(run: Run) -> int:
    """Years that all systems went through: to the first hegemony, or to the horizon."""
    replicas = _flat(run, "replicas")
    if lasting(run):
        years = np.array([point.model.system.years for point in run.design.points])
        return int((years * replicas).sum())
    return int(run.survival()["at_risk"].isel(year=slice(1, None)).sum())


def _seconds(made: dict[str, Any]) -> float | None:
    try:
        spent = datetime.fromisoformat(made["end"]) - datetime.fromisoformat(made["start"])
    except (KeyError, TypeError, ValueError):  # it runs yet, or was killed
        return None
    return spent.total_seconds()


def duration(seconds: float) -> str:
    """Seconds in words: ``2 h 5 min``, ``42 s``."""
    whole = round(seconds)
    if whole < 1:
        return "less than 1 s"
    if whole < 120:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
