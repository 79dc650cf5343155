"""Generated parts of a page, between markers; the text around them is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping

_MARKED = re.compile(r"(<!-- begin (?P<name>[\w-]+) -->\n).*?(<!-- end (?P=name) -->)", re.S)


def fill(text: str, bodies: Mapping[str, str]) -> str:
    """The page with each of its generated parts replaced.

    Raises
    ------
    ValueError
        If the page has no place for a part, or one for a part that is not known.
    """
    marked = [found["name"] for found in _MARKED.finditer(text)]
    if sorted(marked) != sorted(bodies):
        raise ValueError(f"the page marks {sorted(marked)}; the generated parts are {sorted(bodies)}")
    return _MARKED.sub(lambda found: f"{found[1]}\n{bodies[found['name']]}\n\n{found[3]}", text)
