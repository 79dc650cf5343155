"""JAX: one replica written with jax.numpy, `vmap` over a batch, `jit` over a `while_loop` of years.

Every ten years replicas that are over give their place in the batch to new ones; in between they are
masked. Draws are made for a whole batch. Tried for speed, on one core: batches of 64 to 4096 (256 keep
all intermediates in the cache: 1.8 times as fast as 1024 and more); replicas along the last axis against
the first (1.2 times faster); threefry against rbg and unsafe_rbg (1.4 times faster); the normals of
`random.normal` against Box and Muller (the same); sums over states written out (5 times slower); vectors
of 512 bits (up to 1.2 times faster; without that flag the LLVM of jaxlib 0.10 cannot compile the float64
program for AVX-512); batches that run until their last replica is over (1.6 times slower). Half of the
time goes to random numbers.
"""

from __future__ import annotations

import math
import os
from collections import namedtuple
from dataclasses import astuple, fields
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from peers.interface import Outcome, Parameters

# Read when jax is imported.
os.environ["XLA_FLAGS"] = f"--xla_cpu_prefer_vector_width=512 {os.environ.get('XLA_FLAGS', '')}"

import jax
import jax.numpy as jnp
from jax import lax, random

BATCH = 256
SPAN = 10  # years between looks at who is over


def take_one_core() -> None:
    """Let XLA start one worker, as peers are compared core by core: it starts as many as it finds cores."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    jax.devices()
    for thread in Path("/proc/self/task").iterdir():
        os.sched_setaffinity(int(thread.name), cores)


take_one_core()

Numbers = namedtuple("Numbers", [field.name for field in fields(Parameters)])


class State(NamedTuple):
    """One replica; under vmap, all of a batch."""

    R: Any  # by state
    M: Any
    A: Any
    q: Any
    against: Any  # sets of states, as bit masks
    clients: Any
    revisionist: Any
    last: Any
    leader: Any  # scalars
    run: Any
    wars: Any
    year: Any
    over: Any


def pick(chosen, x):
    """The element of x that the one-hot mask chooses; 0 where it chooses none."""
    return jnp.sum(jnp.where(chosen, x, 0), dtype=x.dtype)


def members(states, mask):
    """A bit mask as an array of booleans."""
    return (mask >> states) & 1 != 0


def mask_of(states, member):
    return jnp.sum(jnp.where(member, jnp.uint32(1) << states, 0), dtype=jnp.uint32)


def index(weight, R, M):
    """An index of power with this weight of arms: capability, or the threat index."""
    return (1 - weight) / R.sum() * R + weight / M.sum() * M


def aggressiveness(p, A):
    return 1 - p.wI + p.wI * A


def found(p, z, u):
    """A new replica, from normals and uniforms of its states."""
    R = jnp.exp(p.s0 * z)
    R = R / R.sum()
    M = p.b0 * R
    zero = jnp.zeros_like(R)
    nobody = jnp.zeros(R.shape, jnp.uint32)
    none = jnp.int32(0)
    leader = jnp.argmax(index(p.wC, R, M)).astype(jnp.int32)
    return State(
        R, M, zero + p.a0, zero, nobody, nobody, u < p.ph, nobody.astype(jnp.int32),
        leader, none, none, none, jnp.bool(False),
    )  # fmt: skip


def grow(p, s, z):
    """Step 1."""
    lives = s.R > 0
    R = jnp.where(lives, s.R, 1)
    mean = s.R.sum() / lives.sum()
    x = p.sig * z - p.sig**2 / 2 - p.chi * (s.M / R - p.b0) - p.cv * jnp.log(R / mean) - s.q
    R = s.R * jnp.exp(x)
    return s._replace(R=R, M=jnp.minimum(s.M, R), q=jnp.zeros_like(R), A=p.a0 + (s.A - p.a0) * (1 - p.dA))


def arm(p, s):
    """Step 2."""
    Q = index(p.wO, s.R, s.M)
    shown = aggressiveness(p, s.A) * Q
    first = shown.max()
    second = jnp.where(shown == first, 0, shown).max()
    worst = jnp.where(shown == first, second, first)
    above = jnp.maximum(0, worst / jnp.where(s.R > 0, Q, 1) - p.th)
    burden = jnp.minimum(p.bm, p.b0 * (1 + p.eI * p.k * above))
    M = s.M + p.r * (burden * s.R - s.M)
    return s._replace(M=M, R=s.R * (1 + p.eI * p.kE * jnp.minimum(1, above)))


def threat(p, s, Q, chosen):
    """Threat of the chosen state to all, times their own index; its aggressiveness."""
    living = (s.R > 0).sum()
    seen = aggressiveness(p, pick(chosen, s.A))
    own = pick(chosen, Q)
    social = jnp.where(living > 1, p.wS * (living - 1) / (1 - own), 0)
    return seen * own * (1 - p.wS + social * Q), seen


def balance_softly(p, s, states):
    """Step 3."""
    C, Q = index(p.wC, s.R, s.M), index(p.wO, s.R, s.M)
    leads = states == s.leader
    e, seen = threat(p, s, Q, leads)
    aligned = members(states, pick(leads, s.against) | pick(leads, s.clients))
    refuses = (s.R > 0) & ~leads & ~aligned & (e >= p.th * Q)
    return s._replace(q=jnp.where(leads & (s.R > 0), p.ze * seen * jnp.where(refuses, C, 0).sum(), s.q))


def coalition_strength(p, arms):
    """Strength of a coalition from what its members have (others: 0), and its arms."""
    W = arms.sum()
    return jnp.where(W > 0, p.eC * W + (1 - p.eC) * (arms * arms).sum() / jnp.where(W > 0, W, 1), 0), W


def commit(arms, W, efficiency):
    """The share of its arms that each member of a side with arms W gives."""
    share = arms / jnp.where(W > 0, W, 1)
    return share + efficiency * (1 - share)


def align(p, s, states, chosen, C, Q, stay, u):
    """Steps 4.2 and 4.3: who is against the chosen state and who is with it, as booleans."""
    foe = members(states, pick(chosen, s.against))
    friend = members(states, pick(chosen, s.clients))
    M = pick(chosen, s.M)
    pledged, _ = coalition_strength(p, jnp.where(foe, s.M, 0))
    e, _ = threat(p, s, Q, chosen)
    share = C / (1 - pick(chosen, C))
    pj = p.eS * (share + p.eP * (1 - share)) * jnp.where(pledged >= p.om * M, p.eP, 1)
    pj = jnp.where(e >= p.th * Q, pj, 0)
    pb = jnp.where(s.revisionist & (M > pledged), p.pJ, 0)
    pb = jnp.where(M > p.v * (s.M + pledged), p.pB, pb)
    neutral = (s.R > 0) & ~chosen & ~foe & ~friend
    foe = foe & (u < stay) & (e >= p.th / 2 * Q) | neutral & (u >= pb) & (u < pb + (1 - pb) * pj)
    friend = friend & (u < stay) | neutral & (u < pb)
    return foe, friend


def hold_crisis(p, s, states, active, u, u_war, sides, z):
    """Step 4."""
    c = (u * len(states)).astype(jnp.int32)
    chosen = states == c
    lives = s.R > 0
    active = active & (chosen & lives).any()
    C, Q = index(p.wC, s.R, s.M), index(p.wO, s.R, s.M)
    years = s.year - pick(chosen, s.last)
    stay = jnp.exp(years * jnp.log(p.co))
    foe, friend = align(p, s, states, chosen, C, Q, stay, sides)
    here = chosen & active
    s = s._replace(
        against=jnp.where(here, mask_of(states, foe), s.against),
        clients=jnp.where(here, mask_of(states, friend), s.clients),
        last=jnp.where(here, s.year, s.last),
    )
    tribute = jnp.where(friend & active, p.tb * s.R, 0)
    s = s._replace(R=s.R - tribute + jnp.where(here, tribute.sum(), 0))
    return decide(p, s, states, c, chosen, active, C, foe, friend, u_war, z)


def decide(p, s, states, c, chosen, active, C, foe, friend, u_war, z):
    """Step 4.6."""
    R, M = pick(chosen, s.R), pick(chosen, s.M)
    E, W = coalition_strength(p, jnp.where(foe, s.M, 0))
    foe_f = commit(s.M, W, p.eC)
    foe_gives = jnp.where(foe, foe_f * s.M, 0)
    friend_f = commit(s.M, M + jnp.where(friend, s.M, 0).sum(), p.eB)
    friend_gives = jnp.where(friend, friend_f * s.M, 0)
    leads = states == s.leader
    opposed = members(states, pick(leads, s.against))
    lender = opposed & ~chosen & ~foe & ~friend
    lender_f = p.rb * commit(s.M, jnp.where(opposed, s.M, 0).sum(), p.eC)
    lender_gives = jnp.where(lender, lender_f * s.M, 0)
    protected = members(states, pick(leads, s.clients)) & ~(leads & (foe | friend)).any()
    alarmed = (opposed & chosen).any() & (pick(leads, C) > p.al)
    allowed = (s.R > 0) & ~chosen & ~friend & ~members(c, s.clients)
    allowed &= (s.revisionist & chosen).any() | (leads & alarmed)
    alone = M + friend_gives.sum()
    attack = alone + jnp.where(leads, lender_gives.sum(), 0)
    defense = jnp.maximum(0, p.D * s.M + E - foe_gives)
    defense = defense + jnp.where(protected, p.pr * pick(leads, s.M), 0)
    ratio = defense / (attack * jnp.exp(p.sm * z))
    gain = (p.ta * s.R + p.tl * R) / (1 + ratio * ratio * ratio) - (p.tl + p.cw) * R
    gain = jnp.where(allowed, gain, -jnp.inf)
    best = gain.max()
    war = active & (best > p.ri * R)
    target = war & (gain == best)
    lender = lender & (leads & target).any()
    foe = foe & ~target
    attack, defense = pick(target, attack), pick(target, defense)
    loss = jnp.where(foe, foe_f, jnp.where(friend, friend_f, jnp.where(lender, lender_f, 0)))
    attackers = jnp.where(chosen, M, jnp.where(friend, friend_gives, jnp.where(lender, lender_gives, 0)))
    defenders = jnp.where(target, p.D * s.M, jnp.where(foe, foe_gives, 0))
    return fight(p, s, states, war, chosen, target, attack, defense, loss, attackers, defenders, u_war)


def fight(p, s, states, war, chosen, target, attack, defense, loss, attackers, defenders, u):
    """Step 4.7."""
    ratio = defense / jnp.where(war, attack, 1)
    won = war & (u * (1 + ratio * ratio * ratio) < 1)
    lost = war & ~won
    fights = war & (chosen | target)
    A = jnp.where(war & chosen, s.A + p.gA * (1 - s.A), s.A)
    M = s.M * jnp.where(fights, 1 - p.la, 1 - p.la * jnp.where(war, loss, 0))
    R = s.R * jnp.where(fights, 1 - p.cw, 1)
    spoils = jnp.where(won, p.ta * pick(target, R), 0)
    arms = jnp.where(won, p.ta * pick(target, M), 0)
    indemnity = jnp.where(lost, p.tl * pick(chosen, R), 0)
    per_attack = 1 / jnp.where(war, attack, 1)
    per_defense = 1 / jnp.where(war, defenders.sum(), 1)
    R = R + spoils * per_attack * attackers + indemnity * per_defense * defenders
    R = R - jnp.where(target, spoils, 0) - jnp.where(chosen, indemnity, 0)
    M = M + arms * per_attack * attackers - jnp.where(target, arms, 0)
    rest = pick(target, R)
    annexed = won & (rest < p.an * R.sum())
    falls = target & annexed
    takes = chosen & annexed
    R = jnp.where(falls, 0, R + jnp.where(takes, rest, 0))
    M = jnp.where(falls, 0, M + jnp.where(takes, pick(target, M), 0))
    others = ~mask_of(states, falls)
    return s._replace(
        R=R, M=M, A=A, q=jnp.where(falls, 0, s.q),
        against=jnp.where(falls, 0, s.against & others),
        clients=jnp.where(falls, 0, s.clients & others),
        wars=s.wars + war,
    )  # fmt: skip


def crown(p, s, states):
    """Step 6."""
    C = index(p.wC, s.R, s.M)
    first = C.max()
    leader = jnp.where(C == first, states, len(states)).min().astype(jnp.int32)
    run = jnp.where(first >= p.H, jnp.where(leader == s.leader, s.run + 1, 1), 0)
    return s._replace(leader=leader, run=run, over=(run >= p.ho) | (s.year >= p.T))


def live_one_year(p, crises, s, z, u):
    """One year of one replica; nothing happens to one that is over."""
    n = len(s.R)
    states = jnp.arange(n, dtype=jnp.int32)
    old = s
    s = s._replace(year=s.year + 1)
    s = balance_softly(p, arm(p, grow(p, s, z[:n])), states)
    count = p.nu * n + u[0]
    for o in range(crises):
        first = 1 + o * (n + 2)
        s = hold_crisis(
            p, s, states, o + 1 <= count, u[first], u[first + 1], u[first + 2 : first + 2 + n], z[n + o]
        )
    s = crown(p, s, states)
    return jax.tree.map(partial(jnp.where, old.over), old, s)


def over_last_axis(function):
    """Map it over replicas, which are along the last axis of every array."""
    return jax.vmap(function, in_axes=-1, out_axes=-1)


def new_replicas(p, key, states):
    z, u = random.split(key)
    shape = (states, BATCH)
    return over_last_axis(partial(found, p))(
        random.normal(z, shape, p.s0.dtype), random.uniform(u, shape, p.s0.dtype)
    )


def live_some_years(p, key, s, states, crises):
    def year(t, s):
        z, u = random.split(random.fold_in(key, t))
        z = random.normal(z, (states + crises, BATCH), p.s0.dtype)
        u = random.uniform(u, (1 + crises * (states + 2), BATCH), p.s0.dtype)
        return over_last_axis(partial(live_one_year, p, crises))(s, z, u)

    return lax.fori_loop(0, SPAN, year, s)


@partial(jax.jit, static_argnames=("states", "crises", "replicas"))
def run(p, key, states, crises, replicas):
    """Simulate replicas: a batch at a time, in which each that is over makes room for a new one."""

    def go_on(loop):
        t, s, ids, begun, rows = loop
        live, new = random.split(random.fold_in(key, t))
        s = live_some_years(p, live, s, states, crises)
        outcome = jnp.stack([s.run >= p.ho, s.year, s.wars, (s.R > 0).sum(0, dtype=jnp.int32)])
        rows = rows.at[:, jnp.where(s.over, ids, replicas)].set(outcome, mode="drop")
        ids = jnp.where(s.over, begun + jnp.cumsum(s.over, dtype=jnp.int32) - 1, ids)
        fresh = new_replicas(p, new, states)
        s = jax.tree.map(partial(jnp.where, s.over), fresh._replace(over=ids >= replicas), s)
        return t + 1, s, ids, ids.max() + 1, rows

    ids = jnp.arange(BATCH, dtype=jnp.int32)
    s = new_replicas(p, random.fold_in(key, 0), states)
    rows = jnp.zeros((4, replicas), jnp.int32)
    loop = 1, s._replace(over=ids >= replicas), ids, jnp.int32(BATCH), rows
    return lax.while_loop(lambda loop: ~loop[1].over.all(), go_on, loop)[-1]


def simulate(parameters: Parameters, replicas: int, seed: int, dtype: str = "float32") -> Outcome:
    """Simulate that many replicas."""
    with jax.enable_x64(dtype == "float64"):
        reals = np.dtype(dtype)
        values = [np.asarray(x, reals if isinstance(x, float) else np.int32) for x in astuple(parameters)]
        crises = math.ceil(parameters.nu * parameters.N)
        return Outcome.of(*run(Numbers(*values), random.key(seed), parameters.N, crises, replicas))
