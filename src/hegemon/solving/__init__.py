"""The value of a key at which P(hegemon) takes a probability, with an interval; and curves of such values."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hegemon.experiment import Experiment
from hegemon.runs import Run
from hegemon.solving import evaluating
from hegemon.solving.request import EFFICIENCY, read
from hegemon.solving.solution import Solution, label, save

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec
    from hegemon.running.engine import ProgressCallback
    from hegemon.running.stopping import Sign

__all__ = ["Solution", "solve"]


def solve(
    experiment: Experiment,
    probability: float,
    key: str = EFFICIENCY,
    *,
    between: tuple[float | None, float | None] = (None, None),
    over: Mapping[str, Any] | None = None,
    tolerance: float | None = None,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    progress: ProgressCallback | None = None,
    stop: Sign | None = None,
) -> Solution:
    """Find the value of a key at which P(hegemon) takes a probability.

    Parameters
    ----------
    experiment : Experiment
        The model, the seed, the confidence, and the replicas of each evaluation. What it sweeps beside the
        key is solved over. Each evaluation has random numbers of its own, whatever `common_random_numbers`
        says.
    probability : float
        The target, above 0 and below 1.
    key : str, optional
        Any key that takes one number.
    between : (float, float), optional
        The searched range; None for the end of what the key allows.
    over : mapping, optional
        Further keys with their values, as a sweep takes them: a value is found for each combination.
    tolerance : float, optional
        Widest interval, in the unit of the key; 2 % of the searched range if not given. A key that takes
        whole numbers is solved to two neighbours.
    out : path, optional
        The directory; ``runs/NAME-solve`` if not given. One that holds a part of the same request goes on.
    workers : int, optional
        Threads; by default the CPUs that this process may use.
    progress : callable, optional
        Takes a `Progress` after each piece of work; every round of evaluations counts anew.
    stop : object with a method ``is_set``, optional
        Once it is set nothing is begun, and `Unfinished` is raised where work is left.

    Returns
    -------
    Solution
        Where P does not take the target, its values are NaN and its notes say why.

    Raises
    ------
    hegemon.errors.RequestError
        If the request is wrong, or the directory holds something else.
    Interrupted, Unfinished, WorkFailed
        As `Experiment.run` does; finished work is kept.
    """
    request = read(experiment.spec, probability, key, between, over, tolerance)
    folder = Path(out) if out is not None else Path("runs") / f"{experiment.spec.name}-solve"
    held = evaluating.prepare(folder, request)

    def simulate(spec: ExperimentSpec) -> Run:
        return Experiment.from_spec(spec).run(folder, workers=workers, progress=progress, stop=stop)

    solution = label(request, *evaluating.roots(request, held, simulate))
    save(folder, solution)
    return solution
