"""Slurm's own commands: submit a script, cancel a job."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from hegemon.errors import RequestError

REFUSED = "Slurm refused the job"


def require() -> None:
    """Raise RequestError where Slurm's commands are not installed."""
    if shutil.which("sbatch") is None:
        raise RequestError(
            "hegemon submit: there is no sbatch here; go to a machine where Slurm's commands are installed, "
            "or look at the scripts with --dry-run"
        )


def submit(script: Path, *options: str) -> str:
    """Submit a script and return the id of its job.

    Raises
    ------
    RequestError
        If Slurm does not take it, with what it said.
    """
    command = ["sbatch", "--parsable", *options, str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    job = done.stdout.strip().partition(";")[0]
    if done.returncode != 0 or not re.fullmatch(r"\d+", job):
        said = [re.sub(r"^sbatch: (error: )?", "", line) for line in done.stderr.splitlines() if line.strip()]
        raise RequestError(f"hegemon submit: {REFUSED}: {'; '.join(said) or f'status {done.returncode}'}")
    return job


def cancel(job: str) -> None:
    """Take a job out of the queue."""
    subprocess.run(["scancel", job], capture_output=True, check=False, stdin=subprocess.DEVNULL)
