"""What the suite shares: sizes, real rows, and peak memory beside the times.

    make bench-suite                      measure everything, save the run and compare it with the one before
    python -m pytest bench/suite          run everything small, as `make test` does: nothing is timed

Saved runs lie in .benchmarks, numbered. With `--benchmark-enable --benchmark-compare=0003` the second command
measures and compares with the third; `--benchmark-compare-fail=median:10%` makes a failure of what is slower
by so much.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

sys.path.insert(0, str(Path(__file__).parents[1]))

import hegemon_kernels as hk
from hegemon.parameters import Model, kernel_values
from hegemon.planning.plan import Segment
from hegemon.running import work
from hegemon.storage import content

_peaks: dict[str, float] = {}


@dataclass(frozen=True)
class Sizes:
    """How much each benchmark does.

    Attributes
    ----------
    years : int
        Horizon of the systems.
    replicas : int
        In a call of a kernel.
    rows : int
        In a piece with a row per replica.
    points : int
        Of a design.
    run : int
        Replicas of a run in a process of its own.
    """

    years: int
    replicas: int
    rows: int
    points: int
    run: int


SMALL = Sizes(years=20, replicas=64, rows=300, points=9, run=2_000)
FULL = Sizes(years=300, replicas=4096, rows=1 << 17, points=10_000, run=1_000_000)


@pytest.fixture
def sizes(benchmark: BenchmarkFixture) -> Sizes:
    """Small where nothing is timed."""
    return SMALL if benchmark.disabled else FULL


@pytest.fixture
def peak(benchmark: BenchmarkFixture, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Call a function once more and keep its peak memory beside the times."""

    def measure(function: Callable[..., Any], *arguments: Any) -> Any:
        tracemalloc.start()
        try:
            result = function(*arguments)
            keep(request, benchmark, tracemalloc.get_traced_memory()[1] / 1e6)
        finally:
            tracemalloc.stop()
        return result

    return measure


def keep(request: pytest.FixtureRequest, benchmark: BenchmarkFixture, peak_mb: float) -> None:
    """Store a peak in the saved run, and for the table at the end."""
    benchmark.extra_info["peak_mb"] = round(peak_mb, 3)
    _peaks[request.node.name] = peak_mb


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Peaks, which the table of times has no column for."""
    if config.getoption("benchmark_enable") and _peaks:
        terminalreporter.section("peak memory")
        for name, value in _peaks.items():
            terminalreporter.line(f"{name:60s} {value:12.3f} MB")


@dataclass(frozen=True)
class Piece:
    """A piece's worth of real outcomes."""

    segments: tuple[Segment, ...]
    tallies: content.Tallies
    columns: dict[str, np.ndarray]


@pytest.fixture
def piece(sizes: Sizes) -> Piece:
    """Outcomes of systems with the default mechanisms, of which about one in four has a hegemon."""
    values = kernel_values(Model(system={"years": sizes.years}, balancing={"efficiency": 0.5}))
    segment = Segment(1, 0, sizes.rows)
    columns = content.columns(sizes.rows, lasting=False)
    tally = work._segment(
        setting(), segment, values, np.empty(work.BLOCK, hk.OUTCOME_DTYPE), columns, lambda _: False
    )
    return Piece((segment,), content.collect((segment,), [tally]), columns)


def setting() -> work.Setting:
    return work.Setting(".", 1, True, "float64", "outcomes", {})
