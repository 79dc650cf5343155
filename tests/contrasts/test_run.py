"""Contrasts of a run: counted by hand from its rows, whatever the windows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import hegemon as hg
from hegemon.contrasts.together import Together, _cut, together
from hegemon.errors import RequestError
from hegemon.estimates import paired, unpaired
from hegemon.estimates.proportions import normal_quantile

Runs = Callable[[str], hg.Run]
Z = normal_quantile(0.95)


def emerged(run: hg.Run) -> np.ndarray:
    """Rows by design point and replica."""
    return run.outcomes.emerged.values.reshape(len(run.design.points), -1).astype(int)


def test_pairs_are_counted_from_the_rows(runs: Runs) -> None:
    run = runs("common")
    found, rows = run.contrasts("efficiency", pairs="all"), emerged(run)
    assert found.sizes["pair"] == 6
    assert found.from_efficiency.values.tolist() == [0, 0, 0.5] * 2
    assert found.to_efficiency.values.tolist() == [0.5, 1, 1] * 2
    assert found.from_states.values.tolist() == found.to_states.values.tolist() == [3] * 3 + [5] * 3
    for i in range(6):
        x, y, own = rows[int(found["from"][i])], rows[int(found["to"][i])], found.isel(pair=i)
        cells = [(x & y).sum(), (x & (1 - y)).sum(), ((1 - x) & y).sum(), ((1 - x) & (1 - y)).sum()]
        assert [int(own[name]) for name in ("both", "from_only", "to_only", "neither")] == cells
        assert float(own.difference) == pytest.approx((y - x).mean())
        assert float(own.difference_se) == pytest.approx((y - x).std() / np.sqrt(203))
        assert float(own.correlation) == pytest.approx(np.corrcoef(x, y)[0, 1])
        gain = (x.var() + y.var()) / (y - x).var()
        assert float(own.variance_ratio) == pytest.approx(gain)
        known = paired.difference_interval(cells[1], cells[2], 203, Z)
        assert [own.difference_low, own.difference_high] == pytest.approx(np.array(known))
        known = paired.ratio_interval(*cells[:3], 203, Z)
        assert [own.ratio_low, own.ratio_high] == pytest.approx(np.array(known))
        assert float(own.p_value) == pytest.approx(float(paired.mcnemar(*cells[1:3])))
    assert (found.difference_band_low < found.difference_low).all()
    assert (found.critical_value > Z).all()


def test_windows_change_nothing(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    run = runs("common")
    groups = [[0, 2, 4], [1, 3]]
    whole = together(run._job, groups)
    monkeypatch.setattr("hegemon.contrasts.together._LEAST", 64)
    monkeypatch.setattr("hegemon.contrasts.together._BITS", 64)
    for one, other in zip(whole, together(run._job, groups), strict=True):
        np.testing.assert_array_equal(one.both, other.both)
        np.testing.assert_array_equal(one.own, other.own)
        np.testing.assert_array_equal(
            one.both, emerged(run)[list(one.points)] @ emerged(run)[list(one.points)].T
        )


@pytest.mark.parametrize("count", [0, 1, 7, 8, 13, 64])
def test_bits_are_cut(count: int) -> None:
    bits = np.packbits(np.ones(64, np.uint8))
    assert np.unpackbits(_cut(bits, count)).tolist() == [1] * count + [0] * (64 - count)


def test_unequal_numbers_are_paired_on_the_common_ones() -> None:
    """Two points of 10 and 6 replicas: the first six of each are compared."""
    x, y = np.array([1, 1, 0, 1, 0, 0, 1, 1, 1, 1]), np.array([1, 0, 0, 1, 1, 0])
    own = np.array([[x.sum(), x[:6].sum()], [y.sum(), y.sum()]])
    both = np.array([[x.sum(), (x[:6] & y).sum()], [(x[:6] & y).sum(), y.sum()]])
    found = Together((0, 1), np.array([10, 6]), both, own)
    assert found.shared.tolist() == [[10, 6], [6, 6]]
    covariance = np.cov(x[:6], y, bias=True)[0, 1]
    assert found.covariance[0, 1] == pytest.approx(covariance)
    assert found.covariance[0, 0] == pytest.approx(x.var())


def test_two_points_by_their_values(runs: Runs) -> None:
    run = runs("common")
    found = run.contrast({"efficiency": 0}, {"efficiency": 1})
    assert found["from"].values.tolist() == [2, 3]
    assert found["to"].values.tolist() == [0, 1]
    one = run.contrast({"efficiency": 0, "states": 5}, {"efficiency": 1, "states": 5})
    assert one.sizes["pair"] == 1
    assert float(one.critical_value[0]) == Z
    np.testing.assert_allclose(one.difference, found.difference[1:])
    np.testing.assert_allclose(one.difference_band_low, one.difference_low)
    diagonal = run.contrast({"efficiency": 0, "states": 3}, {"efficiency": 1, "states": 5})
    assert (int(diagonal["from"][0]), int(diagonal["to"][0])) == (2, 1)
    assert "reversal" not in diagonal


def test_independent_points_need_no_rows_and_say_so(runs: Runs) -> None:
    run = runs("independent")
    found = run.contrasts()
    assert found.attrs["pairing"].startswith("none")
    assert "both" not in found
    k, n = run.results.emerged.values, 203
    first, second = k[[1, 2, 1, 2][0], 0], k[2, 0]
    known = unpaired.difference_interval(first, n, second, n, Z)
    assert (float(found.difference_low[0]), float(found.difference_high[0])) == pytest.approx(known)
    assert float(found.p_value[0]) == pytest.approx(float(unpaired.fisher(first, n, second, n)))
    p = run.results.p_emerged.values[[1, 2], 0]
    assert float(found.difference_se[0]) == pytest.approx(np.sqrt((p * (1 - p)).sum() / n))


def test_bands_hold_the_estimates_and_are_wider(runs: Runs) -> None:
    for kind in ("common", "independent"):
        found = runs(kind).bands()
        assert found.p_emerged.dims == ("efficiency", "states")
        assert (found.band_low <= found.p_emerged_low).all()
        assert (found.band_high >= found.p_emerged_high).all()
        assert (found.critical_value > Z).all()
        assert (found.critical_value_se < 0.1).all()


def test_same_run_same_bits(runs: Runs) -> None:
    assert runs("common").contrasts().identical(runs("common").contrasts())
    assert runs("common").bands().identical(runs("common").bands())


def test_a_step_against_what_is_expected_is_named(runs: Runs) -> None:
    falls, rises = (runs("common").contrasts("states", expect=word) for word in ("falls", "rises"))
    assert (falls.difference < 0).all()  # more states, fewer hegemons
    assert falls.reversal.values.tolist() == [0, 0, 0]
    np.testing.assert_allclose(rises.reversal_p_value, paired.rise(rises.to_only, rises.from_only))
    assert (rises.reversal.values == (rises.reversal_p_adjusted.values <= 0.05)).all()
    assert rises.reversal.values.any()
    assert "system.states" in falls.attrs["expected"]


def test_every_variable_has_a_name_and_a_unit(runs: Runs) -> None:
    for kind in ("common", "independent"):
        for found in (runs(kind).contrasts(), runs(kind).bands()):
            for variable in found.variables.values():
                assert variable.attrs["long_name"]
                assert variable.attrs["units"]


def test_a_list_of_points_and_words_along(tmp_path: Path) -> None:
    points = [
        {"war.initiative": "uniform", "balancing.efficiency": 0.0},
        {"war.initiative": "capability", "balancing.efficiency": 0.0},
        {"war.initiative": "capability", "balancing.efficiency": 1.0},
    ]
    model = hg.Model(system={"years": 15, "states": 3})
    run = hg.Experiment(model, sweep={"design": "list", "values": points}, replicas=60).run(tmp_path / "run")
    found = run.contrasts("initiative")
    assert (found["from"].values.tolist(), found["to"].values.tolist()) == ([0], [1])
    assert "reversal" not in found  # words have no order
    assert run.contrasts()["from"].values.tolist() == [1]
    bands = run.bands("initiative")
    assert np.isnan(bands.band_low.values).tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("ask", "line"),
    [
        (lambda run: run.contrasts("eficiency"), 'there is no "eficiency".*did you mean "efficiency"'),
        (lambda run: run.contrasts(pairs="some"), "--pairs some: must be one of successive, first, all"),
        (lambda run: run.contrasts(expect="wanders"), "--expect wanders: must be falls or rises"),
        (lambda run: run.contrast({}, {"efficiency": 1}), "each must name a point"),
        (
            lambda run: run.contrast({"efficiency": 0.3}, {"efficiency": 1}),
            "--from efficiency=0.3: efficiency is one",
        ),
        (lambda run: run.contrast({"states": 3}, {"efficiency": 1}), "several points fit"),
        (lambda run: run.contrast({"states": 3}, {"states": 3}), "no two different points fit"),
    ],
)
def test_what_cannot_be_asked(runs: Runs, ask: Callable[[hg.Run], object], line: str) -> None:
    with pytest.raises(RequestError, match=line):
        ask(runs("common"))


def test_pairs_need_rows(runs: Runs) -> None:
    with pytest.raises(RequestError, match=r'keeps no row per replica .* detail = "outcomes"'):
        runs("tallied").contrasts()


def test_one_point_has_nothing_to_compare(tmp_path: Path) -> None:
    run = hg.Experiment(hg.Model(system={"years": 10}), replicas=10).run(tmp_path / "run")
    with pytest.raises(RequestError, match="nothing to compare"):
        run.contrasts()


def test_where_nothing_differs_there_is_still_an_interval(tmp_path: Path) -> None:
    model = hg.Model(system={"years": 8, "states": 8, "dispersion": 0}, growth={"volatility": 0})
    run = hg.Experiment(model, sweep={"balancing.efficiency": [0, 1]}, replicas=50).run(tmp_path / "run")
    found = run.contrasts()
    assert found.difference_low[0] < 0 < found.difference_high[0]
    assert (float(found.ratio_low[0]), float(found.ratio_high[0])) == (0, np.inf)
    assert (float(found.p_value[0]), int(found.reversal[0])) == (1, 0)
    assert np.isnan(found.variance_ratio[0])
    assert (run.bands().band_high > run.bands().p_emerged_high).all()
