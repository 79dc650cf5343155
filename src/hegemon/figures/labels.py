"""Words for keys, values and horizons on axes and labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from hegemon.toml import toml_value

_AXES = {
    "balancing.efficiency": "Balancing efficiency (0 = none, 1 = full)",
    "balancing.speed": "Balancing speed (0 = none, 1 = full)",
    "balancing.participation": "Participation (0 = all pass the buck, 1 = none)",
    "balancing.commitment": "Commitment (0 = free-riding, 1 = full)",
    "balancing.internal": "Internal balancing (0 = none, 1 = full)",
    "balancing.soft": "Soft balancing (per year)",
    "system.states": "Number of states",
    "system.years": "Horizon (years)",
    "geography.reach": "Reach (in the unit of the distances)",
    "hegemony.threshold": "Hegemony threshold (capability share)",
    "threat.misperception": "Misperception (s.d. of ln)",
    "war.opportunities": "Crises per state and year",
    "war.optimism": "Optimism (mean error of ln)",
    "growth.volatility": "Growth volatility (s.d. of ln per year)",
}
_LONGEST_VALUE = 28


def full_key(coordinate: xr.DataArray) -> str:
    """Return the model key that a coordinate stands for, such as `balancing.efficiency`."""
    return str(coordinate.attrs.get("key", coordinate.name))


def axis_name(coordinate: xr.DataArray) -> str:
    """Return the name of an axis, with its unit."""
    key = full_key(coordinate)
    if key in _AXES:
        return _AXES[key]
    words = str(coordinate.attrs.get("long_name", short_name(coordinate).capitalize()))
    unit = str(coordinate.attrs.get("units", "1"))
    return words if unit == "1" else f"{words} ({unit})"


def moving_with(results: xr.Dataset, name: str) -> str:
    """Return the keys that move with that of a dimension, in words: `, with spoils`; empty for none."""
    others = [short_name(c) for c in results.coords.values() if c.attrs.get("along") == name]
    return f", with {' and '.join(others)}" if others else ""


def short_name(coordinate: xr.DataArray) -> str:
    """Return the last part of the key in plain words."""
    return full_key(coordinate).rpartition(".")[2].replace("_", " ")


def plain(value: Any) -> str:
    """Return a swept value as short text."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:  # not given
        return "-"
    if isinstance(value, tuple):
        value = toml_value(value)
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def literal(text: str) -> str:
    """Return text as matplotlib takes it where dollars stand for themselves, and do not begin an equation."""
    return text.replace("$", r"\$")


def setting(coordinate: xr.DataArray, value: Any) -> str:
    """Return one key at one value in words: `6 states`, `efficiency 0.5`, `layout ring`."""
    if full_key(coordinate) == "system.states":
        return f"{plain(value)} states"
    if full_key(coordinate) == "system.years":
        return f"{plain(value)} years"
    return f"{short_name(coordinate)} {plain(value)}"


def horizon(results: xr.Dataset) -> str:
    """Return the horizon in words: `300 years` where all points share one, else `the horizon`."""
    reached = results["year"].where(results["survival"].notnull()).max("year")
    longest, shortest = float(reached.max()), float(reached.min())
    if longest != shortest:
        return "the horizon"
    return f"{longest:g} year{'' if longest == 1 else 's'}"


def note(results: xr.Dataset) -> str:
    """Return the line under a figure: what the intervals are, how many replicas, which seed."""
    counts = results["replicas"].values
    low, high = int(np.min(counts)), int(np.max(counts))
    effort = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    parts = [f"Intervals: {interval(results)}", f"{effort} replicas per point"]
    if "precision_reached" in results:
        missed = int((results["precision_reached"].values == 0).sum())
        parts += [f"precision not reached at {missed} of {counts.size} points"] if missed else []
    if "seed" in results.attrs:
        parts.append(f"seed {results.attrs['seed']}")
    return "; ".join(parts) + "."


def interval(results: xr.Dataset) -> str:
    """Return what the intervals are, as the file says."""
    return str(results.attrs.get("interval", "confidence intervals"))
