"""From a validated model to the flat, fully resolved values that the kernel and the reference take."""

from __future__ import annotations

from functools import cache
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
    values = {symbol: getattr(getattr(model, section), name) for symbol, section, name in _addresses()}
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
def _addresses() -> tuple[tuple[str, str, str], ...]:
    left_out = ("balancing.efficiency", "system.names")
    return tuple((i.symbol or i.name, i.section, i.name) for i in all_parameters() if i.key not in left_out)
