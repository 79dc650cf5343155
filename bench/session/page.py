"""docs/benchmarks.md: generated parts between markers, figures beside it; the text around them is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import markers

from session import figures
from session.tables import BLOCKS


def render(text: str, record: dict[str, Any]) -> str:
    """The page with its generated parts made anew from a record.

    Raises
    ------
    ValueError
        If the page has no place for a part, or one for a part that is not known.
    """
    bodies = {
        name: make(record) if part in record["parts"] else "Not measured in this session."
        for name, (part, make) in BLOCKS.items()
    }
    return markers.fill(text, bodies)


def write(latest: Path, page: Path) -> None:
    """Make the generated parts of the page, and its figures, from the record in `latest`."""
    record = json.loads(latest.read_text())
    page.write_text(render(page.read_text(), record))
    figures.write(record, page.parent / "figures")
