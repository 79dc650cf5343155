"""Numbers, values and intervals as a page writes them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from hegemon.toml import toml_value

_LONGEST = 60  # characters of a value


def value(found: Any) -> str:
    """A value of a key as short text."""
    if found is None:
        return "not given"
    text = f"{found:.12g}" if isinstance(found, float) else found
    if not isinstance(text, str):
        text = toml_value(found)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def values(found: Iterable[Any]) -> str:
    """Values of a swept key: all where they are few, else the ends and how many."""
    texts = [value(each) for each in found]
    if len(texts) <= 12:
        return ", ".join(texts)
    return f"{texts[0]}, {texts[1]}, … {texts[-1]} ({len(texts):,} values)"


def number(found: float, places: int = 3) -> str:
    """A number with so many significant digits; a dash where there is none."""
    if not math.isfinite(found):
        return "–"
    if found and (abs(found) >= 1e6 or abs(found) < 1e-4):
        return f"{found:.{places}g}"
    whole = math.floor(math.log10(abs(found))) + 1 if found else 1
    return f"{found:,.{max(places - max(whole, 0), 0)}f}"


def chance(p: float, low: float, high: float, places: int = 3) -> str:
    """A probability with its interval."""
    return f"{p:.{places}f} ({low:.{places}f} to {high:.{places}f})"


def mean(found: float, error: float, z: float) -> str:
    """A mean with the half-width of its interval, to two digits of that."""
    if not math.isfinite(found):
        return "–"
    half = z * error
    if not half > 0:  # one replica, or all alike
        return f"{found:.6g}"
    digits = max(0, min(6, 1 - math.floor(math.log10(half))))
    return f"{found:,.{digits}f} ± {half:,.{digits}f}"


def count(found: int, one: str, many: str = "") -> str:
    """A number of things: ``1 point``, ``5 points``."""
    return f"{found:,} {one if found == 1 else many or one + 's'}"


def span(low: int, high: int) -> str:
    """From the least to the greatest, once where they are equal."""
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def p_value(found: float) -> str:
    """A p value to two digits."""
    return f"{found:.2g}" if found > 1e-300 else "<1e-300"
