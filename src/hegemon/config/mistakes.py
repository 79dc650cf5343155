"""Collects the mistakes of a request, one line each, so that all are told at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from hegemon.config.text import path_text, shown
from hegemon.errors import RequestError

__all__ = ["Mistakes", "Path"]

Path = tuple[str | int, ...]
"""Where a value stands in a file: names of tables and keys, places in lists counted from 0."""

OVERRIDE = "--set"
MOST_TOLD = 100
"""Most mistakes that are told: nobody reads more, and a file made to hold a million takes no more time."""


class Mistakes:
    """The mistakes found so far in one experiment.

    Parameters
    ----------
    source
        The name of the file, or whatever gave the experiment; each line starts with it.
    overridden
        Paths that ``--set`` has set: their lines say so instead.
    """

    def __init__(self, source: str, overridden: Collection[Path] = ()) -> None:
        self.source = source
        self.lines: list[str] = []
        self._overridden = set(overridden)

    def add(
        self,
        path: Path,
        value: Any,
        message: str,
        near: str | None = None,
        *,
        default: bool = False,
        where: str = "",
    ) -> None:
        """Add one mistake.

        Parameters
        ----------
        path, value
            Where it is and what was given there.
        message
            What is allowed.
        near
            The valid key that was probably meant.
        default
            Whether the value was not given but is the default.
        where
            The design point at which this is a mistake, if only there.
        """
        note = " (the default)" if default else ""
        meant = f' (did you mean "{near}"?)' if near else ""
        point = f" (at the point {where})" if where else ""
        self.say(f"{path_text(path)} = {shown(value)}{note}: {message}{meant}{point}", path)

    def say(self, text: str, path: Path = ()) -> None:
        """Add one mistake in words, unless the same was said before.

        Raises
        ------
        RequestError
            With what was found so far, if that is as much as is told.
        """
        by_override = any(path[:length] in self._overridden for length in range(1, len(path) + 1))
        line = f"{OVERRIDE if by_override else self.source}: {text}"
        if line in self.lines:
            return
        if len(self.lines) >= MOST_TOLD:
            self.lines.append(f"{self.source}: holds more mistakes; these are the first {MOST_TOLD}")
            self.refuse()
        self.lines.append(line)

    def refuse(self) -> None:
        """Raise what was found.

        Raises
        ------
        RequestError
            If there is any mistake.
        """
        if self.lines:
            raise RequestError(*self.lines)
