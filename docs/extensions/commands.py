"""Help texts of commands as they stand: blocks that click keeps (`\\b`) become literal text to copy."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from sphinx.application import Sphinx

_BAR = "| "


def literal(lines: list[str]) -> list[str]:
    """Return the lines of a help text with each kept block as a title and a literal block."""
    found: list[str] = []
    for kept, lines_of in groupby(lines, key=lambda line: line.startswith(_BAR)):
        block = list(lines_of)
        found += _literal([line.removeprefix(_BAR) for line in block]) if kept else block
    return found


def _literal(block: list[str]) -> list[str]:
    title, *rest = block if block[0].endswith(":") else ["", *block]
    return [
        f"**{title[:-1]}**" if title else "",
        "",
        ".. code-block:: text",
        "",
        *(f"    {line}" for line in rest),
        "",
    ]


def _process(app: Sphinx, context: Any, lines: list[str]) -> None:
    lines[:] = literal(lines)


def setup(app: Sphinx) -> dict[str, bool]:
    """Mend what sphinx-click writes."""
    for part in ("description", "epilog"):
        app.connect(f"sphinx-click-process-{part}", _process)
    return {"parallel_read_safe": True}
