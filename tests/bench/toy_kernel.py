"""A kernel whose operations are known, counted as `executed_operations` counts; prints JSON.

NUMBA_CACHE_DIR=$(mktemp -d) python tests/bench/toy_kernel.py STEPS
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

import executed_operations
import numpy as np
from numba import njit

code = executed_operations.Instrumented()
code.install()


@njit(error_model="numpy")
def run_block(x, y, steps):
    for _ in range(steps):
        for i in range(len(x)):
            x[i] = x[i] * y[i] + 1.0
    if steps > 1000:
        for i in range(len(x)):
            x[i] = x[i] / y[i]


steps = int(sys.argv[1])
run_block(np.ones(64), np.ones(64), steps)
found, unknown = executed_operations.executed(code)
json.dump({"executed": found, "unknown": unknown, "blocks": len(code.blocks)}, sys.stdout)
