"""What a user asks of `hegemon solve`, checked before any work."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hegemon import config
from hegemon.config import Axis, ExperimentSpec, Sweep
from hegemon.errors import RequestError
from hegemon.parameters import nearest, parameter
from hegemon.parameters.registry import ParameterInfo
from hegemon.planning.design import build
from hegemon.planning.looks import refuse_precision
from hegemon.solving.task import Task

EFFICIENCY = "balancing.efficiency"
MOST_ROOTS = 100
"""Most values of the second key, or combinations of several."""
TOLERANCE = 0.02
"""Widest interval where none is asked for, as a share of the searched range."""
_INSIDE = 1e-3  # of the range: how far from an end that is not itself allowed the search begins
_REPLICAS = 10_000
_METHOD = 1  # of the root finder: with another it asks for other points


@dataclass(frozen=True)
class Request:
    """A checked request.

    Attributes
    ----------
    spec
        The experiment, without a sweep: a base for the points.
    info
        The key that is solved for.
    task
        One root, as the finder takes it.
    over
        The other keys and their values; empty for a single root.
    base
        Fixed keys of the model, by section.
    """

    spec: ExperimentSpec
    info: ParameterInfo
    task: Task
    over: tuple[Axis, ...]
    base: Mapping[str, Mapping[str, Any]]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The other keys' values of each root, the last key fastest; one empty row for a single root."""
        return list(Sweep(axes=self.over).rows())

    def point(self, row: Mapping[str, Any], x: float) -> dict[str, Any]:
        """The design point of a root's row at x."""
        return {**row, self.info.key: int(x) if self.task.whole else x}

    def experiment(self, points: Sequence[Mapping[str, Any]]) -> ExperimentSpec:
        """The experiment that simulates a list of points, each with random numbers of its own."""
        settings = {
            name: getattr(self.spec, name)
            for name in ("name", "title", "description", "seed", "confidence", "dtype")
            if getattr(self.spec, name) is not None
        }
        settings |= {"replicas": self.task.replicas, "common_random_numbers": False, "detail": "tallies"}
        sweep = {"design": "list", "values": [dict(point) for point in points]}
        return config.parse({"experiment": settings, "sweep": sweep, "model": self.base})

    def text(self) -> str:
        """The request as JSON, for the directory: what another request there is held against."""
        task = self.task
        values = {
            "method": _METHOD,
            "key": self.info.key,
            "probability": task.target,
            "from": task.low,
            "to": task.high,
            "tolerance": task.tolerance,
            "replicas": task.replicas,
            "confidence": task.confidence,
            "over": {axis.key: list(axis.values) for axis in self.over},
        }
        return json.dumps(values, indent=1) + "\n"


def read(
    spec: ExperimentSpec,
    probability: float,
    key: str = EFFICIENCY,
    between: tuple[float | None, float | None] = (None, None),
    over: Mapping[str, Any] | None = None,
    tolerance: float | None = None,
) -> Request:
    """Check a request.

    Parameters
    ----------
    spec
        The experiment; what it sweeps beside the key is solved over.
    probability, key, between, over, tolerance
        See `hegemon.solving.solve`.

    Raises
    ------
    RequestError
        With one line per mistake.
    """
    refuse_precision(
        spec,  # here it is the value that has an interval
        "a search takes a number of replicas for each evaluation, and --tolerance for the width of its "
        "interval; give it with --replicas",
    )
    info = _key(key)
    low, high = _range(info, between)
    axes = _axes(spec, info, over or {})
    whole = info.kind == "int"
    wide = (high - low) * TOLERANCE if tolerance is None else tolerance
    task = Task(low, high, probability, max(wide, 1.0) if whole else wide, spec.replicas or _REPLICAS)
    _refuse_numbers(task, tolerance)
    task = replace(task, confidence=spec.confidence, whole=whole)
    if task.replicas < task.least_replicas:
        why = f"too few to tell P from {probability:g}"
        raise RequestError(f"replicas: {task.replicas}; {why}: must be at least {task.least_replicas}")
    base = _base(spec, {info.key, *(axis.key for axis in axes)})
    request = Request(spec, info, task, axes, base)
    _refuse_idle(request)
    return request


def _key(key: str) -> ParameterInfo:
    try:
        info = parameter(key)
    except KeyError:
        near = nearest(key)
        hint = f" (did you mean {near}?)" if near else '; keys are written "section.key"'
        raise RequestError(f"--key {key}: no such key of the model{hint}") from None
    if info.range is None or not info.scalar:
        raise RequestError(f"--key {key}: cannot be solved for: it takes {info.allowed}, not one number")
    return info


def _range(info: ParameterInfo, between: tuple[float | None, float | None]) -> tuple[float, float]:
    """The searched range: what is asked, else all that the key allows, open ends a little inside."""
    if info.range is None:
        raise RequestError(f"--key {info.key}: has no range")
    low, high = between
    lines = [
        f"{name} {value}: must be {info.allowed}"
        for name, value in zip(("--from", "--to"), between, strict=True)
        if value is not None and (not math.isfinite(value) or value not in info.range)
    ]
    lines += [
        f"{name}: {info.key} has no {end}; say {where} the search goes"
        for name, value, bound, end, where in (
            ("--from", low, info.range.low, "least value", "from where"),
            ("--to", high, info.range.high, "greatest value", "how far"),
        )
        if value is None and bound is None
    ]
    whole = info.kind == "int"
    if whole:
        ends = (("--from", low), ("--to", high))
        lines += [f"{name} {v}: must be a whole number" for name, v in ends if v is not None and v % 1]
    if lines:
        raise RequestError(*lines)
    bounds = float(info.range.low or 0.0), float(info.range.high if info.range.high is not None else 0.0)
    inside = _INSIDE * (bounds[1] - bounds[0])
    first = bounds[0] + inside * info.range.low_open if low is None else float(low)
    last = bounds[1] - inside * info.range.high_open if high is None else float(high)
    if not first < last:
        raise RequestError(f"--from {first:g} --to {last:g}: must go from a smaller value to a greater")
    return first, last


def _axes(spec: ExperimentSpec, info: ParameterInfo, over: Mapping[str, Any]) -> tuple[Axis, ...]:
    """The other keys: those of `over`, then those that the experiment sweeps."""
    if info.key in over:
        raise RequestError(f"--over {info.key}: is the key that is solved for")
    asked = config.parse({"sweep": {key: _listed(values) for key, values in over.items()}}, "--over")
    if spec.sweep.design != "grid":
        raise RequestError(
            f"sweep.design = {spec.sweep.design}: cannot be solved over; use a grid, or --over KEY=VALUES"
        )
    swept = [axis for axis in spec.sweep.axes if axis.key not in over and axis.key != info.key]
    axes = (*asked.sweep.axes, *swept)
    count = Sweep(axes=axes).size
    if count > MOST_ROOTS:
        raise RequestError(f"{', '.join(a.key for a in axes)}: {count} roots; at most {MOST_ROOTS}")
    return axes


def _listed(values: Any) -> Any:
    return values.tolist() if hasattr(values, "tolist") else values


def _refuse_numbers(task: Task, tolerance: float | None) -> None:
    lines = []
    if not 0 < task.target < 1:
        lines.append(f"--probability {task.target}: must be a number above 0 and below 1")
    if tolerance is not None and not 0 < tolerance < math.inf:
        lines.append(f"--tolerance {tolerance}: must be a number above 0")
    if lines:
        raise RequestError(*lines)
    least = 1e-6 * (task.high - task.low)
    if task.tolerance < least:
        raise RequestError(f"--tolerance {tolerance}: must be at least {least:.3g}, a millionth of the range")


def _base(spec: ExperimentSpec, varied: set[str]) -> dict[str, dict[str, Any]]:
    """The keys that the experiment fixes, but for those that vary."""
    swept = {axis.key for axis in spec.sweep.axes}
    return {
        name: {
            inner: value
            for inner, value in section.model_dump(exclude_unset=True).items()
            if f"{name}.{inner}" not in varied | swept
        }
        for name, section in spec.model
    }


def _refuse_idle(request: Request) -> None:
    """Refuse a key that changes nothing, as an efficiency whose parts are all given; and impossible ends."""
    task = request.task
    for row in request.rows:
        ends = build(request.experiment([request.point(row, x) for x in (task.low, task.high)]))
        if ends.points[0].identity == ends.points[1].identity:
            where = "".join(f" at {key} = {value}" for key, value in row.items())
            raise RequestError(f"--key {request.info.key}: changes nothing{where}: other keys take its place")
