"""The laws hold; each notices a kernel that breaks it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import hegemon_kernels as hk
from hegemon.selftest import laws
from hegemon.selftest.result import Failure

ALL = [laws.first_step, laws.geometric_time, laws.martingale, laws.equal_states, laws.no_war]


@pytest.mark.parametrize("law", ALL)
@pytest.mark.parametrize("seed", [1, 20_240_229])
def test_they_hold(law: Any, seed: int) -> None:
    assert law(seed)


def other_years(rows: np.ndarray) -> None:
    rows["year"][: len(rows) // 10] += 1


def more_emerge(rows: np.ndarray) -> None:
    rows["emerged"][: len(rows) // 50] = 1


def a_favourite(rows: np.ndarray) -> None:
    rows["hegemon"][: len(rows) // 10] = 0


def one_war(rows: np.ndarray) -> None:
    rows["wars"][-1] = 1


@pytest.mark.parametrize(
    ("law", "bend"),
    [
        (laws.first_step, more_emerge),
        (laws.geometric_time, other_years),
        (laws.equal_states, a_favourite),
        (laws.no_war, one_war),
    ],
)
def test_a_kernel_that_breaks_one_is_noticed(law: Any, bend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    simulate = hk.simulate

    def bent(point: Any, key: int, first: int, rows: np.ndarray) -> None:
        simulate(point, key, first, rows)
        bend(rows)

    monkeypatch.setattr(hk, "simulate", bent)
    with pytest.raises(Failure, match=r"expected|geometric|should be|wars"):
        law(1)


def test_a_share_that_drifts_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = hk.trace

    def bent(*arguments: Any) -> hk.Trajectories:
        path = trace(*arguments)
        path.capability[:] *= 0.97
        return path

    monkeypatch.setattr(hk, "trace", bent)
    with pytest.raises(Failure, match="the mean share is"):
        laws.martingale(1)
