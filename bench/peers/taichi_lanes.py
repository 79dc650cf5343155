"""Taichi: one kernel, its outer loop over replicas (which Taichi spreads over threads; here over one).

A replica lives in local vectors; loops over states have the number of states compiled in. The record of
parameters is an argument, so that other numbers need no new compilation. Its own splitmix64 makes runs
repeatable: the generator behind `ti.random` can be seeded in `ti.init` alone.
"""

import contextlib
import math
import sys
from collections.abc import Callable
from dataclasses import asdict, fields
from functools import cache

import numpy as np

from peers.interface import Outcome, Parameters

with contextlib.redirect_stdout(sys.stderr):  # it greets
    import taichi as ti

    ti.init(arch=ti.cpu, cpu_max_num_threads=1, log_level=ti.ERROR)


@cache
def program(n: int, real) -> tuple[Callable, Callable]:
    """Make the record of parameters and the kernel for n states and this precision."""
    kinds = {"int": ti.i32, "float": real}
    Numbers = ti.types.struct(**{field.name: kinds[field.type] for field in fields(Parameters)})
    reals = ti.types.vector(n, real)
    sets = ti.types.vector(n, ti.u64)  # of states, as bit masks
    State = ti.types.struct(
        R=reals, M=reals, A=reals, q=reals, C=reals, Q=reals, f=reals, given=reals,
        z=ti.types.vector(n + 1, real),
        against=sets, clients=sets, revisionists=ti.u64, last=ti.types.vector(n, ti.i32),
        leader=ti.i32, run=ti.i32, wars=ti.i32, random=ti.u64,
    )  # fmt: skip

    @ti.func
    def uniform(s: ti.template()):
        """splitmix64."""
        s.random += ti.u64(0x9E3779B97F4A7C15)
        x = s.random
        x = (x ^ (x >> 30)) * ti.u64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> 27)) * ti.u64(0x94D049BB133111EB)
        x = x ^ (x >> 31)
        y = ti.cast(0.0, real)
        if ti.static(real == ti.f32):
            y = ti.cast(ti.cast(x >> 40, ti.i32), real) * ti.cast(2.0**-24, real)
        else:
            y = ti.cast(ti.cast(x >> 11, ti.i64), real) * ti.cast(2.0**-53, real)
        return y

    @ti.func
    def normals(s: ti.template()):
        """Box and Muller."""
        size = ti.sqrt(-2 * ti.log(1 - uniform(s)))
        turn = ti.cast(2 * math.pi, real) * uniform(s)
        return size * ti.cos(turn), size * ti.sin(turn)

    @ti.func
    def bit(k):
        return ti.u64(1) << ti.cast(k, ti.u64)

    @ti.func
    def has(states, k):
        return (states & bit(k)) != 0

    @ti.func
    def weigh(p, s: ti.template()):
        """Capability and threat index of everybody; they add up to 1."""
        per_R, per_M = 1 / s.R.sum(), 1 / s.M.sum()
        s.C = (1 - p.wC) * per_R * s.R + p.wC * per_M * s.M
        s.Q = (1 - p.wO) * per_R * s.R + p.wO * per_M * s.M

    @ti.func
    def strongest(s: ti.template()):
        leader = 0
        for i in range(n):
            if s.C[i] > s.C[leader]:
                leader = i
        return leader

    @ti.func
    def count_living(s: ti.template()):
        living = 0
        for i in range(n):
            if s.R[i] > 0:
                living += 1
        return living

    @ti.func
    def aggressiveness(p, A):
        return 1 - p.wI + p.wI * A

    @ti.func
    def draw_normals(s: ti.template()):
        for i in range((n + 1) // 2):
            x, y = normals(s)
            s.z[2 * i] = x
            s.z[2 * i + 1] = y

    @ti.func
    def found(p, s: ti.template()):
        draw_normals(s)
        whole = ti.cast(0.0, real)
        for i in range(n):
            s.R[i] = ti.exp(p.s0 * s.z[i])
            whole += s.R[i]
            if uniform(s) < p.ph:
                s.revisionists |= bit(i)
        s.R /= whole
        s.M = p.b0 * s.R
        for i in range(n):
            s.A[i] = p.a0
        weigh(p, s)
        s.leader = strongest(s)

    @ti.func
    def grow(p, s: ti.template()):
        """Step 1."""
        draw_normals(s)
        mean = s.R.sum() / count_living(s)
        for i in range(n):
            if s.R[i] > 0:
                x = p.sig * s.z[i] - p.sig * p.sig / 2 - p.chi * (s.M[i] / s.R[i] - p.b0)
                s.R[i] *= ti.exp(x - p.cv * ti.log(s.R[i] / mean) - s.q[i])
                s.M[i] = ti.min(s.M[i], s.R[i])
                s.q[i] = 0
                s.A[i] += (p.a0 - s.A[i]) * p.dA

    @ti.func
    def arm(p, s: ti.template()):
        """Step 2: the greatest threat of all, or the second to the state that the first comes from."""
        weigh(p, s)
        first, second, source = ti.cast(0.0, real), ti.cast(0.0, real), -1
        for i in range(n):
            x = aggressiveness(p, s.A[i]) * s.Q[i]
            if x > first:
                second = first
                first = x
                source = i
            else:
                second = ti.max(second, x)
        for i in range(n):
            if s.R[i] > 0:
                worst = ti.select(i == source, second, first)
                above = ti.max(0, worst / s.Q[i] - p.th)
                burden = ti.min(p.bm, p.b0 * (1 + p.eI * p.k * above))
                s.M[i] += p.r * (burden * s.R[i] - s.M[i])
                s.R[i] *= 1 + p.eI * p.kE * ti.min(1, above)

    @ti.func
    def threat(p, s: ti.template(), c):
        """(x, y) such that c threatens a state of index Q by (x + y Q) / Q."""
        shown = aggressiveness(p, s.A[c]) * s.Q[c]
        living = count_living(s)
        social = ti.cast(0.0, real)
        if living > 1:
            social = shown * p.wS * (living - 1) / (1 - s.Q[c])
        return (1 - p.wS) * shown, social

    @ti.func
    def balance_softly(p, s: ti.template()):
        """Step 3."""
        h = s.leader
        weigh(p, s)
        own, social = threat(p, s, h)
        aligned = s.against[h] | s.clients[h] | bit(h)
        refusing = ti.cast(0.0, real)
        for k in range(n):
            if s.R[k] > 0 and not has(aligned, k) and own + social * s.Q[k] >= p.th * s.Q[k]:
                refusing += s.C[k]
        s.q[h] += p.ze * aggressiveness(p, s.A[h]) * refusing

    @ti.func
    def arms_of(s: ti.template(), members):
        total, squares = ti.cast(0.0, real), ti.cast(0.0, real)
        for k in range(n):
            if has(members, k):
                total += s.M[k]
                squares += s.M[k] * s.M[k]
        return total, squares

    @ti.func
    def coalition_strength(p, W, squares):
        E = ti.cast(0.0, real)
        if W > 0:
            E = p.eC * W + (1 - p.eC) * squares / W
        return E

    @ti.func
    def align(p, s: ti.template(), c, year):
        """Steps 4.2 to 4.4; returns the strength of the coalition."""
        foes, friends = s.against[c], s.clients[c]
        stay = ti.exp((year - s.last[c]) * ti.log(p.co))
        s.last[c] = year
        W, squares = arms_of(s, foes)
        pledged = coalition_strength(p, W, squares)
        own, social = threat(p, s, c)
        for k in range(n):
            if k != c and s.R[k] > 0:
                e, level = own + social * s.Q[k], p.th * s.Q[k]
                u = uniform(s)
                if has(foes, k):
                    if u >= stay or e < level / 2:
                        foes ^= bit(k)
                elif has(friends, k):
                    if u >= stay:
                        friends ^= bit(k)
                else:
                    pb, pj = ti.cast(0.0, real), ti.cast(0.0, real)
                    if s.M[c] > p.v * (s.M[k] + pledged):
                        pb = p.pB
                    elif has(s.revisionists, k) and s.M[c] > pledged:
                        pb = p.pJ
                    if e >= level:
                        share = s.C[k] / (1 - s.C[c])
                        pj = p.eS * (share + p.eP * (1 - share))
                        if pledged >= p.om * s.M[c]:
                            pj *= p.eP
                    if u < pb:
                        friends |= bit(k)
                    elif u < pb + (1 - pb) * pj:
                        foes |= bit(k)
        s.against[c] = foes
        s.clients[c] = friends
        W, squares = arms_of(s, foes)
        commit(s, foes, W, p.eC)
        return coalition_strength(p, W, squares)

    @ti.func
    def commit(s: ti.template(), members, W, efficiency):
        """What each member of a side with arms W gives; returns what they give together."""
        strength = ti.cast(0.0, real)
        for k in range(n):
            if has(members, k):
                share = s.M[k] / W
                s.f[k] = share + efficiency * (1 - share)
                s.given[k] = s.f[k] * s.M[k]
                strength += s.given[k]
        return strength

    @ti.func
    def lend(p, s: ti.template(), h, lenders):
        """What others in the coalition against the leader give to an attack on it."""
        W, _ = arms_of(s, s.against[h])
        strength = commit(s, lenders, W, p.eC)
        for k in range(n):
            if has(lenders, k):
                s.f[k] *= p.rb
                s.given[k] *= p.rb
        return p.rb * strength

    @ti.func
    def decide(p, s: ti.template(), c, E):
        """Step 4.6."""
        h, foes, friends = s.leader, s.against[c], s.clients[c]
        allowed = ti.u64(0)
        if has(s.revisionists, c):
            allowed = ~(friends | bit(c))
        elif c != h and has(s.against[h], c) and s.C[h] > p.al:
            allowed = bit(h) & ~friends
        if allowed != 0:
            alone, rollback = s.M[c], ti.cast(0.0, real)
            if friends != 0:
                W, _ = arms_of(s, friends)
                alone += commit(s, friends, s.M[c] + W, p.eB)
            wards, lenders = ti.u64(0), ti.u64(0)
            if c != h:
                lenders = s.against[h] & ~(foes | friends | bit(c))
                if lenders != 0:
                    rollback = lend(p, s, h, lenders)
                if not has(foes | friends, h):
                    wards = s.clients[h]
            x, _ = normals(s)
            blur = ti.exp(p.sm * x)
            best, target = p.ri * s.R[c], -1
            attack, defense = ti.cast(0.0, real), ti.cast(0.0, real)
            for j in range(n):
                if has(allowed, j) and s.R[j] > 0 and not has(s.clients[j], c):
                    a, d = alone, p.D * s.M[j] + E
                    if j == h:
                        a += rollback
                    if has(foes, j):
                        d = ti.max(0, d - s.given[j])
                    if has(wards, j):
                        d += p.pr * s.M[h]
                    ratio = d / (a * blur)
                    chance = 1 / (1 + ratio * ratio * ratio)
                    gain = chance * (p.ta * s.R[j] + p.tl * s.R[c]) - (p.tl + p.cw) * s.R[c]
                    if gain > best:
                        best, target, attack, defense = gain, j, a, d
            if target >= 0:
                helpers = friends
                if target == h:
                    helpers |= lenders
                fight(p, s, c, target, foes & ~bit(target), helpers, attack, defense)

    @ti.func
    def fight(p, s: ti.template(), c, j, foes, helpers, attack, defense):
        """Step 4.7."""
        own, own_defense, ratio = s.M[c], p.D * s.M[j], defense / attack
        s.wars += 1
        s.A[c] += p.gA * (1 - s.A[c])
        for k in range(n):
            if k == c or k == j:  # noqa: SIM109 (Taichi has no `in`)
                s.M[k] *= 1 - p.la
                s.R[k] *= 1 - p.cw
            elif has(foes | helpers, k):
                s.M[k] *= 1 - p.la * s.f[k]
        if uniform(s) * (1 + ratio * ratio * ratio) < 1:
            share_spoils(p, s, c, j, helpers, own, attack)
        else:
            share_indemnity(p, s, c, j, foes, own_defense)

    @ti.func
    def share_spoils(p, s: ti.template(), c, j, helpers, own, attack):
        resources, arms = p.ta * s.R[j], p.ta * s.M[j]
        s.R[j] -= resources
        s.M[j] -= arms
        s.R[c] += resources * own / attack
        s.M[c] += arms * own / attack
        for k in range(n):
            if has(helpers, k):
                s.R[k] += resources * s.given[k] / attack
                s.M[k] += arms * s.given[k] / attack
        if s.R[j] < p.an * s.R.sum():
            s.R[c] += s.R[j]
            s.M[c] += s.M[j]
            s.R[j] = s.M[j] = s.q[j] = 0
            s.against[j] = s.clients[j] = 0
            for i in range(n):
                s.against[i] &= ~bit(j)
                s.clients[i] &= ~bit(j)

    @ti.func
    def share_indemnity(p, s: ti.template(), c, j, foes, own):
        indemnity, defended = p.tl * s.R[c], own
        for k in range(n):
            if has(foes, k):
                defended += s.given[k]
        s.R[c] -= indemnity
        s.R[j] += indemnity * own / defended
        for k in range(n):
            if has(foes, k):
                s.R[k] += indemnity * s.given[k] / defended

    @ti.func
    def hold_crisis(p, s: ti.template(), year):
        """Step 4."""
        c = ti.min(n - 1, ti.cast(uniform(s) * n, ti.i32))
        if s.R[c] > 0:
            weigh(p, s)
            E = align(p, s, c, year)
            for k in range(n):
                if has(s.clients[c], k):
                    tribute = p.tb * s.R[k]
                    s.R[k] -= tribute
                    s.R[c] += tribute
            decide(p, s, c, E)

    @ti.func
    def crown(p, s: ti.template()):
        """Step 6."""
        weigh(p, s)
        leader = strongest(s)
        if s.C[leader] < p.H:
            s.run = 0
        elif leader == s.leader:
            s.run += 1
        else:
            s.run = 1
        s.leader = leader

    @ti.kernel
    def run(p: Numbers, keys: ti.types.ndarray(ti.u64, 1), rows: ti.types.ndarray(ti.i32, 2)):
        for replica in range(keys.shape[0]):
            s = State(0)
            s.random = keys[replica]
            found(p, s)
            year = 0
            while year < p.T and s.run < p.ho:
                year += 1
                grow(p, s)
                arm(p, s)
                balance_softly(p, s)
                for _ in range(ti.cast(p.nu * n + uniform(s), ti.i32)):
                    hold_crisis(p, s, year)
                crown(p, s)
            rows[replica, 0] = s.run >= p.ho
            rows[replica, 1] = year
            rows[replica, 2] = s.wars
            rows[replica, 3] = count_living(s)

    return Numbers, run


def simulate(parameters: Parameters, replicas: int, seed: int, dtype: str = "float32") -> Outcome:
    """Simulate that many replicas."""
    record, run = program(parameters.N, ti.f32 if dtype == "float32" else ti.f64)
    keys = np.random.SeedSequence(seed).generate_state(replicas, np.uint64)
    rows = np.zeros((replicas, 4), np.int32)
    run(record(**asdict(parameters)), keys, rows)
    return Outcome.of(*rows.T)
