"""`hegemon submit`: an experiment as a Slurm array job of slices, and the job that merges them."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hegemon.cli import options
from hegemon.cli.durations import seconds
from hegemon.cli.exits import told
from hegemon.errors import RequestError

if TYPE_CHECKING:
    from hegemon.cluster.scripts import Asked, Job
    from hegemon.cluster.submission import Submitted, Work

_MEMORY = re.compile(r"\d+[KMGT]", re.ASCII)
_WORD = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
# What the scripts themselves say; another value would break them.
_OURS = ("array", "cpus-per-task", "dependency", "job-name", "ntasks", "output", "signal", "wrap")


@click.command(
    short_help="Submit an experiment to Slurm, in slices.",
    epilog="""\b
Example:
  hegemon submit europe.toml --slices 64 --cpus 4 --time 2h --memory 2G --dry-run
  hegemon submit europe.toml --slices 64 --partition main --setup 'module load python/3.12'
  hegemon submit europe.toml --slices 64 --sbatch-option=--qos=long --sbatch-option=--mail-type=END""",
)
@options.config
@click.option(
    "--slices", type=click.IntRange(1, 100_000), required=True, metavar="N", help="Elements of the array job."
)
@click.option("-o", "--out", type=options.Path(), help="Directory of the run.  [default: runs/NAME]")
@options.changes
@click.option("--partition", help="Slurm's partition.  [default: Slurm's]")
@click.option("--account", help="Account to charge.  [default: Slurm's]")
@click.option("--time", metavar="TIME", help="Time of a job: 90m, 4h, [D-]HH:MM:SS.  [default: Slurm's]")
@click.option("--memory", metavar="SIZE", help="Memory of a job, such as 2G.  [default: Slurm's]")
@click.option("--cpus", type=click.IntRange(1), default=1, show_default=True, help="CPUs of a slice.")
@click.option("--at-once", type=click.IntRange(1), help="Most slices at one time.  [default: all]")
@click.option(
    "--tries",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    help="How often a slice may start: after each stop before its time is up it is queued again.",
)
@click.option("--setup", metavar="LINE", multiple=True, help="Line of shell to run first. May be repeated.")
@click.option(
    "--sbatch-option", "further", metavar="OPTION", multiple=True, help="Any other. May be repeated."
)
@click.option("--dry-run", is_flag=True, help="Print the scripts; write and submit nothing.")
@options.as_json
@told
def submit(config: str, out: str | None, slices: int, dry_run: bool, as_json: bool, **asked: Any) -> None:
    """Submit the experiment in CONFIG to Slurm: an array job of slices, then a job that merges them.

    Slices share one directory, which all nodes must see, and need nothing of each other. One that stops
    before its time is up, or whose node fails, is queued again and goes on. The same command submits what
    is missing, and only that: slices that failed, or those of an experiment that was extended.
    """
    changes = options.overrides(asked.pop("settings"), asked.pop("replicas"), asked.pop("seed"))
    wanted = _asked(**asked)
    again = _again(config, out, slices, changes, asked)

    from hegemon.cluster import slurm, submission

    work = submission.survey(config, changes, out, slices)
    if work.merged:
        results = work.job.folder / "results.nc"
        text = f"all of it is done: {results}; nothing is submitted"
        click.echo(json.dumps(_object(work, None)) if as_json else text)
        return
    job = submission.plan_jobs(work, wanted, again)
    if not dry_run:
        slurm.require()
        done = submission.submit(work, job)
        if as_json:
            click.echo(json.dumps(_object(work, job) | {"array": done.array, "merge": done.merge}))
        else:
            _tell(work, job, done)
    elif as_json:
        click.echo(
            json.dumps(_object(work, job) | {"files": _files(work, job), "commands": _commands(work, job)})
        )
    else:
        _show(work, job)


def _asked(
    time: str | None,
    memory: str | None,
    partition: str | None,
    account: str | None,
    setup: tuple[str, ...],
    further: tuple[str, ...],
    **others: Any,
) -> Asked:
    """What the scheduler is asked, once every option is found right."""
    from hegemon.cluster.scripts import LEAST_SECONDS, MARGIN, Asked

    wrong = [
        f"--{name}: {value!r}; must be letters, digits and @%+=:,./- only"
        for name, value in {"partition": partition, "account": account}.items()
        if value is not None and not _WORD.fullmatch(value)
    ]
    if memory is not None and not _MEMORY.fullmatch(memory):
        wrong.append(f"--memory: {memory!r}; must be a whole number and K, M, G or T, such as 2G")
    length = None if time is None else int(seconds("--time", time))
    if length is not None and length < LEAST_SECONDS:
        wrong.append(
            f"--time: {time!r}; must be at least {LEAST_SECONDS // 60}m, "
            f"as the last {MARGIN // 60} minutes are kept to stop in good order"
        )
    wrong += [f"--setup: {line!r}; must be one line" for line in setup if not line.isprintable()]
    wrong += filter(None, map(_wrong_option, further))
    if wrong:
        raise RequestError(*wrong)
    return Asked(
        memory=memory,
        partition=partition,
        account=account,
        seconds=length,
        setup=setup,
        options=further,
        **others,
    )


def _wrong_option(option: str) -> str | None:
    """What is wrong with a further option of sbatch; None where nothing is."""
    found = re.match(r"--([a-z][a-z-]+)(=|$)", option)
    if found is None or not option.isprintable():
        return f"--sbatch-option: {option!r}; must be a long option of sbatch, such as --qos=long"
    if (name := found[1]) in _OURS:
        return f"--sbatch-option: {option!r}; `hegemon submit` sets {name} itself"
    return None


def _again(config: str, out: str | None, slices: int, changes: list[str], asked: dict[str, Any]) -> str:
    """The command that submits what is missing, from any directory."""
    words = ["hegemon", "submit", str(Path(config).absolute()), "--slices", str(slices)]
    for text in changes:
        words += ["--set", text]
    if out is not None:
        words += ["--out", str(Path(out).absolute())]
    defaults = {option.name: option.default for option in submit.params}
    for name, value in asked.items():
        flag = "--sbatch-option" if name == "further" else f"--{name.replace('_', '-')}"
        if isinstance(value, tuple):
            words += [f"{flag}={each}" for each in value]
        elif value is not None and value != defaults[name]:
            words += [flag, str(value)]
    line = shlex.join(words)
    return line if out is not None else f"cd {shlex.quote(str(Path.cwd()))} && {line}"


def _object(work: Work, job: Job | None) -> dict[str, Any]:
    """What is to do, as JSON values: the slices that lack something."""
    return {
        "out": str(work.job.folder),
        "slices": work.slices,
        "todo": sorted(work.todo),
        "folder": None if job is None else str(job.folder),
        "again": None if job is None else job.again,
    }


def _files(work: Work, job: Job) -> dict[str, str]:
    """Text of each file of the jobs, by path."""
    from hegemon.cluster.submission import files

    return {str(Path(job.folder) / name): text for name, text in files(work, job).items()}


def _commands(work: Work, job: Job) -> list[str]:
    """What hands the scripts to Slurm; ARRAY stands for the id of the array job."""
    from hegemon.cluster.submission import ARRAY, MERGE

    script = {name: shlex.quote(str(Path(job.folder) / name)) for name in (ARRAY, MERGE)}
    array = [f"sbatch {script[ARRAY]}"] if work.todo else []
    return [*array, f"sbatch {'--dependency=afterany:ARRAY ' if work.todo else ''}{script[MERGE]}"]


def _show(work: Work, job: Job) -> None:
    for path, text in _files(work, job).items():
        click.echo(f"### {path}\n{text}")
    click.echo("### nothing was written or submitted; without --dry-run:")
    for line in _commands(work, job):
        click.echo(line)


def _tell(work: Work, job: Job, done: Submitted) -> None:
    """What was submitted, how to watch it, how to go on."""
    from hegemon.cli.progress import duration

    ids = [done.array, done.merge] if done.array else [done.merge]
    logs = shlex.quote(str(done.folder))
    rows = {"run": str(work.job.folder)}
    if done.array:
        longest = duration(max(work.todo.values()) / 1e9 / job.asked.cpus)
        rows["slices"] = f"{len(work.todo):,} of {work.slices:,} to do, each at most about {longest}"
        rows["array"] = f"job {done.array}, {done.folder / 'array.sh'}"
    rows |= {
        "merge": f"job {done.merge}{', once the array has ended' if done.array else ''}, "
        f"{done.folder / 'merge.sh'}",
        "watch": f"squeue --jobs {','.join(ids)}; tail -n 1 {logs}/*.log",
        "cancel": f"scancel {' '.join(ids)}",
        "go on": f"{job.again}",
    }
    for name, text in rows.items():
        click.echo(f"{name:<7} {text}")
