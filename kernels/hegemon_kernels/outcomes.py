"""The outcome columns, and how a lane whose replica has ended becomes a row of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from hegemon_kernels._jit import inlined
from hegemon_kernels.sets import in_region

OUTCOME_DTYPE = np.dtype(
    [
        ("replica", "i8"),
        ("emerged", "u1"),
        ("year", "i4"),
        ("hegemon", "i2"),
        ("initial_rank", "i2"),
        ("revisionist", "i1"),
        ("share_gain", "f8"),
        ("conquest_gain", "f8"),
        ("wars", "i4"),
        ("coalition_wars", "i4"),
        ("deterred", "i4"),
        ("leader_wins", "i4"),
        ("leader_losses", "i4"),
        ("survivors", "i4"),
        ("peak_share", "f8"),
        ("peak_resources", "f8"),
        ("peak_arms", "f8"),
        ("peak_bloc", "f8"),
        ("average_share", "f8"),
        ("final_share", "f8"),
        ("concentration", "f8"),
        ("final_concentration", "f8"),
        ("burden", "f8"),
        ("coalition_size", "f8"),
        ("delivered_efficiency", "f8"),
        ("leader_changes", "i4"),
        ("years_unbalanceable", "i4"),
        ("years_unipolar", "i4"),
        ("years_bipolar", "i4"),
        ("years_multipolar", "i4"),
        ("spells", "i4"),
        ("years_hegemony", "i4"),
        ("first_spell", "i4"),
        ("first_spell_censored", "u1"),
    ]
)
"""One row per replica; -1 where there is none."""


@inlined
def _mean(total: Any, number: Any) -> float:
    return total / number if number > 0 else -1.0


@inlined
def emit(p: Any, s: Any, lane: Any, row: Any) -> None:
    """Write what a lane has recorded into a row of outcomes."""
    years = np.int64(s.year[0, lane])
    row.replica = np.int64(s.low[0, lane]) + (np.int64(s.high[0, lane]) << 32)
    _emit_emergence(p, s, lane, row)
    row.wars = s.wars[0, lane]
    row.coalition_wars = s.coalition_wars[0, lane]
    row.deterred = s.deterred[0, lane]
    row.leader_wins = s.leader_wins[0, lane]
    row.leader_losses = s.leader_losses[0, lane]
    survivors = 0
    for i in range(p.N):
        if s.R[i, lane] > 0.0:
            survivors += 1
    row.survivors = survivors
    row.peak_share = s.peak_share[0, lane]
    row.peak_resources = s.peak_resources[0, lane]
    row.peak_arms = s.peak_arms[0, lane]
    row.peak_bloc = s.peak_bloc[0, lane]
    row.average_share = _mean(s.share_sum[0, lane], years)
    row.final_share = s.final_share[0, lane] if years > 0 else -1.0
    row.concentration = _mean(s.concentration_sum[0, lane], years)
    row.final_concentration = s.final_concentration[0, lane] if years > 0 else -1.0
    row.burden = _mean(s.burden_sum[0, lane], years)
    row.coalition_size = _mean(s.size_sum[0, lane], s.met[0, lane])
    row.delivered_efficiency = _mean(s.delivered_sum[0, lane], s.delivered_count[0, lane])
    row.leader_changes = s.leader_changes[0, lane]
    row.years_unbalanceable = s.unbalanceable[0, lane]
    unipolar = np.int64(s.unipolar[0, lane])
    bipolar = np.int64(s.bipolar[0, lane])
    row.years_unipolar = unipolar
    row.years_bipolar = bipolar
    row.years_multipolar = years - unipolar - bipolar
    row.spells = s.spells[0, lane]
    row.years_hegemony = s.hegemony_years[0, lane]
    row.first_spell = s.first_spell[0, lane] if s.spells[0, lane] > 0 else -1
    row.first_spell_censored = s.in_first_spell[0, lane]


@inlined
def _emit_emergence(p: Any, s: Any, lane: Any, row: Any) -> None:
    year = np.int64(s.emerged_year[0, lane])
    if year == 0:
        row.emerged = 0
        row.year = -1
        row.hegemon = -1
        row.initial_rank = -1
        row.revisionist = -1
        row.share_gain = -1.0
        row.conquest_gain = -1.0
        return
    hegemon = np.int64(s.hegemon[0, lane])
    bits = p.word_bits
    row.emerged = 1
    row.year = year
    row.hegemon = hegemon
    row.revisionist = (np.int64(s.revisionists[hegemon // bits, lane]) >> (hegemon % bits)) & 1
    rank, share = _initial(p, s, lane, hegemon)
    row.initial_rank = rank
    row.share_gain = s.rho_then[0, lane] - share
    row.conquest_gain = s.conquest_then[0, lane]


@inlined
def _initial(p: Any, s: Any, lane: Any, hegemon: Any) -> Any:
    """Rank of the hegemon in initial capability, 1 the greatest, and its initial resource share."""
    resources = s.start[0, lane] * 0
    arms = resources
    for i in range(p.N):
        if in_region(p, i):
            resources = resources + s.start[i, lane]
            arms = arms + p.b0 * s.start[i, lane]
    a = (1.0 - p.wC) / resources
    b = p.wC / arms
    own = a * s.start[hegemon, lane] + b * (p.b0 * s.start[hegemon, lane])
    rank = 1
    for i in range(p.N):
        if in_region(p, i):
            C = a * s.start[i, lane] + b * (p.b0 * s.start[i, lane])
            if C > own or (C == own and i < hegemon):
                rank += 1
    return rank, s.start[hegemon, lane] / resources
