"""What an export takes: time and memory by format and number of rows.

    python bench/exports.py [--rows N ...] [--years T] [--folder DIR] [--draw]

Simulates a run for each number of rows (kept in DIR), exports its outcomes to each format in a process of its
own, and writes bench/results/exports.json and the table of docs/export.md. `--draw` only makes the table.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import markers
from session.record import now, versions

import hegemon as hg
from hegemon.export import FORMATS

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "bench" / "results" / "exports.json"
PAGE = ROOT / "docs" / "export.md"
EFFICIENCIES = [0, 0.25, 0.5, 0.75, 1]


def simulate(rows: int, years: int, folder: Path) -> Path:
    """A run of so many replicas; one that is there is taken as it is."""
    model = hg.Model(system={"states": 4, "years": years})
    sweep = {"balancing.efficiency": EFFICIENCIES}
    experiment = hg.Experiment(model, sweep=sweep, replicas=rows // len(EFFICIENCIES), seed=7, name="exports")
    return experiment.run(folder / f"{rows}-{years}", workers=1).path


# What a process of its own does. Its peak is told by itself: ru_maxrss begins with that of its parent.
PROGRAM = """
import json, sys, time
from whole_runs import peak_mb
import hegemon as hg
run = hg.open_run(sys.argv[1])
run.export(sys.argv[2], what=sys.argv[3], force=True)
print(json.dumps({"cpu": time.process_time(), "peak": peak_mb()}))
"""


def measure(run: Path, form: str, what: str, folder: Path) -> dict[str, float]:
    """Seconds of CPU, peak resident memory (MB) and size of one export, by a process of its own."""
    path = folder / f"{what}{FORMATS[form]}"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(run), str(path), what],
        cwd=Path(__file__).parent,
        stdout=subprocess.PIPE,
        check=True,
    )
    found = {**json.loads(done.stdout), "bytes": path.stat().st_size}
    path.unlink()
    return found


def study(sizes: Sequence[int], years: int, folder: Path, forms: Iterable[str] = FORMATS) -> dict[str, Any]:
    """All formats at all numbers of rows."""
    cases = []
    for rows in sizes:
        run = simulate(rows, years, folder)
        for form in forms:
            case = {"rows": rows, "format": form, **measure(run, form, "outcomes", folder)}
            print(f"{rows:,} rows, {form}: {case['cpu']:.1f} s, {case['peak']:.0f} MB", file=sys.stderr)
            cases.append(case)
    least = measure(run, "csv", "estimates", folder)
    return {"begun": now(), "years": years, "versions": versions(), "least": least, "cases": cases}


def table(record: dict[str, Any]) -> str:
    """The measurements as a table of the page."""
    lines = [
        "| rows | format | CPU time | µs per row | peak memory | bytes per row |",
        "|---:|---|---:|---:|---:|---:|",
    ]
    for case in record["cases"]:
        rows = case["rows"]
        lines.append(
            f"| {rows:,} | {case['format']} | {case['cpu']:.1f} s | {case['cpu'] / rows * 1e6:.2f} | "
            f"{case['peak']:.0f} MB | {case['bytes'] / rows:.0f} |"
        )
    least = record["least"]
    lines.append(f"| estimates only | csv | {least['cpu']:.1f} s | | {least['peak']:.0f} MB | |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--years", type=int, default=50)
    parser.add_argument("--folder", type=Path, help="where runs and files go; a temporary one if not given")
    parser.add_argument("--draw", action="store_true", help="measure nothing, make the table")
    asked = parser.parse_args(arguments)
    if not asked.draw:
        with tempfile.TemporaryDirectory() as temporary:
            record = study(asked.rows, asked.years, asked.folder or Path(temporary))
        RECORD.write_text(json.dumps(record, indent=1) + "\n")
    PAGE.write_text(markers.fill(PAGE.read_text(), {"exports": table(json.loads(RECORD.read_text()))}))


if __name__ == "__main__":
    main()
