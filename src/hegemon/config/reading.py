"""From a file, or any nested mapping, to plain tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from hegemon.config.spec import MOST_POINTS
from hegemon.errors import RequestError
from hegemon.parameters._section import plain

__all__ = ["LARGEST", "parse_toml", "plain_tables", "read_text", "read_toml"]

LARGEST = 16 * 2**20
"""Most bytes of a file that are read."""

# What no experiment holds, and what takes tomllib time or memory out of all proportion to its length.
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_EXCESS = {
    "a key of more than 16 parts": re.compile(
        rf"(?<![\w-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{16}}", re.ASCII
    ),
    "a number of thousands of digits": re.compile(r"\b[0-9][0-9A-Fa-fob_x]{4300}", re.ASCII),
}
_TABLE = re.compile(r"^[ \t]*+\[[^,\n]*+$", re.MULTILINE)
_MOST_TABLES = MOST_POINTS + 100  # a point may be a table of its own
# A table, at a thousand bytes of memory, for each dot that is outside of quotes: war.spoils = 0.1
_DOTTED = re.compile(rf"(?<![\w.-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART})++[ \t]*+[=\]]", re.ASCII)
_MOST_DOTS = 5 * MOST_POINTS


def read_toml(path: str | PathLike[str]) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    RequestError
        With one line, if it cannot be read or is not TOML.
    """
    return parse_toml(fspath(path), read_text(path))


def read_text(path: str | PathLike[str]) -> str:
    """Read a text file of some MiB at most.

    Raises
    ------
    RequestError
        With one line, if it cannot be read or is not text.
    """
    name = fspath(path)
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise RequestError(f"{name}: cannot be read: {reason[:1].lower()}{reason[1:]}") from None
    if len(data) > LARGEST:
        raise RequestError(f"{name}: is larger than {LARGEST // 2**20} MiB")
    try:
        return data.decode("utf-8-sig")  # a byte order mark, as some editors write, is no mistake
    except UnicodeDecodeError as error:
        raise RequestError(
            f"{name}: is not UTF-8 text: byte {error.start} is {data[error.start]:#04x}"
        ) from None


def parse_toml(name: str, text: str) -> dict[str, Any]:
    """Tables of a TOML text that may be anybody's; `name` is what lines of errors start with.

    Raises
    ------
    RequestError
        With one line, if it is not TOML, or would take more time or memory than an experiment does.
    """
    if len(text) > LARGEST:
        raise RequestError(f"{name}: is larger than {LARGEST // 2**20} MiB")
    _refuse_excess(name, text)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise RequestError(f"{name}: is nested too deeply") from None
    except ValueError as error:  # TOMLDecodeError, and whole numbers of thousands of digits
        raise RequestError(f"{name}: is not TOML: {error}") from None


def _refuse_excess(name: str, text: str) -> None:
    for what, pattern in _EXCESS.items():
        found = pattern.search(text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            raise RequestError(f"{name}: line {line} holds {what}")
    if sum(1 for _ in _TABLE.finditer(text)) > _MOST_TABLES:
        raise RequestError(f"{name}: holds more than {_MOST_TABLES} tables")
    if sum(found[0].count(".") for found in _DOTTED.finditer(text)) > _MOST_DOTS:
        raise RequestError(f"{name}: holds too many keys with dots; put them in quotes")


def plain_tables(value: Any) -> Any:
    """Copy nested mappings, sequences and NumPy values as dicts with text keys, lists and values."""
    value = plain(value)
    if isinstance(value, Mapping):
        return {str(key): plain_tables(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_tables(item) for item in value]
    return value
