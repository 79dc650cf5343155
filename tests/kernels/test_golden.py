"""The bytes of outcomes are the same on every machine, and change only with MODEL_VERSION.

A digest that has changed means that results have changed. Where that is meant, raise `MODEL_VERSION` in
`hegemon_kernels/api.py`, tell why in CHANGELOG.md, and run `python tests/kernels/golden.py --write`. Where it
is not, the change is a bug: speed and structure of the kernels may change, their bits may not.
"""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

import hegemon_kernels as hk
from hegemon.selftest import golden
from kernels import processes

GOLDEN = golden.load()
SCRIPT = Path(__file__).with_name("golden.py")
SYSTEMS = GOLDEN["systems"]


def test_the_digests_are_of_this_version_of_the_model():
    assert GOLDEN["model_version"] == hk.MODEL_VERSION
    assert set(GOLDEN["digests"]) == set(SYSTEMS)


@pytest.mark.parametrize("dtype", golden.DTYPES)
@pytest.mark.parametrize("name", SYSTEMS)
def test_results_have_not_changed(name, dtype):
    assert golden.digest(SYSTEMS[name], dtype) == GOLDEN["digests"][name][dtype], (
        "results have changed: see the head of this file"
    )


def test_a_generic_processor_gives_the_same_bits(tmp_path):
    """Compiled anew for plain x86-64 (or the like), where a vector instruction does two numbers at a time."""
    plain = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    found = processes.run(SCRIPT, tmp_path, **plain)
    assert (found["cpu"], found["features"]) == ("generic", "")
    assert found["digests"] == GOLDEN["digests"]


@pytest.mark.parametrize("dtype", golden.DTYPES)
def test_a_change_of_one_replica_is_noticed(dtype):
    """The control: a drift of 10^-12 for one state, or the next replica."""
    system = copy.deepcopy(SYSTEMS["defaults"])
    system["values"]["mu"][0] = 1e-12 if dtype == "float64" else 1e-6
    assert golden.digest(system, dtype) != GOLDEN["digests"]["defaults"][dtype]
    assert golden.digest(SYSTEMS["defaults"] | {"first": 1}, dtype) != GOLDEN["digests"]["defaults"][dtype]
