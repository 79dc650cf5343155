"""How large a session is: the same measurements in a few seconds, in a quarter of an hour, or in full."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Sizes of the parts of a session.

    Attributes
    ----------
    rounds : int
        Rounds in which everything that is compared is measured in turn.
    seconds : float
        CPU time of one measurement in a round, of what can be measured with any number of replicas.
    suits : float
        Share of the replicas that a peer asks for.
    starts : int
        Processes started for a start-up time.
    cold_starts : int
        The same without a cache.
    million : int
        Replicas of "a million".
    million_rounds : int
        Times that each of these runs is made.
    million_states : tuple of int
        Their states.
    details : tuple of str
        What whole runs keep.
    curve_rounds : int
        Rounds of the scaling curves, which have many points.
    years : int
        Horizon of what is compared.
    points : tuple of int
        Numbers of sweep points.
    point_replicas, point_states, point_years : int
        Replicas of each, and their size.
    replicas : tuple of int
        Numbers of replicas of the scaling curve.
    long : int
        Replicas from which on only tallies are kept.
    workers_seconds : float
        CPU time of the run whose workers are varied.
    counted : int
        Replicas whose operations are counted for the issue bound; 0 leaves it out, since it compiles.
    """

    rounds: int
    seconds: float
    suits: float
    starts: int
    cold_starts: int
    million: int
    million_rounds: int
    million_states: tuple[int, ...]
    details: tuple[str, ...]
    curve_rounds: int
    years: int
    points: tuple[int, ...]
    point_replicas: int
    point_states: int
    point_years: int
    replicas: tuple[int, ...]
    long: int
    workers_seconds: float
    counted: int


STANDARD = Sizes(
    rounds=5,
    seconds=0.5,
    suits=1.0,
    starts=2,
    cold_starts=1,
    million=1_000_000,
    million_rounds=2,
    million_states=(6, 8),
    details=("outcomes", "tallies"),
    curve_rounds=2,
    years=300,
    points=(1, 10, 100, 1_000, 10_000),
    point_replicas=1_000,
    point_states=6,
    point_years=100,
    replicas=(1_000, 10_000, 100_000, 1_000_000, 10_000_000),
    long=10_000_000,
    workers_seconds=16.0,
    counted=4_000,
)
FULL = Sizes(
    rounds=9,
    seconds=1.0,
    suits=1.0,
    starts=5,
    cold_starts=3,
    million=1_000_000,
    million_rounds=3,
    million_states=(6, 8),
    details=("outcomes", "tallies"),
    curve_rounds=3,
    years=300,
    points=(1, 10, 100, 1_000, 10_000),
    point_replicas=1_000,
    point_states=8,
    point_years=300,
    replicas=(1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000),
    long=10_000_000,
    workers_seconds=60.0,
    counted=16_000,
)
QUICK = Sizes(
    rounds=2,
    seconds=0.002,
    suits=0.002,
    starts=1,
    cold_starts=0,
    million=200,
    million_rounds=1,
    million_states=(8,),
    details=("outcomes",),
    curve_rounds=1,
    years=20,
    points=(1, 5),
    point_replicas=20,
    point_states=4,
    point_years=10,
    replicas=(50, 500),
    long=500,
    workers_seconds=0.05,
    counted=0,
)
MODES = {"quick": QUICK, "standard": STANDARD, "full": FULL}
