"""Digests of the outcomes of fixed systems, as bytes; `golden.json` holds the systems and what they gave.

`python tests/kernels/golden.py --write` brings the file up to date where results are meant to change.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import hegemon_kernels as hk

FILE = Path(__file__).with_name("golden.json")
DTYPES = ("float64", "float32")


@cache
def load() -> dict[str, Any]:
    """What `golden.json` holds: ``model_version``, ``digests`` by system and precision, ``systems``."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def digest(system: dict[str, Any], dtype: str) -> str:
    """SHA-256 of the rows of a system's replicas."""
    rows = np.zeros(system["replicas"], hk.OUTCOME_DTYPE)
    key = hk.stream_key(system["seed"], 0)
    hk.simulate(hk.pack_point(system["values"], dtype), key, system["first"], rows)
    return hashlib.sha256(rows.astype(rows.dtype.newbyteorder("<")).tobytes()).hexdigest()


def digests(systems: dict[str, Any]) -> dict[str, dict[str, str]]:
    """All digests, by system and precision."""
    return {name: {dtype: digest(system, dtype) for dtype in DTYPES} for name, system in systems.items()}
