"""What splitting gains over plain replicas, and that both give the same probability where both can reach.

    python bench/rare_gain.py [--small] [--states N]

Each case is estimated by `hegemon.rare` on one thread, with all that it costs (pilot, files), and the cost of
a plain replica is measured at the same point. The gain is the ratio of 1/(squared standard error x CPU
seconds). Where P is large enough plain replicas are run as well. The record goes to
bench/results/rare_gain.json, and from there into docs/rare.md (`python bench/cover.py rare --draw`).
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from coverage_studies import markdown
from session.record import now, versions

import hegemon as hg
import hegemon_kernels as hk
from hegemon.estimates.proportions import wilson
from hegemon.parameters import kernel_values

RESULTS = Path(__file__).parent / "results" / "rare_gain.json"
BLOCK = 4096
PLAIN_SEED, SEED = 2, 1
TIMED = 1 << 15
# States, years, plain replicas to compare with, repetitions; efficiency 1, defaults otherwise.
# 0 repetitions: until the interval is narrow enough, which would take longer with 16 states.
CASES = (
    (8, 60, 4_000_000, 0),
    (10, 60, 10_000_000, 0),
    (10, 300, 0, 0),
    (12, 300, 0, 0),
    (16, 300, 0, 40),
)


def model(states: int, years: int) -> hg.Model:
    """The point of a case."""
    return hg.Model(system={"states": states, "years": years}, balancing={"efficiency": 1.0})


def plain(point: Any, replicas: int, seed: int) -> tuple[int, float]:
    """Hegemons among plain replicas, and CPU seconds."""
    rows, emerged = np.empty(BLOCK, hk.OUTCOME_DTYPE), 0
    begin = time.process_time()
    for first in range(0, replicas, BLOCK):
        block = rows[: min(BLOCK, replicas - first)]
        hk.simulate(point, hk.stream_key(seed, 0), first, block)
        emerged += int(block["emerged"].sum())
    return emerged, time.process_time() - begin


def measure(states: int, years: int, compared: int, repetitions: int, small: bool) -> dict[str, Any]:
    """One case."""
    experiment = hg.Experiment(model(states, years), seed=SEED, name="gain")
    point = hk.pack_point(kernel_values(experiment.design.points[0].model))
    plain(point, BLOCK, PLAIN_SEED)  # the kernel is loaded
    _, seconds = plain(point, BLOCK if small else TIMED, PLAIN_SEED)
    each = seconds / (BLOCK if small else TIMED)
    asked = {"replicas": 200, "repetitions": 4} if small else {"repetitions": repetitions or None}
    with tempfile.TemporaryDirectory() as folder:
        begin = time.process_time()
        found = hg.rare(experiment, Path(folder) / "rare", workers=1, **asked)
        cpu = time.process_time() - begin
    here = {name: float(found.results[name]) for name in found.results if found.results[name].ndim == 0}
    p, error = here["p_emerged"], here["se_p_emerged"]
    record = {"states": states, "years": years, "p": p, "low": here["p_emerged_low"]}
    record |= {
        "high": here["p_emerged_high"],
        "se": error,
        "cpu_seconds": cpu,
        "plain_microseconds": 1e6 * each,
    }
    names = ("repetitions", "replicas", "stages", "plain_replicas", "lineages", "inflation", "conquerors")
    record |= {name: here[name] for name in names}
    record |= {"gain": p * (1 - p) * each / (error**2 * cpu), "warnings": found.warnings()}
    for name in ("level", "conditional", "begins", "part"):
        record[name] = [None if np.isnan(x) else x for x in found.results[name].values.tolist()]
    if compared:
        replicas = BLOCK if small else compared
        emerged, seconds = plain(point, replicas, PLAIN_SEED)
        low, high = wilson(np.array([emerged]), np.array([replicas]), 0.95)
        both = np.hypot(error, np.sqrt(max(emerged, 1)) / replicas)
        record["plain"] = {
            "replicas": replicas,
            "emerged": emerged,
            "p": emerged / replicas,
            "low": float(low[0]),
            "high": float(high[0]),
            "cpu_seconds": seconds,
            "difference_in_errors": float((p - emerged / replicas) / both),
        }
    return record


def main(arguments: Sequence[str] | None = None, results: Path = RESULTS) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--small", action="store_true", help="a few replicas, to try the program")
    parser.add_argument("--states", type=int, help="measure anew the cases of so many states only")
    asked = parser.parse_args(arguments)
    small = asked.small
    record: dict[str, Any] = {"begun": now(), "seed": SEED, "versions": versions(), "cases": []}
    record["model_version"] = hk.MODEL_VERSION
    if asked.states is not None:
        record["cases"] = [case for case in load()["cases"] if case["states"] != asked.states]
    for case in CASES[:2] if small else CASES:
        if asked.states not in (None, case[0]):
            continue
        record["cases"].append(measure(*case, small))
        record["cases"].sort(key=lambda found: (found["years"], found["states"]))
        print(json.dumps(record["cases"][-1]), flush=True)
        results.parent.mkdir(parents=True, exist_ok=True)
        results.write_text(json.dumps(record, indent=1) + "\n")


def load() -> dict[str, Any]:
    """The record that was published."""
    found: dict[str, Any] = json.loads(RESULTS.read_text())
    return found


def tables(record: dict[str, Any]) -> dict[str, str]:
    """Tables of docs/rare.md, by the name of their place."""
    agreement, gains = [], []
    for case in record["cases"]:
        name = f"{case['states']} states, {case['years']} years"
        own = f"{case['p']:.3g} ({case['low']:.3g} to {case['high']:.3g})"
        if "plain" in case:
            other = case["plain"]
            text = f"{other['p']:.3g} ({other['low']:.3g} to {other['high']:.3g})"
            off = f"{other['difference_in_errors']:.1f}"
            agreement.append([name, own, text, f"{other['replicas']:,}", off])
        row = [
            name,
            own,
            f"{case['repetitions']:.0f}",
            f"{case['stages'] - 1:.0f}",
            f"{case['cpu_seconds']:.0f}",
        ]
        row += [f"{case['plain_microseconds']:.1f}", f"{case['plain_replicas']:.1e}", f"{case['gain']:.2g}"]
        gains.append([*row, f"{case['lineages']:.0f}", f"{100 * (case['part'][-1] or 0):.0f} %"])
    head = ["", "P by splitting", "P by plain replicas", "plain replicas", "errors apart"]
    header = ["", "P", "repetitions", "levels", "CPU s", "plain, µs", "equivalent plain replicas", "gain"]
    return {
        "rare-agreement": markdown(head, agreement),
        "rare-gain": markdown([*header, "beginnings behind it", "top stratum"], gains),
    }


if __name__ == "__main__":
    main()
