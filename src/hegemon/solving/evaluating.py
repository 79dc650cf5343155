"""Roots found by simulation: many finders at a time, one run that grows by their points.

The directory is that of an ordinary run over a list of points. Each round appends what the finders ask for
and runs what is missing, so that an interrupted search goes on like any run: it finds what is done, is led to
the same questions by the same counts, and adds the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hegemon.errors import RequestError
from hegemon.experiment import Experiment
from hegemon.failures import WorkFailed
from hegemon.running import directory
from hegemon.runs import Run
from hegemon.solving.finding import find
from hegemon.solving.request import Request
from hegemon.solving.task import Count, Found
from hegemon.storage import files, manifest, pieces

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec

NAME = "request.json"
"""What was asked, in the directory."""
_LARGEST = 1 << 20
_LONGEST = 80  # characters of a value in a line

Asked = tuple[int, float]
"""A root's number and a place."""
Simulate = Callable[["ExperimentSpec"], Run]


def prepare(folder: Path, request: Request) -> list[Mapping[str, Any]]:
    """Make a directory ready; return the points that it holds already.

    Raises
    ------
    RequestError
        If it holds anything but a part of the same request.
    """
    path, text = folder / NAME, request.text()
    held = manifest.load(folder)
    if path.exists():
        there = files.read(path, _LARGEST)
        if there != text.encode():
            raise RequestError(*_differences(path, there, text))
    elif held is not None:
        raise RequestError(f"{folder}: holds a run that is none of hegemon solve; choose another directory")
    points: list[Mapping[str, Any]] = [] if held is None else list(directory.load(folder).spec.sweep.points)
    first = points or [request.point(row, request.task.low) for row in request.rows]
    experiment = Experiment.from_spec(request.experiment(first))
    directory.prepare(folder, experiment.spec, experiment.design)
    if not path.exists():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RequestError(f"{folder}: cannot be written ({error.strerror})") from error
        pieces.write(path, text.encode())
    return points


def _differences(path: Path, there: bytes, asked: str) -> list[str]:
    """A line for each word of a request that is another than what is asked; one where it is none of ours."""
    try:
        held = json.loads(there)
    except (ValueError, RecursionError):
        held = None
    words = json.loads(asked)
    if not isinstance(held, dict) or held.keys() != words.keys():
        return [f"{path}: holds another request; choose another directory"]
    return [
        f"{path}: {name}: holds {_shown(held[name])}, asked {_shown(value)}; choose another directory"
        for name, value in words.items()
        if held[name] != value
    ] or [f"{path}: is not as it was written; choose another directory"]


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def roots(
    request: Request, held: Sequence[Mapping[str, Any]], simulate: Simulate
) -> tuple[list[Found], list[Asked], Run]:
    """Find all roots of a request.

    Parameters
    ----------
    request
        What is asked.
    held
        Points that the directory holds, in their order.
    simulate
        Runs an experiment in the directory, or what is missing of it.

    Returns
    -------
    list of Found
        The roots, in the order of the request's rows.
    list of (int, float)
        The evaluations, in the order of the points of the run: the root that each is for, and its place.
    Run
        The run with all evaluations.
    """
    rows = request.rows
    known = {_label(point): place for place, point in enumerate(held)}
    points = list(held)
    run = simulate(request.experiment(points)) if points else None
    finders = [find(request.task) for _ in rows]
    answers: dict[int, Found] = {}
    wanted = {number: next(finder) for number, finder in enumerate(finders)}
    asked: dict[str, Asked] = {}
    while wanted:
        batch = [(number, x) for number, places in wanted.items() for x in places]
        for number, x in batch:
            point = request.point(rows[number], x)
            asked[_label(point)] = number, x
            if _label(point) not in known:
                known[_label(point)] = len(points)
                points.append(point)
        if run is None or len(run.spec.sweep.points) < len(points):
            run = simulate(request.experiment(points))
        emerged = run.results["emerged"].values.tolist()
        counts = {
            number: [
                Count(x, request.task.replicas, emerged[known[_label(request.point(rows[number], x))]])
                for x in places
            ]
            for number, places in wanted.items()
        }
        wanted = {}
        for number, sent in counts.items():
            _step(finders[number], sent, number, wanted, answers)
    if run is None:
        raise WorkFailed("nothing was asked")
    order = [asked.get(_label(point), (-1, float("nan"))) for point in points]
    return [answers[number] for number in range(len(rows))], order, run


def _step(
    finder: Generator[list[float], list[Count], Found],
    sent: list[Count],
    number: int,
    wanted: dict[int, list[float]],
    answers: dict[int, Found],
) -> None:
    try:
        wanted[number] = finder.send(sent)
    except StopIteration as stop:
        answers[number] = stop.value


def _label(point: Mapping[str, Any]) -> str:
    return repr(sorted(point.items()))
