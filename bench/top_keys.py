"""The keys that matter most for P(hegemon): a Morris screening of all keys, then Sobol' indices of the first.

    python bench/top_keys.py [--workers N] [--out DIR] [--draw]

The record is bench/results/top_keys.json; the figure and the tables of docs/sensitivity.md are made from it.
Runs are kept in --out, so that the same command goes on. `--draw` simulates nothing.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import xarray as xr
from session.record import now, versions

import hegemon as hg
from hegemon.cli.sensitivity import as_object
from hegemon.figures import save
from hegemon.figures.sensitivity import bars
from hegemon.sensitivity import Sensitivity, analyse

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "bench" / "results" / "top_keys.json"
PAGE = ROOT / "docs" / "sensitivity.md"
FIGURES = ROOT / "docs" / "figures"
BEGIN, END = "<!-- top keys -->", "<!-- end of top keys -->"
SEED = 20260101
TRAJECTORIES, SCREENED = 60, 300  # Morris: trajectories, replicas of each point
ROWS, REPLICAS = 512, 200  # Sobol'
KEPT, SHOWN = 14, 10
HEADLINE = "balancing.efficiency"


def studies(workers: int, out: Path) -> tuple[Sensitivity, Sensitivity]:
    """The screening, and the indices of the keys with the greatest effects on P."""

    def study(title: str, replicas: int, **asked: Any) -> Sensitivity:
        spec = hg.Experiment(title=title, replicas=replicas, seed=SEED).spec
        begin = time.perf_counter()
        found = analyse(spec, workers=workers, **asked)
        print(f"{title}: {len(found.study.points)} points, {time.perf_counter() - begin:.0f} s", flush=True)
        return found

    screening = study("All keys", SCREENED, method="morris", samples=TRAJECTORIES, out=out / "screening")
    sizes = screening.table["mu_star"].sel(output="p_emerged").to_series()
    first = sizes.sort_values(ascending=False, kind="stable").index[:KEPT].tolist()
    first += [HEADLINE] if HEADLINE not in first else []
    title = f"The {KEPT} keys with the greatest effects, and efficiency"
    return screening, study(title, REPLICAS, samples=ROWS, keys=first, out=out / "indices")


def tables(record: dict[str, Any]) -> str:
    """The record as Markdown."""
    return "\n".join([*_indices(record["indices"]), "", *_screening(record["screening"])])


def _indices(found: dict[str, Any]) -> list[str]:
    head = "| | key | range | total order | 95 % interval | first order | 95 % interval |"
    lines = [head, "|---:|---|---|---:|---:|---:|---:|"]
    rows = sorted(found["outputs"]["p_emerged"]["keys"], key=lambda row: -row["total"])
    for place, row in enumerate(rows[:SHOWN], start=1):
        total, first = (
            f"{row[name]:.3f} | {row[f'{name}_low']:.3f} to {row[f'{name}_high']:.3f}"
            for name in ("total", "first")
        )
        lines.append(
            f"| {place} | `{row['key']}` | {_range(found['ranges'][row['key']])} | {total} | {first} |"
        )
    return lines


def _screening(found: dict[str, Any]) -> list[str]:
    lines = ["| key | mean size | 95 % interval | mean | noise alone |", "|---|---:|---:|---:|---:|"]
    rows = sorted(found["outputs"]["p_emerged"]["keys"], key=lambda row: -row["mu_star"])
    for row in rows[: 2 * SHOWN]:
        limits = f"{row['low']:.3f} to {row['high']:.3f}"
        line = f"| `{row['key']}` | {row['mu_star']:.3f} | {limits} | {row['mu']:+.3f} | {row['floor']:.3f} |"
        lines.append(line)
    return lines


def _range(told: Any) -> str:
    if isinstance(told, list):
        return ", ".join(map(str, told))
    return f"{told['from']:g} to {told['to']:g}" + (" (log)" if told["scale"] == "log" else "")


def put(page: str, text: str) -> str:
    """The page with what stands between the marks replaced."""
    head, _, rest = page.partition(BEGIN)
    _, mark, tail = rest.partition(END)
    if not mark:
        raise ValueError(f"the page has no place between {BEGIN} and {END}")
    return f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "top-keys")
    parser.add_argument("--draw", action="store_true", help="simulate nothing: make the tables anew")
    asked = parser.parse_args()
    if not asked.draw:
        screening, indices = studies(asked.workers, asked.out)
        record = {"begun": now(), "versions": versions()}
        record |= {"screening": as_object(screening), "indices": as_object(indices)}
        RECORD.write_text(json.dumps(record, indent=1, allow_nan=False) + "\n")
        _draw(indices.table, "top_keys.png")
        _draw(screening.table, "screening.png")
    PAGE.write_text(put(PAGE.read_text(), tables(json.loads(RECORD.read_text()))))


def _draw(table: xr.Dataset, name: str) -> None:
    save(bars(table), FIGURES / name)


if __name__ == "__main__":
    main()
