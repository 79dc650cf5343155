"""Philox against the published vectors; keys, and the numbers made of words."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import hegemon_kernels as hk
from hegemon.reference import philox4x32_10, stream_key
from hegemon.reference.numerics import Draws, index_below, normals, uniform
from hegemon.selftest.sampling import FALSE_ALARM
from hegemon.selftest.vectors import ONES, PHILOX


@pytest.mark.parametrize(("counter", "key", "answer"), PHILOX)
def test_known_answers(counter, key, answer):
    assert philox4x32_10(counter, key) == answer


@pytest.mark.parametrize(("counter", "key", "answer"), PHILOX)
def test_swapped_key_words_are_noticed(counter, key, answer):
    assert (philox4x32_10(counter, key[::-1]) == answer) == (key[0] == key[1])


@pytest.mark.parametrize("seed", [0, 1, 2**32, 2**63, 2**64 - 1])
@pytest.mark.parametrize("point", [0, 1, 2**64 - 1])
@pytest.mark.parametrize("stage", [0, 1, 7])
def test_kernel_and_reference_mix_the_same_keys(seed, point, stage):
    assert hk.stream_key(seed, point, stage) == stream_key(seed, point, stage)


def test_keys_of_neighbours_differ():
    keys = {stream_key(seed, point, stage) for seed in range(20) for point in range(20) for stage in range(5)}
    assert len(keys) == 2000


def test_uniforms_and_indices_at_the_edges():
    assert 0 < uniform(0) < 2**-32
    assert 1 - 2**-32 < uniform(ONES) < 1
    assert (index_below(0, 64), index_below(ONES, 64), index_below(ONES, 3)) == (0, 63, 2)


def test_normals_at_the_edges_are_finite():
    for a in (0, ONES):
        for b in (0, 2**30, 2**31, 3 * 2**30, ONES):
            assert np.all(np.abs(normals(a, b)) < 7)


def test_addressed_normals_are_standard_normal():
    draws = Draws(stream_key(11, 0), 5)
    z = [draws.packed_normal(0, year, k) for year in range(1, 251) for k in range(64)]
    assert stats.kstest(z, "norm").pvalue > FALSE_ALARM
    assert stats.kstest(np.array(z) * 1.12, "norm").pvalue < FALSE_ALARM
