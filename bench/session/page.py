"""docs/benchmarks.md: generated parts between markers, figures beside it; the text around them is kept."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from session import figures
from session.tables import BLOCKS

_MARKED = re.compile(r"(<!-- begin (?P<name>[\w-]+) -->\n).*?(<!-- end (?P=name) -->)", re.S)


def render(text: str, record: dict[str, Any]) -> str:
    """The page with its generated parts made anew from a record.

    Raises
    ------
    ValueError
        If the page has no place for a part, or one for a part that is not known.
    """
    marked = [found["name"] for found in _MARKED.finditer(text)]
    if sorted(marked) != sorted(BLOCKS):
        raise ValueError(f"the page marks {sorted(marked)}; the generated parts are {sorted(BLOCKS)}")

    def fill(found: re.Match[str]) -> str:
        part, make = BLOCKS[found["name"]]
        body = make(record) if part in record["parts"] else "Not measured in this session."
        return f"{found[1]}\n{body}\n\n{found[3]}"

    return _MARKED.sub(fill, text)


def write(latest: Path, page: Path) -> None:
    """Make the generated parts of the page, and its figures, from the record in `latest`."""
    record = json.loads(latest.read_text())
    page.write_text(render(page.read_text(), record))
    figures.write(record, page.parent / "figures")
