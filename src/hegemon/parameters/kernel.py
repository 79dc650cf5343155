"""From a validated model to the flat, fully resolved values that the kernel and the reference take."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from hegemon.parameters.model import Model
from hegemon.parameters.registry import all_parameters

__all__ = ["kernel_values", "resolved_values"]


def kernel_values(model: Model) -> dict[str, Any]:
    """Return the values by symbol, as the kernel and the reference take them.

    Parameters
    ----------
    model
        A validated model.

    Returns
    -------
    dict
        Symbol (or key, where the equations have no symbol) to Python int, float, bool, str, None or list:
        ``shares`` and ``mu`` hold N numbers, ``offshore`` sorted indices from 0, ``distances`` N lists of N
        numbers or None, ``types`` N words. ``eS``, ``eP``, ``eC`` and ``eB`` are resolved (None where each
        system derives them), so that ``eta`` is left out; so are the names of the states, which change
        nothing.
    """
    values = resolved_values(model)
    for name in ("shares", "mu", "offshore", "types"):
        values[name] = list(values[name])
    if values["distances"] is not None:
        values["distances"] = [list(row) for row in values["distances"]]
    return values


def resolved_values(model: Model) -> dict[str, Any]:
    """Return what `kernel_values` returns, with tuples for its lists: hashable and shared between models."""
    values: dict[str, Any] = {}
    for section, symbols, get in _sections():
        values.update(zip(symbols, get(getattr(model, section)), strict=True))
    states, balancing = model.system.states, model.balancing
    if values["shares"] == "equal":
        values["shares"] = (1.0,) * states
    if isinstance(values["mu"], float):
        values["mu"] = (values["mu"],) * states
    values["offshore"] = tuple(sorted(values["offshore"]))
    if values["types"] == "drawn":
        values["types"] = ("drawn",) * states
    for symbol in ("eS", "eP", "eC"):
        if values[symbol] is None and balancing.rule == "given":
            values[symbol] = balancing.efficiency
    if values["eB"] is None:
        values["eB"] = values["eC"]
    return values


@cache
def _sections() -> tuple[tuple[str, tuple[str, ...], Callable[[Any], tuple[Any, ...]]], ...]:
    """Each section with the symbols of its keys, and what takes their values from it at once."""
    left_out = ("balancing.efficiency", "system.names")
    found = []
    for section, keys in groupby(all_parameters(), key=lambda known: known.section):
        kept = [known for known in keys if known.key not in left_out]
        names = [known.name for known in kept]
        found.append((section, tuple(known.symbol or known.name for known in kept), _getter(names)))
    return tuple(found)


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda section: tuple(getattr(section, name) for name in names)
