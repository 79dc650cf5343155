"""Indices and effects: those of SALib without noise, the true ones with it."""

from __future__ import annotations

import numpy as np
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol
from SALib.test_functions import Ishigami, Sobol_G

from hegemon.config.spec import Span
from hegemon.sensitivity.designs import LEVELS, make
from hegemon.sensitivity.effects import elementary_effects
from hegemon.sensitivity.indices import resampled, sobol_indices

G = np.array([0.0, 1.0, 4.5, 9.0])
TRUTHS = {
    "Ishigami": ([0.31390519, 0.44241114, 0.0], [0.55758886, 0.44241114, 0.24368366]),
    "g": (Sobol_G.sensitivity_index(G), Sobol_G.total_sensitivity_index(G)),
}
SPANS = [Span(key, 0.0, 1.0) for key in ("war.spoils", "war.cost", "war.caution")]


def ishigami(cube: np.ndarray) -> np.ndarray:
    """A probability that is linear in SALib's function."""
    flat = np.pi * (2 * cube.reshape(-1, 3) - 1)
    return (Ishigami.evaluate(flat).reshape(cube.shape[:-1]) + 12) / 31


def g(cube: np.ndarray) -> np.ndarray:
    flat = cube.reshape(-1, 4)
    return 0.02 + Sobol_G.evaluate(flat, a=G).reshape(cube.shape[:-1]) / 5.5


FUNCTIONS = {"Ishigami": ishigami, "g": g}


def problem(keys: int) -> dict[str, object]:
    return {"num_vars": keys, "names": [str(k) for k in range(keys)], "bounds": [[0, 1]] * keys}


def test_without_noise_they_are_those_of_salib() -> None:
    study = make("sobol", SPANS, 128, seed=3)
    values = ishigami(study.cube)
    ours = sobol_indices(values, resamples=4000, seed=1)
    theirs = salib_sobol.analyze(
        problem(3), values.ravel(), calc_second_order=False, num_resamples=4000, conf_level=0.95, seed=1
    )
    for raw, mine, their in ((ours.first_raw, ours.first, "S1"), (ours.total_raw, ours.total, "ST")):
        np.testing.assert_allclose(raw, theirs[their], rtol=1e-12, atol=1e-13)
        np.testing.assert_array_equal(mine, raw)
    for high, middle, their in (
        (ours.first_high, ours.first, "S1_conf"),
        (ours.total_high, ours.total, "ST_conf"),
    ):
        # two bootstraps of 4000: their spreads differ by 1.6 % (one standard deviation)
        np.testing.assert_allclose(high - middle, theirs[their], rtol=0.08)


def test_effects_are_those_of_salib() -> None:
    study = make("morris", SPANS, 30, seed=3)
    values = ishigami(study.cube)
    ours = elementary_effects(study.cube, values, np.zeros_like(values), study.place, resamples=4000)
    theirs = salib_morris.analyze(
        problem(3), study.cube.reshape(-1, 3), values.ravel(), num_levels=LEVELS, num_resamples=4000, seed=1
    )
    for name in ("mu", "mu_star", "sigma"):
        np.testing.assert_allclose(getattr(ours, name), np.asarray(theirs[name], float), rtol=1e-10)
    np.testing.assert_allclose(ours.high - ours.mu_star, theirs["mu_star_conf"], rtol=0.08, atol=1e-12)
    assert (ours.floor == 0).all()
    np.testing.assert_allclose(ours.square, ours.mu**2 + ours.sigma**2 * (30 - 1) / 30, rtol=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_noise_is_taken_out(name: str) -> None:
    """Means over 100 designs lie within 5 standard errors of the truth; noise that is left in shifts them.

    False alarms: 14 comparisons of 5 standard errors, below 1e-5, and the bias of a ratio (1/N) below that.
    """
    spans = [Span(f"key {place}", 0.0, 1.0) for place in range(len(TRUTHS[name][0]))]
    truths = np.array(TRUTHS[name])
    random = np.random.default_rng(1)
    right, naive = [], []
    for seed in range(1, 101):
        p = FUNCTIONS[name](make("sobol", spans, 128, seed).cube)
        found = random.binomial(30, p) / 30
        one = sobol_indices(found, found * (1 - found) / 29, seed=seed, resamples=2)
        right.append([one.first, one.total])
        naive.append([one.first_raw, one.total_raw])
    error = np.std(right, axis=0, ddof=1) / np.sqrt(100)
    bias = np.mean(right, axis=0) - truths
    assert (np.abs(bias) < 5 * error + 0.01).all()
    shift = np.mean(naive, axis=0) - truths
    assert (shift[1] > 5 * error[1])[1:].all()  # the negative control: totals of all but the greatest


def test_an_output_that_is_all_noise_has_no_indices_or_none_to_speak_of() -> None:
    random = np.random.default_rng(2)
    shares = []
    for seed in range(100):
        found = random.binomial(50, np.full((64, 5), 0.3)) / 50
        shares.append(sobol_indices(found, found * (1 - found) / 49, seed=seed, resamples=20).noise_share)
    assert abs(np.mean(shares) - 1) < 0.06  # one standard error is 0.012
    constant = sobol_indices(np.full((16, 4), 0.5), np.zeros((16, 4)))
    assert np.isnan(constant.first).all()
    assert np.isnan(constant.total_high).all()
    assert constant.noise_share == 0


def test_negative_estimates_are_kept() -> None:
    random = np.random.default_rng(5)
    found = random.binomial(10, ishigami(make("sobol", SPANS, 64, 1).cube)) / 10
    many = [
        sobol_indices(np.roll(found, shift, axis=0), found * 0 + 0.02, seed=1, resamples=50)
        for shift in range(8)
    ]
    assert all(np.isfinite(one.first).all() for one in many)
    assert min(one.first.min() for one in many) < 0


def test_one_and_the_same_point_has_one_noise() -> None:
    """A key without effect and with few values: its column is A itself, and no noise is to be taken out."""
    random = np.random.default_rng(3)
    a, b, c = random.random((3, 512))
    values = np.stack([a, a, c, b], axis=1)
    same = np.arange(values.size).reshape(values.shape)
    same[:, 1] = same[:, 0]
    found = sobol_indices(values, np.full(values.shape, 0.02), same, resamples=2)
    assert found.total[0] == 0
    assert found.first[0] == 0
    wrong = sobol_indices(values, np.full(values.shape, 0.02), resamples=2)
    assert wrong.total[0] < -0.1


def test_resampled_rows_are_drawn_evenly_and_alike() -> None:
    weights = np.concatenate(list(resampled(7, 5, 20_000)))
    assert weights.shape == (20_000, 7)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    np.testing.assert_allclose(weights.mean(axis=0), 1 / 7, rtol=0.02)  # 5 standard errors are 0.013 / 7
    assert np.array_equal(weights, np.concatenate(list(resampled(7, 5, 20_000))))


def test_duplicate_points_are_made_once() -> None:
    spans = [Span("system.states", 4, 5, whole=True), Span("war.spoils", values=(0.1, 0.2))]
    study = make("sobol", spans, 64, seed=1)
    assert len(study.points) == 4
    assert study.place.shape == (64, 4)
    assert make("sobol", spans, 64, seed=1).points == study.points
    assert make("sobol", spans, 128, seed=1).points[:4] == study.points
