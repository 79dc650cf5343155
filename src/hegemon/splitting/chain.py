"""A small system whose probability is known exactly: splitting is checked on it, without the kernel.

A walker's share of capability moves on a grid, one step up or down a year or a leap up now and then, and
hegemony emerges when it has stood at or above the threshold for some consecutive years. Walkers may be of two
types that differ only near the top: then the share alone tells little about what follows, and splitting by it
must say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hegemon.splitting.climbing import Ends, Integers

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_PLACE, _RUN, _TYPE, _YEAR, _PEAK = range(5)


@dataclass(frozen=True)
class Chain:
    """Such a system.

    Attributes
    ----------
    cells : int
        Steps from share 0 to 1.
    start : int
        The cell of year 0.
    top : int
        Cell at or above which a walker must stand.
    hold, horizon : int
        For so many consecutive years; years in all.
    up, down, leap : float
        Chances in a year of one step up, of one down, and of `stride` steps up.
    stride : int
        Cells of a leap.
    gifted : float
        Share of walkers that are of the second type.
    brake : float
        Chance that a step up of the first type, at `braked` or above, is not made; 0: the types are alike.
    braked : int
        The cell from which it is.
    """

    cells: int = 40
    start: int = 8
    top: int = 24
    hold: int = 2
    horizon: int = 60
    up: float = 0.25
    down: float = 0.35
    leap: float = 0.0
    stride: int = 4
    gifted: float = 0.0
    brake: float = 0.0
    braked: int = 20

    @property
    def threshold(self) -> float:
        """Capability share that makes a hegemon."""
        return self.top / self.cells

    def climb(
        self,
        key: int,
        first: int,
        level: float,
        count: int,
        starts: NDArray[Any] | None = None,
        parents: Integers | None = None,
    ) -> Ends:
        """As `Climber.climb`."""
        replicas = np.uint64(first) + np.arange(count, dtype=np.uint64)
        state = np.zeros((count, 5), np.int64)
        if starts is None or parents is None:
            state[:, _PLACE] = self.start
            state[:, _TYPE] = _uniform(key, replicas, 0) < self.gifted
        else:
            state[:] = starts[parents]
        going = np.arange(count)
        while going.size:
            now = state[going]
            now[:, _YEAR] += 1
            self._step(now, _uniforms(key, replicas[going], now[:, _YEAR]))
            state[going] = now
            ended = (now[:, _RUN] >= self.hold) | (now[:, _PLACE] >= level * self.cells - 1e-9)
            going = going[~(ended | (now[:, _YEAR] >= self.horizon))]
        return self._ends(state)

    def _step(self, now: NDArray[np.int64], u: NDArray[np.float64]) -> None:
        place = now[:, _PLACE]
        chances = self._chances(place, now[:, _TYPE])
        rise, leap, fall = (u < bound for bound in np.cumsum(chances, axis=0))
        step = np.where(rise, 1, np.where(leap, self.stride, np.where(fall, -1, 0)))
        now[:, _PLACE] = np.clip(place + step, 0, self.cells)
        above = now[:, _PLACE] >= self.top
        now[:, _RUN] = np.where(above, now[:, _RUN] + 1, 0)
        now[:, _PEAK] = np.maximum(now[:, _PEAK], now[:, _PLACE])

    def _chances(self, place: Any, kind: Any) -> tuple[Any, Any, Any]:
        """Chances of a step up, a leap and a step down."""
        up = np.where((kind == 0) & (place >= self.braked), self.up * (1 - self.brake), self.up)
        return up, np.full(np.shape(up), self.leap), np.full(np.shape(up), self.down)

    def _ends(self, state: NDArray[np.int64]) -> Ends:
        share = state[:, _PLACE] / self.cells
        gain = share - self.start / self.cells
        emerged = state[:, _RUN] >= self.hold
        peaks = state[:, _PEAK] / self.cells
        return Ends(state, share, peaks, state[:, _YEAR].copy(), emerged, gain, gain * (state[:, _TYPE] == 1))

    def probability(self) -> float:
        """The exact probability that a hegemon emerges, year by year."""
        return (1 - self.gifted) * self._of_type(0) + self.gifted * self._of_type(1)

    def _of_type(self, kind: int) -> float:
        cells = np.arange(self.cells + 1)
        up, leap, down = self._chances(cells, np.full(cells.shape, kind))
        moves = np.zeros((cells.size, cells.size))
        for chance, step in ((up, 1), (leap, self.stride), (down, -1), (1 - up - leap - down, 0)):
            np.add.at(moves, (cells, np.clip(cells + step, 0, self.cells)), chance)
        held = np.zeros((self.hold, cells.size))  # by the length of the run
        held[0, self.start] = 1.0
        emerged, above = 0.0, cells >= self.top
        for _ in range(self.horizon):
            reached = held @ moves
            emerged += float(reached[-1, above].sum())
            held = np.zeros_like(held)
            held[0, ~above] = reached[:, ~above].sum(axis=0)
            held[1:, above] = reached[:-1, above]
        return emerged


def _uniform(key: int, replicas: NDArray[np.uint64], year: int) -> NDArray[np.float64]:
    return _uniforms(key, replicas, np.full(replicas.shape, year))


def _uniforms(key: int, replicas: NDArray[np.uint64], years: NDArray[np.int64]) -> NDArray[np.float64]:
    """A number in [0, 1) for each replica and year."""
    mixed = _mix(_mix(replicas * _GOLDEN + np.uint64(key)) ^ years.astype(np.uint64))
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _mix(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Finaliser of splitmix64 (Steele, Lea & Flood 2014)."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
