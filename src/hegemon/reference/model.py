"""One replica of the model in plain Python: slow, obvious, written from docs/model.md alone.

`simulate` gives what is recorded of one replica, `trace` its yearly states and crises too. Sums run in index
order and products as written, so that a kernel that does the same agrees to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hegemon.reference.numerics import (
    Draws,
    WordSource,
    exp,
    index_below,
    ln,
    normals,
    philox4x32_10,
    sincos,
    stream_key,
    total,
    uniform,
)
from hegemon.reference.records import Chronicle
from hegemon.reference.system import System, capability, greatest, threat_index

__all__ = ["exp", "ln", "philox4x32_10", "simulate", "sincos", "stream_key", "trace"]

NAN = math.nan


class Threat(NamedTuple):
    """A threat to a state, times that state's own index: levels are compared without dividing by it."""

    shown: float
    own: float

    def reaches(self, level: float) -> bool:
        return self.shown >= level * self.own


def threats(s: System, c: int, error: Callable[[int], float] | None = None) -> dict[int, Threat]:
    """How much c threatens every other living state; `error` is the factor by which each misperceives it."""
    p, Q = s.p, threat_index(s)
    region = s.living_region()
    others = total(Q[j] for j in region if j != c)
    social = ((p.wS * (len(region) - 1)) * Q[c]) / others if others > 0 else 0.0
    seen = {}
    for k in s.living():
        if k != c:
            front = (s.L[k][c] * s.aggressiveness(c)) * s.affinity(k, c)
            if error is not None:
                front = front * error(k)
            seen[k] = Threat(front * ((1 - p.wS) * Q[c] + social * Q[k]), Q[k])
    return seen


# Step 1


def grow(s: System, year: int) -> None:
    p = s.p
    alive = s.living()
    whole = total(s.R[i] for i in s.region)
    mean = total(s.R[i] for i in alive) / len(alive)
    for i in alive:
        x = p.mu[i]
        if p.sig > 0:
            x = x + p.sig * s.draws.packed_normal(0, year, i) - (p.sig * p.sig) / 2
        if p.chi > 0:
            x = x - p.chi * (s.M[i] / s.R[i] - p.b0)
        if p.ov > 0:
            x = x - p.ov * max(0.0, s.R[i] / whole - 1 / p.N)
        if p.cv > 0:
            x = x - p.cv * ln(s.R[i] * (1 / mean))
        x = x - s.q[i]
        s.R[i] = s.R[i] * exp(x)
        s.M[i] = min(s.M[i], s.R[i])
        s.q[i] = 0.0
        s.A[i] = p.a0 + (s.A[i] - p.a0) * (1 - p.dA)
    keep_in_range(s)


def keep_in_range(s: System) -> None:
    """Rescale by a power of two, cap offshore giants, eliminate those who have next to nothing."""
    whole = total(s.R[i] for i in s.region)
    if whole > 0 and not 2.0**-40 <= whole <= 2.0**40:
        scale = math.ldexp(1.0, -max(math.frexp(whole)[1] - 1, -1023))
        s.R = [x * scale for x in s.R]
        s.M = [x * scale for x in s.M]
        whole = whole * scale
    for i in s.p.offshore:
        s.R[i] = min(s.R[i], 2.0**100 * whole)
        s.M[i] = min(s.M[i], s.R[i])
    for i in s.everyone:
        if s.R[i] == 0 or s.R[i] < 2.0**-100 * whole:
            eliminate(s, i)


def eliminate(s: System, i: int) -> None:
    s.R[i] = s.M[i] = s.q[i] = 0.0
    s.against[i].clear()
    s.clients[i].clear()
    for j in s.everyone:
        s.against[j].discard(i)
        s.clients[j].discard(i)


# Step 2


def arm(s: System) -> None:
    p, Q, alive = s.p, threat_index(s), s.living()
    excess = {}
    for i in alive:
        weights = [((s.L[i][j] * s.aggressiveness(j)) * s.affinity(i, j)) * Q[j] for j in alive if j != i]
        excess[i] = max(0.0, max(weights, default=0.0) / Q[i] - p.th)
    share = dict.fromkeys(alive, 1.0)
    if p.rule == "olson":
        means = {i: s.R[i] for i, g in excess.items() if g > 0}
        share |= provided_fractions(p.ow, means, provision(p.ow, means))
    for i, g in excess.items():
        ambition = p.am if s.revisionist[i] else 0.0
        burden = min(p.bm, p.b0 * (1 + ambition + ((p.eI * p.k) * share[i]) * g))
        s.M[i] = s.M[i] + p.r * (burden * s.R[i] - s.M[i])
        s.R[i] = s.R[i] * (1 + ((p.eI * p.kE) * share[i]) * min(1.0, g))


# Step 3


def balance_softly(s: System) -> None:
    p, h = s.p, s.leader
    if not (p.ze > 0 and s.R[h] > 0):
        return
    C = capability(s)
    unaligned = total(
        C[k]
        for k, e in threats(s, h).items()
        if e.reaches(p.th) and k not in s.against[h] and k not in s.clients[h]
    )
    s.q[h] = s.q[h] + (p.ze * s.aggressiveness(h)) * unaligned


# Step 4


@dataclass
class Pledges:
    """What each member of a side can project (w) and the share of it that it commits (f)."""

    w: dict[int, float]
    f: dict[int, float]
    strength: float

    def given(self, k: int) -> float:
        return self.f[k] * self.w[k]


def counts(x: float) -> bool:
    """Whether an amount is enough to divide by; what is smaller counts as nothing."""
    return x >= 2.0**-900


def inverse(x: float) -> float:
    """1 / x, and 0 where x counts as nothing: shares of nothing are 0."""
    return 1 / x if counts(x) else 0.0


def provision(ow: float, means: Mapping[int, float]) -> float:
    """What states with these means provide between them, each adding only what is worth its while.

    Those who would give nothing drop out, one round after the other; what the rest provides only grows.
    """
    E = 0.0
    while True:
        giving = [x for x in means.values() if x > (1 - ow) * E]
        more = total(giving) / (ow + len(giving) * (1 - ow))
        if not more > E:
            return E
        E = more


def provided_fractions(ow: float, means: Mapping[int, float], E: float) -> dict[int, float]:
    """What part of its means each gives where E is provided in all."""
    floor = (1 - ow) * E
    return {k: min(1.0, (1 - floor * inverse(x)) * (1 / ow)) if x > floor else 0.0 for k, x in means.items()}


def coalition(s: System, target: int) -> Pledges:
    """The coalition against `target`."""
    eC = s.p.eC
    w = {k: s.L[k][target] * s.M[k] for k in sorted(s.against[target])}
    if eC is None:
        E = provision(s.p.ow, w)
        return Pledges(w, provided_fractions(s.p.ow, w, E), E)
    W = total(w.values())
    per_arms = inverse(W)
    f = {k: x * per_arms + eC * (1 - x * per_arms) for k, x in w.items()}
    return Pledges(w, f, eC * W + ((1 - eC) * total(x * x for x in w.values())) * per_arms)


def attack_side(s: System, c: int) -> Pledges:
    """The clients of c, whose shares are of the whole side with c in it."""
    eB = s.p.eB
    w = {k: s.L[k][c] * s.M[k] for k in sorted(s.clients[c])}
    if eB is None:
        E = provision(s.p.ow, {k: s.M[c] if k == c else w[k] for k in sorted({c, *w})})
        f = provided_fractions(s.p.ow, w, E)
        return Pledges(w, f, total(f[k] * w[k] for k in w))
    W = s.M[c]
    for x in w.values():
        W = W + x
    per_arms = inverse(W)
    f = {k: x * per_arms + eB * (1 - x * per_arms) for k, x in w.items()}
    return Pledges(w, f, total(f[k] * w[k] for k in w))


@dataclass
class Crisis:
    """One crisis: its address, its focus and what the steps find out about it."""

    year: int
    order: int
    c: int
    C: list[float]
    slot: int
    e: dict[int, Threat] = field(default_factory=dict)
    threatened: set[int] = field(default_factory=set)
    foes: Pledges = field(default_factory=lambda: Pledges({}, {}, 0.0))
    friends: Pledges = field(default_factory=lambda: Pledges({}, {}, 0.0))
    rollback: dict[int, float] = field(default_factory=dict)  # f_k of the rollback side
    against_leader: Pledges = field(default_factory=lambda: Pledges({}, {}, 0.0))
    delivered: float | None = None
    decided: bool = False
    best_gain: float = NAN
    target: int = -1
    deterred: bool = False
    won: int = -1
    annexed: bool = False
    attack_strength: float = 0.0  # M_c + B


def hold_crises(s: System, year: int) -> list[Crisis]:
    count = math.floor(s.p.nu * s.p.N + uniform(s.draws.words(32, year)[2]))
    crises = (hold_crisis(s, year, o) for o in range(count))
    return [crisis for crisis in crises if crisis is not None]


def hold_crisis(s: System, year: int, o: int) -> Crisis | None:
    slot = 64 * (o + 1)
    c = focus(s, s.draws.words(slot, year)[0])
    if s.R[c] == 0 or c in s.p.offshore:
        return None
    x = Crisis(year, o, c, capability(s), slot)
    align(s, x)
    measure(s, x)
    for k in sorted(s.clients[c]):
        tribute = s.p.tb * s.R[k]
        s.R[k] = s.R[k] - tribute
        s.R[c] = s.R[c] + tribute
    decide(s, x)
    if x.target >= 0:
        fight(s, x)
    return x


def focus(s: System, word: int) -> int:
    if s.p.initiative == "uniform":
        return index_below(word, s.p.N)
    C = capability(s)
    bound = uniform(word) * total(C[i] for i in s.region)
    running = 0.0
    for i in s.region:
        running = running + C[i]
        if running > bound:
            return i
    return s.living_region()[-1]


def align(s: System, x: Crisis) -> None:
    """Step 4.3: every other living state joins, bandwagons, leaves or stays, all at once."""
    p, c = s.p, x.c
    idle = x.year - s.last_crisis[c]
    stay = 1.0 if idle == 0 else 0.0 if p.co == 0 else exp(idle * ln(p.co))
    s.last_crisis[c] = x.year
    pledged = coalition(s, c).strength  # E0
    x.e = threats(s, c, misperception(s, x) if p.sp > 0 else None)
    keen = keenness(s, x)
    per_burden = inverse(total(s.L[k][c] * x.C[k] for k in x.e))
    for k in x.e:
        u = uniform(s.draws.packed_word(x.slot + 1, x.year, k))
        if k in s.against[c]:
            if u >= stay or not x.e[k].reaches(0.5 * p.th):
                s.against[c].discard(k)
        elif k in s.clients[c]:
            if u >= stay:
                s.clients[c].discard(k)
        else:
            share = (s.L[k][c] * x.C[k]) * per_burden
            pb = bandwagoning_chance(s, c, k, pledged)
            pj = joining_chance(s, c, keen[k], share, pledged) if k in keen else 0.0
            if u < pb:
                s.clients[c].add(k)
            elif u < pb + (1 - pb) * pj:
                s.against[c].add(k)


def misperception(s: System, x: Crisis) -> Callable[[int], float]:
    p = s.p
    return lambda k: exp(p.sp * s.draws.packed_normal(x.slot + 17, x.year, k) - (p.sp * p.sp) / 2)


def bandwagoning_chance(s: System, c: int, k: int, pledged: float) -> float:
    p = s.p
    if k in p.offshore:
        return 0.0
    if p.v < math.inf and s.L[k][c] * s.M[c] > p.v * (s.M[k] + pledged):
        return p.pB
    return p.pJ if s.revisionist[k] and s.M[c] > pledged else 0.0


def keenness(s: System, x: Crisis) -> dict[int, tuple[float, float]]:
    """Speed and participation of each state that may join; derived where they are not given."""
    p = s.p
    alarmed = [k for k, e in x.e.items() if e.reaches(p.th)]
    if p.eS is not None and p.eP is not None:
        return dict.fromkeys(alarmed, (p.eS, p.eP))
    means = {k: s.L[k][x.c] * s.M[k] for k in alarmed}
    E = provision(p.ow, means)
    speed = min(1.0, E * inverse(total(means.values()))) if p.eS is None else p.eS
    fractions = provided_fractions(p.ow, means, E)
    return {k: (speed, fractions[k] if p.eP is None else p.eP) for k in alarmed if means[k] > 0}


def joining_chance(s: System, c: int, keen: tuple[float, float], share: float, pledged: float) -> float:
    p = s.p
    speed, participation = keen
    chance = speed * (share + participation * (1 - share))
    return chance * participation if p.om < math.inf and pledged >= p.om * s.M[c] else chance


def measure(s: System, x: Crisis) -> None:
    """Step 4.4: the strength of both sides, and of those who would help against the leader."""
    c, h = x.c, s.leader
    x.foes = coalition(s, c)
    x.friends = attack_side(s, c)
    x.attack_strength = s.M[c] + x.friends.strength
    x.threatened = {k for k, e in x.e.items() if e.reaches(s.p.th)}
    arms = total(s.L[k][c] * s.M[k] for k in sorted(x.threatened))
    if arms > 0:
        x.delivered = min(1.0, x.foes.strength / arms)
    if h != c and s.R[h] > 0:
        x.against_leader = coalition(s, h)
        x.rollback = {
            k: f
            for k, f in x.against_leader.f.items()
            if k != c and k not in s.against[c] and k not in s.clients[c]
        }


def allowed_targets(s: System, x: Crisis) -> list[int]:
    p, c, h = s.p, x.c, s.leader
    if s.revisionist[c]:
        pool = s.living_region()
    elif c != h and c in s.against[h] and p.al < 1 and x.C[h] > p.al:
        pool = [h]
    else:
        pool = []
    return [j for j in pool if j != c and j not in s.clients[c] and c not in s.clients[j]]


def strengths(s: System, x: Crisis, j: int) -> tuple[float, float]:
    """Attack and defense strength if c attacks j."""
    attack = s.M[x.c] * s.L[x.c][j] + x.friends.strength
    if j == s.leader:
        attack = attack + s.p.rb * total(x.against_leader.given(k) for k in x.rollback)
    defense = s.p.D * s.M[j] + x.foes.strength
    if j in x.foes.w:
        defense = defense - x.foes.given(j)
    return attack, max(0.0, defense) + protection(s, x, j)


def strengths_alone(s: System, x: Crisis, j: int) -> tuple[float, float]:
    """The same had nobody balanced: no coalition against c, none against the leader."""
    attack = s.M[x.c] * s.L[x.c][j] + x.friends.strength
    return attack, s.p.D * s.M[j] + protection(s, x, j)


def protection(s: System, x: Crisis, j: int) -> float:
    """Arms with which the leader defends its client j."""
    c, h = x.c, s.leader
    if j in s.clients[h] and c != h and h not in s.against[c] and h not in s.clients[c]:
        return s.p.pr * (s.L[h][j] * s.M[h])
    return 0.0


def odds_against(attack: float, defense: float, m: float) -> float:
    """Odds against winning with a positive attack; its inverse is taken first."""
    ratio = defense * inverse(attack)
    if m == 1:
        return ratio
    if m == 2:
        return ratio * ratio
    if m == 3:
        return (ratio * ratio) * ratio
    return exp(m * ln(ratio))


def chance_of_winning(attack: float, defense: float, m: float) -> float:
    return 1 / (1 + odds_against(attack, defense, m)) if counts(attack) else 0.0


def decide(s: System, x: Crisis) -> None:
    """Step 4.6: choose the target of the greatest expected gain, or refrain."""
    p, c = s.p, x.c
    targets = allowed_targets(s, x)
    if not targets:
        return
    x.decided = True
    error = 0.0
    if p.sm > 0:
        error = p.sm * normals(*s.draws.words(x.slot, x.year)[2:])[0]
    optimism = exp(p.bi + error)

    def gain(j: int, attack: float, defense: float) -> float:
        chance = chance_of_winning(attack * optimism, defense, p.m)
        return chance * stake(j) - (p.tl + p.cw) * s.R[c]

    def stake(j: int) -> float:
        """What a victory makes more than a defeat."""
        return p.ta * s.R[j] + p.tl * s.R[c]

    def tempts(j: int, attack: float, defense: float) -> bool:
        """Whether the gain exceeds the caution; both sides times 1 + odds."""
        if not counts(attack * optimism):
            return False
        hurdle = (p.tl + p.cw + p.ri) * s.R[c]
        return stake(j) > hurdle * (1 + odds_against(attack * optimism, defense, p.m))

    gains = {j: gain(j, *strengths(s, x, j)) for j in targets}
    best = max(targets, key=lambda j: (gains[j], -j))
    x.best_gain = gains[best]
    if x.best_gain > p.ri * s.R[c]:
        x.target = best
    else:
        x.deterred = any(tempts(j, *strengths_alone(s, x, j)) for j in targets)


def fight(s: System, x: Crisis) -> None:
    """Step 4.7: losses, then spoils or indemnity; strengths as they stood at the decision."""
    p, c, j = s.p, x.c, x.target
    attack, defense = strengths(s, x, j)
    attackers = {c: s.M[c] * s.L[c][j]}
    attackers.update({k: x.friends.given(k) for k in x.friends.w})
    defenders = {j: p.D * s.M[j]}
    defenders.update({k: x.foes.given(k) for k in x.foes.w if k != j})
    if j == s.leader:
        attackers.update({k: p.rb * x.against_leader.given(k) for k in x.rollback})

    s.A[c] = s.A[c] + p.gA * (1 - s.A[c])
    lose_arms(s, x)
    s.R[c] = s.R[c] * (1 - p.cw)
    s.R[j] = s.R[j] * (1 - p.cw)
    x.won = int(uniform(s.draws.words(x.slot, x.year)[1]) < chance_of_winning(attack, defense, p.m))
    if x.won:
        share_spoils(s, x, attackers, attack)
    else:
        share_indemnity(s, x, defenders)


def lose_arms(s: System, x: Crisis) -> None:
    la, c, j = s.p.la, x.c, x.target
    for k in (c, j):
        s.M[k] = s.M[k] * (1 - la)
    for side in (x.foes, x.friends):
        for k, f in side.f.items():
            if k != j:
                s.M[k] = s.M[k] * (1 - la * f)
    if j == s.leader:
        for k, f in x.rollback.items():
            s.M[k] = s.M[k] * (1 - (la * s.p.rb) * f)


def share_spoils(s: System, x: Crisis, attackers: dict[int, float], attack: float) -> None:
    c, j = x.c, x.target
    resources, arms = s.p.ta * s.R[j], s.p.ta * s.M[j]
    s.R[j] = s.R[j] - resources
    s.M[j] = s.M[j] - arms
    unit, unit_arms = resources * inverse(attack), arms * inverse(attack)
    for k, contribution in attackers.items():
        s.R[k] = s.R[k] + unit * contribution
        s.M[k] = s.M[k] + unit_arms * contribution
    whole = total(s.R[i] for i in s.region)
    for k, contribution in attackers.items():
        s.conquest[k] = s.conquest[k] + (unit * contribution) * (1 / whole)
    if s.R[j] == 0 or s.R[j] * (1 / whole) < s.p.an:
        s.R[c] = s.R[c] + s.R[j]
        s.M[c] = s.M[c] + s.M[j]
        s.conquest[c] = s.conquest[c] + s.R[j] * (1 / whole)
        eliminate(s, j)
        x.annexed = True


def share_indemnity(s: System, x: Crisis, defenders: dict[int, float]) -> None:
    c, j = x.c, x.target
    indemnity = s.p.tl * s.R[c]
    s.R[c] = s.R[c] - indemnity
    contributed = total(defenders.values())
    if counts(contributed):
        unit = indemnity * inverse(contributed)
        gains = {k: unit * contribution for k, contribution in defenders.items()}
    else:
        gains = {j: indemnity}
    for k, gain in gains.items():
        s.R[k] = s.R[k] + gain
    whole = total(s.R[i] for i in s.region)
    for k, gain in gains.items():
        s.conquest[k] = s.conquest[k] + gain * (1 / whole)
    s.conquest[c] = s.conquest[c] - indemnity * (1 / whole)


# Step 5


def secede(s: System, year: int) -> None:
    p, h = s.p, s.leader
    dead = [i for i in s.region if s.R[i] == 0]
    if not (p.hs > 0 and s.R[h] > 0 and dead):
        return
    words = s.draws.words(32, year)
    if uniform(words[0]) < p.hs * capability(s)[h]:
        d = dead[index_below(words[1], len(dead))]
        s.R[d], s.M[d] = p.qs * s.R[h], p.qs * s.M[h]
        s.R[h], s.M[h] = s.R[h] - s.R[d], s.M[h] - s.M[d]
        s.A[d], s.q[d] = p.a0, 0.0


# Step 6


def crown(s: System) -> None:
    """Choose the new leader and count the years for which it has held hegemony."""
    C = capability(s)
    old, s.leader = s.leader, greatest(C, s.region)
    if C[s.leader] >= s.p.H:
        s.run = s.run + 1 if s.leader == old else 1
    else:
        s.run = 0


def live_one_year(s: System, year: int) -> list[Crisis] | None:
    """One year; None where nobody in the region outlives its growth."""
    grow(s, year)
    if not s.living_region():
        return None
    arm(s)
    balance_softly(s)
    crises = hold_crises(s, year)
    secede(s, year)
    crown(s)
    return crises


def simulate(
    values: Mapping[str, Any], key: int, replica: int, *, words: WordSource | None = None
) -> dict[str, Any]:
    """Every field of the outcome of one replica."""
    return dict(trace(values, key, replica, words=words)["outcome"])


def trace(
    values: Mapping[str, Any], key: int, replica: int, *, words: WordSource | None = None
) -> dict[str, Any]:
    """The outcome of one replica with its yearly states and its crises."""
    s = System(values, Draws(key, replica, words))
    chronicle = Chronicle(s, replica)
    for year in range(1, s.p.T + 1):
        leader = s.leader
        crises = live_one_year(s, year)
        if crises is None:
            break
        chronicle.keep(s, year, leader, crises)
        if s.p.absorbing and s.run == s.p.ho:
            break
    return chronicle.result(s)
