"""A run: its directory, and what that is to hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hegemon.config import ExperimentSpec
from hegemon.planning.design import Design
from hegemon.storage.manifest import PIECES, Manifest


@dataclass(frozen=True)
class Job:
    """A run's directory and what it is to hold."""

    folder: Path
    spec: ExperimentSpec
    design: Design
    manifest: Manifest

    @property
    def pieces(self) -> Path:
        """The folder of pieces."""
        return self.folder / PIECES
