"""R, for the tests marked `r`: what our files and estimates are in the hands of those who use it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

PACKAGES = ("data.table", "haven", "jsonlite", "ncdf4", "survival")
"""What these tests load; Debian's r-cran-... of the same names."""


def run(code: str, *words: str | Path, folder: Path | None = None) -> Any:
    """Run R code and return its variable `found`, by way of JSON; `words` are its `commandArgs(TRUE)`."""
    program = f"options(warn = 2)\nwords <- commandArgs(TRUE)\n{code}\n{_TELL}"
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", program, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.rpartition(_MARK)[2])


_MARK = "found as JSON: "
_TELL = f"""cat({_MARK!r}, jsonlite::toJSON(found, digits = NA, auto_unbox = TRUE, na = "null"), sep = "")"""
