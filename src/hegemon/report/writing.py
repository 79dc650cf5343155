"""From a run, or two, to a file: nothing half-written, nothing overwritten unasked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from hegemon import targets
from hegemon.errors import RequestError
from hegemon.outputs.results import REPORT
from hegemon.storage import pieces

if TYPE_CHECKING:
    import xarray as xr

    from hegemon.runs import Run


def report(run: Run, path: str | os.PathLike[str] | None = None, *, force: bool = False) -> Path:
    """Write the report of a run; see `hegemon.runs.Run.report`."""
    target = Path(path) if path is not None else run.path / REPORT
    require_target(target, force)
    from hegemon.report.page import render
    from hegemon.report.single import page

    return _write(target, render(page(run)))


def compare_page(
    first: Run, second: Run, found: xr.Dataset, path: str | os.PathLike[str], *, force: bool = False
) -> Path:
    """Write the page that compares two runs; `found` is what `hegemon.comparison.compare` estimates."""
    target = Path(path)
    require_target(target, force)
    from hegemon.report.double import page
    from hegemon.report.page import render

    return _write(target, render(page(first, second, found)))


def require_target(target: Path, force: bool) -> None:
    """Refuse a file that cannot be written, before any work.

    Raises
    ------
    RequestError
        If it is there and `force` is not given, its directory is not there, or its name is not a page's.
    """
    targets.require("--output", target)
    if target.suffix.lower() not in (".html", ".htm"):
        raise RequestError(f"--output {target}: must end in .html or .htm")
    if not force and target.exists():
        raise RequestError(f"{target}: is there already; --force replaces it")


def _write(target: Path, text: str) -> Path:
    pieces.write(target, text.encode())
    return target
