"""Exact totals of every design point, whatever the order in which pieces arrive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import hegemon_kernels as hk
from hegemon.storage.content import Tallies

_SHIFT = 32
_HALF = 1 << 30  # squares whose high word is below are far from 2^63
_COUNTS = (np.uint8, np.uint16, np.uint32, np.int64)


class Totals:
    """Counts, histograms and sums of the points of a design: integers, so that adding is exact.

    Tables grow with the points, and most of their numbers are small. So each is of the narrowest type that
    holds its greatest number, and made anew with a wider one when a greater number comes: with a thousand
    replicas a point takes 0.5 KB, and one byte for each year.

    Parameters
    ----------
    identities : sequence of int
        Points, each once.
    years : int
        The longest horizon among them.

    Attributes
    ----------
    index : dict of int to int
        Row of each point, by identity.
    replicas, emerged : int64 arrays, shape (points,)
    years : array of integers, shape (points, years + 1)
    valid : array of integers, shape (points, columns)
    sums, squares : int64 arrays, shape (points, columns)
        Arrays of Python integers where a number does not fit: wars^2 over 10^8 replicas passes 2^63.
    """

    def __init__(self, identities: Sequence[int], years: int) -> None:
        self.index = {identity: row for row, identity in enumerate(identities)}
        shape = (len(self.index), len(hk.TALLY_COLUMNS))
        self.replicas: NDArray[np.int64] = np.zeros(shape[0], np.int64)
        self.emerged: NDArray[np.int64] = np.zeros(shape[0], np.int64)
        self.years: NDArray[Any] = np.zeros((shape[0], years + 1), _COUNTS[0])
        self.valid: NDArray[Any] = np.zeros(shape, _COUNTS[0])
        self.sums: NDArray[Any] = np.zeros(shape, np.int64)
        self.squares: NDArray[Any] = np.zeros(shape, np.int64)

    def add(self, tallies: Tallies) -> None:
        """Add the segments of a piece."""
        rows = np.array([self.index[identity] for identity in tallies.points.tolist()], np.int64)
        squares = _squares(tallies)
        if len(set(rows.tolist())) == len(rows):
            self._add(rows, tallies, squares, slice(None))
            return
        for place in range(len(rows)):  # several segments of one point
            part = slice(place, place + 1)
            self._add(rows[part], tallies, squares, part)

    def _add(self, rows: NDArray[np.int64], tallies: Tallies, squares: NDArray[Any], part: slice) -> None:
        self.replicas[rows] += tallies.counts[part]
        self.emerged[rows] += tallies.emerged[part]
        years = tallies.years[part]
        self.years = _counted(self.years, rows, years)
        self.valid = _counted(self.valid, rows, tallies.valid[part])
        self.sums = _summed(self.sums, rows, tallies.sums[part])
        self.squares = _summed(self.squares, rows, squares[part])

    def add_all(self, pieces: Iterable[Tallies]) -> None:
        """Add the segments of many pieces."""
        for tallies in pieces:
            self.add(tallies)


def _squares(tallies: Tallies) -> NDArray[Any]:
    """Sums of squares from their two words."""
    high, low = tallies.squares_high, tallies.squares_low
    small = high.size == 0 or (int(high.max()) < _HALF and int(high.min()) >= 0)
    return ((high if small else high.astype(object)) << _SHIFT) + low


def _counted(table: NDArray[Any], rows: NDArray[np.int64], more: NDArray[np.int64]) -> NDArray[Any]:
    """A table of counts with some added to the first columns of its rows, of the type that they need."""
    width = more.shape[1]
    whole = table[rows, :width] + more
    needed = next(kind for kind in _COUNTS if whole.max(initial=0) <= np.iinfo(kind).max)
    if np.dtype(needed).itemsize > table.itemsize:
        table = table.astype(needed)
    table[rows, :width] = whole
    return table


def _summed(table: NDArray[Any], rows: NDArray[np.int64], more: NDArray[Any]) -> NDArray[Any]:
    """A table of sums with some added to its rows; of Python integers once one does not fit."""
    before = table[rows]
    whole = before + more
    if whole.dtype != object and (((before ^ whole) & (more ^ whole)) < 0).any():  # it went round
        whole = before.astype(object) + more
    if whole.dtype == object and table.dtype != object:
        table = table.astype(object)
    table[rows] = whole
    return table
