"""Stata's limits: names, labels, types, missing values, rows."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hegemon.errors import RequestError
from hegemon.export import stata
from hegemon.export.tables import Column, Table

Make = Callable[..., Table]


def packed(table: Table) -> io.BytesIO:
    file = io.BytesIO()
    for _ in stata.write(table, file, True):
        pass
    file.seek(0)
    return file


def read(table: Table, **options: bool) -> pd.DataFrame:
    return pd.read_stata(packed(table), convert_categoricals=False, **options)


def test_rows_of_many_batches_follow_each_other(table: Make) -> None:
    one = {
        "whole": np.arange(5, dtype=np.int32),
        "real": np.linspace(0, 1, 5),
        "text": np.array(list("abcab")),
    }
    found = read(table(one, batches=7))
    assert found.whole.tolist() == list(range(5)) * 7
    assert found.real.tolist() == np.linspace(0, 1, 5).tolist() * 7
    assert found.text.tolist() == [1, 2, 3, 1, 2] * 7


def test_the_file_is_the_one_that_pandas_writes_of_all_rows(table: Make) -> None:
    values = {"a": np.arange(4.0), "b": np.arange(4, dtype=np.int16)}
    whole = io.BytesIO()
    frame = pd.DataFrame({"a": values["a"], "b": values["b"].astype(np.int32)})
    stamp = pd.Timestamp(1960, 1, 1)
    labels = {"a": "a", "b": "b"}
    frame.to_stata(
        whole, write_index=False, version=118, data_label="By hand", variable_labels=labels, time_stamp=stamp
    )
    assert packed(table(values)).getvalue() == whole.getvalue()


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(table: Make, rows: int) -> None:
    assert len(read(table({"a": np.zeros(rows)}))) == rows


def test_names_that_stata_does_not_take(table: Make) -> None:
    long = "a_name_that_goes_on_for_more_than_thirty_two"
    names = [long, f"{long}_too", "double", "1st", "per cent"]
    found = read(table({name: np.zeros(1) for name in names}))
    assert list(found) == [long[:32], f"{long[:30]}_2", "_double", "_1st", "per_cent"]


def test_long_labels_are_cut(table: Make) -> None:
    made = table({"a": np.zeros(1)}, attributes={"long_name": "x" * 100})
    with pd.io.stata.StataReader(packed(made)) as file:
        assert file.variable_labels() == {"a": "x" * 77 + "..."}


@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "i8", "f8", "f4"])
def test_none_and_nan_are_missing(table: Make, dtype: str) -> None:
    found = read(table({"a": np.array([-1, 0, 5], dtype)}, attributes={"none_value": -1}))
    assert found.a.isna().tolist() == [True, False, False]
    assert found.a.tolist()[1:] == [0, 5]


def test_infinity_is_a_missing_value_of_its_own(table: Make) -> None:
    found = read(table({"a": np.array([1.0, np.inf, np.nan, -np.inf])}), convert_missing=True)
    assert [str(value) for value in found.a.tolist()] == ["1.0", ".a", ".", ".b"]


def test_great_whole_numbers_are_exact(table: Make) -> None:
    numbers = np.array([2**53, -(2**40)])
    assert read(table({"a": numbers})).a.tolist() == numbers.tolist()


def test_a_number_that_would_read_as_missing_is_refused(table: Make) -> None:
    with pytest.raises(RequestError, match="a: 2147483640 is beyond what Stata holds"):
        packed(table({"a": np.array([2147483640], np.int32)}))


def test_more_rows_than_stata_opens_are_refused(table: Make) -> None:
    made = table({"a": np.zeros(1)})
    stata.require(replace(made, rows=2**31 - 1))
    with pytest.raises(RequestError, match=r"2,147,483,648 rows are more than Stata opens.*--to parquet"):
        stata.require(replace(made, rows=2**31))


def test_words_beyond_a_byte_take_a_wider_type() -> None:
    column = Column("k", np.dtype("U1"), {}, {}, tuple(map(str, range(101))))
    made = Table("estimates", (column,), 1, {}, lambda: iter([{"k": np.array(["100"])}]))
    assert read(made).k.tolist() == [101]
