"""Columns as deflated planes: zlib and HDF5 read them as they were, and packing stays worth it."""

from __future__ import annotations

import io
import zlib

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hegemon.storage import netcdf, packing

SIZE = 5000


def columns() -> dict[str, np.ndarray]:
    """Every way of packing a plane, and mixtures of them."""
    generator = np.random.default_rng(1)
    drawn = generator.integers(0, 3, SIZE)
    return {
        "constant": np.full(SIZE, 7, "i4"),
        "negative": np.full(SIZE, -1, "i8"),
        "counter": np.arange(SIZE, dtype="i8"),
        "few values": drawn.astype("i4"),
        "signs": np.where(drawn == 0, -1, drawn + 300).astype("i4"),
        "runs": np.repeat(generator.integers(0, 256, SIZE // 50), 50).astype("u1"),
        "noise": generator.random(SIZE),
        "words": generator.integers(0, 2**63, SIZE).astype("u8"),
        "mostly constant": np.where(np.arange(SIZE) % 40 == 0, generator.random(SIZE), -1.0),
        "short": drawn[:20].astype("i2"),
        "single": np.array([3.5]),
    }


def unpacked(data: bytes, like: np.ndarray) -> np.ndarray:
    if not packing.shuffled(like.dtype):
        return np.frombuffer(zlib.decompress(data), like.dtype)
    planes = np.frombuffer(zlib.decompress(data), np.uint8).reshape(like.itemsize, like.size)
    return np.ascontiguousarray(planes.T).view(like.dtype).reshape(like.shape)


@pytest.mark.parametrize("name", columns())
def test_zlib_and_hdf5_read_it(name: str) -> None:
    values = columns()[name]
    np.testing.assert_array_equal(unpacked(packing.packed(values), values), values)
    whole = netcdf.build({"row": len(values)}, [netcdf.Field("v", ("row",), values, packed=True)], {})
    with h5py.File(io.BytesIO(whole)) as file:
        np.testing.assert_array_equal(file["v"][...], values)


@settings(deadline=None, max_examples=50)
@given(
    st.sampled_from(["i1", "u1", "i2", "i4", "i8", "f4", "f8"]),
    st.integers(0, 2**32 - 1),
    st.integers(1, 9000),
    st.integers(1, 300),
)
def test_any_column_comes_back(kind: str, seed: int, size: int, spread: int) -> None:
    values = np.random.default_rng(seed).integers(-spread, spread, size).astype(kind)
    np.testing.assert_array_equal(unpacked(packing.packed(values), values), values)


@pytest.mark.parametrize(
    ("name", "most"),
    [("constant", 0.02), ("negative", 0.02), ("few values", 0.1), ("signs", 0.25), ("mostly constant", 0.15)],
)
def test_what_shrinks_is_shrunk(name: str, most: float) -> None:
    values = columns()[name]
    assert len(packing.packed(values)) <= most * values.nbytes


@pytest.mark.parametrize("name", ["noise", "words"])
def test_what_does_not_shrink_hardly_grows(name: str) -> None:
    values = columns()[name]
    assert len(packing.packed(values)) <= 1.01 * values.nbytes


def test_bytes_are_a_function_of_the_values() -> None:
    for values in columns().values():
        strided = np.repeat(values, 2)[::2]
        assert packing.packed(strided) == packing.packed(values)


def test_columns_worth_packing() -> None:
    found = columns()
    assert packing.mostly_constant(found["mostly constant"])
    assert packing.mostly_constant(np.full(9, -1.0))
    assert not packing.mostly_constant(found["noise"])
    assert not packing.mostly_constant(found["single"])
