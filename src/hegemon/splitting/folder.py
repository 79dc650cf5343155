"""The directory of a splitting: planned like that of a run, in pieces of pilots and of repetitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hegemon.errors import RequestError
from hegemon.planning import plan
from hegemon.planning.design import build
from hegemon.planning.plan import Generation, Kind, Plan
from hegemon.running import directory
from hegemon.splitting.pilot import MOST_REPLICAS
from hegemon.storage import manifest
from hegemon.storage.job import Job
from hegemon.storage.manifest import Manifest

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec
    from hegemon.planning.design import Design, Point

METHOD = 2
"""Rises when the same request gives other counts."""
_PILOT_STAGES = 10  # of both passes, as the cost formula takes it
MOST_REPETITIONS = 100_000
"""Of a point."""
_ROWS = 1 << 14
_SEGMENTS = 1 << 12
_NOT_KEPT = ("precision", "relative_precision", "max_replicas")  # asked each time; rare.nc has the first two


def asked(spec: ExperimentSpec, effort: int) -> ExperimentSpec:
    """What a directory says was asked: the experiment, with the effort as its replicas."""
    changes: dict[str, Any] = {"replicas": effort, "trajectories": 0}
    changes |= {name: None for name in _NOT_KEPT if name in type(spec).model_fields}
    return spec.model_copy(update=changes)


def prepare(folder: Path, spec: ExperimentSpec, design: Design) -> Job:
    """Plan the pilots of a request into a directory, which may hold a part of it already. Nothing is written.

    Parameters
    ----------
    folder : Path
        The directory.
    spec : ExperimentSpec
        From `asked`.
    design : Design
        Its points.

    Raises
    ------
    RequestError
        If the directory holds anything else.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise RequestError(f"{folder}: is a file, not a directory")
    except OSError as error:
        raise RequestError(f"{folder}: cannot be used ({error.strerror})") from error
    held, shared = manifest.load(folder), common(spec)
    if held is None:
        directory.refuse_foreign(folder)
        held = Manifest(shared, Plan(()))
    else:
        _refuse_other(folder, held, shared, design)
    job = Job(folder, spec, design, held)
    return extend(job, "pilot", {point.identity: 1 for point in design.points})


def load(folder: Path) -> Job | None:
    """What `hegemon rare` has left in a directory; None where it holds anything else.

    Raises
    ------
    PieceError
        If its manifest cannot be read.
    """
    held = manifest.load(folder)
    if held is None or held.common.get("detail") != directory.SPLITTING:
        return None
    spec = directory.experiment(folder, held)
    return Job(folder, spec, build(spec), held)


def extend(job: Job, kind: Kind, stops: Mapping[int, int]) -> Job:
    """The job with what is asked beyond its plan: of each point, by identity, pilots or repetitions 0 to
    ``stop - 1``.
    """
    covered = job.manifest.plan.covered(kind)
    distinct = {point.identity: point for point in job.design.points}
    more = [distinct[key] for key, stop in stops.items() if covered.get(key, 0) < stop]
    if not more:
        return job
    fresh = _generation(kind, more, covered, stops, job.spec)
    return replace(job, manifest=replace(job.manifest, plan=Plan((*job.manifest.plan.generations, fresh))))


def write(job: Job, kind: Kind, stops: Mapping[int, int]) -> Job:
    """Plan more and write it, after whatever another process has planned meanwhile.

    Raises
    ------
    RequestError
        If the directory cannot be written, or holds something else by now.
    """

    def again(found: Job) -> Job:
        return extend(prepare(found.folder, found.spec, found.design), kind, stops)

    return directory.write(extend(job, kind, stops), again)


def common(spec: ExperimentSpec) -> dict[str, Any]:
    """What all pieces of a request share."""
    return {**manifest.common(spec), "detail": directory.SPLITTING, "effort": spec.replicas, "method": METHOD}


def _generation(
    kind: Kind,
    points: Iterable[Point],
    covered: Mapping[int, int],
    stops: Mapping[int, int],
    spec: ExperimentSpec,
) -> Generation:
    points, effort = list(points), spec.replicas or 1
    runs = _PILOT_STAGES * 4 * MOST_REPLICAS if kind == "pilot" else _PILOT_STAGES // 2 * effort
    costs = np.array([plan.cost(point.model, spec.dtype) * runs for point in points], np.int64)
    first = np.array([covered.get(point.identity, 0) for point in points], np.int64)
    stop = np.array([stops[point.identity] for point in points], np.int64)
    aim = plan.target(int(((stop - first) * costs).sum()))
    return Generation(
        kind=kind,
        aim=aim,
        rows=_ROWS,
        segments=_SEGMENTS,
        identities=np.array([point.identity for point in points], np.uint64),
        first=first,
        stop=stop,
        block=plan.blocks(costs, aim, _ROWS),
        cost=costs,
    )


def refuse_version(folder: Path, held: Manifest) -> None:
    """Raise RequestError where a directory was made by a version, or a method, that gives other counts."""
    directory.refuse_version(folder, held)
    if lines := _different(folder, held, {"method": METHOD}):
        raise RequestError(*lines)


def _refuse_other(folder: Path, held: Manifest, shared: Mapping[str, Any], design: Design) -> None:
    if held.common.get("detail") != directory.SPLITTING:
        raise RequestError(f"{folder}: holds a run of plain replicas; choose another directory")
    directory.refuse_version(folder, held)
    lines = _different(folder, held, shared)
    missing = held.plan.covered("pilot").keys() - {point.identity for point in design.points}
    if missing and not lines:
        before = build(directory.experiment(folder, held))
        lines = [
            f"{folder}: {key}: holds {there}, asked {here}; choose another directory"
            for key, there, here in directory.different_keys(before, design)
        ]
    if lines:
        raise RequestError(*lines)


def _different(folder: Path, held: Manifest, shared: Mapping[str, Any]) -> list[str]:
    """A line for each value that the pieces of a directory do not share with what is asked."""
    return [
        f"{folder}: {_WORDS.get(name, f'experiment.{name}')}: holds {held.common.get(name)}, asked {value}; "
        "choose another directory"
        for name, value in shared.items()
        if held.common.get(name) != value
    ]


_WORDS = {"effort": "--replicas", "method": "method of splitting"}
