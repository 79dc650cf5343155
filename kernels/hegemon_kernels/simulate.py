"""The order of the year, and lanes that take the next replica when theirs has ended.

Every lane is at a point of its own in its own year: a pass begins the year of the lanes that are fresh,
holds one crisis in each lane that has one left, and ends the year of the lanes that have none. Lanes
with many crises thus do not keep the others waiting.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hegemon_kernels._jit import entry, inlined
from hegemon_kernels.alignment import align, choose_focus
from hegemon_kernels.arms import arm, sanction
from hegemon_kernels.decision import decide, may_decide
from hegemon_kernels.draws import CRISIS, YEAR, Stream, draw, draw_in_lanes
from hegemon_kernels.elementary import uniform
from hegemon_kernels.growth import grow
from hegemon_kernels.hegemony import crown
from hegemon_kernels.lane_ops import (
    align_stack,
    any_lane,
    as_rows,
    fill,
    lane_mask,
    lowest_bit,
    select,
    to_integer,
    widen,
)
from hegemon_kernels.outcomes import emit
from hegemon_kernels.secession import secede
from hegemon_kernels.setup import admit, prepare
from hegemon_kernels.threat import measure
from hegemon_kernels.trajectory import keep_events, keep_year
from hegemon_kernels.war import fight

_1 = np.uint64(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@inlined
def _begin_year(p: Any, drift: Any, shared: Any, s: Any, words: Any, stream: Any, fresh: Any) -> None:
    grow(p, drift, s, words, stream, fresh)
    fresh = fresh & (s.extinct[0] == 0)
    arm(p, shared, s, fresh)
    if p.ze > 0.0:
        sanction(p, shared, s, words, fresh)
    _, _, w2, _ = draw(stream, YEAR)
    s.crisis[0] = select(fresh, 0, s.crisis[0])
    s.crises[0] = select(fresh, to_integer(p.nu * p.N + uniform(w2)), s.crises[0])


@inlined
def _clear_event(s: Any) -> None:
    s.event_attack[0] = fill(s.R, 0.0)
    s.event_gain[0] = fill(s.R, np.nan)
    for row in (s.event_decided, s.event_target, s.event_deterred, s.event_won, s.event_annexed):
        row[0] = fill(s.leader, 0)


@inlined
def _hold_crisis(
    p: Any, shared: Any, s: Any, words: Any, stream: Any, pending: Any, trace: Any, lanes: Any
) -> None:
    slots = (widen(s.crisis[0]) + _1) * np.uint64(CRISIS)
    w0, w1, w2, w3 = draw_in_lanes(stream, slots)
    measure(p, s)
    index, lives = choose_focus(p, s, w0)
    focus = align(p, shared, s, words, stream, slots, index, pending & lives)
    decides, anybody = may_decide(p, s, words, focus)
    if p.tracing != 0:
        _clear_event(s)
        s.event_focus[0] = focus.index
        s.event_coalition[0] = focus.E
    if any_lane(decides) or p.tracing != 0:
        bid = decide(p, shared, s, words, focus, decides, anybody, w2, w3)
        if any_lane(bid.attacks):
            fight(p, s, words, focus, bid, w1)
    if p.tracing != 0:
        keep_events(p, s, words, trace, lanes, lane_mask(focus.here))
    s.crisis[0] = s.crisis[0] + select(pending, 1, fill(s.crisis, 0))


@inlined
def _end_year(p: Any, shared: Any, s: Any, words: Any, stream: Any, done: Any, trace: Any, lanes: Any) -> Any:
    """Close the year; returns the lanes whose replica has ended with it."""
    if p.hs > 0.0:
        w0, w1, _, _ = draw(stream, YEAR)
        secede(p, s, done, w0, w1)
    emerged = crown(p, shared, s, words, done)
    if p.tracing != 0:
        keep_year(p, s, words, trace, lanes, lane_mask(done))
    ended = done & (s.year[0] >= p.T)
    return ended | emerged if p.absorbing != 0 else ended


@inlined
def _pass(p: Any, drift: Any, shared: Any, s: Any, words: Any, key: Any, trace: Any, lanes: Any) -> Any:
    """One pass over the lanes; returns those whose replica has ended, as a bit mask."""
    active = s.active[0] != 0
    stream = Stream(key, widen(s.year[0]) + _1, widen(s.low[0]), widen(s.high[0]), s.year[0])
    fresh = active & (s.crisis[0] >= s.crises[0])
    if any_lane(fresh):
        _begin_year(p, drift, shared, s, words, stream, fresh)
    pending = active & (s.crisis[0] < s.crises[0]) & (s.extinct[0] == 0)
    if any_lane(pending):
        _hold_crisis(p, shared, s, words, stream, pending, trace, lanes)
    extinct = active & (s.extinct[0] != 0)
    done = active & (s.crisis[0] >= s.crises[0]) & ~extinct
    ended = extinct
    if any_lane(done):
        ended = ended | _end_year(p, shared, s, words, stream, done, trace, lanes)
    return lane_mask(ended)


@entry
def run_block(
    point: Any,
    shares: Any,
    drift: Any,
    shared: Any,
    arrays: Any,
    key: Any,
    first: Any,
    rows: Any,
    trace: Any,
    lanes: Any,
    words: Any,
) -> None:
    """Fill `rows` with the outcomes of replicas `first`, `first` + 1, ...; see `hegemon_kernels.simulate`."""
    align_stack()
    p = point[0]
    s = as_rows(arrays)
    for i in range(p.N):
        s.near[i] = fill(s.near, 1.0)
        s.near_leader[i] = fill(s.near, 1.0)
    count = len(rows)
    begun = 0
    ready = lanes
    running = 0
    ended = _ALL >> np.uint64(64 - lanes)
    while True:
        while ended != np.uint64(0):
            lane = lowest_bit(ended)
            ended = ended & (ended - _1)
            if s.active[0, lane] != 0:
                replica = np.int64(s.low[0, lane]) + (np.int64(s.high[0, lane]) << 32)
                emit(p, s, lane, rows[replica - first])
                s.active[0, lane] = 0
                running -= 1
            if begun < count:
                if ready == lanes:
                    prepare(p, shares, s, words, key, first + begun, lanes)
                    ready = 0
                admit(p, s, words, lane, ready)
                if p.tracing != 0:
                    keep_year(p, s, words, trace, lanes, _1 << np.uint64(lane))
                ready += 1
                begun += 1
                running += 1
        if running == 0:
            break
        while ended == np.uint64(0):
            ended = _pass(p, drift, shared, s, words, key, trace, lanes)
