from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hegemon.figures.placing import spread

PLACES = st.lists(st.floats(0, 1), min_size=1, max_size=6)


@settings(deadline=None)
@given(PLACES)
def test_names_stay_apart_in_order_and_in_the_panel(wanted: list[float]) -> None:
    placed = spread(wanted, 0.1, 0.02, 0.98)
    ranks = np.argsort(wanted, kind="stable")
    assert (np.diff(placed[ranks]) >= 0.1 - 1e-9).all()
    assert placed.min() >= 0.02 - 1e-9
    assert placed.max() <= 0.98 + 1e-9


def test_names_far_apart_do_not_move() -> None:
    assert spread([0.9, 0.1, 0.5], 0.1, 0, 1).tolist() == pytest.approx([0.9, 0.1, 0.5])


def test_two_equal_places_part_evenly() -> None:
    assert spread([0.5, 0.5], 0.1, 0, 1).tolist() == pytest.approx([0.45, 0.55])


def test_too_many_names_start_at_the_bottom() -> None:
    assert spread([0.5] * 4, 0.4, 0, 1).tolist() == pytest.approx([0, 0.4, 0.8, 1.2])


def test_no_names() -> None:
    assert spread([], 0.1, 0, 1).size == 0
