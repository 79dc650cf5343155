"""What the scalar kernel reads and writes: a design point, and the state of one replica."""

from __future__ import annotations

import numpy as np

REALS = (
    "ell s0 sig cv ov chi kE wO wS wI a0 gA dA th sp wG b0 bm k r am eI eS eP eC om co ze rb al v pB pJ eB "
    "tb pr nu ph m D ta tl la cw bi sm ri an hs qs wC H"
).split()
MOST = 64  # states

# Records, not tuples of arrays: a record is one pointer, which costs nothing to hand on, whereas Numba counts
# references to every array of a tuple at every call.
POINT = np.dtype(
    [(name, "f8") for name in REALS]
    + [(name, "i8") for name in ("N", "T", "ho", "absorbing", "near", "plane", "by_capability", "region")]
    + [("offshore", "u8"), ("shares", "f8", MOST), ("drift", "f8", MOST), ("proximity", "f8", (MOST, MOST))]
)
STATE = np.dtype(
    [(name, "f8", MOST) for name in ("R", "M", "A", "q", "ideology", "start", "conquest")]
    + [(name, "u8", MOST) for name in ("against", "clients")]
    + [("last", "i8", MOST), ("revisionists", "u8"), ("resources", "f8"), ("all_arms", "f8")]
    + [(name, "i8") for name in ("leader", "run", "stale", "alive", "alive_region", "crises", "measured")]
    # Scratch numbers by state: indices, normals, arms projected, commitments and contributions.
    + [(name, "f8", MOST) for name in ("C", "Q", "z", "arms", "f", "lent_f", "given", "lent")]
    + [("words", "u8", 4), ("near", "f8", (MOST, MOST))]
)
