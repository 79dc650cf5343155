"""Small experiments, and what it means that two runs are the same."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from random import Random
from typing import Any

import numpy as np
import pytest
import xarray as xr

import hegemon as hg
from hegemon.running.executors import Backend
from hegemon.running.work import Order, Setting, run_orders


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting for the disk: for tests that write many pieces and kill nothing."""
    monkeypatch.setattr("hegemon.storage.pieces.os.fsync", lambda descriptor: None)


@pytest.fixture
def small() -> Callable[..., hg.Experiment]:
    """A few short histories of three to five states."""

    def make(**changes: Any) -> hg.Experiment:
        model = changes.pop("model", hg.Model(system={"years": 25}, hegemony={"hold": 2}))
        settings = {
            "sweep": {"balancing.efficiency": [0, 0.5, 1], "system.states": [3, 5]},
            "replicas": 60,
            "seed": 3,
            "name": "small",
        }
        return hg.Experiment(model, **{**settings, **changes})

    return make


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Cut work finer than the cost formula would: nanoseconds per piece, replicas per kernel call."""

    def change(aim: int, block: int = 4096) -> None:
        monkeypatch.setattr("hegemon.planning.plan.target", lambda total: aim)
        monkeypatch.setattr("hegemon.running.work.BLOCK", block)

    return change


def bits(dataset: xr.Dataset) -> dict[str, tuple[Any, ...]]:
    """Everything that must be equal in two runs of one experiment."""
    found = {}
    for name, variable in dataset.compute().variables.items():
        values = np.asarray(variable.values)
        content = values.tolist() if values.dtype.kind in "OU" else values.tobytes()
        found[str(name)] = (variable.dims, values.dtype, values.shape, content, repr(variable.attrs))
    return found


@pytest.fixture
def same() -> Callable[[hg.Run, hg.Run], None]:
    """Assert that two runs left equal bits: estimates, outcomes and trajectories."""

    def check(one: hg.Run, other: hg.Run) -> None:
        assert bits(one.results) == bits(other.results)
        if one.spec.detail == "outcomes":
            assert bits(one.outcomes) == bits(other.outcomes)
        if one.spec.trajectories:
            assert bits(one.trajectories) == bits(other.trajectories)

    return check


class Disorderly:
    """A backend that keeps tasks until its window is full, then ends any one of them."""

    def __init__(self, seed: int, window: int) -> None:
        self.random, self.window = Random(seed), window
        self.waiting: list[tuple[Future[Any], Setting, tuple[Order, ...]]] = []
        self.most = 0

    def backend(self) -> Backend:
        return Backend("test", 1, self.window, 0.0, self.submit)

    def submit(self, setting: Setting, orders: tuple[Order, ...]) -> Future[Any]:
        future: Future[Any] = Lazy(self)
        self.waiting.append((future, setting, orders))
        self.most = max(self.most, len(self.waiting))
        return future

    def advance(self) -> None:
        future, setting, orders = self.waiting.pop(self.random.randrange(len(self.waiting)))
        future.set_result(run_orders(setting, orders))


class Lazy(Future[Any]):
    """A future that makes its backend do some work when somebody waits for it."""

    def __init__(self, owner: Disorderly) -> None:
        super().__init__()
        self.owner = owner


@pytest.fixture
def disorderly(monkeypatch: pytest.MonkeyPatch) -> type[Disorderly]:
    """Backends that end tasks in any order, one at a time and in this thread."""

    def wait(pending: Any, timeout: float, return_when: str) -> tuple[set[Any], set[Any]]:
        next(iter(pending)).owner.advance()
        return {future for future in pending if future.done()}, set()

    monkeypatch.setattr("hegemon.running.engine.wait", wait)
    return Disorderly
