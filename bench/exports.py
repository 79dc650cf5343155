"""What an export takes: time and memory by format and number of rows.

    python bench/exports.py [--rows N ...] [--years T] [--folder DIR] [--draw]

Simulates a run for each number of rows (kept in DIR), exports its outcomes to each format in a process of its
own, and writes bench/results/exports.json and the table of docs/export.md. `--draw` only makes the table.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
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


def measure(run: Path, form: str, folder: Path) -> dict[str, float]:
    """Seconds of one CPU, peak resident memory and size of one export, by a process of its own."""
    path = folder / f"outcomes{FORMATS[form]}"
    words = [sys.executable, "-m", "hegemon", "export", str(run), "--outcomes", "--quiet", "--force"]
    begin = time.perf_counter()
    process = os.posix_spawn(sys.executable, [*words, "--to", form, "-o", str(path)], os.environ)
    _, status, used = os.wait4(process, 0)
    if status != 0:
        raise RuntimeError(f"the export to {form} failed (status {status})")
    found = {
        "cpu": used.ru_utime + used.ru_stime,
        "wall": time.perf_counter() - begin,
        "peak": used.ru_maxrss * 1024,
        "bytes": path.stat().st_size,
    }
    path.unlink()
    return found


def study(sizes: Sequence[int], years: int, folder: Path) -> dict[str, Any]:
    """All formats at all numbers of rows."""
    cases = []
    for rows in sizes:
        run = simulate(rows, years, folder)
        for form in FORMATS:
            case = {"rows": rows, "format": form, **measure(run, form, folder)}
            print(f"{rows:,} rows, {form}: {case['cpu']:.1f} s, {case['peak'] / 1e6:.0f} MB", file=sys.stderr)
            cases.append(case)
    return {"begun": now(), "years": years, "versions": versions(), "cases": cases}


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
            f"{case['peak'] / 1e6:.0f} MB | {case['bytes'] / rows:.0f} |"
        )
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
