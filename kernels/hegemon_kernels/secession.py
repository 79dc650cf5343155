"""Step 5 of the year: one of the eliminated states breaks away from the leader."""

from __future__ import annotations

from typing import Any

import numpy as np

from hegemon_kernels._jit import inlined
from hegemon_kernels.elementary import uniform
from hegemon_kernels.lane_ops import fill, low_word, select, widen
from hegemon_kernels.sets import in_region, pick
from hegemon_kernels.threat import index_weights, region_sums


@inlined
def secede(p: Any, s: Any, done: Any, w0: Any, w1: Any) -> None:
    """Let an eliminated state of the region return with part of the leader's resources and arms."""
    n = p.N
    leader = s.leader[0]
    R = pick(s.R, leader, n)
    M = pick(s.M, leader, n)
    a, b = index_weights(p.wC, *region_sums(p, s))
    nobody = fill(s.leader, 0)
    dead = nobody
    for i in range(n):
        if in_region(p, i):
            dead = dead + select(s.R[i] == 0.0, 1, nobody)
    breaks = done & (dead > 0) & (R > 0.0) & (uniform(w0) < p.hs * (a * R + b * M))
    chosen = low_word((widen(w1) * widen(dead)) >> np.uint64(32), s.leader[0])
    taken_R = p.qs * R
    taken_M = p.qs * M
    rank = nobody
    for i in range(n):
        leads = breaks & (leader == i)
        s.R[i] = select(leads, R - taken_R, s.R[i])
        s.M[i] = select(leads, M - taken_M, s.M[i])
        if in_region(p, i):
            was_dead = s.R[i] == 0.0
            returns = breaks & was_dead & (rank == chosen)
            rank = rank + select(was_dead, 1, nobody)
            s.R[i] = select(returns, taken_R, s.R[i])
            s.M[i] = select(returns, taken_M, s.M[i])
            s.A[i] = select(returns, p.a0, s.A[i])
            s.q[i] = select(returns, 0.0, s.q[i])
