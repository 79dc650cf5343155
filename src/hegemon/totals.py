"""Exact totals of every design point, whatever the order in which pieces arrive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

import hegemon_kernels as hk
from hegemon.content import Tallies

_LOW = 1 << 32


class Totals:
    """Counts, histograms and sums of the points of a design: integers, so that adding is exact.

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
    years : int64 array, shape (points, years + 1)
    valid : int64 array, shape (points, columns)
    sums, squares : object arrays of Python integers, shape (points, columns)
        wars^2 over 10^8 replicas passes 2^63.
    """

    def __init__(self, identities: Sequence[int], years: int) -> None:
        self.index = {identity: row for row, identity in enumerate(identities)}
        shape = (len(self.index), len(hk.TALLY_COLUMNS))
        self.replicas: NDArray[np.int64] = np.zeros(shape[0], np.int64)
        self.emerged: NDArray[np.int64] = np.zeros(shape[0], np.int64)
        self.years: NDArray[np.int64] = np.zeros((shape[0], years + 1), np.int64)
        self.valid: NDArray[np.int64] = np.zeros(shape, np.int64)
        self.sums: NDArray[np.object_] = np.zeros(shape, object)
        self.squares: NDArray[np.object_] = np.zeros(shape, object)

    def add(self, tallies: Tallies) -> None:
        """Add the segments of a piece."""
        width = tallies.years.shape[1]
        squares = tallies.squares_high.astype(object) * _LOW + tallies.squares_low
        for place, identity in enumerate(tallies.points.tolist()):
            row = self.index[identity]
            self.replicas[row] += tallies.counts[place]
            self.emerged[row] += tallies.emerged[place]
            self.years[row, :width] += tallies.years[place]
            self.valid[row] += tallies.valid[place]
            self.sums[row] += tallies.sums[place].astype(object)
            self.squares[row] += squares[place]

    def add_all(self, pieces: Iterable[Tallies]) -> None:
        """Add the segments of many pieces."""
        for tallies in pieces:
            self.add(tallies)
