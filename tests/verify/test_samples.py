"""Samples of the work: without replacement, within the pieces, the same for the same seed, and fair."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hegemon.planning.plan import Kind, Piece, Segment
from hegemon.verify.samples import Draw, draw


def plan(sizes: list[int], kind: Kind = "piece", begin: int = 0) -> list[Piece]:
    return [Piece(begin + i, kind, (Segment(1, 0, size),), 1) for i, size in enumerate(sizes)]


def rows(found: Draw) -> dict[int, list[int]]:
    return {number: [] if picks is None else picks.tolist() for number, picks in found.rows.items()}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 50), max_size=20), st.lists(st.integers(1, 9), max_size=5), st.integers(0, 300),
    st.integers(0, 2**64),
)  # fmt: skip
def test_rows_are_of_their_pieces_and_each_drawn_once(
    sizes: list[int], traced: list[int], count: int, seed: int
) -> None:
    pieces = plan(sizes) + plan(traced, "trace", len(sizes))
    found = draw(pieces, "outcomes", count, False, seed)
    own = rows(found)
    for number, picked in own.items():
        assert picked == sorted(set(picked))
        assert all(0 <= row < pieces[number].replicas for row in picked)
    assert found.drawn == min(count, sum(sizes)) == sum(len(own.get(i, [])) for i in range(len(sizes)))
    assert found.trajectories == min(count, sum(traced))
    assert (found.population, found.trajectories_kept) == (sum(sizes), sum(traced))
    again = draw(pieces, "outcomes", count, False, seed)
    assert rows(again) == own


def test_tallies_are_drawn_by_whole_pieces() -> None:
    found = draw(plan([5] * 10), "tallies", 3, False, 1)
    assert (found.unit, found.drawn, found.population) == ("pieces", 3, 10)
    assert all(picks is None for picks in found.rows.values())
    assert len(draw(plan([5] * 10), "tallies", None, False, 1).rows) == 4


def test_everything_is_everything() -> None:
    found = draw(plan([5, 6]) + plan([2], "trace", 2), "outcomes", None, True, None)
    assert rows(found) == {0: [], 1: [], 2: []}
    assert (found.seed, found.drawn, found.trajectories) == (None, 2, 2)


def chance(counts: Any) -> float:
    return float(stats.chisquare(counts).pvalue)


def test_every_row_is_drawn_as_often() -> None:
    """Chance of a false alarm 1e-6; the control counts the first row twice."""
    counts = np.zeros(20)
    for seed in range(1000):
        for number, picked in rows(draw(plan([5, 10, 5]), "outcomes", 8, False, seed)).items():
            counts[np.array(picked, int) + (0, 5, 15)[number]] += 1
    assert counts.sum() == 8000
    assert chance(counts) > 1e-6
    counts[0] *= 2
    assert chance(counts) < 1e-6
