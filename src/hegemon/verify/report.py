"""What a verification found, as frozen records that print as a table and turn into JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["equal", "differs", "missing", "skipped"]

SHOWN = 100
"""Most differences, and most names of pieces, that a report keeps; it counts all."""


@dataclass(frozen=True)
class Check:
    """One thing that was checked.

    Attributes
    ----------
    name : str
    state : {"equal", "differs", "missing", "skipped"}
        Whether all is as it should be; "missing" where it is not there yet, "skipped" where it could not be
        checked.
    text : str
        What was compared, or what is wrong.
    """

    name: str
    state: State
    text: str


@dataclass(frozen=True)
class Difference:
    """One value that the run holds otherwise than it is computed here.

    Attributes
    ----------
    file : str
        Name of the piece, or ``results.nc`` (``rare.nc``).
    point, replica : int or None
        Index of the design point and number of the replicate (of a splitting, of the repetition), where the
        value belongs to one.
    column : str
        Name of the variable, with the place in it where it has further dimensions.
    recorded, computed : int, float, str or None
        Both values; None where one is not there.
    """

    file: str
    point: int | None
    replica: int | None
    column: str
    recorded: Any
    computed: Any


@dataclass(frozen=True)
class Versions:
    """With what results were made: all that they could depend on, and the CPU."""

    hegemon: str
    model_version: str
    kernels: str
    numba: str
    numpy: str
    python: str
    cpu: str


@dataclass(frozen=True)
class Sample:
    """What was computed again.

    Attributes
    ----------
    seed : int or None
        With which it was drawn; None where all was computed.
    unit : {"replicas", "pieces", "repetitions"}
        Replicas where rows are kept, whole pieces where only tallies are or all was asked; repetitions of a
        splitting.
    computed, population : int
        How many, of how many.
    trajectories, trajectories_kept : int
        The same of the replicas that are kept whole.
    """

    seed: int | None
    unit: Literal["replicas", "pieces", "repetitions"]
    computed: int
    population: int
    trajectories: int
    trajectories_kept: int


@dataclass(frozen=True)
class Report:
    """What `hegemon verify` found.

    Attributes
    ----------
    folder : str
        The run's directory.
    checks : tuple of Check
        In the order in which they are made.
    missing, damaged : tuple of str
        Pieces that are planned and not there; what is wrong with files that cannot be used. The first ones.
    differences : tuple of Difference
        The first of them.
    missing_count, damaged_count, difference_count : int
        Of all.
    sample : Sample
        What was computed again.
    made_with : tuple of Versions
        Of the sessions that worked on the run, each kind once.
    here : Versions
        Of this process.
    """

    folder: str
    checks: tuple[Check, ...]
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    differences: tuple[Difference, ...]
    missing_count: int
    damaged_count: int
    difference_count: int
    sample: Sample
    made_with: tuple[Versions, ...]
    here: Versions

    @property
    def state(self) -> Literal["equal", "differs", "incomplete"]:
        """Of the whole: "equal" where every check is, "incomplete" where nothing is wrong but something is
        missing or could not be checked.
        """
        states = {check.state for check in self.checks}
        if "differs" in states:
            return "differs"
        return "incomplete" if states & {"missing", "skipped"} else "equal"

    @property
    def ok(self) -> bool:
        """Whether the run is complete and everything that was compared is equal."""
        return self.state == "equal"

    @property
    def other_versions(self) -> tuple[str, ...]:
        """In what this process differs from some session that worked on the run: names of `Versions`."""
        own = asdict(self.here)
        made = [asdict(one) for one in self.made_with]
        return tuple(name for name, value in own.items() if any(one[name] != value for one in made))

    def __bool__(self) -> bool:
        """Whether it is `ok`, so that ``assert run.verify()`` says what it seems to."""
        return self.ok

    def as_dict(self) -> dict[str, Any]:
        """Everything as JSON values (numbers that are not finite as they are)."""
        return {"state": self.state, **asdict(self), "other_versions": self.other_versions}

    def __str__(self) -> str:
        width = max(len(check.name) for check in self.checks)
        lines = [f"{check.name:<{width}}  {check.state:<7}  {check.text}" for check in self.checks]
        return "\n".join([f"{self.folder}: {self.state}", *lines])


def first(items: Sequence[Any]) -> tuple[Any, ...]:
    """As many of them as a report keeps."""
    return tuple(items[:SHOWN])
