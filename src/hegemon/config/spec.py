"""An experiment as asked: what to simulate, how often, over which values of which keys."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, InstanceOf
from pydantic_core import PydanticCustomError

from hegemon.parameters import Model
from hegemon.parameters._lists import is_text
from hegemon.parameters._section import Section, parameter

__all__ = [
    "DIGITS",
    "FIRST",
    "MAX_REPLICAS",
    "MOST_POINTS",
    "PRECISIONS",
    "Axis",
    "ExperimentSpec",
    "Settings",
    "Span",
    "Sweep",
    "rounded",
]

MOST_POINTS = 100_000
"""Greatest number of points of one design."""
DIGITS = 12
"""Significant digits of swept numbers."""

MAX_REPLICAS = 10_000_000
"""Most replicas per point where a precision is asked for, unless the experiment says."""

FIRST = 1024
"""Replicas that every point has at least where a precision is asked for, if there may be so many."""
PRECISIONS = ("precision", "relative_precision")
"""Settings that take the place of a number of replicas."""

_NAME = re.compile(r"\w[\w.-]{0,59}")
_NAME_WORDS = "1 to 60 letters, digits, '.', '_' or '-', the first a letter or digit"
_TEXT_WORDS = "text in quotes, without control characters but line breaks and tabs"
_MOST_REPLICAS = 10**12
_GREATEST_SEED = 2**63 - 1  # the greatest whole number that every TOML reader takes


def _name(value: str) -> str:
    if not _NAME.fullmatch(value) or not is_text(value):
        raise PydanticCustomError("list", "{message}", {"message": f"must be {_NAME_WORDS}"})
    return value


def _text(value: str) -> str:
    if not is_text(value, breaks="\n\t"):
        raise PydanticCustomError("list", "{message}", {"message": f"must be {_TEXT_WORDS}"})
    return value


Text = Annotated[str, AfterValidator(_text)]


@dataclass(frozen=True)
class Axis:
    """One swept key of a grid with its values, and the keys that move with it.

    Attributes
    ----------
    key
        As ``section.key``.
    values
        Different, validated values; numbers rounded to 12 significant digits.
    linked
        Keys that take their values in step with this one: as many values each, which need not differ.
    """

    key: str
    values: tuple[Any, ...]
    linked: tuple[Axis, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The key, then those that move with it."""
        return (self.key, *(axis.key for axis in self.linked))


@dataclass(frozen=True)
class Span:
    """What one key of a drawn design (``lhs``, ``sobol``) ranges over, and the keys that move with it.

    Attributes
    ----------
    key
        As ``section.key``.
    start, stop
        The range, both ends allowed, from either end; of a list of values, 0 and 0.
    scale
        ``"linear"``, or ``"log"``: equal shares of points to equal ratios.
    values
        Values that are equally likely, instead of a range.
    whole
        Whether values are whole numbers: then all from `start` to `stop` are equally likely (on a
        logarithmic scale, in proportion to ln((n + 1) / n)).
    linked
        Keys that take the same place in their own range.
    """

    key: str
    start: float = 0.0
    stop: float = 0.0
    scale: Literal["linear", "log"] = "linear"
    values: tuple[Any, ...] = ()
    whole: bool = False
    linked: tuple[Span, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The key, then those that move with it."""
        return (self.key, *(span.key for span in self.linked))

    def at(self, place: float) -> Any:
        """Return the value at a place from 0 to 1 in the range.

        Numbers are rounded to a millionth of the range, or of themselves on a logarithmic scale, so that
        what is drawn can be read and typed again.
        """
        if self.values:
            return self.values[min(int(place * len(self.values)), len(self.values) - 1)]
        if self.start > self.stop:
            return replace(self, start=self.stop, stop=self.start).at(1 - place)
        low, high = self.start, self.stop + (1 if self.whole else 0)
        if self.scale == "log":
            value = float(f"{math.exp(math.log(low) * (1 - place) + math.log(high) * place):.6g}")
        else:
            value = round(low * (1 - place) + high * place, 6 - math.floor(math.log10(high - low)))
        return min(math.floor(value), self.stop) if self.whole else rounded(min(max(value, low), high))

    def row(self, place: float) -> dict[str, Any]:
        """Return the key and those that move with it, with their values at a place from 0 to 1."""
        return {span.key: span.at(place) for span in (self, *self.linked)}


def rounded(value: float) -> float:
    """Round to 12 significant digits, so that a value does not depend on how it was reached."""
    return float(f"{value:.{DIGITS}g}") + 0.0


@dataclass(frozen=True)
class Sweep:
    """Which keys take which values.

    Attributes
    ----------
    design
        ``"grid"``: every combination of the axes; ``"list"``: the points as listed; ``"lhs"``, ``"sobol"``:
        points drawn from ranges.
    axes
        The axes of a grid, in the order of the file; none is a single point.
    points
        The points of any other design: a mapping of keys to values each. A key that a listed point leaves out
        has its default.
    spans
        What the keys of a drawn design range over, in the order of the file.
    places
        How messages name each point, where it was read from another file.
    """

    design: Literal["grid", "list", "lhs", "sobol"] = "grid"
    axes: tuple[Axis, ...] = ()
    points: tuple[Mapping[str, Any], ...] = ()
    spans: tuple[Span, ...] = ()
    places: tuple[str, ...] = field(default=(), compare=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """The swept keys."""
        if self.design == "list":
            return tuple(dict.fromkeys(key for point in self.points for key in point))
        return tuple(key for group in self.groups for key in group.keys)

    @property
    def groups(self) -> tuple[Axis | Span, ...]:
        """Keys of a grid or of a drawn design, those that move together as one."""
        return self.axes or self.spans

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values along each dimension; ``()`` for a single point."""
        return tuple(len(axis.values) for axis in self.axes) if self.design == "grid" else (len(self.points),)

    @property
    def size(self) -> int:
        """Number of points."""
        return math.prod(self.shape)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the swept keys and values of each point, the last axis of a grid fastest."""
        if self.design != "grid":
            yield from (dict(point) for point in self.points)
            return
        for steps in itertools.product(*map(_steps, self.axes)):
            yield {key: value for step in steps for key, value in step.items()}


def _steps(axis: Axis) -> list[dict[str, Any]]:
    """The values of a key and of those that move with it, step by step."""
    columns = zip(axis.values, *(other.values for other in axis.linked), strict=True)
    return [dict(zip(axis.keys, values, strict=True)) for values in columns]


class Settings(Section):
    """The table ``[experiment]``: what to run, how often, how exactly."""

    name: Annotated[str, AfterValidator(_name)] = parameter(
        "experiment",
        allowed=_NAME_WORDS,
        title="Name",
        description="Name of the experiment: names the folder of its results.",
    )
    title: Text | None = parameter(
        None, allowed=_TEXT_WORDS, title="Title", description="A title, for figures and files."
    )
    description: Text | None = parameter(
        None, allowed=_TEXT_WORDS, title="Description", description="What the experiment is for."
    )
    replicas: int = parameter(
        10_000, ge=1, le=_MOST_REPLICAS, title="Replicas", description="Replicas per design point."
    )
    precision: float | None = parameter(
        None,
        gt=0,
        lt=0.5,
        title="Precision",
        description="Half-width of the interval of P to reach at every point, instead of `replicas`.",
    )
    relative_precision: float | None = parameter(
        None,
        gt=0,
        lt=1,
        title="Relative precision",
        description="Half-width over P to reach at every point, instead of `replicas` or with `precision`.",
    )
    max_replicas: int | None = parameter(
        None,
        ge=1,
        le=_MOST_REPLICAS,
        title="Most replicas",
        description="Most replicas per point where a precision is asked for; 10 million if not given.",
    )
    seed: int = parameter(
        1,
        ge=0,
        le=_GREATEST_SEED,
        title="Seed",
        description="Seed of all random numbers: the same seed gives the same bits.",
    )
    common_random_numbers: bool = parameter(
        True,
        title="Common random numbers",
        description="Whether replica r meets the same shocks at every point, which sharpens comparisons.",
    )
    confidence: float = parameter(
        0.95, gt=0, lt=1, title="Confidence", description="Confidence level of all intervals."
    )
    detail: Literal["outcomes", "tallies"] = parameter(
        "outcomes",
        title="Detail",
        description="outcomes: keep one row per replica; tallies: keep only what all estimates need.",
    )
    dtype: Literal["float64", "float32"] = parameter(
        "float64",
        title="Arithmetic",
        description="float64, or float32: faster, with the same estimates to Monte Carlo error.",
    )
    trajectories: int = parameter(
        0,
        ge=0,
        title="Trajectories",
        description="How many replicas per point are kept whole; at most `replicas`.",
    )

    @property
    def to_precision(self) -> bool:
        """Whether a precision is asked for, and not a number of replicas."""
        return self.precision is not None or self.relative_precision is not None

    @property
    def most_replicas(self) -> int:
        """Replicas that a point may get: exactly so many unless a precision is asked for."""
        return (self.max_replicas or MAX_REPLICAS) if self.to_precision else self.replicas


class ExperimentSpec(Settings):
    """A validated experiment. Made by `hegemon.config.load` or `hegemon.config.parse`; immutable."""

    sweep: InstanceOf[Sweep] = Sweep()
    model: InstanceOf[Model] = Model()
    """The model; where keys are swept, at the first design point."""
