"""The numerical integration that serves as an oracle, against cases with a known answer."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from laws.first_passage import emergence_chances


def test_one_step():
    chances = emergence_chances(0.3, 0.4, hold=1, horizon=1)
    assert chances[1] == pytest.approx(2 * norm.sf(0.4 / 0.3), abs=1e-12)


def test_two_steps_on_one_side():
    """P(X1 >= 0 and X2 >= 0) = 3/8 for the sums of two normals, so 3/4 on either side."""
    chances = emergence_chances(1.0, 1e-9, hold=2, horizon=2)
    assert chances[2] == pytest.approx(0.75, abs=1e-8)


def test_against_a_plain_simulation():
    rng = np.random.default_rng(5)
    walks = rng.normal(0, 0.2, (200_000, 12)).cumsum(axis=1)
    run = np.zeros(len(walks), dtype=int)
    side = np.zeros(len(walks), dtype=int)
    year = np.full(len(walks), -1)
    for t, x in enumerate(walks.T, start=1):
        now = np.where(abs(x) >= 0.35, np.sign(x).astype(int), 0)
        run = np.where(now == 0, 0, np.where(now == side, run + 1, 1))
        side = now
        year = np.where((year < 0) & (run == 3), t, year)
    chances = emergence_chances(0.2, 0.35, hold=3, horizon=12)
    frequencies = np.array([np.mean(year == t) for t in range(13)])
    errors = np.sqrt(chances * (1 - chances) / len(walks)) + 1e-12
    assert np.all(abs(frequencies - chances) < 5.5 * errors)
