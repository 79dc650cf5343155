"""Splitting without the kernel: a chain whose probability is known stands in for the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

import hegemon as hg
from hegemon.splitting.chain import Chain


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting for the disk."""
    monkeypatch.setattr("hegemon.storage.pieces.os.fsync", lambda descriptor: None)


def chain_of(values: Mapping[str, Any], dtype: str = "float64") -> Chain:
    """A chain that depends on a model's horizon, threshold, hold and volatility."""
    return Chain(
        top=round(40 * values["H"]), hold=values["ho"], horizon=values["T"], up=values["sig"], down=0.4
    )


@pytest.fixture
def chained(monkeypatch: pytest.MonkeyPatch, quick: None) -> None:
    """Let a chain stand in for the kernel."""
    monkeypatch.setattr("hegemon.splitting.making.Kernel", chain_of)


@pytest.fixture
def small() -> Callable[..., hg.Experiment]:
    """Two points of a chain whose probabilities are about 1e-3 and 1e-5."""

    def make(**changes: Any) -> hg.Experiment:
        model = hg.Model(system={"years": 40}, hegemony={"hold": 2, "threshold": 0.6})
        settings = {"sweep": {"growth.volatility": [0.35, 0.25]}, "seed": 5, "name": "small"}
        return hg.Experiment(model, **{**settings, **changes})

    return make
