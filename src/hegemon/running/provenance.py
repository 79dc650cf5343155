"""What made a run: enough to do it again, and to know what it was done with.

Each process that works on a run writes a file of its own, ``sessions/<id>.json``, so that none waits for
another and none writes over another's. `provenance.json` collects them.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shlex
import socket
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import hegemon_kernels as hk
from hegemon._version import __version__
from hegemon.errors import one_line
from hegemon.failures import PieceError, Unfinished, WorkFailed
from hegemon.storage import pieces
from hegemon.storage.files import read as read_file
from hegemon.storage.manifest import SESSIONS
from hegemon.variables import FORMAT_VERSION

NAME = "provenance.json"
LARGEST = 1 << 28
"""Most bytes of a record that are read."""
MOST_HISTORY = 30_000
"""Most characters of the attribute `history`: HDF5 keeps attributes of less than 64 kB."""
_LIBRARIES = ("numpy", "numba", "scipy", "xarray", "dask", "distributed", "h5py", "h5netcdf")


def now() -> str:
    """The time, in UTC, as ISO 8601 writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass
class Session:
    """One process that worked on a run.

    Attributes
    ----------
    id : str
        Names it: nanoseconds of its start, host, process, and its slice.
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
    command: str = field(
        default_factory=lambda: one_line(shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]))
    )
    folder: str = field(default_factory=lambda: one_line(str(Path.cwd())))
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
    id: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            part = f"-slice-{self.slice.replace('/', '-of-')}" if self.slice else ""
            host = re.sub(r"[^\w.-]", "_", self.host)[:64]
            self.id = f"{time.time_ns()}-{host}-{os.getpid()}{part}"


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
    """The record of a run, with all sessions in order; none where there are none yet.

    Raises
    ------
    PieceError
        If it cannot be read.
    """
    record: dict[str, Any] = {"format_version": FORMAT_VERSION, "experiment": _asked(folder), "sessions": []}
    path = folder / NAME
    if path.exists():
        record |= read(path)
    try:
        record["sessions"] = united(record["sessions"], _sessions(folder))
    except (KeyError, TypeError, AttributeError) as error:
        raise PieceError(f"{path}: not a record of hegemon ({error})") from error
    return record


def united(*lists: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sessions of several records, each once as the last that names it has it, in order of their start."""
    found: dict[str, dict[str, Any]] = {}
    for place, made in enumerate(made for sessions in lists for made in sessions):
        if not all(isinstance(text, str) for text in (made["start"], made.get("id", ""), line(made))):
            raise TypeError("a session that is none")
        found[made.get("id", str(place))] = made
    return sorted(found.values(), key=lambda made: (made["start"], made.get("id", "")))


def _asked(folder: Path) -> str:
    path = folder / "experiment.toml"
    return read_file(path, LARGEST).decode("utf-8", "replace") if path.exists() else ""


def files(folder: Path) -> list[Path]:
    """Files of the record that are there."""
    path = folder / NAME
    return [*([path] if path.exists() else []), *sorted((folder / SESSIONS).glob("*.json"))]


def _sessions(folder: Path) -> Iterator[dict[str, Any]]:
    return (read(path) for path in sorted((folder / SESSIONS).glob("*.json")))


def read(path: Path) -> dict[str, Any]:
    """Values of one file of the record.

    Raises
    ------
    PieceError
        If it cannot be read as one.
    """
    content = read_file(path, LARGEST)
    try:
        values = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise PieceError(f"{path}: not a record of hegemon ({error})") from error
    if not isinstance(values, dict):
        raise PieceError(f"{path}: not a record of hegemon")
    return values


def collect(folder: Path, experiment: str, *others: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Write the record of a run, with its own sessions and those of `others`, and return it."""
    record = load(folder)
    record |= {"experiment": experiment, "sessions": united(*others, record["sessions"])}
    _write(folder / NAME, record)
    return record


def _write(path: Path, values: dict[str, Any]) -> None:
    pieces.write(path, (json.dumps(values, indent=1, ensure_ascii=False) + "\n").encode())


class Recorder:
    """Keeps the record of one session in a run's directory up to date.

    Parameters
    ----------
    folder : Path
        The directory.
    experiment : str
        Text of its experiment.toml.
    session : Session
        That of this process. Slices leave `provenance.json` to whoever joins them: there may be thousands.
    """

    def __init__(self, folder: Path, experiment: str, session: Session) -> None:
        self.folder, self.experiment, self.session = folder, experiment, session
        self.path = folder / SESSIONS / f"{session.id}.json"
        self._save()

    def close(self, status: str) -> None:
        """Write how the session ended."""
        self.session.status, self.session.end = status, now()
        self._save()

    def _save(self) -> None:
        _write(self.path, asdict(self.session))
        if not self.session.slice:
            collect(self.folder, self.experiment)


def line(made: dict[str, Any]) -> str:
    """One session in a line."""
    return f"{made['start']} {made['command']} (hegemon {made['versions']['hegemon']} on {made['host']})"


def history(record: dict[str, Any]) -> str:
    """The sessions of a record as the attribute `history` has them: a line each; the ends only, of many."""
    lines = [line(made) for made in record["sessions"]]
    text = "\n".join(lines)
    if len(text) <= MOST_HISTORY:
        return text
    half = MOST_HISTORY // 2 - 100
    return f"{text[:half]}\n... ({len(lines)} sessions in all, see {NAME})\n{text[-half:]}"


@contextmanager
def recording(folder: Path, experiment: str, session: Session) -> Iterator[Recorder]:
    """Record a session while its work lasts, and how it ended."""
    recorder = Recorder(folder, experiment, session)
    status = "failed"
    try:
        yield recorder
        status = "complete"
    except Unfinished:
        status = "stopped"
        raise
    except KeyboardInterrupt:
        status = "interrupted"
        raise
    finally:
        with suppress(WorkFailed):  # the record matters less than what is being told
            recorder.close(status)
