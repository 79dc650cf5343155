"""A table of capability, one value per state and year, made into an experiment."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hegemon.errors import RequestError
from hegemon.failures import PieceError
from hegemon.storage import files
from hegemon.toml import toml_value

__all__ = ["System", "read", "system", "text"]

LARGEST = 1 << 28
"""Most bytes of a table that are read: some ten million rows."""
_MOST, _LEAST = 64, 2  # states of a system
_SHOWN = 10  # mistakes told
_DIGITS = 4

Table = Mapping[int, Mapping[str, float]]

_TEXT = """\
# The system of {year}: {which}, from {source}.
#
# Shares      {column} / its sum over these states, to {digits} digits.
# Dispersion  how uncertain the shares are: each is drawn anew for each system, with this standard deviation
#             of its logarithm. 0.05 is a guess: set it to what you know of your table.
# What such a table does not tell, and an answer may turn on: which states are offshore, how far they are from
# each other ([model.geography]), how they grow (growth.drift). `hegemon init` explains every key.

[experiment]
name = {name}
title = {title}
replicas = 20_000
seed = {seed}

[sweep]
"balancing.efficiency" = {{ from = 0.0, to = 1.0, points = 21 }}

[model.system]
states = {states}
years = {years}
names = {names}
shares = {shares}
dispersion = 0.05
"""


@dataclass(frozen=True)
class System:
    """The states of one year.

    Attributes
    ----------
    year : int
    names : tuple of str
        From the greatest to the least.
    shares : tuple of float
        Their parts of the whole, rounded.
    left_out : int
        States of that year that are not among them: those beyond the number asked for, and those of value 0.
    """

    year: int
    names: tuple[str, ...]
    shares: tuple[float, ...]
    left_out: int


def read(path: Path, columns: tuple[str, str, str] = ("year", "state", "value")) -> Table:
    """Read a table from a CSV file: a line of names, then one line per state and year.

    Parameters
    ----------
    path : Path
        The file, in UTF-8; lines that begin with ``#`` are left out.
    columns : (str, str, str)
        Names of the columns that hold the year, the state and its capability; others do not matter.

    Returns
    -------
    mapping
        Capability by state, by year.

    Raises
    ------
    RequestError
        With one line per mistake, the first ten.
    """
    try:
        packed = files.read(path, LARGEST)
        lines = io.StringIO(packed.decode("utf-8-sig"), newline="")
    except PieceError as error:
        raise RequestError(str(error)) from None
    except UnicodeDecodeError as error:
        raise RequestError(f"{path}: is not text in UTF-8 (byte {error.start})") from None
    table: dict[int, dict[str, float]] = {}
    wrong: list[str] = []
    for number, cells in _rows(path, lines, columns):
        year, state, value = cells
        told = _mistake(table, year, state, value)
        if told:
            wrong.append(f"{path}: line {number}: {told}")
            if len(wrong) == _SHOWN:
                break
        else:
            table.setdefault(int(year), {})[state] = float(value)
    if wrong:
        raise RequestError(*wrong)
    if not table:
        raise RequestError(f"{path}: holds no rows")
    return table


def _rows(
    path: Path, lines: io.StringIO, columns: tuple[str, str, str]
) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """The three cells of each line, with its number."""
    numbered = ((at, line) for at, line in enumerate(lines, start=1) if not line.lstrip().startswith("#"))
    place = 0

    def kept() -> Iterator[str]:
        nonlocal place
        for place, line in numbered:  # noqa: B007 - a quoted cell may hold line breaks
            yield line

    reader = csv.reader(kept(), strict=True)
    try:
        head = [name.strip() for name in next(reader, [])]
        places = _places(path, head, columns)
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if len(cells) != len(head):
                raise RequestError(
                    f"{path}: line {place}: has {len(cells)} cells; the line of names has {len(head)}"
                )
            yield place, (cells[places[0]], cells[places[1]], cells[places[2]])
    except csv.Error as error:
        raise RequestError(f"{path}: line {place}: is not CSV ({error})") from None


def _places(path: Path, head: list[str], columns: tuple[str, str, str]) -> list[int]:
    lower = [name.lower() for name in head]
    missing = [name for name in columns if name.lower() not in lower]
    if missing:
        hint = "(--columns names others)"
        if len(head) == 1 and re.search(r"[;\t]", head[0]):
            hint = "(cells must be separated by commas)"
        raise RequestError(
            f"{path}: has no column {' and no column '.join(map(repr, missing))}; "
            f"its columns are {', '.join(map(repr, head)) or 'none'} {hint}"
        )
    return [lower.index(name.lower()) for name in columns]


def _mistake(table: Table, year: str, state: str, value: str) -> str | None:
    """What is wrong with a line; None where nothing is."""
    try:
        when = int(year)
    except ValueError:
        return f"the year {year!r} must be a whole number"
    if not state:
        return "has no state"
    try:
        number = float(value)
    except ValueError:
        return f"the value {value!r} of {state} must be a number; leave out the line of a state without one"
    if not math.isfinite(number) or number < 0:
        return (
            f"the value {value} of {state} must be a finite number, at least 0; "
            "leave out the line of a state without one"
        )
    if state in table.get(when, {}):
        return f"{state} is there twice in {when}"
    return None


def system(path: Path, table: Table, year: int, states: int | None = None) -> System:
    """The greatest states of a year.

    Parameters
    ----------
    path : Path
        The file, for messages.
    table : mapping
        As `read` gives it.
    year : int
        One of its years.
    states : int, optional
        How many to take; all of that year that have more than 0 if not given.

    Raises
    ------
    RequestError
        If there is no such year, or too few or too many states in it.
    """
    if year not in table:
        raise RequestError(f"--year {year}: {path} has no such year; {_nearest(table, year)}")
    found = table[year]
    ranked = sorted((item for item in found.items() if item[1] > 0), key=lambda item: -item[1])
    if states is not None and len(ranked) < states:
        raise RequestError(f"--states {states}: {path} has {len(ranked)} states above 0 in {year}")
    if len(ranked) < _LEAST:
        raise RequestError(
            f"{path}: has {len(ranked)} states above 0 in {year}; a system has at least {_LEAST}"
        )
    kept = ranked[:states]
    if len(kept) > _MOST:
        raise RequestError(
            f"{path}: has {len(kept)} states in {year}; a system has at most {_MOST}: "
            "--states 8 takes the 8 greatest"
        )
    whole = math.fsum(value for _, value in kept)
    shares = tuple(float(f"{value / whole:.{_DIGITS}g}") for _, value in kept)
    return System(year, tuple(name for name, _ in kept), shares, len(found) - len(kept))


def _nearest(table: Table, year: int) -> str:
    before = max((one for one in table if one < year), default=None)
    after = min((one for one in table if one > year), default=None)
    near = [str(one) for one in (before, after) if one is not None]
    return f"the nearest {'is' if len(near) == 1 else 'are'} {' and '.join(near)}"


def text(found: System, name: str, source: str, column: str, years: int) -> str:
    """The experiment file of a system.

    Parameters
    ----------
    found : System
        Its states.
    name : str
        Of the experiment.
    source, column : str
        Where the shares are from: the file, and its column.
    years : int
        The horizon.
    """
    count = len(found.names)
    which = (
        f"the {count} greatest of {count + found.left_out} states" if found.left_out else f"{count} states"
    )
    return _TEXT.format(
        year=found.year,
        which=which,
        source=source,
        column=column,
        digits=_DIGITS,
        name=toml_value(name),
        title=toml_value(f"The system of {found.year}"),
        seed=abs(found.year),
        states=count,
        years=years,
        names=toml_value(found.names),
        shares=toml_value(found.shares),
    )
