"""The table ``[sweep]``: from what a file says to validated axes, ranges or points."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from hegemon.config.drawn import DRAWN, read_drawn
from hegemon.config.links import read_links
from hegemon.config.listed import read_list
from hegemon.config.mistakes import Mistakes, Path
from hegemon.config.spec import MOST_POINTS, Axis, Sweep
from hegemon.config.swept import BAD, GRID_WORDS, checked, known, listed, refuse_equal, spaced
from hegemon.parameters.registry import ParameterInfo

__all__ = ["read_sweep"]

_DESIGNS = '"grid", "list", "lhs" or "sobol"'


def read_sweep(table: Any, mistakes: Mistakes, seed: int, folder: FilePath | None) -> tuple[Sweep, set[str]]:
    """Read a sweep.

    Parameters
    ----------
    table
        The table ``[sweep]``, its keys in full.
    mistakes
        Takes what is wrong.
    seed
        Of the experiment: drawn designs follow from it.
    folder
        Where a file of points is looked for; None where none is to be read.

    Returns
    -------
    Sweep
        What is right of it.
    set of str
        The keys with mistakes.
    """
    if not isinstance(table, dict):
        mistakes.add(("sweep",), table, "must be a table of swept keys")
        return Sweep(), set()
    design = table.get("design", "grid")
    rest = {name: value for name, value in table.items() if name != "design"}
    if design == "grid":
        return _read_grid(rest, mistakes)
    if design == "list":
        return read_list(rest, mistakes, folder)
    if design in DRAWN:
        return read_drawn(design, rest, mistakes, seed)
    mistakes.add(("sweep", "design"), design, f"must be {_DESIGNS}")
    return Sweep(), set(rest)


def _read_grid(table: dict[str, Any], mistakes: Mistakes) -> tuple[Sweep, set[str]]:
    axes, bad = [], set()
    for key, given in table.items():
        if key == "linked":
            continue
        before = len(mistakes.lines)
        info = known(("sweep", key), key, given, mistakes)
        values = _axis_values(info, given, mistakes) if info else []
        if len(mistakes.lines) > before:
            bad.add(key)
        else:
            axes.append(Axis(key, tuple(values)))
    for place, group in read_links(table, mistakes, bad):
        axis = _linked_axis(place, group, mistakes)
        if axis is None:
            bad.update(group)
        else:
            axes.append(axis)
    sweep = Sweep(axes=tuple(axes))
    if sweep.size > MOST_POINTS:
        size = " x ".join(str(n) for n in sweep.shape)
        mistakes.say(f"sweep: {size} = {sweep.size} points: must be at most {MOST_POINTS}", ("sweep",))
        return Sweep(), {*sweep.keys, *bad}
    return sweep, bad


def _axis_values(info: ParameterInfo, given: Any, mistakes: Mistakes) -> list[Any]:
    path: Path = ("sweep", info.key)
    if not info.scalar:
        mistakes.add(path, given, 'cannot be an axis of a grid; use design = "list"')
        return []
    if isinstance(given, dict):
        values = spaced(info, path, given, mistakes)
    elif isinstance(given, list) and any(isinstance(value, list) for value in given):
        values = [_axis_value(info, path, value, mistakes) for value in given]
    else:
        values = listed(info, path, given, mistakes, GRID_WORDS)
    refuse_equal(path, values, mistakes)
    return values


def _axis_value(info: ParameterInfo, path: Path, value: Any, mistakes: Mistakes) -> Any:
    if isinstance(value, list):
        mistakes.add(path, value, 'a list cannot be a value on an axis; use design = "list"')
        return BAD
    return checked(info, path, value, mistakes)


def _linked_axis(place: int, group: dict[str, tuple[ParameterInfo, Any]], mistakes: Mistakes) -> Axis | None:
    """The axis of keys that move together; None where it is wrong."""
    before, columns = len(mistakes.lines), {}
    for key, (info, given) in group.items():
        path: Path = ("sweep", "linked", place, key)
        read = spaced(info, path, given, mistakes) if isinstance(given, dict) else None
        columns[key] = listed(info, path, given, mistakes, GRID_WORDS) if read is None else read
    if len(mistakes.lines) > before:
        return None
    sizes = {key: len(values) for key, values in columns.items()}
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{key} has {size}" for key, size in sizes.items())
        mistakes.say(f"sweep.linked[{place}]: keys that move together need as many values each: {told}")
        return None
    own = [key for key, values in columns.items() if group[key][0].scalar and len(set(values)) == len(values)]
    if not own:
        told = "one of the keys must take another value at each step, and no lists, to name the steps"
        mistakes.say(f"sweep.linked[{place}]: {told}")
        return None
    others = tuple(Axis(key, tuple(values)) for key, values in columns.items() if key != own[0])
    return Axis(own[0], tuple(columns[own[0]]), others)
