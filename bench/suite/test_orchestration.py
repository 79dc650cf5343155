"""What surrounds the kernels: a design and its plan, estimates and their file, and whole runs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import whole_runs
from pytest_benchmark.fixture import BenchmarkFixture

import hegemon_kernels as hk
from hegemon import Experiment
from hegemon.config import ExperimentSpec
from hegemon.outputs import results
from hegemon.outputs.totals import Totals
from hegemon.planning import design, plan
from hegemon.running.engine import empty_totals
from hegemon.storage import content

from .conftest import Sizes, keep


def specification(points: int) -> ExperimentSpec:
    side = math.isqrt(points)
    sweep = {
        "balancing.efficiency": np.linspace(0, 1, side).round(6).tolist(),
        "war.spoils": np.linspace(0.01, 0.9, side).round(6).tolist(),
    }
    return Experiment(sweep=sweep, replicas=1000, seed=1, name="suite").spec


def planned(spec: ExperimentSpec, points: design.Design) -> list[plan.Piece]:
    return list(plan.extend(plan.Plan(()), spec, points))


def filled(points: design.Design) -> Totals:
    """Totals as of a thousand replicas a point."""
    totals = empty_totals(points)
    totals.replicas[:] = 1000
    totals.emerged[:] = 250
    totals.years[:, 1::6] = 5
    totals.emerged[:] = totals.years.sum(axis=1)
    totals.valid = np.full(totals.valid.shape, 1000, np.uint16)
    totals.sums[:] = 2000
    totals.squares[:] = 5000
    return totals


def tallies(points: design.Design) -> content.Tallies:
    """One piece with a segment of every point."""
    size, columns = len(points.points), len(hk.TALLY_COLUMNS)
    years = max(point.model.system.years for point in points.points)
    ones = np.ones((size, columns), np.int64)
    identities = np.array([point.identity for point in points.points], np.uint64)
    counts = np.full(size, 1000)
    return content.Tallies(
        identities, counts, counts // 4, np.ones((size, years + 1), np.int64), ones, ones, ones, ones
    )


def test_design(benchmark: BenchmarkFixture, sizes: Sizes, peak: Any) -> None:
    spec = specification(sizes.points)
    benchmark.group = f"{sizes.points} points"
    assert len(benchmark(design.build, spec).points) == sizes.points
    peak(design.build, spec)


def test_plan(benchmark: BenchmarkFixture, sizes: Sizes, peak: Any) -> None:
    spec = specification(sizes.points)
    points = design.build(spec)
    benchmark.group = f"{sizes.points} points"
    found = benchmark(planned, spec, points)
    peak(planned, spec, points)
    assert sum(piece.replicas for piece in found) == 1000 * sizes.points


def test_totals(benchmark: BenchmarkFixture, sizes: Sizes) -> None:
    points = design.build(specification(sizes.points))
    piece = tallies(points)
    benchmark.group = f"{sizes.points} points"
    benchmark(lambda: empty_totals(points).add(piece))


def test_estimates(benchmark: BenchmarkFixture, sizes: Sizes, peak: Any) -> None:
    spec = specification(sizes.points)
    points = design.build(spec)
    totals = filled(points)
    benchmark.group = f"{sizes.points} points"
    found = benchmark(results.estimate, spec, points, totals)
    peak(results.estimate, spec, points, totals)
    assert found["p_emerged"].size == sizes.points


def test_results_file(benchmark: BenchmarkFixture, sizes: Sizes, tmp_path: Path, peak: Any) -> None:
    spec = specification(sizes.points)
    points = design.build(spec)
    totals = filled(points)
    benchmark.group = f"{sizes.points} points"
    benchmark(results.save, tmp_path, spec, points, totals)
    peak(results.save, tmp_path, spec, points, totals)
    assert results.load(tmp_path)["replicas"].sum() == 1000 * sizes.points


@pytest.mark.parametrize("detail", ["outcomes", "tallies"])
def test_whole_run(
    benchmark: BenchmarkFixture, sizes: Sizes, request: pytest.FixtureRequest, detail: str
) -> None:
    """In a process of its own, of short histories: the engine's part in it is as great as it gets."""
    small = {"system": {"states": 2, "years": 5}, "hegemony": {"hold": 1}}
    benchmark.group = f"a run of {sizes.run} replicas"
    found = benchmark.pedantic(
        whole_runs.apart,
        kwargs={"replicas": sizes.run, "workers": 2, "detail": detail, "sweep": {}, "model": small},
        rounds=1 if benchmark.disabled else 3,
    )
    keep(request, benchmark, found["peak_mb"])
    benchmark.extra_info |= {name: found[name] for name in ("cpu", "simulate", "tally", "bytes")}
    assert found["replicas"] == sizes.run
