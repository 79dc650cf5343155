"""What made a run: enough to do it again, and to know what it was done with."""

from __future__ import annotations

import json
import os
import platform
import shlex
import socket
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hegemon_kernels as hk
from hegemon import pieces
from hegemon._version import __version__
from hegemon.failures import PieceError
from hegemon.variables import FORMAT_VERSION

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec

NAME = "provenance.json"
_LIBRARIES = ("numpy", "numba", "scipy", "xarray", "dask", "distributed", "h5py", "h5netcdf")


def now() -> str:
    """The time, in UTC, as ISO 8601 writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass
class Session:
    """One process that worked on a run.

    Attributes
    ----------
    command, folder, host, system, cpu, python : str
        What ran, where, on what.
    versions : dict of str to str
        Of hegemon and the libraries that results pass through.
    model_version : int
    kernel_digest : str
        SHA-256 of the sources of the kernels.
    seed, workers : int
    scheduler : str
        "threads", or the address of the cluster's scheduler.
    slice : str
        ``I/N``, empty where all of the run was asked for.
    start, end : str
        ISO 8601, UTC; `end` is empty while it runs, and stays so if it was killed.
    status : str
        "running", "complete", "stopped", "interrupted" or "failed".
    """

    seed: int
    workers: int
    scheduler: str
    slice: str = ""
    command: str = field(default_factory=lambda: shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]))
    folder: str = field(default_factory=lambda: str(Path.cwd()))
    host: str = field(default_factory=socket.gethostname)
    system: str = field(default_factory=platform.platform)
    cpu: str = field(default_factory=lambda: processor())
    python: str = field(default_factory=platform.python_version)
    versions: dict[str, str] = field(default_factory=lambda: versions())
    model_version: int = hk.MODEL_VERSION
    kernel_digest: str = field(default_factory=hk.sources_digest)
    start: str = field(default_factory=now)
    end: str = ""
    status: str = "running"


def versions() -> dict[str, str]:
    """Versions of hegemon and of the libraries that results pass through."""
    return {"hegemon": __version__} | {name: version(name) for name in _LIBRARIES}


def processor() -> str:
    """Name of the CPU and how many of them this process may use."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{_processor_name()} ({count} usable)"


def _processor_name() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def load(folder: Path) -> dict[str, Any]:
    """The record of a run; empty sessions where there is none yet.

    Raises
    ------
    PieceError
        If it cannot be read.
    """
    path = folder / NAME
    if not path.exists():
        return {"format_version": FORMAT_VERSION, "experiment": "", "sessions": []}
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return {"sessions": list(record["sessions"]), **record}
    except (ValueError, KeyError, TypeError) as error:
        raise PieceError(f"{path}: not a record of hegemon ({error})") from error


class Recorder:
    """Keeps the record of one session in a run's directory up to date."""

    def __init__(self, folder: Path, spec: ExperimentSpec, session: Session) -> None:
        from hegemon.config import dump

        self.folder, self.session = folder, session
        self.record = {**load(folder), "format_version": FORMAT_VERSION, "experiment": dump(spec)}
        self.record["sessions"] = [*self.record["sessions"], asdict(session)]
        self._save()

    def close(self, status: str) -> None:
        """Write how the session ended."""
        self.session.status, self.session.end = status, now()
        self.record["sessions"][-1] = asdict(self.session)
        self._save()

    def _save(self) -> None:
        text = json.dumps(self.record, indent=1, ensure_ascii=False) + "\n"
        pieces.write(self.folder / NAME, text.encode())


def history(record: dict[str, Any]) -> str:
    """The sessions of a record as the attribute `history` has them: one line each."""
    return "\n".join(
        f"{made['start']} {made['command']} (hegemon {made['versions']['hegemon']} on {made['host']})"
        for made in record["sessions"]
    )
