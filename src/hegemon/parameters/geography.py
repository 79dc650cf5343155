"""Section ``[model.geography]``: where states lie and how strength is lost over distance."""

from __future__ import annotations

from typing import Literal

from hegemon.parameters import _lists
from hegemon.parameters._section import Section, parameter

__all__ = ["Geography"]


class Geography(Section):
    """Distances and the loss-of-strength gradient."""

    layout: Literal["none", "ring", "plane", "matrix"] = parameter(
        "none",
        off="none",
        title="Layout",
        description="Where states lie. none: all proximities are 1; ring: equal spacing, distance = arc / "
        "perimeter in 0..0.5; plane: uniform in the unit square per replica, Euclidean distance; matrix: "
        "`distances`.",
    )
    distances: _lists.Distances | None = parameter(
        None,
        allowed=_lists.DISTANCES,
        title="Distances",
        description="Distances between the states (given if and only if layout is matrix): a list of N lists "
        "of N finite, non-negative numbers, symmetric, with a zero diagonal.",
    )
    reach: float = parameter(
        float("inf"),
        gt=0,
        infinite=True,
        symbol="ell",
        off=float("inf"),
        source="Boulding 1962",
        title="Reach",
        unit="distance",
        description="Distance over which projected strength falls by a factor e: proximity = exp(-distance / "
        "reach), 1 at home (loss-of-strength gradient).",
    )
