"""Lengths of time as people and schedulers write them."""

from __future__ import annotations

import re

from hegemon.errors import RequestError

_NUMBER = r"(\d{1,9}(?:\.\d{1,9})?)"
_WORDS = re.compile(rf"(?:{_NUMBER}d)?(?:{_NUMBER}h)?(?:{_NUMBER}m(?:in)?)?(?:{_NUMBER}s)?", re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,9}):)?(\d{1,9}):(\d{1,9})", re.ASCII)
_DAYS = re.compile(r"(\d{1,9})-(\d{1,9})(?::(\d{1,9}))?(?::(\d{1,9}))?", re.ASCII)
_UNITS = (86400, 3600, 60, 1)


def seconds(option: str, given: str) -> float:
    """Read ``90`` (seconds), ``30m``, ``1h30m``, and Slurm's ``MM:SS``, ``HH:MM:SS``, ``D-HH[:MM[:SS]]``.

    Raises
    ------
    RequestError
        If it is none of these, or nothing; the line names `option`.
    """
    text = f"{given}s" if re.fullmatch(_NUMBER, given, re.ASCII) else given
    days = _DAYS.fullmatch(text)
    clock = _CLOCK.fullmatch(text)
    found = days or _WORDS.fullmatch(text)
    parts = [None, *clock.groups()] if clock else list(found.groups()) if found else []
    total = sum(float(part or 0) * unit for part, unit in zip(parts, _UNITS, strict=False))
    if total <= 0:
        raise RequestError(
            f"{option}: {given!r}; must be a time such as 90 (seconds), 30m, 1h30m or [D-]HH:MM:SS"
        )
    return total
