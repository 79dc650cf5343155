"""What made the run, and how to make it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hegemon.report.parts import Block, Section, Source, table

if TYPE_CHECKING:
    from hegemon.runs import Run

_MOST_SESSIONS = 20


def provenance(run: Run) -> Section:
    """The section on versions, seed, machine and times."""
    sessions = run.provenance["sessions"]
    blocks: list[Block] = [
        table("What made the numbers", ("What", "Value"), [*_facts(run, sessions)], 1, words=True)
    ]
    if sessions:
        shown = sessions[:_MOST_SESSIONS]
        rows = [[_cell(made, name) for name in _COLUMNS] for made in shown]
        blocks.append(
            table("Processes that worked on the run", tuple(_COLUMNS.values()), rows, 1, words=True)
        )
        if len(sessions) > len(shown):
            blocks.append(f"{len(sessions) - len(shown):,} further processes are named in provenance.json.")
    return Section("provenance", "Provenance", blocks)


def _cell(made: dict[str, Any], name: str) -> str:
    text = str(made.get(name) or "–")
    return text.replace("T", " ").removesuffix("+00:00") if name in ("start", "end") else text


_COLUMNS = {
    "start": "Start (UTC)",
    "end": "End (UTC)",
    "status": "Status",
    "command": "Command",
    "host": "Host",
    "cpu": "CPU",
    "workers": "Workers",
    "python": "Python",
}


def _facts(run: Run, sessions: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    about = run.results.attrs
    yield "Program", str(about["source"])
    yield "Seed", str(run.spec.seed)
    yield "Common random numbers", "yes" if run.spec.common_random_numbers else "no"
    yield "Arithmetic", run.spec.dtype
    for digest in _all(made.get("kernel_digest", "") for made in sessions):
        yield "SHA-256 of the kernels' sources", digest
    for versions in _all(_versions(made) for made in sessions):
        yield "Versions", versions
    yield "Digest of the estimates", str(about["digest"])


def _all(found: Iterator[str] | Any) -> list[str]:
    """Each text once."""
    return [text for text in dict.fromkeys(map(str, found)) if text]


def _versions(made: dict[str, Any]) -> str:
    found = made.get("versions")
    return ", ".join(f"{name} {text}" for name, text in found.items()) if isinstance(found, dict) else ""


def again(run: Run) -> Section:
    """The section on how to make the same bits again."""
    commands = _all(made.get("command", "") for made in run.provenance["sessions"])[:_MOST_SESSIONS]
    file = f"{run.spec.name}.toml"
    folder = f"runs/{run.spec.name}"
    lines = [f"hegemon run {shlex.quote(file)}", f"hegemon verify {shlex.quote(folder)}"]
    version = run.results.attrs["model_version"]
    blocks: list[Block] = [
        f"Save the resolved experiment below as {file}. With hegemon of model version {version}, these "
        f"lines make the "
        "same bits, whatever the machine and the number of workers:",
        Source("Commands", "\n".join(lines)),
        "The estimates are the same where results.nc has the digest that is named under Provenance.",
    ]
    if commands:
        blocks.append(Source("Commands that made this run", "\n".join(commands)))
    blocks.append(Source("The experiment, every key with its value", run.provenance["experiment"], file))
    return Section("again", "How to do it again", blocks)
