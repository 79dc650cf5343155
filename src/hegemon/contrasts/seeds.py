"""Random numbers of a comparison: a function of the experiment's seed and of what they are for."""

from __future__ import annotations

import hashlib

import numpy as np


def generator(seed: int, *purpose: object) -> np.random.Generator:
    """A generator that gives the same numbers for the same seed and purpose."""
    text = "/".join(map(str, purpose))
    words = np.frombuffer(hashlib.sha256(text.encode()).digest(), "<u4")
    return np.random.default_rng([seed, *words.tolist()])
