"""Search for keys of the generator whose draws at addresses of the model are 0 or 2^32 - 1.

    python tests/kernels/search_edge_keys.py SECONDS [FIRST_KEY]

Prints the entries of `edge_keys.py`. One word in 2^31 is at an edge, so that a few minutes of one thread
find most of the addresses; a further search may begin where another ended.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numba
import numpy as np

# (year word, slot): which of the four words are drawn there for the first states and the first crisis.
ADDRESSES = {
    (0, 0): (0, 1, 2, 3),  # revisionist, dispersion, ideology
    (0, 64): (0, 1),  # place
    (1, 0): (0, 1, 2, 3),  # growth
    (1, 32): (0, 1, 2),  # secession, which state, number of crises
    (1, 64): (0, 1, 2, 3),  # focus, outcome of the war, misjudgment
    (1, 65): (0, 1, 2, 3),  # alignment
    (1, 81): (0, 1, 2, 3),  # misperception
}
BATCH = 1 << 22
MOST = 0xFFFFFFFF


@numba.njit
def _scan(first: Any, count: int, slot: Any, year: Any, found: Any) -> int:  # pragma: no cover
    """Keys first .. first + count - 1 with an edge word in the block of replica 0; how many were found."""
    low, shift = np.uint64(MOST), np.uint64(32)
    hits = 0
    for start in range(0, count, 1024):
        near = np.uint64(0)
        for i in range(1024):
            c0, c1, c2, c3, k0, k1 = _begin(first + np.uint64(start + i), slot, year)
            for _ in range(10):
                p0, p1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
                c0, c1, c2, c3 = (p1 >> shift) ^ c1 ^ k0, p1 & low, (p0 >> shift) ^ c3 ^ k1, p0 & low
                k0 = (k0 + np.uint64(0x9E3779B9)) & low
                k1 = (k1 + np.uint64(0xBB67AE85)) & low
            edge = False
            for w in (c0, c1, c2, c3):
                edge = edge | (((w + np.uint64(1)) & low) < np.uint64(2))
            near += np.uint64(edge)
        if near:
            found[hits] = first + np.uint64(start)
            hits += 1
    return hits


@numba.njit
def _begin(key: Any, slot: Any, year: Any) -> Any:  # pragma: no cover
    zero = np.uint64(0)
    return slot, year, zero, zero, key & np.uint64(MOST), key >> np.uint64(32)


def words(key: int, slot: int, year: int) -> tuple[int, ...]:
    """The block of replica 0."""
    c0, c1, c2, c3, k0, k1 = slot, year, 0, 0, key & MOST, key >> 32
    for _ in range(10):
        p0, p1 = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & MOST, (p0 >> 32) ^ c3 ^ k1, p0 & MOST
        k0, k1 = (k0 + 0x9E3779B9) & MOST, (k1 + 0xBB67AE85) & MOST
    return c0, c1, c2, c3


def search(seconds: float, first: int) -> int:
    """Print what is found; returns the key to go on from."""
    missing = {(y, s, w, edge) for (y, s), drawn in ADDRESSES.items() for w in drawn for edge in (0, MOST)}
    found = np.zeros(BATCH // 1024, np.uint64)
    end = time.monotonic() + seconds
    while missing and time.monotonic() < end:
        for year, slot in sorted({(y, s) for y, s, _, _ in missing}):
            hits = _scan(np.uint64(first), BATCH, np.uint64(slot), np.uint64(year), found)
            for start in found[:hits].tolist():
                for key in range(start, start + 1024):
                    for word, value in enumerate(words(key, slot, year)):
                        if (year, slot, word, value) in missing:
                            missing.discard((year, slot, word, value))
                            print(f"    EdgeDraw({key}, {year}, {slot}, {word}, {value:#x}),", flush=True)
        first += BATCH
    print(f"# searched up to key {first}; missing {sorted(missing)}")
    return first


if __name__ == "__main__":
    search(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
