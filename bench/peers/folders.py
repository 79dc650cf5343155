"""Where peers keep what they compile."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """A folder below the user's cache, made if it is not there; PEERS_CACHE_DIR names another."""
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    folder = Path(os.environ.get("PEERS_CACHE_DIR") or Path(home) / "hegemon" / "peers")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
