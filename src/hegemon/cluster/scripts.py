"""Batch scripts, from the templates beside this module; those in ``configs/cluster`` come from here too."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2

NOTICE = 90
"""Seconds before the end of its time at which Slurm gives a job a sign."""
MARGIN = 120
"""Seconds of a job's time that its run does not use, to stop by itself before that sign."""
LEAST_SECONDS = 300
"""Least time of a job, so that most of it is left to work."""
TEMPLATES = ("slurm-array.sh", "slurm-merge.sh", "pbs-array.sh", "pbs-merge.sh")


@dataclass(frozen=True)
class Asked:
    """What is asked of the scheduler.

    Attributes
    ----------
    cpus : int
        Of each slice.
    memory, partition, account : str, optional
        As the scheduler takes them.
    seconds : int, optional
        Time of a job.
    tries : int
        How often a slice may be started.
    at_once : int, optional
        Most slices at one time.
    options : tuple of str
        Further options of sbatch.
    setup : tuple of str
        Lines of shell to run first.
    """

    cpus: int = 1
    memory: str | None = None
    partition: str | None = None
    account: str | None = None
    seconds: int | None = None
    tries: int = 10
    at_once: int | None = None
    options: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """What the scripts of an experiment say; paths are absolute.

    Attributes
    ----------
    name : str
        Of the job.
    program, python : str
        The command `hegemon`, and the Python that it runs in.
    experiment, out : str
        The experiment file, the run's directory.
    folder : str
        Where logs go.
    workdir : str
        The directory in which the lines of `setup` run.
    slices : int
        Into how many the experiment is cut.
    array : str
        Indices of the array job, as ``1-16`` or ``3,7``.
    again : str
        The command that submits what is missing.
    asked : Asked
    """

    name: str
    program: str
    python: str
    experiment: str
    out: str
    folder: str
    workdir: str
    slices: int
    array: str
    again: str
    asked: Asked


def render(template: str, job: Job) -> str:
    """The text of one of `TEMPLATES`."""
    made = _environment().get_template(f"{template}.j2")
    folder = job.folder.replace("%", "%%")  # which Slurm would take for a number of the job
    values = asdict(job) | asdict(job.asked)
    return made.render(values, margin=MARGIN, notice=NOTICE, log=lambda name: f"{folder}/{name}")


def header(value: str) -> str:
    """A word in a line ``#SBATCH``: plain, or in double quotes as Slurm reads them."""
    if re.fullmatch(r"[\w@%+=:,./-]+", value, flags=re.ASCII):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def clock(seconds: int) -> str:
    """Seconds as ``hours:minutes:seconds``, which every scheduler takes."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def indices(numbers: Iterable[int]) -> str:
    """Numbers as the indices of an array job: ``1-4,7,9-10``."""
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("hegemon.cluster"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # these are scripts: every value is quoted for its place
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"shell": shlex.quote, "header": header, "clock": clock}
    return made
