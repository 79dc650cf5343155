"""The record of a session: kept part by part, so that an interrupted one goes on where it stopped."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import hegemon_kernels as hk
from session.sizes import Sizes

LATEST = Path(__file__).parents[1] / "results" / "latest.json"
ABOUT = (
    "Measurements of hegemon and of the same model in other systems, made by `make bench` in one session."
    " Each part says when it was taken and under what load; a median stands with the quartiles ('low',"
    " 'high') over rounds. Times are in the unit that their names say, else in seconds; memory is in MB of"
    " 10^6 bytes."
)
LIBRARIES = (
    "hegemon",
    "numpy",
    "numba",
    "llvmlite",
    "h5py",
    "dask",
    "jax",
    "jaxlib",
    "taichi",
    "mesa",
    "agentpy",
)

Part = Callable[[dict[str, Any], Callable[[], None]], None]
"""Fills its own dictionary, which may hold what an interrupted session found, and calls to have it kept."""


def now() -> str:
    """The time, in UTC, as ISO 8601 writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def machine() -> dict[str, Any]:
    """What figures hold for: processor, memory, system, versions of what takes part."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    flags = next((line for line in lines if line.startswith("flags")), "")
    return {
        "processor": names[0] if names else platform.processor(),
        "cpus": os.cpu_count(),
        "vectors_of_512_bits": "avx512f" in flags,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Versions of the libraries that are installed, of those that take part."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


class Record:
    """What a session has found so far, in the file `path`.

    Parameters
    ----------
    path : Path
        Where the record stands when the session is complete; until then beside it, as ``NAME.part``.
    mode, sizes : str, Sizes
        What is measured, and its name.
    fresh : bool
        Whether to drop what an interrupted session left.
    only : sequence of str, optional
        Parts to take again; the others stay as they are in `path`.
    """

    def __init__(
        self, path: Path, mode: str, sizes: Sizes, fresh: bool = False, only: Sequence[str] | None = None
    ) -> None:
        self.path, self.partial = path, path.with_name(path.name + ".part")
        self.data: dict[str, Any] = {
            "about": ABOUT,
            "mode": mode,
            "sizes": json.loads(json.dumps(asdict(sizes))),
            "machine": machine(),
            "model_version": hk.MODEL_VERSION,
            "begun": now(),
            "parts": {},
        }
        if not fresh:
            self._go_on()
        if only is not None and path.exists():
            there = json.loads(path.read_text())["parts"]
            self.data["parts"] = {k: v for k, v in there.items() if k not in only} | self.data["parts"]

    def _go_on(self) -> None:
        """Take over what an interrupted session of the same kind left."""
        if not self.partial.exists():
            return
        found = json.loads(self.partial.read_text())
        if all(found.get(name) == self.data[name] for name in ("mode", "sizes", "machine")):
            digest = hk.sources_digest()
            found["parts"] = {k: v for k, v in found["parts"].items() if v["kernel_digest"] == digest}
            self.data = found

    def take(self, name: str, part: Part) -> None:
        """Take a part that is not done yet."""
        start = {"begun": now(), "kernel_digest": hk.sources_digest(), "load_average": [os.getloadavg()]}
        own = self.data["parts"].setdefault(name, start)
        if "ended" in own:
            return
        part(own, self.keep)
        own["load_average"].append(os.getloadavg())
        own["ended"] = now()
        self.keep()

    def keep(self) -> None:
        """Write what there is."""
        self.partial.parent.mkdir(parents=True, exist_ok=True)
        _replace(self.partial, self.data)

    def close(self) -> None:
        """The session is complete: give the record its name."""
        self.data["ended"] = now()
        _replace(self.path, self.data)
        self.partial.unlink(missing_ok=True)


def _replace(path: Path, data: dict[str, Any]) -> None:
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(data, indent=1) + "\n")
    new.replace(path)
