"""Make every figure and every generated number of the documentation anew, one command after the other.

    python bench/reproduce.py [NAME ...] [--list] [--fresh] [--table]

What is made by which command stands in bench/published.py; all of it, if nothing is named. What was done
with the same program and the same versions is not done again (`--fresh` does it again), so that the same
command goes on after an interruption. A failure stops nothing: failures are listed at the end, with
status 1. Beside each name it is told whether the figures and parts of pages that came out are those that
were published. What commands print goes to runs/reproduce/NAME.log. `make gallery ALL=1` runs this.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import markers
import published
from published import ENTRIES, ROOT, SAME, Entry

import hegemon_kernels as hk
from hegemon.running.provenance import now, versions

FOLDER = ROOT / "runs" / "reproduce"
PAGE = ROOT / "docs" / "reproduce.md"
_PROGRAM = ("src/**/*.py", "kernels/**/*.py", "bench/**/*.py", "configs/**/*.toml", "configs/**/*.csv")
_TAIL = 5  # lines of a failed command that are shown


def program(root: Path = ROOT) -> str:
    """Digest of the program, the experiments and the versions of libraries."""
    digest = hashlib.sha256(json.dumps(versions(), sort_keys=True).encode())
    for path in sorted(path for pattern in _PROGRAM for path in root.glob(pattern)):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def fingerprint(entry: Entry, made_by: str, root: Path = ROOT) -> str:
    """What must be the same for an entry that is done to count as done."""
    read = [(root / page).read_text(encoding="utf-8") for page in entry.reads]
    return hashlib.sha256(json.dumps([made_by, entry.commands, read]).encode()).hexdigest()


def is_done(entry: Entry, done: Mapping[str, Any], made_by: str, root: Path = ROOT) -> bool:
    """Whether it was done with the same program, and all that it makes is there."""
    known = done.get(entry.name, {}).get("fingerprint") == fingerprint(entry, made_by, root)
    return known and all(published.content(make, root) for make in entry.makes)


def make(entry: Entry, folder: Path, root: Path = ROOT) -> tuple[bool, list[str]]:
    """Run the commands of an entry: whether all went well, and what came out otherwise than published."""
    parts = [each for each in entry.makes if not each.endswith(".json")]  # records hold times and versions
    before = {part: published.content(part, root) for part in parts}
    with (folder / f"{entry.name}.log").open("w", encoding="utf-8") as log:
        for script, *words in entry.commands:
            command = [sys.executable, str(root / "bench" / script), *words]
            if subprocess.run(
                command, cwd=root, stdout=log, stderr=subprocess.STDOUT, check=False
            ).returncode:
                return False, []
    return True, [part for part in parts if published.content(part, root) != before[part]]


def run(entries: Iterable[Entry], folder: Path = FOLDER, fresh: bool = False, root: Path = ROOT) -> list[str]:
    """Make entries, one after the other; names of those that failed."""
    folder.mkdir(parents=True, exist_ok=True)
    state = folder / "done.json"
    made_by, failed = program(root), []
    for entry in entries:
        done = json.loads(state.read_text()) if state.exists() else {}
        if not fresh and is_done(entry, done, made_by, root):
            print(f"{entry.name:<22}done before, {done[entry.name]['ended']}", flush=True)
            continue
        print(f"{entry.name:<22}{_took(entry.seconds)}; {folder / entry.name}.log", flush=True)
        # Pages that are read may be written too: the digest is that of what was read.
        asked, begin = fingerprint(entry, made_by, root), time.monotonic()
        well, other = make(entry, folder, root)
        seconds = round(time.monotonic() - begin, 1)
        if not well:
            failed.append(entry.name)
            lines = (folder / f"{entry.name}.log").read_text(encoding="utf-8", errors="replace").splitlines()
            print("\n".join(f"    {line}" for line in ["failed:", *lines[-_TAIL:]]), flush=True)
            continue
        done[entry.name] = {"fingerprint": asked, "ended": now(), "seconds": seconds, "differs": other}
        state.write_text(json.dumps(done, indent=1) + "\n")
        told = f"differs: {', '.join(other)}" if other else "as published"
        print(f"    {seconds:.0f} s; {told}", flush=True)
    return failed


def table(entries: Sequence[Entry] = ENTRIES) -> str:
    """What comes from which command, as Markdown."""
    lines = [
        f"Model version {hk.MODEL_VERSION}.",
        "",
        "| name | what it makes | time | the same | seed | script of `bench/` |",
        "| --- | --- | ---: | --- | --- | --- |",
    ]
    for entry in entries:
        scripts = ", then ".join(f"`{' '.join(words)}`" for words in entry.commands)
        seed = entry.seed or "none"
        cells = (f"`{entry.name}`", _makes(entry), _took(entry.seconds), entry.same, seed, scripts)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _makes(entry: Entry) -> str:
    if entry.name == "gallery":
        return "all of [the gallery](gallery/index.md)"
    figures = {each for each in entry.makes if each.endswith(".png")}
    told = []
    for page in published.texts():
        path = page.relative_to(ROOT)
        shown = [each for each in published.shown_by(page) if each in entry.makes]
        kinds = {
            "figure": sum(each in figures for each in shown),
            "table": sum("#" in each for each in shown),
        }
        counts = [f"{count} {kind}{'s' * (count > 1)}" for kind, count in kinds.items() if count]
        if counts and path.parts[0] == "docs":
            told.append(f"{' and '.join(counts)} of [{path.stem}]({path.relative_to('docs').as_posix()})")
    records = [f"`{Path(each).name}`" for each in entry.makes if each.endswith(".json")]
    return "; ".join(told or records)


def _took(seconds: float | None) -> str:
    if seconds is None:
        return "not measured"
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _listed(entries: Iterable[Entry]) -> str:
    lines = []
    for entry in entries:
        commands = "; ".join("bench/" + " ".join(words) for words in entry.commands)
        lines.append(f"{entry.name:<22}{_took(entry.seconds):>14}  {entry.same:<10}{commands}")
    return "\n".join([*lines, "", *(f"{name:<10}{text}" for name, text in SAME.items())])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", metavar="NAME", nargs="*", help="all if none is named")
    parser.add_argument("--list", action="store_true", help="name all, with time and command")
    parser.add_argument("--fresh", action="store_true", help="do again what is done; kept runs stay")
    parser.add_argument(
        "--table", action="store_true", help="run nothing, make the table of docs/reproduce.md"
    )
    asked = parser.parse_args(arguments)
    known = {entry.name: entry for entry in ENTRIES}
    if unknown := set(asked.names) - set(known):
        parser.error(f"no entry {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    chosen = [known[name] for name in dict.fromkeys(asked.names)] or ENTRIES
    if asked.list:
        print(_listed(chosen))
        return 0
    if asked.table:
        PAGE.write_text(markers.fill(PAGE.read_text(), {"published": table()}))
        return 0
    try:
        failed = run(chosen, fresh=asked.fresh)
    except KeyboardInterrupt:
        print("interrupted; the same command goes on", file=sys.stderr)
        return 130
    for name in failed:
        print(f"failed: {name} ({FOLDER / name}.log)", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
