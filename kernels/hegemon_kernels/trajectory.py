"""Replicas kept whole: yearly states, and one event for each crisis that happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from hegemon_kernels._jit import inlined, outlined
from hegemon_kernels.memory import set_at
from hegemon_kernels.threat import index_weights, region_sums

EVENT_DTYPE = np.dtype(
    [
        ("replica", "i8"),
        ("year", "i4"),
        ("order", "i4"),
        ("focus", "i2"),
        ("coalition", "u8"),
        ("clients", "u8"),
        ("threatened", "u8"),
        ("coalition_strength", "f8"),
        ("attack_strength", "f8"),
        ("decided", "u1"),
        ("target", "i2"),
        ("expected_gain", "f8"),
        ("deterred", "u1"),
        ("won", "i1"),
        ("annexed", "u1"),
    ]
)

"""One row per crisis that happened; target and won are -1 where there was no war."""


class Trace(NamedTuple):
    """Arrays that a tracing kernel fills; axes (replica, year, state)."""

    first: Any  # first replica, shape (1,)
    resources: Any
    arms: Any
    capability: Any
    against: Any
    clients: Any
    leader: Any
    years: Any
    events: Any
    event_count: Any


@dataclass(frozen=True)
class Trajectories:
    """Replicas kept whole.

    Attributes
    ----------
    resources, arms, capability : float array, shape (count, T + 1, N)
        State at the end of each year (index 0: the start); NaN after a replica's end.
    against, clients : uint64 array, shape (count, T + 1, N)
        Bit sets: who balances against, and who bandwagons with, each state.
    leader : int16 array, shape (count, T + 1)
        State of the region with the greatest capability; -1 after the end.
    years : int32 array, shape (count,)
        Years completed.
    events : structured array
        Crises that happened, by replica, year and order.
    """

    resources: np.ndarray
    arms: np.ndarray
    capability: np.ndarray
    against: np.ndarray
    clients: np.ndarray
    leader: np.ndarray
    years: np.ndarray
    events: np.ndarray


def allocate_trace(first: int, count: int, years: int, states: int, events: int) -> Trace:
    """Arrays for `count` replicas; no replicas where nothing is traced."""
    shape = (count, years + 1, states)
    return Trace(
        first=np.array([first]),
        resources=np.full(shape, np.nan),
        arms=np.full(shape, np.nan),
        capability=np.full(shape, np.nan),
        against=np.zeros(shape, np.uint64),
        clients=np.zeros(shape, np.uint64),
        leader=np.full(shape[:2], -1, np.int16),
        years=np.zeros(count, np.int32),
        events=np.zeros(events, EVENT_DTYPE),
        event_count=np.zeros(1, np.int64),
    )


@inlined
def _set_of(sets: Any, first: Any, words: Any, lane: Any, bits: Any) -> Any:
    value = np.uint64(0)
    for word in range(words):
        value = value | (np.uint64(sets[first + word, lane]) << np.uint64(word * bits))
    return value


@inlined
def _replica(s: Any, lane: Any) -> Any:
    return np.int64(s.low[0, lane]) + (np.int64(s.high[0, lane]) << 32)


@outlined
def keep_year(p: Any, s: Any, words: Any, trace: Any, lanes: Any, done: Any) -> None:
    """Copy the present state of the lanes `done` (a bit mask) to the year that each has completed."""
    a, b = index_weights(p.wC, *region_sums(p, s))
    for i in range(p.N):
        s.C[i] = a * s.R[i] + b * s.M[i]
    for lane in range(lanes):
        if (done >> np.uint64(lane)) & np.uint64(1):
            at = _replica(s, lane) - trace.first[0]
            year = np.int64(s.year[0, lane])
            for i in range(p.N):
                trace.resources[at, year, i] = s.R[i, lane]
                trace.arms[at, year, i] = s.M[i, lane]
                trace.capability[at, year, i] = s.C[i, lane]
                trace.against[at, year, i] = _set_of(
                    s.against, set_at(s.against, i), words, lane, p.word_bits
                )
                trace.clients[at, year, i] = _set_of(
                    s.clients, set_at(s.clients, i), words, lane, p.word_bits
                )
            trace.leader[at, year] = s.leader[0, lane]
            trace.years[at] = year


@outlined
def keep_events(p: Any, s: Any, words: Any, trace: Any, lanes: Any, here: Any) -> None:
    """Append the crises that have just been in the lanes `here` (a bit mask)."""
    for lane in range(lanes):
        if (here >> np.uint64(lane)) & np.uint64(1):
            event = trace.events[trace.event_count[0]]
            trace.event_count[0] += 1
            event.replica = _replica(s, lane)
            event.year = s.year[0, lane] + 1
            event.order = s.crisis[0, lane]
            event.focus = s.focus[0, lane]
            event.coalition = _set_of(s.coalition, 0, words, lane, p.word_bits)
            event.clients = _set_of(s.followers, 0, words, lane, p.word_bits)
            event.threatened = _set_of(s.threatened, 0, words, lane, p.word_bits)
            event.coalition_strength = s.focus_E[0, lane]
            event.attack_strength = s.event_attack[0, lane]
            event.decided = s.event_decided[0, lane]
            event.target = np.int64(s.event_target[0, lane]) - 1
            event.expected_gain = s.event_gain[0, lane]
            event.deterred = s.event_deterred[0, lane]
            event.won = np.int64(s.event_won[0, lane]) - 1
            event.annexed = s.annexed[0, lane]
