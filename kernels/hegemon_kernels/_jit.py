"""Compile policy, in its one home: how kernels are compiled and where the machine code is cached.

Strict IEEE arithmetic everywhere (no fast-math, no contraction), so that results do not depend on the
machine. Numba stamps a cached function with its own source file only, and would return stale numbers
after an edit to a helper in another file; the cache directory is therefore keyed by a digest of all
kernel sources. Numba itself adds the CPU to its keys, so nodes of several kinds may share one directory.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numba.extending

from hegemon_kernels._parts import OPTIONS, PartCompiler

F = TypeVar("F", bound=Callable[..., object])

# The NumPy error model leaves out the check for division by zero, which blocks vectorisation.
# Kernels allocate nothing, so they need no reference counts either: these cost up to 15 % of a year.
STRICT = {"error_model": "numpy", "fastmath": False, "_nrt": False}
# Only kernels call their parts.
PART = {**STRICT, **OPTIONS, "pipeline_class": PartCompiler}


@cache
def sources_digest() -> str:
    """SHA-256 of all kernel sources, in hexadecimal."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def cache_directory() -> Path:
    """Directory of the compiled kernels: below NUMBA_CACHE_DIR, else below the user's cache."""
    root = os.environ.get("NUMBA_CACHE_DIR")
    if root:
        return Path(root) / f"hegemon-{sources_digest()[:16]}"
    home = os.environ.get("XDG_CACHE_HOME")
    base = Path(home) if home else Path("~/.cache").expanduser()
    return base / "hegemon" / sources_digest()[:16]


def entry(function: F) -> F:
    """Compile a kernel that Python calls: cached on disk, and without the GIL."""
    before = numba.config.CACHE_DIR
    try:
        numba.config.CACHE_DIR = str(cache_directory())
        return cast(F, numba.njit(nogil=True, cache=True, **STRICT)(function))
    except (OSError, RuntimeError):
        # No place can be written: compile anew in each process.
        return cast(F, numba.njit(nogil=True, **STRICT)(function))
    finally:
        numba.config.CACHE_DIR = before


def inlined(function: F) -> F:
    """Compile a part of a kernel; always inlined, so that lanes stay in registers."""
    return cast(F, numba.njit(nogil=True, forceinline=True, **PART)(function))


def intrinsic(function: Callable[..., Any]) -> Callable[..., Any]:
    """Declare an operation that writes its own LLVM code; kernels call it without the typing context."""
    return cast(Callable[..., Any], numba.extending.intrinsic(function))


def outlined(function: F) -> F:
    """Compile a part of a kernel that runs seldom, once for all its callers.

    That has to be said: what is not, a part takes over from the options of the function that calls it.
    """
    return cast(F, numba.njit(nogil=True, forceinline=False, **PART)(function))
