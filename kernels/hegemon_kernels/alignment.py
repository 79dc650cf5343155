"""Steps 4.1 to 4.5: the state in focus, who joins or leaves which side, and how strong the sides are."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from hegemon_kernels._jit import inlined
from hegemon_kernels.counters import add, count
from hegemon_kernels.draws import ALIGNMENT, MISPERCEPTION, blocks_of, draw, fill_normals
from hegemon_kernels.elementary import exp, inverse, uniform
from hegemon_kernels.lane_ops import (
    any_lane,
    count_bits,
    fill,
    low_word,
    select,
    set_bit,
    to_float,
    widen,
    word_bits,
)
from hegemon_kernels.memory import set_at
from hegemon_kernels.provision import provide, provided_fraction, provided_share
from hegemon_kernels.sets import contains, in_region, pick_set
from hegemon_kernels.threat import affinity, aggressiveness, fill_proximity, threat_terms


class Focus(NamedTuple):
    """The state in focus of each lane, and the two sides."""

    here: Any  # lanes in which the crisis happens
    index: Any
    R: Any
    M: Any
    A: Any
    E: Any  # strength of the coalition against it
    W: Any  # arms behind that


@inlined
def index_below(word: Any, n: Any, like: Any) -> Any:
    """The index below `n` that a 32-bit word stands for."""
    return low_word((widen(word) * np.uint64(n)) >> np.uint64(32), like)


@inlined
def _focus_by_capability(p: Any, s: Any, word: Any) -> Any:
    """The first state whose cumulative capability over the region exceeds the drawn part of the total."""
    total = fill(s.C, 0.0)
    for i in range(p.N):
        if in_region(p, i):
            total = total + s.C[i]
    mark = uniform(word) * total
    total = fill(s.C, 0.0)
    index = fill(s.leader, 0)
    open_ = total == total
    for i in range(p.N):
        if in_region(p, i):
            total = total + s.C[i]
            # Where rounding leaves none, the last living one stays.
            index = select(open_ & (s.R[i] > 0.0), i, index)
            open_ = open_ & ~(total > mark)
    return index


@inlined
def choose_focus(p: Any, s: Any, word: Any) -> Any:
    """Index of the state in focus, which may be dead or offshore."""
    if p.by_capability != 0:
        return _focus_by_capability(p, s, word)
    return index_below(word, p.N, s.leader[0])


@inlined
def _coalition_strength(p: Any, s: Any, W: Any, squares: Any) -> Any:
    """What members with arms W in all contribute, when commitment is eC, or left to themselves."""
    if p.eC >= 0.0:
        return p.eC * W + (1.0 - p.eC) * squares * inverse(W)
    for k in range(p.N):
        s.given[k] = select(contains(s.coalition, 0, k), s.arms[k], 0.0)
    provide(p, s.given, s.strength)
    return s.strength[0]


@inlined
def _chance_to_stay(p: Any, s: Any, index: Any, lives: Any) -> Any:
    """Chance that an alignment has held since the last crisis of the state in focus; marks this one."""
    now = s.year[0] + 1
    last = now
    for i in range(p.N):
        chosen = lives & (index == i)
        last = select(chosen, s.last_crisis[i], last)
        s.last_crisis[i] = select(chosen, now, s.last_crisis[i])
    if p.co == 1.0:
        return fill(s.R, 1.0)
    years = to_float(now - last)
    if p.co == 0.0:
        return select(years > 0.0, fill(s.R, 0.0), 1.0)
    return exp(years * s.ln_cohesion[0])


class Side(NamedTuple):
    """Arms behind the coalition against the state in focus, and what they are good for."""

    W: Any
    E: Any


@inlined
def _pledges(p: Any, s: Any, index: Any, lives: Any) -> Any:
    """Step 4.2: arms projected on the state in focus, into their row; the coalition so far; burden shares.

    The state in focus itself and the dead project nothing, and never choose a side: their number is put
    beyond all chances.
    """
    zero = fill(s.R, 0.0)
    never = fill(s.R, 2.0)
    burden = zero
    W = zero
    squares = zero
    for k in range(p.N):
        near = s.near[k]
        living = (s.R[k] > 0.0) & (index != k)
        effort = select(living, near * s.C[k], zero)
        arms = select(living, near * s.M[k], zero)
        s.burden[k] = effort
        s.arms[k] = arms
        s.u[k] = select(living & lives, uniform(s.drawn[4 * ALIGNMENT + k]), never)
        burden = burden + effort
        given = select(contains(s.coalition, 0, k), arms, zero)
        W = W + given
        squares = squares + given * given
    return _coalition_strength(p, s, W, squares), inverse(burden)


@inlined
def _alarm(p: Any, s: Any, words: Any, look: Any, stay: Any, enough: Any, per_burden: Any) -> Any:
    """Chance that each state joins if it is neutral, and that it stays if it is a member, into their rows.

    Returns the arms of the alarmed.
    """
    zero = fill(s.R, 0.0)
    w, dyadic, relative, ideology = look
    half_variance = p.sp * p.sp / 2.0
    half_threshold = 0.5 * p.th
    lessened = select(enough, fill(s.R, p.eP), 1.0)
    threatened = zero
    if p.tracing != 0:
        for word in range(words):
            s.threatened[word] = fill(s.leader, 0)
    for k in range(p.N):
        threat = s.near[k] * w
        if p.wG > 0.0:
            threat = threat * affinity(p, s.ideology[k], ideology)
        if p.sp > 0.0:
            threat = threat * exp(p.sp * s.z[k] - half_variance)
        # Threats are compared as multiples of the observer's own index: no division.
        own = s.Q[k]
        threat = threat * (dyadic + relative * own)
        alarmed = threat >= p.th * own
        part = s.burden[k] * per_burden
        joins = p.eS * (part + p.eP * (1.0 - part)) * lessened
        s.join[k] = select(alarmed, joins, zero)
        if p.olson != 0:
            s.given[k] = select(alarmed, s.arms[k], zero)
        s.stay[k] = select(threat < half_threshold * own, zero, stay)
        threatened = threatened + select(alarmed, s.arms[k], zero)
        if p.tracing != 0:
            word = k // word_bits(s.threatened)
            bit = select(alarmed & (s.u[k] < 1.0), set_bit(s.threatened, k), fill(s.leader, 0))
            s.threatened[word] = s.threatened[word] | bit
    if p.olson != 0 and (p.eS < 0.0 or p.eP < 0.0):
        _derive_joining(p, s, threatened, enough, per_burden)
    return threatened


@inlined
def _derive_joining(p: Any, s: Any, threatened: Any, enough: Any, per_burden: Any) -> None:
    """Chance that each alarmed state joins, from what the alarmed would provide between them."""
    provide(p, s.given, s.strength)
    E = s.strength[0]
    speed = provided_share(E, threatened)
    if p.eS >= 0.0:
        speed = fill(s.R, p.eS)
    for k in range(p.N):
        willing = provided_fraction(p, E, s.given[k])
        if p.eP >= 0.0:
            willing = fill(s.R, p.eP)
        part = s.burden[k] * per_burden
        joins = speed * (part + willing * (1.0 - part)) * select(enough, willing, 1.0)
        s.join[k] = select(s.given[k] > 0.0, joins, 0.0)


@inlined
def _tempt(p: Any, s: Any, M: Any, E: Any) -> None:
    """Chance that each state bandwagons if it is neutral, and that it takes either side, into their rows."""
    zero = fill(s.R, 0.0)
    weaker = M > E
    for k in range(p.N):
        yields = zero
        if in_region(p, k):
            # An infinite vulnerability makes this false: no number exceeds inf, nor 0 times inf.
            vulnerable = s.near[k] * M > p.v * (s.M[k] + E)
            opportunist = contains(s.revisionists, 0, k) & weaker
            yields = select(vulnerable, fill(M, p.pB), select(opportunist, fill(M, p.pJ), zero))
        s.follow[k] = yields
        s.join[k] = yields + (1.0 - yields) * s.join[k]


@inlined
def _choose_sides(p: Any, s: Any, words: Any, index: Any, lives: Any, stay: Any) -> Any:
    """Step 4.3: joining and leaving, all from the chances in the rows; the new side and its size."""
    n = p.N
    bits = word_bits(s.against)
    zero = fill(s.R, 0.0)
    nobody = fill(s.leader, 0)
    W = zero
    squares = zero
    size = nobody
    for word in range(words):
        joined = nobody
        followed = nobody
        for k in range(word * bits, min(n, (word + 1) * bits)):
            bit = set_bit(s.coalition, k)
            member = contains(s.coalition, 0, k)
            client = contains(s.followers, 0, k)
            neutral = ~(member | client)
            u = s.u[k]
            yields = u < s.follow[k]
            follows = select(client, u < stay, neutral & yields)
            joins = select(member, u < s.stay[k], neutral & (u < s.join[k]) & ~yields)
            joined = joined | select(joins, bit, nobody)
            followed = followed | select(follows, bit, nobody)
            arms = select(joins, s.arms[k], zero)
            W = W + arms
            squares = squares + arms * arms
        s.coalition[word] = joined
        s.followers[word] = followed
        size = size + count_bits(joined)
        for i in range(n):
            chosen = lives & (index == i)
            s.against[set_at(s.against, i) + word] = select(
                chosen, joined, s.against[set_at(s.against, i) + word]
            )
            s.clients[set_at(s.clients, i) + word] = select(
                chosen, followed, s.clients[set_at(s.clients, i) + word]
            )
    return Side(W, _coalition_strength(p, s, W, squares)), size


@inlined
def align(p: Any, shared: Any, s: Any, words: Any, key: Any, index: Any, here: Any) -> Focus:
    """Let every state choose its side towards the state in focus, if it lives, and collect tribute."""
    n = p.N
    zero = fill(s.R, 0.0)
    R, M, A, Q, ideology = zero, zero, zero, zero, zero
    for i in range(n):
        chosen = index == i
        R = select(chosen, s.R[i], R)
        M = select(chosen, s.M[i], M)
        A = select(chosen, s.A[i], A)
        Q = select(chosen, s.Q[i], Q)
        if p.wG > 0.0:
            ideology = select(chosen, s.ideology[i], ideology)
    # Nothing happens to a dead or an offshore state.
    lives = here & (R > 0.0) & (((p.offshore >> widen(index)) & np.uint64(1)) == np.uint64(0))
    for word in range(words):
        s.coalition[word] = pick_set(s.against, index, n, words, word)
        s.followers[word] = pick_set(s.clients, index, n, words, word)
    fill_proximity(p, shared, s, index, s.near)
    dyadic, relative = threat_terms(p, s, index, Q)
    stay = _chance_to_stay(p, s, index, lives)
    E, per_burden = _pledges(p, s, index, lives)
    if p.sp > 0.0:
        draw(s, key, s.slot[0] + MISPERCEPTION, blocks_of(n))
        fill_normals(s, n)
    look = (aggressiveness(p, A), dyadic, relative, ideology)
    threatened = _alarm(p, s, words, look, stay, E >= p.om * M, per_burden)
    _tempt(p, s, M, E)
    side, size = _choose_sides(p, s, words, index, lives, stay)
    _record(s, lives, size, side.E, threatened)
    if p.tb > 0.0:
        R = _tribute(p, s, words, lives, index, R)
    return Focus(lives, index, R, M, A, side.E, side.W)


@inlined
def _record(s: Any, lives: Any, size: Any, E: Any, threatened: Any) -> None:
    count(s.met, lives)
    add(s.size_sum, lives, to_float(size))
    measured = lives & (threatened > 0.0)
    delivered = E / threatened
    count(s.delivered_count, measured)
    add(s.delivered_sum, measured, select(delivered > 1.0, 1.0, delivered))


@inlined
def _tribute(p: Any, s: Any, words: Any, lives: Any, index: Any, R: Any) -> Any:
    """Each client cedes part of its resources to the state in focus; returns what that has then."""
    someone = fill(s.leader, 0)
    for word in range(words):
        someone = someone | s.followers[word]
    if any_lane(lives & (someone != 0)):
        for k in range(p.N):
            paid = select(lives & contains(s.followers, 0, k), p.tb * s.R[k], 0.0)
            s.R[k] = s.R[k] - paid
            R = R + paid
        for k in range(p.N):
            s.R[k] = select(lives & (index == k), R, s.R[k])
    return R
