"""How the scalar kernel is compiled, and where its machine code is kept."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numba

STRICT = {"nogil": True, "error_model": "numpy"}
inline = numba.njit(forceinline=True, **STRICT)
seldom = numba.njit(**STRICT)


def entry(function):
    """Compile a function that Python calls; kept on disk by a digest of all sources (Numba's has one)."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    before = numba.config.CACHE_DIR
    try:
        numba.config.CACHE_DIR = str(Path(__file__).parent / "__pycache__" / digest)
        return numba.njit(cache=os.access(Path(__file__).parent, os.W_OK), **STRICT)(function)
    finally:
        numba.config.CACHE_DIR = before
