"""NumPy over replicas: every array holds a batch of them, (states, replicas), and one year is one pass over
it.

Replicas that are over are dropped each year; crises, decisions and wars are worked out for those alone
that have one. Tried for speed: batches of 500 to 8000 (below 2000 the calls weigh, twice as slow at 500);
sets of states as bit masks of the narrowest type against matrices of booleans (1.2 to 1.7 times faster).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from types import SimpleNamespace

import numpy as np

from peers.interface import Outcome, Parameters

BATCH = 4000


@dataclass
class System:
    """The replicas of a batch that are not over; the last axis is theirs."""

    R: np.ndarray  # (states, replicas)
    M: np.ndarray
    A: np.ndarray
    q: np.ndarray
    revisionist: np.ndarray
    last: np.ndarray
    against: np.ndarray  # sets of states as bit masks of the narrowest type that holds them
    clients: np.ndarray
    leader: np.ndarray  # (replicas,)
    run: np.ndarray
    wars: np.ndarray
    row: np.ndarray  # where the outcome goes

    def only(self, chosen) -> System:
        """The chosen replicas, copied."""
        return System(**{name: np.compress(chosen, array, axis=-1) for name, array in vars(self).items()})


def members(p, sets):
    """Bit masks as booleans, (states, replicas)."""
    return (sets & p.bits) != 0


def set_of(p, member):
    return np.bitwise_or.reduce(member * p.bits, axis=0)


def power(weight, R, M):
    """An index of power with this weight of arms: capability, or the threat index."""
    return R * ((1 - weight) / R.sum(0)) + M * (weight / M.sum(0))


def aggressiveness(p, A):
    return 1 - p.wI + p.wI * A


def found(p, rng, count):
    R = np.exp(p.s0 * rng.standard_normal((p.N, count), p.dtype))
    R /= R.sum(0)
    M = (p.b0 * R).astype(p.dtype)
    nobody = np.zeros(R.shape, p.bits.dtype)
    return System(
        R, M, np.full_like(R, p.a0), np.zeros_like(R), rng.random(R.shape) < p.ph,
        np.zeros(R.shape, np.int16), nobody, nobody.copy(), power(p.wC, R, M).argmax(0),
        np.zeros(count, np.int64), np.zeros(count, np.int64), np.arange(count),
    )  # fmt: skip


def grow(p, s, rng):
    """Step 1."""
    lives = s.R > 0
    R = np.where(lives, s.R, 1)
    x = rng.standard_normal(R.shape, p.dtype)
    x *= p.sig
    x -= p.sig**2 / 2 - p.chi * p.b0
    x -= p.chi * (s.M / R)
    x -= p.cv * np.log(R * (lives.sum(0) / s.R.sum(0)).astype(p.dtype))
    x -= s.q
    s.R *= np.exp(x, out=x)
    np.minimum(s.M, s.R, out=s.M)
    s.q[:] = 0
    s.A += (p.a0 - s.A) * p.dA


def arm(p, s):
    """Step 2: the greatest threat to each is the greatest of all, or the second to the one it comes from."""
    Q = power(p.wO, s.R, s.M)
    shown = aggressiveness(p, s.A) * Q
    second, first = np.partition(shown, p.N - 2, axis=0)[-2:]
    worst = np.where(shown == first, second, first)
    above = np.maximum(0, worst / np.where(s.R > 0, Q, 1) - p.th)
    s.M += p.r * (np.minimum(p.bm, p.b0 + p.b0 * p.eI * p.k * above) * s.R - s.M)
    s.R *= 1 + p.eI * p.kE * np.minimum(1, above)


def threat(p, s, c, at, Q):
    """Threat of the states c to all, times their own index; its aggressiveness."""
    living = (s.R > 0).sum(0)
    seen = aggressiveness(p, s.A[c, at])
    own = Q[c, at]
    social = np.where(living > 1, p.wS * (living - 1) / (1 - own), 0)
    return (seen * own * (1 - p.wS)).astype(p.dtype) + (seen * own * social).astype(p.dtype) * Q, seen


def balance_softly(p, s):
    """Step 3."""
    h, at = s.leader, np.arange(len(s.leader))
    C, Q = power(p.wC, s.R, s.M), power(p.wO, s.R, s.M)
    e, seen = threat(p, s, h, at, Q)
    refuses = (e >= p.th * Q) & (s.R > 0) & ~members(p, s.against[h, at] | s.clients[h, at])
    refuses[h, at] = False
    s.q[h, at] = p.ze * seen * np.where(refuses, C, 0).sum(0)


def strength(p, arms):
    """Strength of a coalition from what its members have (others: 0), and its arms."""
    W = arms.sum(0)
    return p.eC * W + (1 - p.eC) * (arms * arms).sum(0) / np.where(W > 0, W, 1), W


def commit(arms, W, efficiency):
    """The share of its arms that each member of a side with arms W gives."""
    return efficiency + (1 - efficiency) * arms / np.where(W > 0, W, 1)


def align(p, s, c, at, C, Q, year, rng):
    """Steps 4.1 to 4.3: who is against the states c and who is with them."""
    foe, friend = members(p, s.against[c, at]), members(p, s.clients[c, at])
    stay = p.co ** (year - s.last[c, at])
    M = s.M[c, at]
    pledged = strength(p, foe * s.M)[0]
    alarmed, _ = threat(p, s, c, at, Q)
    u = rng.random(s.R.shape, p.dtype)
    share = C / (1 - C[c, at])
    pj = p.eS * (share + p.eP * (1 - share)) * np.where(pledged >= p.om * M, p.eP, 1)
    pj *= alarmed >= p.th * Q
    pb = np.where(M > p.v * (s.M + pledged), p.pB, p.pJ * (s.revisionist & (M > pledged)))
    neutral = (s.R > 0) & ~foe & ~friend
    neutral[c, at] = False
    stays = u < stay
    bandwagons = u < pb
    foe = foe & stays & (alarmed >= p.th / 2 * Q) | neutral & ~bandwagons & (u < pb + (1 - pb) * pj)
    friend = friend & stays | neutral & bandwagons
    s.against[c, at], s.clients[c, at] = set_of(p, foe), set_of(p, friend)
    s.last[c, at] = year
    return foe, friend


def hold_crises(p, s, year, rng):
    """Step 4: the first crisis of all replicas that have one, then the second, and so on."""
    count = (p.nu * p.N + rng.random(len(s.leader))).astype(np.int64)
    for o in range(count.max()):
        c = rng.integers(0, p.N, len(count))
        here = (o < count) & (s.R[c, np.arange(len(c))] > 0)
        if here.all():
            hold_crisis(p, s, c, year, rng)
        elif here.any():
            part = s.only(here)
            hold_crisis(p, part, c[here], year, rng)
            for name in ("R", "M", "A", "q", "last", "against", "clients", "wars"):
                getattr(s, name)[..., here] = getattr(part, name)


def hold_crisis(p, s, c, year, rng):
    at = np.arange(len(c))
    C, Q = power(p.wC, s.R, s.M), power(p.wO, s.R, s.M)
    foe, friend = align(p, s, c, at, C, Q, year, rng)
    tribute = p.tb * s.R * friend
    s.R -= tribute
    s.R[c, at] += tribute.sum(0)
    h = s.leader
    alarmed = (s.against[h, at] & p.bits[c, 0] != 0) & (C[h, at] > p.al)
    # Only those who may attack at all go on.
    some = np.flatnonzero(s.revisionist[c, at] | alarmed)
    decide(p, s, c[some], some, alarmed[some], foe[:, some], friend[:, some], rng)


def decide(p, s, c, at, alarmed, foe, friend, rng):
    """Step 4.6."""
    k = np.arange(len(c))
    h, R, M = s.leader[at], s.R[:, at], s.M[:, at]
    own_R, own_M = R[c, k], M[c, k]
    E, W = strength(p, foe * M)
    f = commit(M, W, p.eC) * foe
    foe_gives = f * M
    friend_f = commit(M, own_M + (friend * M).sum(0), p.eB) * friend
    gives = friend_f * M
    opposed = members(p, s.against[h, at])
    lender = opposed & ~foe & ~friend
    lender[c, k] = False
    lender_f = p.rb * commit(M, (opposed * M).sum(0), p.eC) * lender
    protected = members(p, s.clients[h, at]) & ~(foe | friend)[h, k]
    allowed = (R > 0) & ~friend & (s.clients[:, at] & p.bits[c, 0] == 0)
    allowed &= s.revisionist[c, at] | (np.arange(p.N)[:, None] == h) & alarmed
    allowed[c, k] = False
    attack = np.repeat((own_M + gives.sum(0))[None], p.N, 0)
    attack[h, k] += (lender_f * M).sum(0)
    defense = np.maximum(0, p.D * M + E - foe_gives) + p.pr * M[h, k] * protected
    ratio = defense / (attack * np.exp(p.sm * rng.standard_normal(len(c), p.dtype)))
    gain = (p.ta * R + p.tl * own_R) / (1 + ratio * ratio * ratio) - (p.tl + p.cw) * own_R
    gain[~allowed] = -np.inf
    j = gain.argmax(0)
    war = gain[j, k] > p.ri * own_R
    lender_f *= j == h
    f[j, k] = 0
    f += friend_f + lender_f
    gives += lender_f * M
    gives[c, k] = own_M
    foe_gives[j, k] = p.D * M[j, k]
    fight(p, s, c[war], j[war], at[war], attack[j, k][war], defense[j, k][war], f[:, war], gives[:, war],
          foe_gives[:, war], rng)  # fmt: skip


def fight(p, s, c, j, at, attack, defense, loss, attackers, defenders, rng):
    """Step 4.7."""
    k = np.arange(len(c))
    R, M = s.R[:, at], s.M[:, at]
    s.wars[at] += 1
    s.A[c, at] += p.gA * (1 - s.A[c, at])
    loss[c, k] = loss[j, k] = 1
    M *= 1 - p.la * loss
    R[c, k] *= 1 - p.cw
    R[j, k] *= 1 - p.cw
    won = rng.random(len(c), p.dtype) * (1 + (defense / attack) ** 3) < 1
    spoils, arms = won * p.ta * R[j, k], won * p.ta * M[j, k]
    indemnity = ~won * p.tl * R[c, k]
    R += spoils / attack * attackers + indemnity / defenders.sum(0) * defenders
    M += arms / attack * attackers
    R[j, k] -= spoils
    M[j, k] -= arms
    R[c, k] -= indemnity
    fallen = np.flatnonzero(won & (R[j, k] < p.an * R.sum(0)))
    if len(fallen):
        c, j, replica = c[fallen], j[fallen], at[fallen]
        for x in (R, M):
            x[c, fallen] += x[j, fallen]
            x[j, fallen] = 0
        s.q[j, replica] = 0
        for sets in (s.against, s.clients):
            sets[j, replica] = 0
            sets[:, replica] &= ~p.bits[j, 0]
    s.R[:, at], s.M[:, at] = R, M


def crown(p, s):
    """Step 6; where a hegemon has emerged."""
    C = power(p.wC, s.R, s.M)
    leader = C.argmax(0)
    s.run = np.where(C.max(0) >= p.H, np.where(leader == s.leader, s.run + 1, 1), 0)
    s.leader = leader
    return s.run >= p.ho


def live(p, rng, count):
    """A batch of replicas; rows of emerged, years, wars, survivors."""
    rows = np.zeros((4, count), np.int64)
    s = found(p, rng, count)
    for year in range(1, p.T + 1):
        grow(p, s, rng)
        arm(p, s)
        balance_softly(p, s)
        hold_crises(p, s, year, rng)
        emerged = crown(p, s)
        over = emerged if year < p.T else np.ones_like(emerged)
        if over.any():
            rows[:, s.row[over]] = emerged[over], year * over[over], s.wars[over], (s.R > 0).sum(0)[over]
            s = s.only(~over)
            if not len(s.row):
                break
    return rows


def simulate(parameters: Parameters, replicas: int, seed: int, dtype: str = "float64") -> Outcome:
    """Simulate that many replicas, in batches."""
    rng = np.random.default_rng(seed)
    p = SimpleNamespace(**asdict(parameters), dtype=np.dtype(dtype).type)
    p.bits = np.array([[1 << k] for k in range(p.N)], np.min_scalar_type((1 << p.N) - 1))
    batches = [live(p, rng, min(BATCH, replicas - first)) for first in range(0, replicas, BATCH)]
    return Outcome.of(*np.concatenate(batches, axis=1))
