"""The one exception for a request that is wrong."""

from __future__ import annotations

__all__ = ["RequestError"]


class RequestError(Exception):
    """A request that cannot be met as it stands: a bad file, key, value or option.

    Raised before any work is done. The command line prints its lines and exits with status 2.

    Parameters
    ----------
    *lines
        One line per mistake: where it is, what was given, what is allowed. Line breaks and other
        control characters inside a line are escaped, so that one mistake stays one line.
    """

    lines: tuple[str, ...]

    def __init__(self, *lines: str) -> None:
        self.lines = tuple(one_line(line) for line in lines)
        super().__init__(*self.lines)

    def __str__(self) -> str:
        return "\n".join(self.lines)


def one_line(text: str) -> str:
    """Escape what would break a line or hide text on a terminal; other characters stay as they are."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
