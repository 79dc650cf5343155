"""What splitting asks of a system: simulate replicas until the leader's capability share reaches a level.

`Kernel` asks the compiled model; `hegemon.splitting.chain` is a small system with known answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

import hegemon_kernels as hk

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]
_PLAIN, _PILOT, _DRAWS = 1, 1 << 32, 1 << 33
"""First stages of the streams of estimates, of pilots, and of the choice of parents; plain runs have 0."""
_STRATA = 16


@dataclass(frozen=True)
class Ends:
    """Where replicas ended: at a level, at emergence, at the horizon, or with the last state.

    Attributes
    ----------
    snapshots : array, shape (replicas, size)
        The whole state of each, to go on from.
    shares : float64 array, shape (replicas,)
        Capability share of the leader at the last year's end.
    peaks : float64 array, shape (replicas,)
        The greatest such share at any year's end.
    years : int64 array, shape (replicas,)
        Years completed.
    emerged : bool array, shape (replicas,)
        Whether a hegemon emerged.
    gains, conquests : float64 arrays, shape (replicas,)
        What the hegemon gained in resource share, and what of it in wars.
    """

    snapshots: NDArray[Any]
    shares: Floats
    peaks: Floats
    years: Integers
    emerged: Truths
    gains: Floats
    conquests: Floats

    def take(self, which: NDArray[Any]) -> Ends:
        """Some of them, by index or truth."""
        return Ends(*(getattr(self, name)[which] for name in self.__dataclass_fields__))

    def reached(self, level: float) -> Truths:
        """Which have reached a level: those in which a hegemon emerged have reached them all."""
        found: Truths = self.emerged | (self.shares >= level)
        return found

    @staticmethod
    def joined(parts: list[Ends]) -> Ends:
        """All of several, one after the other."""
        names = Ends.__dataclass_fields__
        return Ends(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    @staticmethod
    def placed(count: int, parts: list[tuple[Truths, Ends]]) -> Ends:
        """All of `count` replicas from parts, each with where it belongs."""
        whole = {}
        for name in Ends.__dataclass_fields__:
            like = getattr(parts[0][1], name)
            column = np.empty((count, *like.shape[1:]), like.dtype)
            for where, part in parts:
                column[where] = getattr(part, name)
            whole[name] = column
        return Ends(**whole)


class Climber(Protocol):
    """A system whose replicas can be stopped at a level and continued from where they stopped."""

    @property
    def horizon(self) -> int:
        """Years after which a replica ends in any case."""

    def climb(
        self,
        key: int,
        first: int,
        level: float,
        count: int,
        starts: NDArray[Any] | None = None,
        parents: Integers | None = None,
    ) -> Ends:
        """Simulate `count` replicas, addressed by `first` and on, until the share is at least `level`.

        Without `starts` they are set up anew; otherwise replica i goes on from ``starts[parents[i]]``.
        """


class Kernel:
    """A design point of the model.

    Parameters
    ----------
    values : mapping
        As ``hegemon.parameters.kernel_values`` gives them.
    dtype : str
        Arithmetic of the kernel.
    """

    def __init__(self, values: Mapping[str, Any], dtype: str) -> None:
        self._point = hk.pack_point({**values, "absorbing": True}, dtype)
        self._size = hk.snapshot_size(self._point)
        self.horizon = int(values["T"])

    def climb(
        self,
        key: int,
        first: int,
        level: float,
        count: int,
        starts: NDArray[Any] | None = None,
        parents: Integers | None = None,
    ) -> Ends:
        """As `Climber.climb`; the GIL is released."""
        rows = np.empty(count, hk.OUTCOME_DTYPE)
        shares, years = np.empty(count), np.empty(count, np.int32)
        snapshots = np.empty((count, self._size), self._point.dtype)
        if count:
            hk.climb(self._point, key, first, level, rows, shares, years, snapshots, starts, parents)
        return Ends(
            snapshots=snapshots,
            shares=shares,
            peaks=rows["peak_share"].astype(np.float64),
            years=years.astype(np.int64),
            emerged=rows["emerged"] == 1,
            gains=rows["share_gain"].astype(np.float64),
            conquests=rows["conquest_gain"].astype(np.float64),
        )


@dataclass(frozen=True)
class Streams:
    """Random numbers of a design point, addressed by stage and repetition.

    Attributes
    ----------
    seed, identity : int
        As `hegemon_kernels.stream_key` takes them.
    """

    seed: int
    identity: int

    def climb(self, stage: int) -> int:
        """Key of the replicas of a stage, from 0."""
        return hk.stream_key(self.seed, self.identity, _PLAIN + stage)

    def pilot(self, stage: int) -> int:
        """Key of the replicas of a pilot's stage."""
        return hk.stream_key(self.seed, self.identity, _PILOT + stage)

    def uniform(self, stage: int, stratum: int, repetition: int) -> float:
        """Number in [0, 1) that places the clones of a stage; repetition -1 is the pilot."""
        key = hk.stream_key(self.seed, self.identity, _DRAWS + _STRATA * stage + stratum)
        return (hk.stream_key(key, repetition + 1) >> 11) * 2.0**-53
