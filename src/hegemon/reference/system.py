"""The state of one replica of the reference, its set-up and its two indices of power."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from hegemon.reference.numerics import Draws, exp, normals, total, uniform


class Parameters(SimpleNamespace):
    """The parameters by their symbols in docs/model.md (by their keys where they have none), resolved."""

    N: int
    T: int
    ho: int
    absorbing: bool
    layout: str
    initiative: str
    rule: str
    types: list[str]
    offshore: list[int]
    shares: list[float]
    mu: list[float]
    distances: list[list[float]]
    s0: float
    ell: float
    sig: float
    cv: float
    ov: float
    chi: float
    kE: float
    wO: float
    wS: float
    wI: float
    a0: float
    gA: float
    dA: float
    th: float
    sp: float
    wG: float
    b0: float
    bm: float
    k: float
    r: float
    am: float
    eI: float
    eS: float | None  # None: derived by each system for itself
    eP: float | None
    eC: float | None
    ow: float
    om: float
    co: float
    ze: float
    rb: float
    al: float
    v: float
    pB: float
    pJ: float
    eB: float | None
    tb: float
    pr: float
    nu: float
    ph: float
    m: float
    D: float
    ta: float
    tl: float
    la: float
    cw: float
    bi: float
    sm: float
    ri: float
    an: float
    hs: float
    qs: float
    wC: float
    H: float


class System:
    """The state of one replica."""

    def __init__(self, values: Mapping[str, Any], draws: Draws) -> None:
        p = Parameters(**values)
        first = [draws.words(i, 0) for i in range(p.N)]
        raw = list(p.shares)
        if p.s0 > 0:
            raw = [raw[i] * exp(p.s0 * normals(first[i][1], first[i][2])[0]) for i in range(p.N)]
        whole = total(raw)
        self.p = p
        self.draws = draws
        self.everyone = range(p.N)
        self.region = [i for i in self.everyone if i not in p.offshore]
        self.L = proximities(p, draws)
        self.R = [x / whole for x in raw]
        self.M = [p.b0 * x for x in self.R]
        self.A = [p.a0] * p.N
        self.q = [0.0] * p.N
        self.revisionist = [
            kind == "revisionist" or (kind == "drawn" and uniform(w[0]) < p.ph)
            for kind, w in zip(p.types, first, strict=True)
        ]
        self.ideology = [uniform(w[3]) for w in first]
        self.last_crisis = [0] * p.N
        self.against: list[set[int]] = [set() for _ in self.everyone]
        self.clients: list[set[int]] = [set() for _ in self.everyone]
        self.conquest = [0.0] * p.N
        self.leader = greatest(capability(self), self.region)
        self.run = 0

    def living(self) -> list[int]:
        """States with resources, offshore ones too."""
        return [i for i in self.everyone if self.R[i] > 0]

    def living_region(self) -> list[int]:
        """Those of the region."""
        return [i for i in self.region if self.R[i] > 0]

    def aggressiveness(self, j: int) -> float:
        """w_j: how aggressive j seems."""
        return (1 - self.p.wI) + self.p.wI * self.A[j]

    def affinity(self, i: int, j: int) -> float:
        """phi_ij: what ideology leaves of a threat between i and j."""
        return 1 - self.p.wG * (1 - abs(self.ideology[i] - self.ideology[j]))


def proximities(p: Parameters, draws: Draws) -> list[list[float]]:
    """L_ij between all states."""
    everyone = range(p.N)
    if p.layout == "none" or p.ell == math.inf:
        return [[1.0] * p.N for _ in everyone]
    words = [draws.words(64 + i, 0) for i in everyone] if p.layout == "plane" else []
    place = [(uniform(w[0]), uniform(w[1])) for w in words]

    def distance(i: int, j: int) -> float:
        if p.layout == "ring":
            return min(abs(i - j), p.N - abs(i - j)) / p.N
        if p.layout == "plane":
            dx, dy = place[i][0] - place[j][0], place[i][1] - place[j][1]
            return math.sqrt(dx * dx + dy * dy)
        return p.distances[i][j]

    return [[1.0 if i == j else exp(-distance(i, j) / p.ell) for j in everyone] for i in everyone]


# Indices of power


def index(s: System, weight: float) -> list[float]:
    """Every state's share of the region's power, arms weighted with `weight`."""
    resources = total(s.R[i] for i in s.region)
    arms = total(s.M[i] for i in s.region)
    a, b = ((1 - weight) / resources, weight / arms) if arms > 0 else (1 / resources, 0.0)
    return [a * s.R[i] + b * s.M[i] for i in s.everyone]


def capability(s: System) -> list[float]:
    """C of every state."""
    return index(s, s.p.wC)


def threat_index(s: System) -> list[float]:
    """Q of every state."""
    return index(s, s.p.wO)


def greatest(values: list[float], among: list[int]) -> int:
    """The index of the greatest value, the lowest in a tie."""
    return max(among, key=lambda i: (values[i], -i))
