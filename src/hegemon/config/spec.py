"""An experiment as asked: what to simulate, how often, over which values of which keys."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, InstanceOf
from pydantic_core import PydanticCustomError

from hegemon.parameters import Model
from hegemon.parameters._lists import is_text
from hegemon.parameters._section import Section, parameter

__all__ = ["MOST_POINTS", "Axis", "ExperimentSpec", "Settings", "Sweep"]

MOST_POINTS = 100_000
"""Greatest number of points of one design."""

_NAME = re.compile(r"\w[\w.-]{0,59}")
_NAME_WORDS = "1 to 60 letters, digits, '.', '_' or '-', the first a letter or digit"
_TEXT_WORDS = "text in quotes, without control characters"
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
    """One swept key of a grid with its values.

    Attributes
    ----------
    key
        As ``section.key``.
    values
        Different, validated values; numbers rounded to 12 significant digits.
    """

    key: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Sweep:
    """Which keys take which values.

    Attributes
    ----------
    design
        ``"grid"``: every combination of the axes; ``"list"``: the points as listed.
    axes
        The axes of a grid, in the order of the file; none is a single point.
    points
        The points of a list: a mapping of keys to values each. A key that a point leaves out has its default.
    """

    design: Literal["grid", "list"] = "grid"
    axes: tuple[Axis, ...] = ()
    points: tuple[Mapping[str, Any], ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The swept keys."""
        if self.design == "grid":
            return tuple(axis.key for axis in self.axes)
        return tuple(dict.fromkeys(key for point in self.points for key in point))

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
        if self.design == "list":
            yield from (dict(point) for point in self.points)
            return
        keys = self.keys
        for values in itertools.product(*(axis.values for axis in self.axes)):
            yield dict(zip(keys, values, strict=True))


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
        description="Half-width of the interval to reach everywhere, instead of `replicas` (not built yet).",
    )
    max_replicas: int | None = parameter(
        None,
        ge=1,
        le=_MOST_REPLICAS,
        title="Most replicas",
        description="Most replicas per point where a precision is asked for (not built yet).",
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


class ExperimentSpec(Settings):
    """A validated experiment. Made by `hegemon.config.load` or `hegemon.config.parse`; immutable."""

    sweep: InstanceOf[Sweep] = Sweep()
    model: InstanceOf[Model] = Model()
    """The model; where keys are swept, at the first design point."""
