"""What this machine is, as far as results and their speed depend on it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import hegemon_kernels as hk
from hegemon.parameters import Model, kernel_values
from hegemon.running import provenance
from hegemon.running.executors import available
from hegemon_kernels._jit import cache_directory

_SECONDS = 0.5


def speed(dtype: str) -> float:
    """Nanoseconds that one core takes for a year of one state: eight states for 300 years, to the end."""
    sections: dict[str, Any] = {"system": {"states": 8, "years": 300}, "hegemony": {"absorbing": False}}
    values = kernel_values(Model.model_validate(sections))
    point, rows = hk.pack_point(values, dtype), np.zeros(256, hk.OUTCOME_DTYPE)
    done, begin, seconds = 0, time.perf_counter(), 0.0
    while seconds < _SECONDS:
        hk.simulate(point, 1, done, rows)
        done += len(rows)
        seconds = time.perf_counter() - begin
    return 1e9 * seconds / float(done * values["N"] * values["T"])


def describe(folder: Path) -> dict[str, Any]:
    """CPU, threads, memory, versions, the cache of kernels, and the directory that was tried."""
    cache = cache_directory()
    return {
        "cpu": provenance.processor(),
        "threads": available(),
        "memory_free": free_memory(),
        "versions": provenance.versions(),
        "model_version": hk.MODEL_VERSION,
        "kernel_digest": hk.sources_digest(),
        "cache": str(cache),
        "cache_writable": _is_writable(cache),
        "folder": str(folder.absolute()),
        "folder_free": _free_space(folder),
    }


def free_memory(files: Mapping[str, Path] | None = None) -> int | None:
    """Bytes that a process may still take: of the machine, or less where its control group says so."""
    places = files or {
        "machine": Path("/proc/meminfo"),
        "limit": Path("/sys/fs/cgroup/memory.max"),
        "used": Path("/sys/fs/cgroup/memory.current"),
    }
    found = [free for free in (_of_machine(places["machine"]), _of_group(places)) if free is not None]
    return min(found, default=None)


def _of_machine(path: Path) -> int | None:
    for line in _text(path).splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _of_group(places: Mapping[str, Path]) -> int | None:
    limit, used = (_text(places[name]).strip() for name in ("limit", "used"))
    return max(0, int(limit) - int(used)) if limit.isdecimal() and used.isdecimal() else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _is_writable(folder: Path) -> bool:
    """Whether a directory, or the one in which it would be made, can be written."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), Path("/"))
    return os.access(there, os.W_OK)


def _free_space(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
