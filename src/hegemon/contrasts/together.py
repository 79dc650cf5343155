"""In how many replicas a hegemon emerged at two points both: all that paired comparisons need.

Replicas are read piece by piece and kept as one bit each, a window of replicas at a time: memory depends
neither on the number of replicas nor on that of the pieces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hegemon.outputs.streaming import require_rows
from hegemon.storage import reading
from hegemon.storage.reading import Stretch

if TYPE_CHECKING:
    from hegemon.storage.job import Job

Counts = NDArray[np.int64]
_BITS = 1 << 29  # of all points in a window: 64 MB
_LEAST, _MOST = 1 << 12, 1 << 24  # replicas of a window


@dataclass(frozen=True)
class Together:
    """Counts of a group of points.

    Attributes
    ----------
    points : tuple of int
        Indices in the design.
    replicas : int64 array, shape (points,)
    both : int64 array, shape (points, points)
        Common replicas in which a hegemon emerged at both.
    own : int64 array, shape (points, points)
        ``own[i, j]``: of the replicas that i and j have in common, those in which one emerged at i.
    """

    points: tuple[int, ...]
    replicas: Counts
    both: Counts
    own: Counts

    @property
    def shared(self) -> Counts:
        """Replicas that two points have in common: the first ones."""
        return np.minimum.outer(self.replicas, self.replicas)

    @property
    def covariance(self) -> NDArray[np.float64]:
        """Of emergence in one replica at two points, shape (points, points)."""
        n = self.shared
        return np.asarray(self.both / n - (self.own / n) * (self.own.T / n), np.float64)


def together(job: Job, groups: Sequence[Sequence[int]]) -> list[Together]:
    """Count, for each group of points, in how many replicas a hegemon emerged at two of them both.

    Parameters
    ----------
    job : Job
        A complete run that keeps its rows.
    groups : sequence of sequences of int
        Indices of points; a point may be in several.

    Raises
    ------
    hegemon.errors.RequestError
        If the run keeps no rows.
    hegemon.failures.PieceError
        If a piece is missing or damaged.
    """
    require_rows(job)
    wanted = sorted({index for group in groups for index in group})
    rows = _Rows(job, wanted)
    totals = [np.zeros((2, len(group), len(group)), np.int64) for group in groups]
    width = min(max(_BITS // len(wanted) // _LEAST, 1) * _LEAST, _MOST)
    places = {index: place for place, index in enumerate(wanted)}
    for begin in range(0, int(rows.replicas.max()), width):
        bits = rows.window(begin, begin + width)
        left = np.clip(rows.replicas - begin, 0, width)
        for group, total in zip(groups, totals, strict=True):
            chosen = [places[index] for index in group]
            total += _count(bits, left, chosen)
    found = []
    for group, (both, own) in zip(groups, totals, strict=True):
        replicas = rows.replicas[[places[index] for index in group]]
        found.append(Together(tuple(group), replicas, both, own))
    return found


def _count(bits: NDArray[np.uint8], left: Counts, chosen: Sequence[int]) -> Counts:
    """Both and own counts of a window; `left` tells how many of its replicas each point has."""
    found = np.zeros((2, len(chosen), len(chosen)), np.int64)
    for i, one in enumerate(chosen):
        for j, other in enumerate(chosen[i:], i):
            found[0, i, j] = found[0, j, i] = _ones(bits[one] & bits[other])
    for i, one in enumerate(chosen):
        found[1, i] = found[0, i, i]
        for j in np.flatnonzero(left[list(chosen)] < left[one]).tolist():
            found[1, i, j] = _ones(_cut(bits[one], int(left[chosen[j]])))
    return found


def _ones(bits: NDArray[np.uint8]) -> int:
    return int(np.bitwise_count(bits.view(np.uint64)).sum(dtype=np.int64))


def _cut(bits: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    """The first `count` bits; 0 after them."""
    kept = bits.copy()
    whole, rest = divmod(count, 8)
    kept[whole + (rest > 0) :] = 0
    if rest:
        kept[whole] &= 0xFF << (8 - rest) & 0xFF
    return kept


@dataclass(frozen=True)
class _Part:
    """Consecutive replicas of one point in a stretch of a piece."""

    stretch: int
    offset: int
    first: int
    count: int


class _Rows:
    """Whether a hegemon emerged, by point and replica, from the pieces of a run."""

    def __init__(self, job: Job, wanted: Sequence[int]) -> None:
        self.stretches = reading.stretches(job, "piece")
        parts = _parts(self.stretches)
        self.parts = [parts[number] for number in wanted]
        self.replicas = np.array([sum(part.count for part in own) for own in self.parts], np.int64)
        self.last: tuple[int, NDArray[np.uint8]] | None = None

    def window(self, begin: int, stop: int) -> NDArray[np.uint8]:
        """Replicas begin to stop - 1 of all points, a bit each, shape (points, (stop - begin) / 8)."""
        bits = np.zeros((len(self.parts), (stop - begin) // 8), np.uint8)
        for place, own in enumerate(self.parts):
            inside = [part for part in own if part.first < stop and part.first + part.count > begin]
            if inside:
                emerged = np.concatenate([self._emerged(part, begin, stop) for part in inside])
                packed = np.packbits(emerged)
                bits[place, : len(packed)] = packed
        return bits

    def _emerged(self, part: _Part, begin: int, stop: int) -> NDArray[np.uint8]:
        first, last = max(begin - part.first, 0), min(stop - part.first, part.count)
        if self.last is None or self.last[0] != part.stretch:
            whole = self.stretches[part.stretch]
            self.last = part.stretch, reading.read_rows(whole, "emerged")
        rows: NDArray[np.uint8] = self.last[1][part.offset + first : part.offset + last]
        return rows


def _parts(stretches: Sequence[Stretch]) -> dict[int, list[_Part]]:
    """Where the replicas of each point are; they lie in order, and none is missing."""
    found: dict[int, list[_Part]] = {}
    for number, stretch in enumerate(stretches):
        for point, part in _segments(number, stretch):
            own = found.setdefault(point, [])
            first = own[-1].first + own[-1].count if own else 0
            own.append(replace(part, first=first))
    return found


def _segments(number: int, stretch: Stretch) -> Iterator[tuple[int, _Part]]:
    offset = 0
    for point, count in zip(stretch.points, stretch.counts, strict=True):
        yield point, _Part(number, offset, 0, count)
        offset += count


def across(
    first: Job, second: Job, pairs: Sequence[tuple[int, int]]
) -> tuple[Counts, Counts, Counts, Counts]:
    """Count, for points of two runs with the same random numbers, where a hegemon emerged in both.

    Parameters
    ----------
    first, second : Job
        Complete runs that keep their rows.
    pairs : sequence of (int, int)
        A point of the first run and one of the second each.

    Returns
    -------
    both, own, twin, shared : int64 arrays, shape (pairs,)
        Of the first replicas, which both have: those with a hegemon in both runs, in the first, in the
        second; and how many they are.

    Raises
    ------
    hegemon.errors.RequestError
        If a run keeps no rows.
    hegemon.failures.PieceError
        If a piece is missing or damaged.
    """
    for job in (first, second):
        require_rows(job)
    sides = [_Rows(job, [pair[end] for pair in pairs]) for end, job in enumerate((first, second))]
    shared = np.minimum(sides[0].replicas, sides[1].replicas)
    width = min(max(_BITS // (2 * len(pairs)) // _LEAST, 1) * _LEAST, _MOST)
    totals = np.zeros((3, len(pairs)), np.int64)
    for begin in range(0, int(shared.max()), width):
        left = np.clip(shared - begin, 0, width).tolist()
        bits = [rows.window(begin, begin + width) for rows in sides]
        for place, count in enumerate(left):
            one, other = (_cut(each[place], count) if count < width else each[place] for each in bits)
            totals[:, place] += _ones(one & other), _ones(one), _ones(other)
    return (*totals, shared)
