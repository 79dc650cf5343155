"""One repetition: unbiased on chains whose probability is known, addressed, and fair to parents."""

from __future__ import annotations

import numpy as np
import pytest

import hegemon as hg
from hegemon.parameters import kernel_values
from hegemon.splitting import estimates, pilot, stages
from hegemon.splitting.chain import Chain
from hegemon.splitting.climbing import Kernel, Streams
from hegemon.splitting.scheme import Scheme, shared_out

STEPS = Chain(horizon=20, start=12, up=0.3)
LEAPS = Chain(horizon=20, start=9, up=0.2, leap=0.03, hold=1)


def made(chain: Chain, count: int, effort: int = 100, seed: int = 1) -> tuple[Scheme, stages.Counts]:
    streams = Streams(seed, 0)
    scheme = pilot.choose(chain, chain.threshold, effort, streams)
    parts = [stages.repeat(chain, scheme, streams, number) for number in range(count)]
    return scheme, stages.Counts(
        **{name: np.stack([getattr(part, name) for part in parts]) for name in stages.Counts.names()}
    )


def errors_off(values: np.ndarray, exact: float) -> float:
    return float((values.mean() - exact) / (values.std(ddof=1) / np.sqrt(len(values))))


@pytest.mark.parametrize("chain", [STEPS, LEAPS])
def test_unbiased(chain: Chain) -> None:
    """At four and a half errors a false alarm comes once in 100,000 tests."""
    scheme, counts = made(chain, 120)
    assert len(scheme.levels) >= 3
    assert len(scheme.efforts) >= 2
    values = estimates.products(counts)[:, -1]
    assert abs(errors_off(values, chain.probability())) < 4.5
    # The control: strata that count alike, whatever their share of the beginnings.
    each = estimates.weights(counts)
    wrong = (each[..., -1] / np.maximum(each[..., 0], 1e-300)).sum(axis=1)
    assert abs(errors_off(wrong, chain.probability())) > 4.5


def test_the_chain_is_what_it_says() -> None:
    """Plain replicas of the chain against its exact probability, at the same false-alarm rate."""
    chain = Chain(horizon=20, start=18, up=0.3, leap=0.02, gifted=0.3, brake=0.5, braked=19)
    ends = chain.climb(7, 0, stages.TOP, 40_000)
    assert abs(errors_off(ends.emerged.astype(float), chain.probability())) < 4.5


@pytest.mark.parametrize(("states", "times"), [(8, 1), (12, 4)])
def test_more_beginnings_where_few_of_them_carry_the_probability(states: int, times: int) -> None:
    model = hg.Model(system={"states": states, "years": 40}, balancing={"efficiency": 1.0})
    values = kernel_values(model)
    climber, streams = Kernel(values, "float64"), Streams(1, 5)
    scheme = pilot.choose(climber, values["H"], 1000, streams)
    assert scheme.beginnings == times * 40 * 1000
    assert scheme.effort == 1000
    counts = stages.repeat(climber, scheme, streams, 0)
    assert counts.beginnings.sum() == scheme.beginnings


def test_a_repetition_does_not_depend_on_others() -> None:
    streams = Streams(3, 0)
    scheme = pilot.choose(STEPS, STEPS.threshold, 80, streams)
    one, other = (stages.repeat(STEPS, scheme, streams, 5) for _ in range(2))
    third = stages.repeat(STEPS, scheme, streams, 6)
    for name in stages.Counts.names():
        assert getattr(one, name).tolist() == getattr(other, name).tolist()
    assert one.years.tolist() != third.years.tolist()
    assert pilot.choose(STEPS, STEPS.threshold, 80, streams) == scheme


def test_parents_have_their_expected_clones() -> None:
    places = (np.arange(1000) + 0.5) / 1000
    for parents, clones in ((7, 100), (100, 7), (64, 64), (1, 5)):
        counts = [np.bincount(stages.systematic(parents, clones, u), minlength=parents) for u in places]
        assert all(count.sum() == clones for count in counts)
        expected = clones / parents
        assert {int(n) for count in counts for n in count} <= {int(expected), int(np.ceil(expected))}
        assert np.mean(counts, axis=0) == pytest.approx(expected, abs=0.002 * clones)


def test_a_clone_ends_with_the_horizon() -> None:
    ends = STEPS.climb(1, 0, 13 / 40, 500).take(slice(None))
    late = ends.take(ends.years == STEPS.horizon)
    assert len(late.years)
    again = stages.continued(STEPS, 2, 0, stages.TOP, late, np.arange(len(late.years)))
    assert again.years.tolist() == late.years.tolist()
    assert again.shares.tolist() == late.shares.tolist()


def test_families_and_weights_add_up() -> None:
    scheme, counts = made(LEAPS, 6)
    assert (counts.started.sum(axis=1)[:, 0] == scheme.effort).all()
    assert (counts.beginnings.sum(axis=1) == scheme.beginnings).all()
    assert (counts.passed <= counts.reached).all()
    assert (counts.ancestors <= counts.entrances[..., :1]).all()
    assert (counts.ancestor_squares >= counts.reached).all()
    assert (counts.reached_pairs <= counts.sibling_pairs).all()
    found = estimates.of_point(scheme, counts, LEAPS.horizon, 0.95)
    assert found["part"].sum() == pytest.approx(1)
    assert found["begins"].sum() == pytest.approx(1)
    assert (np.diff(found["p_level"]) <= 0).all()


def test_levels_rise_to_the_threshold_at_most() -> None:
    for chain in (STEPS, LEAPS, Chain(start=23, up=0.5, down=0.1)):
        scheme = pilot.choose(chain, chain.threshold, 80, Streams(2, 0))
        assert list(scheme.levels) == sorted(set(scheme.levels))
        assert all(level <= chain.threshold for level in scheme.levels)
        assert scheme.effort == 80
    assert scheme.levels == ()  # P is not small there


def test_a_system_that_stands_still_has_no_levels_to_go_through() -> None:
    still = Chain(up=0.0, down=0.0, horizon=5)
    scheme = pilot.choose(still, still.threshold, 80, Streams(1, 0))
    counts = stages.repeat(still, scheme, Streams(1, 0), 0)
    assert counts.reached[:, -1].sum() == 0


def test_effort_is_shared_out() -> None:
    assert shared_out(100, [0.0, 0.0]) == (50, 50)
    assert shared_out(100, [3.0, 1.0]) == (63, 37)
    assert sum(shared_out(80, [1.0, 0, 0, 0, 0, 0])) == 80
