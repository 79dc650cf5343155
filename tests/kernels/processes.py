"""Kernels in a process of their own, where caches and the target CPU can differ from ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def run(script: Path, cache: Path, *arguments: str, **environment: str) -> dict[str, Any]:
    """What a script prints as JSON, with an empty or its own cache of compiled kernels."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    done = subprocess.run(
        [sys.executable, str(script), *arguments],
        env=kept | {"NUMBA_CACHE_DIR": str(cache)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
