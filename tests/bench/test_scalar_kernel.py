"""The scalar kernel that speed is measured against simulates the same model, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
import scalar_numba
from hypothesis import HealthCheck, Phase, given, settings

import hegemon_kernels as hk
from model_values import defaults
from strategies import model_values

KEY = hk.stream_key(3, 0)
FIRST = 2**32 - 20  # numbers of replicas that pass 32 bits


def assert_same(values, replicas):
    scalar = np.zeros(replicas, hk.OUTCOME_DTYPE)
    vector = np.zeros(replicas, hk.OUTCOME_DTYPE)
    scalar_numba.simulate(scalar_numba.pack_point(values), KEY, FIRST, scalar)
    hk.simulate(hk.pack_point(values), KEY, FIRST, vector)
    for name in hk.OUTCOME_DTYPE.names:
        np.testing.assert_array_equal(scalar[name], vector[name], err_msg=f"{name} with {values}")
    assert scalar.tobytes() == vector.tobytes()


@pytest.mark.parametrize("states", [4, 6, 8])
@pytest.mark.parametrize("efficiency", [0.0, 0.2, 0.6, 1.0])
def test_same_bits_at_the_defaults(states, efficiency):
    assert_same(defaults(N=states, eta=efficiency), 300)


EVERYTHING = {
    "layout": "plane", "ell": 0.5, "offshore": [7], "initiative": "capability", "wG": 0.3, "sp": 0.3,
    "am": 0.5, "m": 2.5, "bi": 0.1, "hs": 0.3, "ov": 0.02,
    "absorbing": False, "an": 0.1, "ph": 0.7, "ri": 0.0,
}  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(EVERYTHING, id="everything on"),
        pytest.param(EVERYTHING | {"N": 64, "T": 100, "offshore": [0, 63]}, id="64 states"),
        pytest.param({"layout": "ring", "ell": 0.2}, id="ring"),
        pytest.param({"nu": 0.0, "ze": 0.0, "sig": 0.2}, id="no crises"),
        pytest.param({"nu": 2.0, "ph": 1.0, "ri": 0.0, "cw": 0.0, "hs": 0.5, "H": 0.9}, id="many wars"),
        pytest.param({"chi": 2.0, "bm": 1.0, "cw": 0.9, "nu": 4.0, "ph": 1.0, "bi": 3.0}, id="collapse"),
        pytest.param({"mu": 1.0, "T": 100}, id="rescaled"),
    ],
)
def test_same_bits_where_it_is_far_from_the_defaults(changes):
    assert_same(defaults(**{"N": 8, "T": 200} | changes), 100)


@settings(max_examples=60, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(model_values(late=False))
def test_same_bits_all_over_the_table(values):
    assert_same(values, 20)
