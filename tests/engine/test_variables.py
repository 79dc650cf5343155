"""One registry: what the kernel writes, what files hold, what labels may be called."""

from __future__ import annotations

import numpy as np
import pytest

import hegemon_kernels as hk
from hegemon import variables
from hegemon.parameters import all_parameters


def test_outcome_columns_are_the_kernels() -> None:
    registered = [(column.name, np.dtype(column.dtype)) for column in variables.OUTCOMES.values()]
    assert registered == [(name, hk.OUTCOME_DTYPE[name]) for name in hk.OUTCOME_DTYPE.names]


def test_lasting_columns_are_left_out_where_replicas_stop() -> None:
    kept = [column.name for column in variables.outcome_columns(lasting=False)]
    assert kept == [name for name in variables.OUTCOMES if "spell" not in name and name != "years_hegemony"]
    assert len(variables.outcome_columns(lasting=True)) == len(variables.OUTCOMES)


def test_no_swept_key_can_take_the_name_of_a_variable() -> None:
    labels = {info.name for info in all_parameters()} | {
        info.key.replace(".", "_") for info in all_parameters()
    }
    own = {*variables.OUTCOMES, *variables.ESTIMATES, *variables.TRAJECTORIES, *variables.EVENTS}
    means = {f"{head}_{name}" for head in ("mean", "se") for name in variables.OUTCOMES}
    assert not labels & (own | means | {"row", "year", "state", "event", "point", "segment"})


def test_every_entry_says_what_it_is() -> None:
    tables = (variables.OUTCOMES, variables.ESTIMATES, variables.SEGMENTS, variables.TALLIES)
    for table in (*tables, variables.TRAJECTORIES, variables.EVENTS):
        for name, entry in table.items():
            assert entry.name == name
            assert entry.meaning
            assert entry.unit in ("1", "years")
            assert set(entry.attributes) >= {"long_name", "units"}


def test_missing_value_has_the_type_of_its_column() -> None:
    for entry in variables.OUTCOMES.values():
        if entry.missing is not None:
            assert entry.attributes["none_value"].dtype == np.dtype(entry.dtype)


def test_only_what_is_registered_is_written() -> None:
    entry = variables.OUTCOMES["wars"]
    values = np.zeros(3, "i4")
    assert variables.checked(entry, values) is values
    with pytest.raises(ValueError, match="wars: type float64, registered as int32"):
        variables.checked(entry, np.zeros(3))
    with pytest.raises(ValueError, match="survival: 0 dimensions"):
        variables.checked(variables.ESTIMATES["survival"], np.float64(1) + np.zeros(()))


def test_estimates_are_found_by_name() -> None:
    assert variables.estimate("p_emerged").name == "p_emerged"
    assert variables.estimate("mean_wars").meaning == "mean of: wars"
    assert variables.estimate("se_first_spell").lasting
    with pytest.raises(KeyError, match="nothing"):
        variables.estimate("mean_nothing")
