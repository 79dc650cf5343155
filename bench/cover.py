"""Measured coverage of the intervals: how often they hold the true value, over thousands of repetitions.

    python bench/cover.py [PART ...] [--repetitions N] [--seed S] [--draw]

Each part is a module of bench/coverage_studies; all of them, if none is named. What a part finds goes to
bench/results/coverage/PART.json, with the seed, the repetitions and the versions, and from there into the
tables of its page of docs/. `--draw` measures nothing and makes the tables from the records that there are.
`make coverage` runs all parts.
"""

from __future__ import annotations

import argparse
import json
import pkgutil
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import coverage_studies
import markers
from session.record import now, versions

import hegemon_kernels as hk

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results" / "coverage"
SEED = 1
Tell = Callable[[str], None]


def parts() -> list[str]:
    """Names of all parts."""
    return [found.name for found in pkgutil.iter_modules(coverage_studies.__path__)]


def module(part: str) -> ModuleType:
    """The module of a part."""
    return import_module(f"coverage_studies.{part}")


def measure(part: str, repetitions: int | None, seed: int, results: Path, tell: Tell) -> dict[str, Any]:
    """Try a part, and write what it found."""
    study = module(part)
    count = repetitions or study.REPETITIONS
    begin = time.perf_counter()
    record = {
        "part": part,
        "begun": now(),
        "seed": seed,
        "repetitions": count,
        "versions": versions(),
        "model_version": hk.MODEL_VERSION,
        "found": study.study(count, seed, tell),
    }
    record["seconds"] = round(time.perf_counter() - begin, 1)
    results.mkdir(parents=True, exist_ok=True)
    (results / f"{part}.json").write_text(json.dumps(record, indent=1, allow_nan=False) + "\n")
    return record


def render(part: str, text: str, results: Path = RESULTS) -> str:
    """A page with the tables of a part made anew from its record."""
    record = json.loads((results / f"{part}.json").read_text())
    return markers.fill(text, module(part).tables(record["found"]))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("parts", metavar="PART", nargs="*", help=f"of {', '.join(parts())}")
    parser.add_argument(
        "--repetitions", type=int, help="of each case; the records kept have those of the part"
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--draw", action="store_true", help="measure nothing, make the tables")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.parts) - set(parts()):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(parts())}")
    begin = time.perf_counter()

    def tell(text: str) -> None:
        print(f"[{time.perf_counter() - begin:5.0f} s] {text}", flush=True)

    for part in asked.parts or parts():
        if not asked.draw:
            tell(part)
            measure(part, asked.repetitions, asked.seed, RESULTS, tell)
        page = ROOT / "docs" / module(part).PAGE
        page.write_text(render(part, page.read_text()))


if __name__ == "__main__":
    main()
