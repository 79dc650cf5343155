"""docs/format.md says of every variable what the registry says."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hegemon.variables import ESTIMATES, EVENTS, FORMAT_VERSION, OUTCOMES, SEGMENTS, TALLIES, TRAJECTORIES

PAGE = (Path(__file__).parents[2] / "docs" / "format.md").read_text(encoding="utf-8")


def test_version() -> None:
    assert f"Format version {FORMAT_VERSION}." in PAGE


def test_columns_and_trajectories_are_told_as_they_are() -> None:
    for entry in (*OUTCOMES.values(), *EVENTS.values()):
        star = "*" if entry.lasting else ""
        assert f"| `{entry.name}`{star} | {np.dtype(entry.dtype)} | {entry.meaning}" in PAGE
    for entry in TRAJECTORIES.values():
        dims = ", ".join(f"`{name}`" for name in entry.dims)
        assert f"| `{entry.name}` | {np.dtype(entry.dtype)} | {dims} | {entry.meaning} |" in PAGE


def test_every_other_variable_is_named() -> None:
    for name in (*ESTIMATES, *SEGMENTS, *TALLIES):
        assert f"`{name}`" in PAGE
