"""Points of a design from a table of comma-separated values: a column per key, a row per point."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path as FilePath
from typing import Any

from hegemon.config.mistakes import Mistakes
from hegemon.config.reading import read_text
from hegemon.config.spec import MOST_POINTS
from hegemon.config.swept import checked, known
from hegemon.config.text import Place
from hegemon.errors import RequestError
from hegemon.parameters.registry import ParameterInfo

__all__ = ["read_points"]

Columns = list[tuple[str, ParameterInfo]]


def read_points(folder: FilePath, name: str, mistakes: Mistakes) -> tuple[list[str], list[dict[str, Any]]]:
    """Read the points of a CSV file.

    The first row names the keys. An empty cell leaves its key out, a row of empty cells is no point. Rows are
    counted as a spreadsheet does, the header being row 1.

    Parameters
    ----------
    folder, name
        Where it is: the name as the experiment gives it, relative to the folder.
    mistakes
        Takes what is wrong.

    Returns
    -------
    list of str, list of dict
        How messages name each point, and its keys with their values.
    """
    try:
        text = read_text(folder / name)
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except RequestError as error:
        mistakes.say(f"sweep.file: {error}", ("sweep", "file"))
        return [], []
    except csv.Error as error:
        mistakes.say(f"sweep.file: {name}: is not a CSV file: {error}", ("sweep", "file"))
        return [], []
    columns = _header(name, rows[0] if rows else [], mistakes)
    if columns is None:
        return [], []
    filled = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(map(str.strip, row))]
    if not filled or len(filled) > MOST_POINTS:
        told = f"holds {len(filled)} points; must be 1 to {MOST_POINTS}"
        mistakes.say(f"sweep.file: {name}: {told}", ("sweep", "file"))
        return [], []
    places = [f"{name}: row {number}" for number, _ in filled]
    points = [_point(place, row, columns, mistakes) for place, (_, row) in zip(places, filled, strict=True)]
    return places, points


def _header(name: str, cells: list[str], mistakes: Mistakes) -> Columns | None:
    """The keys of the columns; None where one is wrong."""
    columns: Columns = []
    for number, cell in enumerate(cells, start=1):
        key = cell.strip()
        path = (Place(f"{name}: row 1, column {number}"),)
        if ";" in key or "\t" in key:
            mistakes.add(path, cell, "columns must be separated by commas")
            return None
        if key in [before for before, _ in columns]:
            mistakes.add(path, key, "is there twice")
            continue
        info = known(path, key, key, mistakes)
        if info is not None:
            columns.append((key, info))
    if not cells:
        mistakes.say(f"{name}: row 1: must name the keys of the columns", ("sweep", "file"))
    return columns if columns and len(columns) == len(cells) else None


def _point(place: str, row: list[str], columns: Columns, mistakes: Mistakes) -> dict[str, Any]:
    if len(row) != len(columns):
        mistakes.say(
            f"{place}: holds {len(row)} cells, and row 1 names {len(columns)} columns", ("sweep", "file")
        )
        return {}
    point = {}
    for (key, info), cell in zip(columns, row, strict=True):
        if cell.strip():
            path = (Place(f"{place}, column {key}"),)
            point[key] = checked(info, path, _value(cell.strip(), info), mistakes)
    return point


def _value(cell: str, info: ParameterInfo) -> Any:
    """What a cell means, written by a spreadsheet, R or Python: a number, a truth value, a list or a word."""
    if info.kind == "bool":
        return {"true": True, "false": False}.get(cell.lower(), cell)
    if info.kind == "choice" or not cell:
        return cell
    if cell.startswith("["):
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            return cell
    try:
        value = float(cell.replace("_", "x"))
    except ValueError:
        return cell
    return int(value) if info.kind == "int" and math.isfinite(value) and value.is_integer() else value
