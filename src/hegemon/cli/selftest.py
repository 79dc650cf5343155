"""`hegemon selftest`: whether this machine computes what it should."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from hegemon.cli import options
from hegemon.cli.exits import WORK_FAILED, leave, told

if TYPE_CHECKING:
    from hegemon.selftest import Report


@click.command(
    short_help="Check that this machine computes what it should.",
    epilog="""\b
Example:
  hegemon selftest
  hegemon selftest --dir /scratch/me --json""",
)
@click.option(
    "--dir", "folder", type=options.Path(), default=".", help="Where results are to go.  [default: here]"
)
@click.option("--seed", type=click.IntRange(0), help="Seed of the samples.  [default: a fixed one]")
@options.as_json
@told
def selftest(folder: str, seed: int | None, as_json: bool) -> None:
    """Check this machine, in some seconds once the kernels are compiled.

    Known answers of the random numbers and the elementary functions; the bytes of fixed systems in both
    precisions; agreement with the model in plain Python; laws that have an exact answer; a piece written,
    read and damaged in the directory where results are to go. Tells the speed of this core and what the
    machine has. The exit status is 1 where something is wrong.
    """
    from hegemon.selftest import SEED
    from hegemon.selftest import selftest as check

    found = check(folder, SEED if seed is None else seed)
    if as_json:
        click.echo(json.dumps(found.as_dict(), allow_nan=False))
    else:
        _print(found)
    if not found.passed:
        names = ", ".join(one.name for one in found.checks if not one.passed)
        leave(WORK_FAILED, f"hegemon: selftest failed: {names}")


def _print(found: Report) -> None:
    from hegemon.cli.progress import duration
    from hegemon.cli.table import show
    from hegemon.cli.validate import size
    from hegemon.tables.table import Table

    rows: list[tuple[str, ...]] = [
        (one.name, "passed" if one.passed else "FAILED", f"{one.seconds:.1f} s", one.text)
        for one in found.checks
    ]
    show(Table(("check", "", "time", "what"), rows, left=True))
    machine = found.machine
    speeds = [f"{ns:.2f} ns per state and year ({dtype})" for dtype, ns in found.speed.items()]
    free = [size(machine[name]) if machine[name] is not None else "unknown"
            for name in ("memory_free", "folder_free")]  # fmt: skip
    versions = machine["versions"]
    lines = {
        "kernels": f"ready after {duration(found.ready)}; cached in {machine['cache']}"
        + ("" if machine["cache_writable"] else ", which cannot be written: compiled anew by each process"),
        "speed": "; ".join(speeds) or "unknown",
        "cpu": f"{machine['cpu']}; {machine['threads']} threads by default",
        "memory": f"{free[0]} free",
        "directory": f"{machine['folder']}, {free[1]} free",
        "versions": f"hegemon {versions['hegemon']}, model version {machine['model_version']}, "
        f"kernels {machine['kernel_digest'][:16]}, numba {versions['numba']}, numpy {versions['numpy']}",
    }
    click.echo("")
    for name, text in lines.items():
        click.echo(f"{name:<11}{text}")
    click.echo(f"\n{'all passed' if found.passed else 'FAILED'}")
