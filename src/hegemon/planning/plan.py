"""The plan: design points x replicas, cut into pieces of work.

How work is cut depends on the experiment alone (a static cost formula, never timing), so that other machines,
slices and restarts cut alike. A directory keeps its plan as a list of generations: the first for the
experiment as it was first asked, one more for each extension, with the work that the earlier ones do not
cover. So nothing is ever cut anew, not even by a later version with another cost formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from hegemon.errors import RequestError
from hegemon.planning.looks import schedule

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec
    from hegemon.parameters import Model
    from hegemon.planning.design import Design

Kind = Literal["piece", "trace", "pilot", "split"]
Integers = NDArray[np.int64]

# Nanoseconds of one core. The estimate need not be right, only the same everywhere: it sizes pieces.
START, YEAR, STATE, CRISIS, CRISIS_STATE = 200.0, 12.0, 6.0, 10.0, 8.0
PAIR = 1.2  # threats with geography, per pair of states
SINGLE = 0.5  # float32 against float64
SECOND = 10**9

OUTCOME_ROWS = 1 << 16  # 11 MB of rows in memory
TALLIED_ROWS = 1 << 22
SEGMENTS = 1 << 10  # 8 KB of memory each, with a century's histogram
TALLY_CELLS = 1 << 20  # histogram cells in one piece: 8 MB
TRACE_BYTES = 1 << 25
MOST_BLOCKS = 1 << 22  # of one generation: 24 bytes of memory each, and a file each at the worst
_GREATEST = 1 << 40  # of counts and costs: their products stay in 63 bits


def cost(model: Model, dtype: str) -> int:
    """Nanoseconds that a replica is expected to take, a pure function of the model."""
    states, years = model.system.states, model.system.years
    crises = model.war.opportunities * states
    year = YEAR + states * STATE + crises * (CRISIS + states * CRISIS_STATE)
    if model.geography.layout != "none":
        year += PAIR * states * states
    return max(1, round((START + years * year) * (SINGLE if dtype == "float32" else 1.0)))


def target(total: int) -> int:
    """Nanoseconds that a piece should hold, of a `total`: some thirty pieces in a short run, some seconds in
    most, up to a minute in very long ones.
    """
    short = min(max(total // 32, SECOND // 4), 4 * SECOND)
    return min(max(total // 1024, short), 60 * SECOND)


def blocks(costs: Integers, aim: int, rows: int) -> Integers:
    """Replicas per block: the greatest power of two that `aim` holds, at most `rows`."""
    fits = np.clip(aim // costs, 1, rows)
    exponents = np.frexp(fits.astype(float))[1].astype(np.int64) - 1
    powers: Integers = np.left_shift(np.int64(1), exponents)
    return powers


@dataclass(frozen=True)
class Generation:
    """Work asked of a directory at one time: replicas first to stop of each point, and how it is cut.

    Attributes
    ----------
    kind : str
        "piece" for outcomes and tallies, "trace" for whole trajectories; of rare events "pilot" for levels,
        "split" for repetitions, which take the place of replicas.
    aim : int
        Expected nanoseconds of a piece.
    rows, segments : int
        Most replicas and most segments of a piece.
    identities : uint64 array, shape (points,)
        Identities of the design points.
    first, stop, block, cost : int64 arrays, shape (points,)
        Range of replicas, replicas per block (blocks begin at multiples of it), expected ns per replica.
    """

    kind: Kind
    aim: int
    rows: int
    segments: int
    identities: NDArray[np.uint64]
    first: Integers
    stop: Integers
    block: Integers
    cost: Integers

    def __post_init__(self) -> None:
        """Raise ValueError unless this can be cut into pieces that fit in memory: it may be from anybody."""
        sizes = (self.aim, self.rows, self.segments)
        if self.kind not in get_args(Kind) or not all(type(n) is int and n > 0 for n in sizes):
            raise ValueError(f"kind, aim, rows, segments: {self.kind}, {sizes}")
        if self.rows > TALLIED_ROWS or self.segments > TALLY_CELLS:
            raise ValueError(f"pieces of {self.rows} rows in {self.segments} segments")
        bounds = ((self.first, 0), (self.stop - self.first, 0), (self.block, 1), (self.cost, 1))
        if any((column < least).any() or (column > _GREATEST).any() for column, least in bounds):
            raise ValueError("first, stop, block or cost out of range")
        if (self.block > TALLIED_ROWS).any() or self.blocks > MOST_BLOCKS:
            raise ValueError(f"{self.blocks:,} blocks of work; at most {MOST_BLOCKS:,}")

    @property
    def replicas(self) -> int:
        """Replicas of all points."""
        return int((self.stop - self.first).sum())

    @property
    def blocks(self) -> int:
        """Blocks of all points."""
        return int((-(-self.stop // self.block) - self.first // self.block).sum())


@dataclass(frozen=True, slots=True)
class Segment:
    """Consecutive replicas of one point."""

    identity: int
    first: int
    count: int


@dataclass(frozen=True)
class Piece:
    """One piece of work: a part of a point, or several small points."""

    number: int
    kind: Kind
    segments: tuple[Segment, ...]
    cost: int

    @property
    def replicas(self) -> int:
        """Replicas of all segments."""
        return sum(segment.count for segment in self.segments)


class _Cut:
    """A generation cut into pieces, as arrays: 24 bytes a segment."""

    def __init__(self, work: Generation) -> None:
        begin = work.first // work.block
        parts = np.where(work.stop > work.first, -(-work.stop // work.block) - begin, 0)
        self.work = work
        self.owner = np.repeat(np.arange(len(parts)), parts)
        step = np.arange(len(self.owner)) - np.repeat(np.cumsum(parts) - parts, parts) + begin[self.owner]
        block = work.block[self.owner]
        self.first = np.maximum(work.first[self.owner], step * block)
        self.count = np.minimum(work.stop[self.owner], (step + 1) * block) - self.first
        self.cost = self.count * work.cost[self.owner]
        self.starts = self._pack()

    def _pack(self) -> list[int]:
        """Where pieces begin: as many consecutive segments as the limits allow."""
        work, starts = self.work, [0]
        spent = rows = 0
        for index, (cost, count) in enumerate(zip(self.cost.tolist(), self.count.tolist(), strict=True)):
            spent, rows = spent + cost, rows + count
            if index > starts[-1] and (
                spent > work.aim or rows > work.rows or index - starts[-1] >= work.segments
            ):
                starts.append(index)
                spent, rows = cost, count
        return [*starts, len(self.owner)] if len(self.owner) else [0]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def costs(self) -> list[int]:
        """Expected nanoseconds of each piece."""
        whole: list[int] = np.add.reduceat(self.cost, self.starts[:-1]).tolist() if len(self) else []
        return whole

    def piece(self, index: int, number: int) -> Piece:
        span = range(self.starts[index], self.starts[index + 1])
        identities = self.work.identities
        segments = (
            Segment(int(identities[self.owner[i]]), int(self.first[i]), int(self.count[i])) for i in span
        )
        return Piece(number, self.work.kind, tuple(segments), int(self.cost[span.start : span.stop].sum()))


class Plan:
    """The pieces of all generations, in order; made when asked for, never all at once."""

    def __init__(self, generations: Iterable[Generation]) -> None:
        self.generations = tuple(generations)

    @cached_property
    def _cuts(self) -> list[_Cut]:
        return [_Cut(generation) for generation in self.generations]

    def __len__(self) -> int:
        return sum(len(cut) for cut in self._cuts)

    def __iter__(self) -> Iterator[Piece]:
        number = 0
        for cut in self._cuts:
            for index in range(len(cut)):
                yield cut.piece(index, number)
                number += 1

    def piece(self, number: int) -> Piece:
        """The piece of this number.

        Raises
        ------
        IndexError
            If there is none.
        """
        index = number
        for cut in self._cuts:
            if index < len(cut):
                return cut.piece(index, number)
            index -= len(cut)
        raise IndexError(number)

    def costs(self) -> Iterator[list[int]]:
        """Expected nanoseconds of each piece, by generation."""
        return (cut.costs() for cut in self._cuts)

    def covered(self, kind: Kind) -> dict[int, int]:
        """Replicas planned of each point, by identity: 0 to this number."""
        found: dict[int, int] = {}
        for work in self.generations:
            if work.kind == kind:
                for identity, stop in zip(work.identities.tolist(), work.stop.tolist(), strict=True):
                    found[identity] = max(stop, found.get(identity, 0))
        return found


def extend(plan: Plan, spec: ExperimentSpec, design: Design) -> Plan:
    """The plan with what `spec` asks beyond it; the same plan where there is nothing more to do.

    Where a precision is asked for, that is the replicas up to the first look; the others are added by `grow`.

    Parameters
    ----------
    plan : Plan
        What the directory holds or is to hold; ``Plan(())`` for a new one.
    spec, design
        The experiment that is asked for.

    Raises
    ------
    RequestError
        If it is more work than can be planned.
    """
    steps = schedule(spec.most_replicas).tolist() if spec.to_precision else [spec.replicas]
    wanted: list[tuple[Kind, int]] = [("piece", steps[0]), ("trace", spec.trajectories)]
    try:
        more = [
            _generation(kind, _all(design, stop), plan.covered(kind), spec, design) for kind, stop in wanted
        ]
        for before, stop in list(pairwise(steps))[
            -2:
        ]:  # where that would be too much, it is so from the start
            _generation("piece", _all(design, stop), _all(design, before), spec, design)
    except ValueError as error:
        asked = f"{spec.most_replicas:,} replicas of {len(design.points):,} points"
        key = "max_replicas" if spec.to_precision else "replicas"
        raise RequestError(f"experiment.{key}: {asked} are too much for one run: {error}") from None
    fresh = [generation for generation in more if generation is not None]
    return Plan((*plan.generations, *fresh)) if fresh else plan


def grow(plan: Plan, stops: Mapping[int, int], spec: ExperimentSpec, design: Design) -> Plan:
    """The plan with the next replicas of points that are to have more; the same plan where none is.

    Parameters
    ----------
    plan : Plan
        What the directory holds.
    stops : mapping of int to int
        Replicas that each point is to have, by identity.
    spec, design
        The experiment.
    """
    more = _generation("piece", stops, plan.covered("piece"), spec, design)
    return plan if more is None else Plan((*plan.generations, more))


def longest(spec: ExperimentSpec, design: Design) -> Plan:
    """The plan of an experiment that asks for a precision, if no point has it before the greatest number of
    replicas; of any other experiment, its plan.
    """
    plan = extend(Plan(()), spec, design)
    for stop in schedule(spec.most_replicas).tolist() if spec.to_precision else ():
        plan = grow(plan, _all(design, stop), spec, design)
    return plan


def _all(design: Design, replicas: int) -> dict[int, int]:
    return dict.fromkeys((point.identity for point in design.points), replicas)


def _generation(
    kind: Kind, wanted: Mapping[int, int], covered: Mapping[int, int], spec: ExperimentSpec, design: Design
) -> Generation | None:
    distinct = {point.identity: point for point in design.points}
    points = [point for identity, point in distinct.items() if covered.get(identity, 0) < wanted[identity]]
    if not points:
        return None
    first = np.array([covered.get(point.identity, 0) for point in points], np.int64)
    stops = np.array([wanted[point.identity] for point in points], np.int64)
    costs = np.array([cost(point.model, spec.dtype) for point in points], np.int64)
    aim = target(int(((stops - first) * costs).sum()))
    years = max(point.model.system.years for point in points)
    rows = TALLIED_ROWS if spec.detail == "tallies" else OUTCOME_ROWS
    if kind == "trace":
        rows = max(1, int(TRACE_BYTES / max(_traced_bytes(point.model) for point in points)))
    return Generation(
        kind=kind,
        aim=aim,
        rows=rows,
        segments=min(SEGMENTS, max(1, TALLY_CELLS // (years + 1))),
        identities=np.array([point.identity for point in points], np.uint64),
        first=first,
        stop=stops,
        block=blocks(costs, aim, rows),
        cost=costs,
    )


def _traced_bytes(model: Model) -> float:
    """Memory of a replica that is kept whole: five numbers a state and year, and its crises."""
    states = model.system.states
    return (model.system.years + 1) * (40 * states + 80 * (model.war.opportunities * states + 1))


def to_json(generation: Generation) -> dict[str, Any]:
    """A generation as JSON values; a column that is the same for all points is written once."""
    return {
        "kind": generation.kind,
        "aim": generation.aim,
        "rows": generation.rows,
        "segments": generation.segments,
        "points": [f"{identity:016x}" for identity in generation.identities.tolist()],
        "first": _short(generation.first),
        "stop": _short(generation.stop),
        "block": _short(generation.block),
        "cost": _short(generation.cost),
    }


def from_json(values: dict[str, Any]) -> Generation:
    """The inverse of `to_json`.

    Raises
    ------
    ValueError, TypeError, KeyError
        If these are not values of a generation.
    """
    identities = np.array([int(text, 16) for text in values["points"]], np.uint64)
    columns = {name: _column(values[name], identities) for name in ("first", "stop", "block", "cost")}
    return Generation(
        values["kind"], values["aim"], values["rows"], values["segments"], identities, **columns
    )


def _column(values: Any, identities: NDArray[np.uint64]) -> Integers:
    given = np.array(values)
    if given.dtype != np.int64 and given.size:
        raise ValueError(f"a column of {given.dtype}")
    return np.broadcast_to(given.astype(np.int64), identities.shape)


def _short(column: Integers) -> int | Sequence[int]:
    values: list[int] = column.tolist()
    return values[0] if len(set(values)) == 1 else values
