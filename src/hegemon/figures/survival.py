"""Survival curves: the probability that no hegemon has emerged yet, by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from numpy.typing import NDArray

from hegemon.figures import style
from hegemon.figures.placing import EndLabel, label_ends
from hegemon.figures.probability import BAND_ALPHA

# Below this no curve is squeezed against the top by an axis from 0; above it the axis is cut, and says so.
_CUT_ABOVE = 0.6


@dataclass(frozen=True)
class Curve:
    """One survival curve with its band, by year; its name, and its place in the order of all curves."""

    name: str
    years: NDArray[np.float64]
    survival: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def curve(results: xr.Dataset, name: str) -> Curve:
    """Return the curve of one design point: `results` has no dimension left but `year`."""
    known = np.isfinite(results["survival"].values)
    columns = (
        results[v].values[known].astype(float) for v in ("year", "survival", "survival_low", "survival_high")
    )
    return Curve(name, *columns)


def draw(
    ax: Axes,
    curves: Sequence[Curve],
    *,
    named: bool = True,
    bottom: float | None = None,
    looks: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    """Draw the curves as the steps they are, name the axes and name each curve at its end.

    `looks` gives colour and dash of each curve; without it they are those of curves that have an order.
    """
    looks = looks or [style.ordered_style(k, len(curves)) for k in range(len(curves))]
    for c, look in zip(curves, looks, strict=True):
        ax.step(c.years, c.survival, where="post", label=c.name or "P(no hegemon yet)", zorder=3, **look)
        ax.fill_between(
            c.years, c.low, c.high, step="post", color=look["color"], alpha=BAND_ALPHA, linewidth=0
        )
    bottom = lower_limit(curves) if bottom is None else bottom
    cut = f" (axis from {bottom:g})" if bottom > 0 else ""
    ax.set_ylabel(f"P(no hegemon yet){cut}")
    ax.set_xlabel("Year from the start")
    ax.set_ylim(bottom, 1.0)
    ax.set_xlim(0, max((c.years[-1] for c in curves if len(c.years)), default=1.0))
    if named and len(curves) > 1:
        label_ends(
            ax, [_end(c, look["color"]) for c, look in zip(curves, looks, strict=True) if len(c.years)]
        )


def lower_limit(curves: Sequence[Curve]) -> float:
    """Return where the vertical axis starts: 0, or a round number where all curves stay high."""
    lowest = min((float(np.nanmin(c.low)) for c in curves if np.isfinite(c.low).any()), default=0.0)
    if lowest < _CUT_ABOVE:
        return 0.0
    return next(
        step for step in (0.999, 0.998, 0.995, 0.99, 0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5) if step < lowest
    )


def _end(c: Curve, colour: str) -> EndLabel:
    return EndLabel(c.name, float(c.years[-1]), float(c.survival[-1]), colour)
