"""The plan covers what is asked, exactly once, and never cuts anew."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hegemon.parameters import Model
from hegemon.planning import plan


@dataclass
class Point:
    identity: int
    model: Any


def design(models: list[Model]) -> Any:
    return SimpleNamespace(points=[Point(7919 * i + 1, model) for i, model in enumerate(models)])


def spec(replicas: int, trajectories: int = 0, **changes: Any) -> Any:
    fixed = {"dtype": "float64", "detail": "outcomes", "to_precision": False, "most_replicas": replicas}
    return SimpleNamespace(**{**fixed, "replicas": replicas, "trajectories": trajectories, **changes})


def model(states: int = 6, years: int = 300) -> Model:
    return Model(system={"states": states, "years": years}, hegemony={"hold": 1})


def covered(made: plan.Plan, kind: str = "piece") -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for piece in made:
        for part in piece.segments if piece.kind == kind else ():
            found.setdefault(part.identity, []).append((part.first, part.first + part.count))
    return found


def assert_exact(made: plan.Plan, identities: list[int], replicas: int, kind: str = "piece") -> None:
    spans = covered(made, kind)
    assert sorted(spans) == (sorted(identities) if replicas else [])
    for parts in spans.values():
        edges = sorted(parts)
        assert edges[0][0] == 0
        assert edges[-1][1] == replicas
        assert all(a[1] == b[0] for a, b in pairwise(edges))


sizes = st.lists(st.tuples(st.integers(2, 64), st.integers(1, 2000)), min_size=1, max_size=6)


@settings(deadline=None)
@given(sizes, st.integers(1, 10**7), st.integers(0, 10**6), st.integers(0, 40))
def test_every_replica_is_in_one_piece(
    kinds: list[tuple[int, int]], replicas: int, more: int, traced: int
) -> None:
    points = design([model(*kind) for kind in kinds])
    identities = [point.identity for point in points.points]
    first = plan.extend(plan.Plan(()), spec(replicas, min(traced, replicas)), points)
    assert_exact(first, identities, replicas)
    assert_exact(first, identities, min(traced, replicas), "trace")
    larger = plan.extend(first, spec(replicas + more, min(traced, replicas)), points)
    assert_exact(larger, identities, replicas + more)
    # What was there stays as it was cut.
    assert [piece for piece, _ in zip(larger, range(len(first)), strict=False)] == list(first)


@settings(deadline=None)
@given(sizes, st.integers(1, 10**7))
def test_blocks_begin_at_multiples_and_pieces_keep_their_limits(
    kinds: list[tuple[int, int]], replicas: int
) -> None:
    made = plan.extend(plan.Plan(()), spec(replicas), design([model(*kind) for kind in kinds]))
    (work,) = made.generations
    block = dict(zip(work.identities.tolist(), work.block.tolist(), strict=True))
    for piece in made:
        assert len(piece.segments) <= work.segments
        assert piece.replicas <= work.rows or len(piece.segments) == 1
        assert piece.cost <= work.aim or len(piece.segments) == 1
        for part in piece.segments:
            size = block[part.identity]
            assert size & (size - 1) == 0
            assert part.first % size == 0
            assert part.count == min(size, replicas - part.first)


def test_points_that_are_added_leave_the_old_ones_alone() -> None:
    models = [model(states) for states in range(2, 12)]
    few = design(models[:3])
    many = design(models)
    first = plan.extend(plan.Plan(()), spec(1000), few)
    more = plan.extend(first, spec(1500), many)
    assert_exact(more, [point.identity for point in many.points], 1500)
    assert [piece.number for piece in more] == list(range(len(more)))


def test_nothing_more_to_do_is_the_same_plan() -> None:
    points = design([model()])
    first = plan.extend(plan.Plan(()), spec(100, 3), points)
    assert plan.extend(first, spec(100, 3), points) is first


def test_equal_points_are_simulated_once() -> None:
    twice = SimpleNamespace(points=[Point(5, model()), Point(5, model())])
    assert sum(piece.replicas for piece in plan.extend(plan.Plan(()), spec(100), twice)) == 100


@pytest.mark.parametrize("replicas", [1, 1000, 10**5, 10**8])
def test_a_plan_survives_its_file(replicas: int) -> None:
    made = plan.extend(plan.Plan(()), spec(replicas, 1), design([model(4), model(8)]))
    texts = [json.dumps(plan.to_json(work)) for work in made.generations]
    again = plan.Plan([plan.from_json(json.loads(text)) for text in texts])
    assert list(again) == list(made)


def test_size_of_pieces() -> None:
    short = plan.extend(plan.Plan(()), spec(20_000), design([model()]))
    assert 2 <= len(short) <= 32
    for replicas, detail in ((10**6, "outcomes"), (10**8, "tallies")):
        made = plan.extend(plan.Plan(()), spec(replicas, detail=detail), design([model()] * 1))
        seconds = [piece.cost / 1e9 for piece in made]
        assert 0.2 < np.median(seconds) < 60


def test_many_small_points_share_pieces() -> None:
    points = design([model(6, 300 + i // 1000) for i in range(10_000)])
    begin = time.process_time()
    made = plan.extend(plan.Plan(()), spec(1000), points)
    assert 50 < len(made) < 1500
    assert time.process_time() - begin < 3


def test_a_hundred_million_replicas_are_planned_in_little_memory() -> None:
    points = design([model(6, 300 + i) for i in range(21)])
    made = plan.extend(plan.Plan(()), spec(10**8, detail="tallies"), points)
    assert len(made) < 5000
    assert sum(piece.replicas for piece in made) == 21 * 10**8


def test_cost_rises_with_what_there_is_to_do() -> None:
    base = plan.cost(model(), "float64")
    assert plan.cost(model(states=12), "float64") > base
    assert plan.cost(model(years=600), "float64") > base
    assert plan.cost(Model(war={"opportunities": 1.0}), "float64") > base
    assert plan.cost(Model(geography={"layout": "ring", "reach": 1.0}), "float64") > base
    assert plan.cost(model(), "float32") < base


def test_longer_runs_have_longer_pieces() -> None:
    aims = [plan.target(int(total * 1e9)) for total in (0.1, 10, 1000, 10**5, 10**9)]
    assert aims == sorted(aims)
    assert aims[0] == 250_000_000
    assert aims[-1] == 60 * plan.SECOND
