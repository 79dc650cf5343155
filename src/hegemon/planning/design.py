"""From an experiment to its design points, each with an identity whatever way it was asked for."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from pydantic import ValidationError

from hegemon.config.spec import Axis, ExperimentSpec, Sweep
from hegemon.errors import RequestError
from hegemon.parameters import Model
from hegemon.parameters.kernel import resolved_values
from hegemon.parameters.variants import Variants
from hegemon.toml import toml_value

__all__ = ["Design", "Dimension", "Point", "build", "identity"]

_INF = float("inf")
_encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True)
class Point:
    """One design point.

    Attributes
    ----------
    index
        Its place in the design, row by row (the last dimension fastest).
    values
        The swept keys (``section.key``) with their values here, resolved.
    model
        The whole model.
    identity
        64 bits that stand for the model: see `identity`.
    """

    index: int
    values: Mapping[str, Any]
    model: Model
    identity: int


@dataclass(frozen=True)
class Dimension:
    """A labelled direction of the results, or a coordinate along the dimension ``point``.

    Attributes
    ----------
    name
        Its name in results: the last part of the key, or ``section_key`` where two would clash.
    key
        The swept key; ``""`` for the dimension ``point``.
    values
        Its values, in the order of the design. Lists are written as TOML text.
    along
        The dimension that it lies along, if not its own: ``"point"``, or that of the key with which it moves.
    """

    name: str
    key: str
    values: tuple[Any, ...]
    along: str = ""


@dataclass(frozen=True)
class Design:
    """All points of an experiment.

    Attributes
    ----------
    points
        The points, row by row.
    dims
        One dimension per swept key of a grid, or per group of keys that move together; ``point`` for any
        other design; none for a single point.
    coordinates
        One per swept key: the dims of a grid and what moves with them, or labels along ``point``.
    """

    points: list[Point]
    dims: tuple[Dimension, ...]
    coordinates: tuple[Dimension, ...]

    @cached_property
    def differences(self) -> dict[int, Mapping[str, Any]]:
        """Kernel values of points by which they differ from the first, by identity: noted in a run to a
        precision, where points come up in one round after the other.
        """
        return {}

    @property
    def first(self) -> dict[int, int]:
        """Index of the first point of each identity: points that are one model share theirs."""
        return {point.identity: point.index for point in reversed(self.points)}

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the dimensions; ``()`` for a single point."""
        return tuple(len(dim.values) for dim in self.dims)


def build(spec: ExperimentSpec) -> Design:
    """Make the design of an experiment.

    Parameters
    ----------
    spec
        A checked experiment.

    Returns
    -------
    Design
        Its points, with their models and identities. Points that differ only in what changes nothing (an
        efficiency whose three parts are all given, names) have equal identities, and are all kept.

    Raises
    ------
    RequestError
        If a point is impossible; never for an experiment that `hegemon.config` has checked.
    """
    keys = spec.sweep.keys
    make = Variants(dict(spec.model), keys)
    points = []
    for index, row in enumerate(spec.sweep.rows()):
        try:
            model = make(row)
        except ValidationError as error:
            lines = [f"point {index}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            raise RequestError(*lines) from None
        values = {key: model.value(key) for key in keys}
        points.append(Point(index, values, model, identity(model)))
    return Design(points, *_labels(spec.sweep, points))


def identity(model: Model) -> int:
    """Return the identity of a model: what names a design point, whatever its place in a grid.

    The first 8 bytes (big-endian, unsigned) of the SHA-256 of canonical JSON of the values that a kernel
    takes (`hegemon.parameters.kernel_values`): keys sorted, no spaces, numbers with a fraction in their
    shortest exact form, inf as the text ``"inf"``. Hence it does not depend on the order of a grid, on
    whether a value was given or is a default, was written as 1 or 1.0, or was reached through the efficiency
    or through its three parts, nor on the names of states, nor on what a mechanism that is off would do.
    """
    values = resolved_values(model)
    for symbol in _idle(values):
        del values[symbol]
    text = ",".join([f'"{symbol}":{_json(value, _of(value))}' for symbol, value in sorted(values.items())])
    digest = hashlib.sha256(f"{{{text}}}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def _idle(values: Mapping[str, Any]) -> Iterator[str]:
    """Symbols of switches that are off, and of what then counts for nothing."""
    if values["rule"] == "given":
        yield from ("rule", "ow")
    if set(values["types"]) == {"drawn"}:
        yield "types"


@lru_cache(maxsize=4096, typed=True)
def _json(value: Any, _: type | None) -> str:
    """Write a value; kept, since the points of one design share most of theirs.

    The type of its elements tells (1,) from (1.0,), which are equal and are written differently.
    """
    return '"inf"' if value == _INF else _encode(value)


def _of(value: Any) -> type | None:
    return type(value[0]) if isinstance(value, tuple) and value else None


def _labels(sweep: Sweep, points: list[Point]) -> tuple[tuple[Dimension, ...], tuple[Dimension, ...]]:
    names = _names(sweep.keys)
    if sweep.design == "grid":
        dims = tuple(_dimension(names, axis, axis) for axis in sweep.axes)
        return dims, tuple(
            _dimension(names, part, axis) for axis in sweep.axes for part in (axis, *axis.linked)
        )
    along = (Dimension("point", "", tuple(range(len(points)))),)
    columns = {key: _label([point.values[key] for point in points]) for key in sweep.keys}
    return along, tuple(Dimension(names[key], key, values, "point") for key, values in columns.items())


def _dimension(names: dict[str, str], axis: Axis, along: Axis) -> Dimension:
    if axis is along:
        return Dimension(names[axis.key], axis.key, axis.values)
    return Dimension(names[axis.key], axis.key, _label(list(axis.values)), names[along.key])


def _label(values: list[Any]) -> tuple[Any, ...]:
    """Return values as a coordinate: as text where some are lists, or where some are not given."""
    if not any(value is None or isinstance(value, tuple) for value in values):
        return tuple(values)
    return tuple("" if value is None else toml_value(value) for value in values)


def _names(keys: tuple[str, ...]) -> dict[str, str]:
    last = {key: key.partition(".")[2] for key in keys}
    count = Counter(last.values())
    return {key: name if count[name] == 1 else key.replace(".", "_") for key, name in last.items()}
