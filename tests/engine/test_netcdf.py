"""The writer of netCDF-4 files: read back by h5py, xarray and ncdump, always the same bytes."""

from __future__ import annotations

import io
import shutil
import subprocess
import time
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hegemon.storage import netcdf

TYPES = st.sampled_from(["i1", "u1", "i2", "i4", "i8", "u8", "f4", "f8"])


def example() -> bytes:
    fields = [
        netcdf.Field("x", ("x",), np.array([0.5, 1.5, 2.5]), {"units": "1"}),
        netcdf.Field(
            "count", ("x", "y"), np.arange(12, dtype="i8").reshape(3, 4), {"units": "1"}, packed=True
        ),
        netcdf.Field("word", ("x",), np.array(["a", "b", "ü"], object)),
        netcdf.Field("one", (), np.array(3.0)),
        netcdf.Field("none", ("empty",), np.empty(0, "i4"), packed=True),
    ]
    attributes = {"title": "a title", "place": "Zürich", "empty": "", "number": 3, "big": 2**40, "part": 0.5}
    return netcdf.build({"x": 3, "y": 4, "empty": 0}, fields, attributes)


def test_bytes_do_not_depend_on_time() -> None:
    first = example()
    time.sleep(1.1)  # HDF5's times have a resolution of a second
    assert example() == first


def test_xarray_reads_it() -> None:
    with xr.open_dataset(io.BytesIO(example()), engine="h5netcdf") as dataset:
        assert dict(dataset.sizes) == {"x": 3, "y": 4, "empty": 0}
        np.testing.assert_array_equal(dataset["x"], [0.5, 1.5, 2.5])
        np.testing.assert_array_equal(dataset["count"], np.arange(12).reshape(3, 4))
        assert dataset["word"].values.tolist() == ["a", "b", "ü"]
        assert dataset["one"].item() == 3
        assert dataset["count"].attrs == {"units": "1"}
        assert dataset.attrs["title"] == "a title"
        assert dataset.attrs["place"] == "Zürich"
        assert dataset.attrs["big"] == 2**40


@settings(deadline=None, max_examples=30)
@given(st.data(), TYPES, st.lists(st.integers(1, 30), min_size=1, max_size=3))
def test_packed_columns_are_read_as_they_were(data: st.DataObject, kind: str, shape: list[int]) -> None:
    values = data.draw(arrays(kind, tuple(shape)))
    dims = {f"d{axis}": size for axis, size in enumerate(shape)}
    content = netcdf.build(dims, [netcdf.Field("v", tuple(dims), values, packed=True)], {})
    with h5py.File(io.BytesIO(content), "r") as file:
        assert file["v"].compression == "gzip"
        assert file["v"][...].tobytes() == values.tobytes()


def test_a_variable_must_fit_its_dimensions() -> None:
    with pytest.raises(ValueError, match=r"v: shape \(2,\) along \('x',\)"):
        netcdf.build({"x": 3}, [netcdf.Field("v", ("x",), np.zeros(2))], {})
    with pytest.raises(ValueError, match="x: is a dimension, and a variable along"):
        netcdf.build({"x": 3, "y": 3}, [netcdf.Field("x", ("y",), np.zeros(3))], {})


@pytest.mark.external
@pytest.mark.skipif(shutil.which("ncdump") is None, reason="ncdump is not installed")
def test_ncdump_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "example.nc"
    path.write_bytes(example())
    shown = subprocess.run(["ncdump", path], capture_output=True, text=True, check=True).stdout
    assert 'title = "a title"' in shown
    assert "8, 9, 10, 11 ;" in shown
