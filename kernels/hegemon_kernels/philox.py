"""Philox4x32-10, the counter-based generator of Salmon et al. (2011), on lanes.

The words ride in 64-bit lanes, where a 32 x 32 -> 64 bit product is one instruction.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hegemon_kernels._jit import inlined
from hegemon_kernels.lane_ops import low_word

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)


@inlined
def philox(c0: Any, c1: Any, c2: Any, c3: Any, key: Any, like: Any) -> Any:
    """Four 32-bit words of the block at counter (c0, c1, c2, c3), 64-bit lanes that hold 32-bit words.

    `key` is the 64-bit key; the words come in the integer type of `like`.
    """
    k0 = key & _LOW
    k1 = key >> _32
    for _ in range(10):
        p0 = (c0 & _LOW) * _MULTIPLIER_0
        p1 = (c2 & _LOW) * _MULTIPLIER_1
        c0 = (p1 >> _32) ^ c1 ^ k0
        c2 = (p0 >> _32) ^ c3 ^ k1
        # The high halves of these are rubbish; every use looks at the low half only.
        c1 = p1
        c3 = p0
        k0 = (k0 + _WEYL_0) & _LOW
        k1 = (k1 + _WEYL_1) & _LOW
    return low_word(c0, like), low_word(c1, like), low_word(c2, like), low_word(c3, like)
