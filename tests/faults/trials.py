"""Runs in a process that is warm, and what has to hold of their directories whatever happened."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hegemon as hg
from hegemon.outputs import results
from hegemon.running import directory, provenance
from hegemon.storage import manifest, pieces

WARM = Path(__file__).with_name("warm.py")


class Warm:
    """Makes runs in forked processes (see warm.py)."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(WARM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._hear() == "ready"

    def __call__(self, folder: Path | str, **order: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        print(json.dumps({"folder": str(folder), **order}), file=self.process.stdin, flush=True)
        return self._hear()

    def _hear(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(30) == 0
        assert self.process.stdout is not None
        self.process.stdout.close()


@dataclass(frozen=True)
class Whole:
    """An undisturbed run: what all others must be in the end."""

    run: hg.Run
    sites: int
    seconds: float

    @property
    def names(self) -> set[str]:
        return names(self.run.path)


def names(folder: Path) -> set[str]:
    """Names of the finished pieces of a run; each of them holds the hash of what is in it."""
    found = folder / "pieces"
    return {path.name for path in found.iterdir() if pieces.parse(path)} if found.is_dir() else set()


def stamps(folder: Path) -> dict[str, int]:
    """When each finished piece was written: one that is made again shows."""
    return {name: (folder / "pieces" / name).stat().st_mtime_ns for name in names(folder)}


def broken(folder: Path) -> list[str]:
    """What is wrong in a directory that is not complete: files are whole or not there."""
    wrong = []
    for name in names(folder):
        content = (folder / "pieces" / name).read_bytes()
        if name.split("-")[-1] != hashlib.sha256(content).hexdigest()[:16] + ".nc":
            wrong.append(name)
    if (folder / manifest.NAME).exists():
        directory.load(folder)
        provenance.load(folder)
    if (folder / "results.nc").exists():
        results.load(folder)
    return wrong


def left(folder: Path) -> list[Path]:
    """Temporary files."""
    return list(folder.rglob(".*.tmp"))
