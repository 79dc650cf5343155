"""The order of the year, and lanes that take the next replica when theirs has ended.

Every lane is at a point of its own in its own year. In its turn a group of lanes holds one crisis in each
that has one left; where most have none, it first ends the year of those, and begins the next. So lanes with
many crises do not keep the others waiting for long, nor are years turned for a few lanes at a time. Who has
to decide waits in the council until that is full, or until the turn of its group comes round.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hegemon_kernels._jit import entry, inlined, outlined
from hegemon_kernels.alignment import align, choose_focus
from hegemon_kernels.arms import arm, sanction
from hegemon_kernels.council import brief, convene, deliberate, report, summon
from hegemon_kernels.decision import find_patrons, may_decide
from hegemon_kernels.draws import CRISIS, YEAR, blocks_of, draw
from hegemon_kernels.elementary import ln, uniform
from hegemon_kernels.growth import grow
from hegemon_kernels.hegemony import crown
from hegemon_kernels.lane_ops import (
    align_stack,
    any_lane,
    count_bits,
    fill,
    lane_mask,
    lowest_bit,
    select,
    to_integer,
)
from hegemon_kernels.memory import council_at, group_at
from hegemon_kernels.outcomes import emit
from hegemon_kernels.secession import secede
from hegemon_kernels.setup import admit, prepare
from hegemon_kernels.snapshots import keep_replica, resume_replica
from hegemon_kernels.threat import measure, region_sums
from hegemon_kernels.trajectory import keep_year

_1 = np.uint64(1)
_2 = np.uint64(2)
_0 = np.uint64(0)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@inlined
def _begin_year(p: Any, drift: Any, shared: Any, s: Any, words: Any, key: Any, fresh: Any) -> None:
    grow(p, drift, s, words, key, fresh)
    fresh = fresh & (s.extinct[0] == 0)
    resources, arms = arm(p, shared, s, fresh)
    measure(p, s, resources, arms)
    if p.ze > 0.0:
        sanction(p, shared, s, words, fresh)
    draw(s, key, YEAR, 1)
    s.crisis[0] = select(fresh, 0, s.crisis[0])
    s.crises[0] = select(fresh, to_integer(p.nu * p.N + uniform(s.drawn[2])), s.crises[0])


@inlined
def _hold_crisis(p: Any, shared: Any, s: Any, words: Any, key: Any, pending: Any) -> Any:
    """Let sides be chosen; returns the lanes whose state in focus has a decision to take, as a bit mask."""
    draw(s, key, (s.crisis[0] + 1) * CRISIS, 1 + blocks_of(p.N))
    s.w1[0] = s.drawn[1]
    s.w2[0] = s.drawn[2]
    s.w3[0] = s.drawn[3]
    focus = align(p, shared, s, words, key, choose_focus(p, s, s.drawn[0]), pending)
    decides, anybody = may_decide(p, s, words, focus)
    called = focus.here if p.tracing != 0 else decides
    if any_lane(called):
        find_patrons(p, s, words, focus.index)
        brief(p, s, words, focus, decides, anybody)
    return lane_mask(called)


@inlined
def _end_year(p: Any, shared: Any, s: Any, words: Any, key: Any, done: Any, trace: Any, lanes: Any) -> Any:
    """Close the year; returns the lanes whose replica has ended with it."""
    if p.hs > 0.0:
        draw(s, key, YEAR, 1)
        secede(p, s, done, s.drawn[0], s.drawn[1])
    emerged = crown(p, shared, s, words, done)
    if p.tracing != 0:
        keep_year(p, s, words, trace, lanes, lane_mask(done))
    ended = done & ((s.year[0] >= p.T) | (s.final_share[0] >= p.level))
    return ended | emerged if p.absorbing != 0 else ended


@inlined
def _pending(s: Any) -> Any:
    """Lanes that have a crisis left."""
    return (s.active[0] != 0) & (s.crisis[0] < s.crises[0]) & (s.extinct[0] == 0)


@inlined
def _turns(s: Any, more: Any) -> Any:
    """Whether the year turns in a group: for two thirds of its lanes at least, those counted that are free
    where there are `more` replicas to begin.
    """
    pending = lane_mask(_pending(s))
    present = s.active[0] != 0
    waiting = lane_mask(present | ~present if more else present) & ~pending
    return count_bits(waiting) >= _2 * count_bits(pending)


@inlined
def _advance(p: Any, drift: Any, shared: Any, s: Any, words: Any, key: Any, turns: Any) -> Any:
    """Begin the year of the fresh lanes, where it turns, and hold one crisis in those that have one left.

    Returns the lanes called to the council, as a bit mask, and those in which there was a crisis.
    """
    fresh = (s.active[0] != 0) & (s.crisis[0] >= s.crises[0])
    if turns and any_lane(fresh):
        _begin_year(p, drift, shared, s, words, key, fresh)
    else:
        resources, arms = region_sums(p, s)
        measure(p, s, resources, arms)
    pending = _pending(s)
    called = _0
    if any_lane(pending):
        called = _hold_crisis(p, shared, s, words, key, pending)
    return called, pending


@inlined
def _close(p: Any, shared: Any, s: Any, words: Any, key: Any, trace: Any, lanes: Any) -> Any:
    """End the year of the lanes that have no crisis left; returns those whose replica has ended."""
    active = s.active[0] != 0
    extinct = active & (s.extinct[0] != 0)
    done = active & (s.crisis[0] >= s.crises[0]) & ~extinct
    ended = extinct
    if any_lane(done):
        ended = ended | _end_year(p, shared, s, words, key, done, trace, lanes)
    return lane_mask(ended)


@outlined
def _hold_council(point: Any, memory: Any, words: Any, trace: Any, lanes: Any) -> None:
    """Let the lanes that were summoned decide, and tell their groups what came of it."""
    align_stack()
    p = point[0]
    c = council_at(memory, p.N)
    changed = deliberate(p, c, words, trace, lanes)
    while changed != _0:
        seat = lowest_bit(changed)
        changed = changed & (changed - _1)
        owner = np.int64(c.owner[0, seat])
        report(p, group_at(memory, owner // lanes, p.N), c, words, owner % lanes, seat)
    convene(p, c)


@inlined
def _waits(c: Any, seats: Any, group: Any, lanes: Any) -> Any:
    """Whether lanes of a group are still in the council: as groups take turns, one has the first seat."""
    return seats > 0 and np.int64(c.owner[0, 0]) // lanes == group


@inlined
def _summon_all(
    point: Any,
    shared: Any,
    memory: Any,
    words: Any,
    trace: Any,
    lanes: Any,
    group: Any,
    called: Any,
    seats: Any,
) -> Any:
    """Seat the lanes of a group that are called; returns how many seats are taken then."""
    p = point[0]
    s = group_at(memory, group, p.N)
    c = council_at(memory, p.N)
    while called != _0:
        lane = lowest_bit(called)
        called = called & (called - _1)
        if seats == lanes:
            _hold_council(point, memory, words, trace, lanes)
            seats = 0
        summon(p, shared, s, c, lane, seats, group * lanes + lane)
        seats += 1
    return seats


@inlined
def _prepare_memory(p: Any, memory: Any) -> None:
    """Put what no step writes: constants, and that everybody is near where place does not count."""
    s = group_at(memory, 0, p.N)
    s.ln_cohesion[0] = ln(fill(s.R, p.co))
    c = council_at(memory, p.N)
    for i in range(p.N):
        s.near[i] = fill(s.near, 1.0)
        c.near[i] = fill(s.near, 1.0)
        c.near_leader[i] = fill(s.near, 1.0)
    convene(p, c)


@entry
def run_block(
    point: Any,
    shares: Any,
    drift: Any,
    shared: Any,
    memory: Any,
    key: Any,
    first: Any,
    rows: Any,
    trace: Any,
    climb: Any,
    lanes: Any,
    words: Any,
) -> None:
    """Fill `rows` with the outcomes of replicas `first`, `first` + 1, ...; see `hegemon_kernels.simulate`."""
    align_stack()
    p = point[0]
    _prepare_memory(p, memory)
    c = council_at(memory, p.N)
    count = len(rows)
    begun = 0
    ready = lanes
    running = 0
    seats = 0
    group = 0
    while running > 0 or begun < count:
        s = group_at(memory, group, p.N)
        if _waits(c, seats, group, lanes):
            _hold_council(point, memory, words, trace, lanes)
            seats = 0
        turns = _turns(s, begun < count)
        if turns:
            free = _close(p, shared, s, words, key, trace, lanes)
            if begun < count:
                free = free | lane_mask(s.active[0] == 0)
            while free != _0:
                lane = lowest_bit(free)
                free = free & (free - _1)
                if s.active[0, lane] != 0:
                    replica = np.int64(s.low[0, lane]) + (np.int64(s.high[0, lane]) << 32)
                    emit(p, s, lane, rows[replica - first])
                    if len(climb.snapshots) > 0:
                        keep_replica(memory, s, group, lane, lanes, climb, replica - first)
                    s.active[0, lane] = 0
                    running -= 1
                if begun < count:
                    if len(climb.parents) > 0:
                        parent = climb.parents[begun]
                        resume_replica(memory, s, group, lane, lanes, climb, parent, first + begun)
                    else:
                        if ready == lanes:
                            prepare(point, shares, memory, words, key, first + begun, lanes)
                            ready = 0
                        admit(p, s, words, lane, ready)
                        ready += 1
                        if p.tracing != 0:
                            keep_year(p, s, words, trace, lanes, _1 << np.uint64(lane))
                    begun += 1
                    running += 1
        called, pending = _advance(p, drift, shared, s, words, key, turns)
        seats = _summon_all(point, shared, memory, words, trace, lanes, group, called, seats)
        s.crisis[0] = s.crisis[0] + select(pending, 1, fill(s.crisis, 0))
        group = group + 1 if group + 1 < memory.groups else 0
