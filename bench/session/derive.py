"""From a record to the numbers of tables and figures; nothing is measured and nothing is drawn here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from session.contestants import ENGINE, TWIN

Record = dict[str, Any]
MILLION = 1_000_000


@dataclass(frozen=True)
class Spread:
    """A median with the quartiles."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """Of the values of the rounds."""
        low, middle, high = np.percentile(list(values), [25, 50, 75])
        return cls(float(middle), float(low), float(high))


@dataclass(frozen=True)
class Row:
    """What the comparison found of one contestant, per core: by CPU time.

    Attributes
    ----------
    state_years, systems : Spread
        Per second of CPU time.
    merit : float
        1 / (se^2 x CPU seconds) for P(hegemon): the rate at which information is gained.
    million : float
        CPU seconds of a million systems.
    cpus : float
        CPU time over wall time.
    cold, warm : float or None
        Seconds from the start of a process to its first result.
    memory : float or None
        Peak memory (MB) of a million replicas.
    extrapolated : bool
        Whether that comes from fewer.
    """

    name: str
    system: str
    precision: str
    mechanisms: str
    lines: int
    state_years: Spread
    systems: Spread
    merit: float
    million: float
    cpus: float
    cold: float | None
    warm: float | None
    memory: float | None
    extrapolated: bool


def rows(record: Record) -> list[Row]:
    """The contestants that were measured, fastest first, those with every mechanism on last."""
    part = record["parts"]["contest"]
    measured = [name for name in part["contestants"] if name not in part["left_out"]]
    found = [_row(record, part, name) for name in measured]
    return sorted(found, key=lambda row: (row.mechanisms != "default", -row.state_years.median))


def _row(record: Record, part: Record, name: str) -> Row:
    about, rounds = part["contestants"][name], [each[name] for each in part["rounds"]]
    systems = Spread.of(r["replicas"] / r["cpu"] for r in rounds)
    p = probability(part, about["mechanisms"])
    return Row(
        **about,
        state_years=Spread.of(r["state_years"] / r["cpu"] for r in rounds),
        systems=systems,
        merit=systems.median / (p * (1 - p)),
        million=MILLION / systems.median,
        cpus=float(np.median([r["cpu"] / r["wall"] for r in rounds])),
        cold=_middle(part["cold"].get(name)),
        warm=_middle(part["warm"].get(name)),
        memory=_memory(record, about, part["memory"].get(name)),
        extrapolated=about["system"] != ENGINE and _most(part["memory"].get(name)) < MILLION,
    )


def probability(part: Record, mechanisms: str) -> float:
    """P(hegemon) over all replicas of all contestants with these mechanisms: they agree."""
    names = [n for n, about in part["contestants"].items() if about["mechanisms"] == mechanisms]
    found = [each[name] for each in part["rounds"] for name in names if name in each]
    emerged, total = sum(r["emerged"] for r in found), sum(r["replicas"] for r in found)
    return min(max(emerged, 0.5), total - 0.5) / total


def _middle(found: Sequence[dict[str, float]] | None) -> float | None:
    return float(np.median([each["first_result"] for each in found])) if found else None


def _most(found: Record | None) -> int:
    return 0 if found is None else max(found["replicas"])


def _memory(record: Record, about: Record, found: Record | None) -> float | None:
    if about["system"] == ENGINE:  # the whole command was run with a million
        if about["mechanisms"] != "default" or "million" not in record["parts"]:
            return None
        return million_spread(record, 8, about["precision"], "outcomes", "peak_mb").median
    if found is None:
        return None
    (few, many), (low, high) = found["replicas"], found["peak_mb"]
    return max(high, high + (high - low) / (many - few) * (MILLION - many)) if many > few else high


def million_spread(record: Record, states: int, dtype: str, detail: str, what: str) -> Spread:
    """Something of the runs of a million systems, over rounds."""
    wanted = {"states": states, "dtype": dtype, "detail": detail}.items()
    return Spread.of(run[what] for run in record["parts"]["million"]["runs"] if wanted <= run.items())


def times(record: Record, ours: str, theirs: str) -> Spread:
    """How many times more state-years `ours` simulates in a second of CPU time: the ratio of each round."""
    rounds = record["parts"]["contest"]["rounds"]

    def rate(each: Record, name: str) -> float:
        return float(each[name]["state_years"] / each[name]["cpu"])

    return Spread.of(rate(each, ours) / rate(each, theirs) for each in rounds)


def opponents(record: Record) -> list[Row]:
    """The default rows of all but the engine, fastest first."""
    return [row for row in rows(record) if row.system != ENGINE and row.mechanisms == "default"]


@dataclass(frozen=True)
class Aim:
    """Something that was aimed at, and what was reached."""

    what: str
    wanted: float
    found: Spread
    percent: bool = False
    below: bool = False

    @property
    def met(self) -> bool:
        """Whether the median reaches it."""
        return self.found.median <= self.wanted if self.below else self.found.median >= self.wanted


_AIMS = (
    ("float64", "scalar Numba", "float64", 8),
    ("float64", TWIN, "float64", 8),
    ("float64", "JAX", "float64", 8),
    ("float32", "scalar Numba", "float64", 16),
    ("float32", TWIN, "float64", 16),
    ("float32", "JAX", "float32", 18),
    ("float64", "NumPy", "float64", 30),
    ("float64", "Mesa", "float64", 1000),
)


def aims(record: Record) -> list[Aim]:
    """The aims whose parts were measured."""
    there = {(row.system, row.precision): row.name for row in opponents(record)}
    found = [
        Aim(
            f"{ours} over {system}, {theirs}",
            wanted,
            times(record, f"{ENGINE} {ours}", there[system, theirs]),
        )
        for ours, system, theirs, wanted in _AIMS
        if (system, theirs) in there
    ]
    bound = record["parts"].get("bound", {})
    for precision, r in bound.get("precisions", {}).items():
        found.append(
            Aim(f"share of the issue bound, {precision}", 0.6, Spread(**r["share_reached"]), percent=True)
        )
    for run in largest_sweeps(record):
        share = orchestration(run)
        text = f"orchestration of {run['points']:,} points of {run['replicas']:,} replicas, {run['detail']}"
        found.append(Aim(text, 0.1, Spread(share, share, share), percent=True, below=True))
    return found


def largest_sweeps(record: Record) -> list[Record]:
    """The runs of most points, one for each detail."""
    runs = record["parts"].get("points", {}).get("runs", [])
    most = max((run["points"] for run in runs), default=0)
    return [run for run in runs if run["points"] == most]


def orchestration(run: Record) -> float:
    """Share of the CPU time of a run that is not in the kernels."""
    return 1 - run["simulate"] / run["cpu"]


# More workers than there are: a model


@dataclass(frozen=True)
class Coefficients:
    """Seconds of a run of the headline's sweep on one thread, by what more workers can share."""

    kernels: float  # no lock is held: any number of threads share it
    threads: float  # the rest of what worker threads do, in Python and in libraries
    main: float  # the thread that hands out work and adds up
    start: float  # a command that has nothing to simulate: imports, plan, files

    def seconds(self, workers: int, *, locked: bool) -> float:
        """Wall time with this many workers; `locked` has all Python wait for one lock."""
        alone = self.start + self.main
        if locked:
            return alone + max(self.threads, (self.threads + self.kernels) / workers)
        return alone + (self.threads + self.kernels) / workers


def coefficients(record: Record) -> Coefficients:
    """The coefficients as measured, medians over runs with outcomes on one thread."""
    part = record["parts"]["workers"]
    runs = [run for run in part["runs"] if run["workers"] == 1]

    def middle(what: Any) -> float:
        return float(np.median([what(run) for run in runs]))

    return Coefficients(
        kernels=middle(lambda run: run["simulate"]),
        threads=middle(lambda run: run["cpu"] - run["main"] - run["simulate"]),
        main=middle(lambda run: run["main"]),
        start=float(np.median([run["done"] for run in part["empty"]])),
    )
