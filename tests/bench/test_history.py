"""The interval over draws of shares, points of the historical experiment, moments of single histories."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gallery import historical, histories

import hegemon as hg


def test_the_table_of_points_is_that_of_the_experiments() -> None:
    assert historical.POINTS.read_text() == historical.points()


def test_systems_are_in_order_and_their_draws_have_the_error_that_is_stated() -> None:
    systems = historical.systems()
    assert len(systems) == 16
    assert [system.year for system in systems] == sorted(system.year for system in systems)
    for system in systems:
        drawn = np.array(system.drawn())
        assert drawn.shape == (historical.DRAWS, len(system.states))
        assert drawn.sum(axis=1) == pytest.approx(1, abs=0.001)
    # Pooled over some 2,300 shares: 6 standard errors and the loss of freedom by the sum.
    spread = [np.log(np.array(system.drawn()) / np.array(system.shares)) / system.error for system in systems]
    pooled = np.concatenate([each.ravel() for each in spread])
    assert 0.75 < pooled.std() < 1.0


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """False alarm: below 1e-6 (5 binomial standard errors at 0.95, and 0.01 for what is approximate)."""
    slack = 5 * (0.95 * 0.05 / 10_000) ** 0.5 + 0.01
    assert all(abs(held - 0.95) < slack for _, held in historical.coverage(1000))


def test_an_interval_for_another_error_of_the_shares_fails() -> None:
    assert all(held < 0.85 for _, held in historical.coverage(1000, wrong=2.0))


def test_where_shares_decide_nothing_the_interval_is_that_of_the_mean() -> None:
    stream = np.random.default_rng(1)
    p = stream.binomial(1000, 0.3, historical.DRAWS) / 1000
    mean, low, high = historical.combined(p, 1000)
    alone = 2 * 1.96 * (0.3 * 0.7 / (1000 * historical.DRAWS)) ** 0.5
    assert low < mean < high
    assert alone / 2 < high - low < 4 * alone


def test_none_and_all_have_wilsons_interval() -> None:
    none, every = np.zeros(historical.DRAWS), np.ones(historical.DRAWS)
    assert historical.combined(none, 100)[:2] == (0.0, 0.0)
    assert 0 < historical.combined(none, 100)[2] < 0.003
    assert historical.combined(every, 100)[0] == 1.0
    assert historical.combined(every, 100)[2] == 1.0
    same = np.full(historical.DRAWS, 0.5)
    assert historical.combined(same, 100)[1] == pytest.approx(0.48, abs=0.005)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> hg.Run:
    model = hg.Model(system={"states": 4, "years": 40}, hegemony={"absorbing": False})
    experiment = hg.Experiment(
        model, sweep={"balancing.efficiency": [0, 1]}, replicas=6, trajectories=6, seed=3
    )
    return experiment.run(tmp_path_factory.mktemp("histories") / "run", workers=1)


@pytest.mark.parametrize("point", [0, 1])
def test_moments_are_those_that_the_kernel_counts(run: hg.Run, point: int) -> None:
    found = histories.moments(run, point)
    assert list(found) == [name for name in histories.observed() if name in found]
    rows = {name: run.outcomes[name].values.reshape(2, -1)[point] for name in run.outcomes}
    assert found["leader_share"] == pytest.approx(rows["average_share"])
    assert found["concentration"] == pytest.approx(rows["concentration"])
    assert found["leader_changes"] == pytest.approx(rows["leader_changes"] / 40)
    assert found["wars"] == pytest.approx(rows["wars"] / 4)
    assert found["bipolar"] == pytest.approx(rows["years_bipolar"] / 40)
    assert found["above_half"] == pytest.approx(rows["years_unipolar"] / 40)


def test_moments_of_growth_of_a_history_made_by_hand() -> None:
    steps = np.random.default_rng(2).normal(0, 0.05, (1, 4000, 2))
    shares = 0.3 * np.exp(np.cumsum(steps - steps.mean(axis=1), axis=1))
    found = histories._growth(shares)
    assert found["growth_sd"] == pytest.approx(0.05, rel=0.05)
    assert abs(found["kurtosis"][0]) < 0.4  # 7 standard errors
    assert found["variance_ratio"] == pytest.approx(1, abs=0.25)
    few = shares * np.where(np.arange(2) == 0, 1.0, 1e-3)  # the second is too small to count
    assert histories._growth(few)["growth_sd"] == pytest.approx(steps[..., 0].std(), rel=0.02)


def test_the_distance_tells_what_is_far() -> None:
    table = np.random.default_rng(3).normal(size=(400, 3)) @ np.array([[1, 0.8, 0], [0, 1, 0], [0, 0, 5]])
    near, common = histories.distance(table, table.mean(axis=0))
    far, rare = histories.distance(table, np.array([6.0, -6.0, 0.0]))
    assert near == pytest.approx(0, abs=1e-9)
    assert common == 1.0
    assert far > 5
    assert rare == pytest.approx(1 / 401)


def test_how_far_out_and_how_far_apart() -> None:
    values = np.arange(100.0)
    assert histories.rarity(values, 49.5) == pytest.approx(1, abs=0.02)
    assert histories.rarity(values, 500) == pytest.approx(2 / 101)
    assert histories.apart(values, values + values.std(ddof=1)) == pytest.approx(1)
    assert histories.apart(np.zeros(3), np.zeros(3)) == 0


def test_files_are_where_the_page_says() -> None:
    folder = Path(historical.FOLDER)
    assert {path.name for path in folder.glob("*.csv")} == {"measures.csv", "moments.csv", "points.csv"}
