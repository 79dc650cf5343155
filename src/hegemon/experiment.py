"""The front door: ask for an experiment, and run it into a directory."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from hegemon import config, notebook
from hegemon.config import ExperimentSpec
from hegemon.outputs import results
from hegemon.planning.design import Design, build
from hegemon.planning.slices import Slice, refuse_precision
from hegemon.running import damage, directory, provenance, rounds
from hegemon.running.claims import Claims
from hegemon.running.engine import ProgressCallback
from hegemon.running.executors import Backend, open_backend
from hegemon.running.stopping import Sign, Watch
from hegemon.runs import Run
from hegemon.storage.job import Job

if TYPE_CHECKING:
    from distributed import Client

    from hegemon.parameters import Model

__all__ = ["Experiment"]

log = logging.getLogger(__name__)


class Experiment:
    """A Monte Carlo experiment: a model, what is swept, how many replicas.

    Parameters
    ----------
    model : Model, optional
        Values of the keys that are not swept; all defaults if not given.
    sweep : mapping, optional
        Key to list of values (a full grid), or as in the table ``[sweep]`` of an experiment file.
    replicas : int, optional
        Replicas per design point.
    precision, relative_precision : float, optional
        Instead: half-width of the interval of P, and half-width over P, to reach at every design point.
    max_replicas : int, optional
        Replicas at which a point stops in any case where a precision is asked for.
    seed : int, optional
        The same seed gives the same bits, whatever the machine, the workers and the order of work.
    name, title, description : str, optional
        What it is called.
    common_random_numbers : bool, optional
        Whether replica r meets the same shocks at all design points.
    confidence : float, optional
        Nominal coverage of all intervals.
    detail : {"outcomes", "tallies"}, optional
        Whether a row per replica is kept.
    dtype : {"float64", "float32"}, optional
        Arithmetic of the kernel.
    trajectories : int, optional
        Replicas per design point that are kept whole.

    Raises
    ------
    hegemon.errors.RequestError
        With one line per mistake.

    Examples
    --------
    >>> import hegemon as hg
    >>> experiment = hg.Experiment(sweep={"balancing.efficiency": [0, 0.5, 1]}, replicas=1000, seed=1)
    >>> experiment.design.shape
    (3,)
    """

    def __init__(
        self,
        model: Model | None = None,
        *,
        sweep: Mapping[str, Any] | None = None,
        replicas: int | None = None,
        precision: float | None = None,
        relative_precision: float | None = None,
        max_replicas: int | None = None,
        seed: int | None = None,
        name: str | None = None,
        title: str | None = None,
        description: str | None = None,
        common_random_numbers: bool | None = None,
        confidence: float | None = None,
        detail: Literal["outcomes", "tallies"] | None = None,
        dtype: Literal["float64", "float32"] | None = None,
        trajectories: int | None = None,
    ) -> None:
        settings = {
            "name": name,
            "title": title,
            "description": description,
            "replicas": replicas,
            "precision": precision,
            "relative_precision": relative_precision,
            "max_replicas": max_replicas,
            "seed": seed,
            "common_random_numbers": common_random_numbers,
            "confidence": confidence,
            "detail": detail,
            "dtype": dtype,
            "trajectories": trajectories,
        }
        given = {key: value for key, value in settings.items() if value is not None}
        axes = {key: _listed(values) for key, values in (sweep or {}).items()}
        self._spec = config.parse(
            {"experiment": given, "sweep": axes, "model": {} if model is None else model}
        )

    @classmethod
    def from_spec(cls, spec: ExperimentSpec) -> Self:
        """The experiment that a validated specification describes."""
        self = cls.__new__(cls)
        self._spec = spec
        return self

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str], overrides: Sequence[str] = ()) -> Self:
        """Read an experiment file; `overrides` are as ``--set`` takes them (``"war.spoils=0.2"``)."""
        return cls.from_spec(config.load(path, overrides))

    def __repr__(self) -> str:
        return notebook.experiment_text(self)

    def _repr_html_(self) -> str:
        return notebook.experiment_html(self)

    @property
    def spec(self) -> ExperimentSpec:
        """What is asked, every key resolved."""
        return self._spec

    @cached_property
    def design(self) -> Design:
        """The design points."""
        return build(self._spec)

    def run(
        self,
        out: str | os.PathLike[str] | None = None,
        *,
        workers: int | None = None,
        client: Client | None = None,
        progress: ProgressCallback | None = None,
        scheduler: str | None = None,
        slice: tuple[int, int] | None = None,
        time_limit: float | None = None,
        stop: Sign | None = None,
        recompute_damaged: bool = False,
    ) -> Run:
        """Run into a directory, or go on with what is missing there.

        Parameters
        ----------
        out : path, optional
            The directory; ``runs/NAME`` if not given. One that holds a part of the experiment, or a smaller
            run of it (fewer replicas or points), is completed: the results are those of one uninterrupted
            run.
        workers : int, optional
            Threads; by default the CPUs that this process may use.
        client : distributed.Client, optional
            Run on this dask cluster instead, which must see the same file system.
        progress : callable, optional
            Takes a `Progress` after each piece of work.
        scheduler : str, optional
            Address of a dask scheduler to run on.
        slice : (int, int), optional
            ``(I, N)``: do slice I of N only, I from 1. Slices may share a directory or have one each; when
            all are done, ``hegemon merge`` makes the results.
        time_limit : float, optional
            Seconds from now: nothing is begun that is not expected to end within them, and `Unfinished` is
            raised where work is left.
        stop : object with a method ``is_set``, optional
            Such as a `threading.Event`: once it is set nothing is begun, what is in flight gets some seconds
            to end, and `Unfinished` is raised where work is left.
        recompute_damaged : bool, optional
            Read all that is there first, move damaged files into the folder ``damaged`` of the directory, and
            make again what they held. Otherwise damage ends the run with the name of the file.

        Returns
        -------
        Run

        Raises
        ------
        hegemon.errors.RequestError
            If the directory holds another experiment.
        Interrupted
            On Ctrl-C; finished work is kept.
        Unfinished
            If it was stopped before all was done; finished work is kept.
        WorkFailed
            If the work could not be done; finished work is kept.
        """
        watch = Watch(time_limit, stop)
        part = None if slice is None else Slice(*slice)
        if part is not None:
            refuse_precision(self._spec)
        folder = Path(out) if out is not None else Path("runs") / self._spec.name
        job = directory.prepare(folder, self._spec, self.design)
        if recompute_damaged:
            damage.set_aside(job)
        job = replace(job, folder=folder.absolute())  # whatever becomes of the working directory
        if not directory.is_complete(job, part):
            with open_backend(workers, client, scheduler) as backend:
                job = directory.write(job)
                job = _run(job, backend, progress, part, watch)
        return Run._of(replace(job, folder=folder) if folder.absolute() == job.folder else job)


def _run(
    job: Job, backend: Backend, progress: ProgressCallback | None, part: Slice | None, watch: Watch
) -> Job:
    session = provenance.Session(job.spec.seed, backend.workers, backend.name, slice=str(part or ""))
    log.info(
        "%s: %d points, on %d workers (%s)",
        job.folder,
        len(job.design.points),
        backend.workers,
        backend.name,
    )
    with provenance.recording(job.folder, job.manifest.experiment, session) as recorder:
        with Claims(recorder.path, part) as claims:
            job, totals = rounds.execute(job, backend, progress, part=part, watch=watch, claims=claims)
        if totals is not None:
            directory.require_current(job)
            history = provenance.history(provenance.load(job.folder))
            results.save(job.folder, job.spec, job.design, totals, history)
    return job


def _listed(values: Any) -> Any:
    """NumPy arrays as lists."""
    return values.tolist() if hasattr(values, "tolist") else values
