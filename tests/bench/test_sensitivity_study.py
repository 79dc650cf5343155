"""The study of coverage of Sobol' indices, small."""

from __future__ import annotations

import numpy as np
from coverage_studies import sensitivity


def test_it_finds_what_it_should(monkeypatch) -> None:
    """Of 40 intervals of 95 % fewer than 30 hold the truth with a chance of 1e-5; noise left in: half."""
    monkeypatch.setattr(sensitivity, "SIZES", ((64, 20),))
    monkeypatch.setattr(sensitivity, "RESAMPLES", 100)
    found = sensitivity.study(40, 1, lambda text: None)
    assert list(found) == ["Ishigami, 64 rows, 20 replicas", "Sobol's g, 64 rows, 20 replicas"]
    for one in found.values():
        assert min(one["first"], one["total"]) > 30 / 40
        assert one["total_naive"] < 20 / 40
        assert one["total_bias_naive"] > 0.25
    table = sensitivity.tables(found)["coverage"]
    assert len(table.splitlines()) == 4


def test_its_indices_are_those_of_its_functions() -> None:
    """The spread of each function, from 2^16 points: pick-freeze to four digits or so."""
    for function, keys, (first, total) in sensitivity.FUNCTIONS.values():
        values = function(sensitivity.design(keys, 1 << 14, np.random.default_rng(1)))
        found = sensitivity.sobol_indices(values, resamples=2)
        np.testing.assert_allclose(found.first, first, atol=0.02)
        np.testing.assert_allclose(found.total, total, atol=0.02)
