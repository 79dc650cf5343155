"""Digests of the outcomes of fixed systems, as bytes.

    python tests/kernels/golden.py            print them, with the CPU that the kernels were compiled for
    python tests/kernels/golden.py --write    put them into golden.json, with the present MODEL_VERSION

golden.json holds the systems too, by symbol, so that no change elsewhere moves them.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numba.core.registry import cpu_target

import hegemon_kernels as hk

FILE = Path(__file__).with_name("golden.json")
DTYPES = ("float64", "float32")


def digest(system: dict[str, Any], dtype: str) -> str:
    """SHA-256 of the rows of a system's replicas."""
    rows = np.zeros(system["replicas"], hk.OUTCOME_DTYPE)
    key = hk.stream_key(system["seed"], 0)
    hk.simulate(hk.pack_point(system["values"], dtype), key, system["first"], rows)
    return hashlib.sha256(rows.astype(rows.dtype.newbyteorder("<")).tobytes()).hexdigest()


def digests(systems: dict[str, Any]) -> dict[str, dict[str, str]]:
    """All digests, by system and precision."""
    return {name: {d: digest(system, d) for d in DTYPES} for name, system in systems.items()}


def main() -> None:
    golden = json.loads(FILE.read_text())
    found = digests(golden["systems"])
    if "--write" in sys.argv[1:]:
        golden = {"model_version": hk.MODEL_VERSION, "digests": found, "systems": golden["systems"]}
        FILE.write_text(json.dumps(golden, indent=1) + "\n")
    _, name, features = cpu_target.target_context.codegen().magic_tuple()
    json.dump({"cpu": name, "features": features, "digests": found}, sys.stdout)


if __name__ == "__main__":
    main()
