"""Plain C, built once by gcc -O3 -march=native into a cache directory and called by ctypes.

Sums that are 1 by definition are not added up anew; normals come two at a time. Arithmetic is strict, as
in the engine; tried: -ffast-math makes it 1.06 times faster, -O2 1.01 times slower.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import subprocess
from dataclasses import astuple
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from peers.folders import cache_folder
from peers.interface import Outcome, Parameters

SOURCE = Path(__file__).parent / "model.c"
FLAGS = ("-std=c11", "-O3", "-march=native", "-shared", "-fPIC")
REAL = {"float64": "double", "float32": "float"}


@cache
def library(dtype: str) -> Any:
    """Build it, unless the cache has it, and load it."""
    command = ["gcc", *FLAGS, f"-DREAL={REAL[dtype]}"]
    name = hashlib.sha256(SOURCE.read_bytes() + " ".join(command).encode()).hexdigest()[:16]
    path = cache_folder() / f"c-{name}.so"
    if not path.exists():
        new = path.with_suffix(f".{os.getpid()}")
        subprocess.run([*command, str(SOURCE), "-o", str(new), "-lm"], check=True)
        new.replace(path)
    return ctypes.CDLL(str(path))


def simulate(parameters: Parameters, replicas: int, seed: int, dtype: str = "float64") -> Outcome:
    """Simulate that many replicas."""
    values = astuple(parameters)
    real = ctypes.c_double if dtype == "float64" else ctypes.c_float
    fields = [(f"i{k}", ctypes.c_int64) for k in range(3)] + [(f"x{k}", real) for k in range(len(values) - 3)]
    record = type("Record", (ctypes.Structure,), {"_fields_": fields})(*values)
    rows = np.zeros((replicas, 4), np.int64)
    key = int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0])
    library(dtype).simulate(
        ctypes.byref(record),
        ctypes.c_uint64(key),
        ctypes.c_int64(replicas),
        ctypes.c_void_p(rows.ctypes.data),
    )
    return Outcome.of(*rows.T)
