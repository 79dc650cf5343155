"""The kernels: a block of replicas in both precisions, its tally, and what a call costs by itself."""

from __future__ import annotations

from typing import Any

import kernel_speed
import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import hegemon_kernels as hk
from hegemon.parameters import Model, kernel_values

from .conftest import Sizes

CASES = {
    "four": kernel_speed.usual(4, 0.5),
    "eight": kernel_speed.usual(8, 0.5),
    "everything": kernel_speed.EVERYTHING,
}


def values(case: str, years: int) -> dict[str, Any]:
    model = CASES[case]
    return kernel_values(Model(**model | {"system": {**model["system"], "years": years}}))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES)
def test_simulate(benchmark: BenchmarkFixture, sizes: Sizes, peak: Any, case: str, dtype: str) -> None:
    point = hk.pack_point(values(case, sizes.years), dtype)
    rows = np.zeros(sizes.replicas, hk.OUTCOME_DTYPE)
    benchmark.group = f"a block of {sizes.replicas} replicas"
    benchmark(hk.simulate, point, 1, 0, rows)
    peak(hk.simulate, point, 1, 0, rows)
    assert rows["replica"].tolist() == list(range(sizes.replicas))
    assert rows["survivors"].min() >= 1


def test_one_replica_of_one_year(benchmark: BenchmarkFixture) -> None:
    """All that a call costs beside the simulation."""
    point = hk.pack_point(kernel_values(Model(system={"years": 1}, hegemony={"hold": 1})))
    rows = np.zeros(1, hk.OUTCOME_DTYPE)
    benchmark.group = "a call"
    benchmark(hk.simulate, point, 1, 0, rows)
    assert rows["replica"][0] == 0


def test_pack_point(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "a call"
    found = benchmark(hk.pack_point, kernel_values(Model()))
    assert found.record["N"][0] == Model().system.states


def test_tally(benchmark: BenchmarkFixture, sizes: Sizes, peak: Any) -> None:
    rows = np.zeros(sizes.replicas, hk.OUTCOME_DTYPE)
    hk.simulate(hk.pack_point(values("eight", sizes.years)), 1, 0, rows)
    benchmark.group = f"a block of {sizes.replicas} replicas"
    found = benchmark(hk.tally, rows, sizes.years)
    peak(hk.tally, rows, sizes.years)
    assert found.replicas == sizes.replicas
