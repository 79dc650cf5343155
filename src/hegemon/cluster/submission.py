"""An experiment as batch jobs: which slices are to do, their scripts, and the way to Slurm."""

from __future__ import annotations

import contextlib
import shutil
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hegemon import config
from hegemon.cluster import scripts, slurm
from hegemon.errors import RequestError
from hegemon.planning.design import build
from hegemon.planning.slices import owners, refuse_precision
from hegemon.running import directory
from hegemon.storage import manifest

if TYPE_CHECKING:
    from hegemon.storage.job import Job

JOBS = "jobs"
EXPERIMENT, ARRAY, MERGE = "experiment.toml", "array.sh", "merge.sh"


@dataclass(frozen=True)
class Work:
    """What a run's directory lacks, by slices.

    Attributes
    ----------
    job : Job
        The run.
    slices : int
        Into how many it is cut.
    todo : dict of int to int
        Expected nanoseconds on one CPU of what is missing, of each slice that lacks something.
    merged : bool
        Whether nothing at all is to do.
    """

    job: Job
    slices: int
    todo: dict[int, int]
    merged: bool


@dataclass(frozen=True)
class Submitted:
    """Ids of the jobs (no array where all slices are done), and where their scripts and logs are."""

    array: str | None
    merge: str
    folder: Path


def survey(path: str, changes: list[str], out: str | None, slices: int) -> Work:
    """Read an experiment and see what of it a directory lacks; nothing is written.

    Raises
    ------
    RequestError
        If the experiment is wrong, or the directory holds another one.
    """
    spec = config.load(path, changes)
    refuse_precision(spec)
    folder = Path(out) if out is not None else Path("runs") / spec.name
    job = directory.prepare(folder.absolute(), spec, build(spec))
    found = manifest.finished(job.folder, job.manifest)
    costs = (cost for generation in job.manifest.plan.costs() for cost in generation)
    todo: dict[int, int] = {}
    for piece, (owner, cost) in enumerate(zip(owners(job.manifest.plan, slices), costs, strict=True)):
        if piece not in found:
            todo[owner] = todo.get(owner, 0) + cost
    return Work(job, slices, todo, directory.is_complete(job))


def plan_jobs(work: Work, asked: scripts.Asked, again: str) -> scripts.Job:
    """What the scripts are to say; nothing is written."""
    folder = _next_folder(work.job.folder / JOBS)
    for path in (str(folder), str(Path.cwd())):
        if not path.isprintable():
            raise RequestError(f"{path}: holds control characters, which batch scripts cannot name")
    if "\\" in str(folder):
        raise RequestError(
            f"{folder}: holds a backslash, and Slurm writes no logs there; choose another --out"
        )
    return scripts.Job(
        name=work.job.spec.name,
        program=_program(),
        python=sys.executable,
        experiment=str(folder / EXPERIMENT),
        out=str(work.job.folder),
        folder=str(folder),
        workdir=str(Path.cwd()),
        slices=work.slices,
        array=scripts.indices(work.todo),
        again=again,
        asked=asked,
    )


def files(work: Work, job: scripts.Job) -> dict[str, str]:
    """Texts of the scripts by their names, in the order in which they are submitted."""
    texts = {ARRAY: scripts.render("slurm-array.sh", job)} if work.todo else {}
    return texts | {MERGE: scripts.render("slurm-merge.sh", job)}


def submit(work: Work, job: scripts.Job) -> Submitted:
    """Write the scripts and give them to Slurm: all of it, or nothing.

    Raises
    ------
    RequestError
        If Slurm refuses, or the directory cannot be written; then nothing is left of it.
    """
    folder = Path(job.folder)
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    texts = {EXPERIMENT: config.dump(work.job.spec), **files(work, job)}
    try:
        folder.mkdir(parents=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise RequestError(f"{error.filename}: cannot be written ({error.strerror})") from error
    array = None
    try:
        if work.todo:
            array = slurm.submit(folder / ARRAY)
        merge = slurm.submit(folder / MERGE, *([f"--dependency=afterany:{array}"] if array else []))
    except BaseException:
        if array:
            slurm.cancel(array)
        _remove(made)
        raise
    return Submitted(array, merge, folder)


def _next_folder(jobs: Path) -> Path:
    numbers = [int(path.name) for path in jobs.glob("[0-9]*") if path.name.isdecimal()]
    return jobs / str(max(numbers, default=0) + 1)


def _program() -> str:
    """The command `hegemon` beside this Python."""
    path = Path(sysconfig.get_path("scripts")) / "hegemon"
    if not path.is_file():
        raise RequestError(f"hegemon submit: there is no {path}; install hegemon where this Python finds it")
    return str(path)


def _remove(made: list[Path]) -> None:
    """Take away a folder of scripts and those above it that were made for it, the innermost first."""
    shutil.rmtree(made[0], ignore_errors=True)
    with contextlib.suppress(OSError):  # not empty: somebody else has begun to use it
        for path in made[1:]:
            path.rmdir()
