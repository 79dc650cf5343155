"""How near the kernel is to the rate at which this machine can issue its operations.

    python bench/issue_bound.py [--rounds 5] [--precisions float64 float32] [--replicas 4000] [--out FILE]

1. The vector operations that the kernel executes per state-year are counted, by category
   (`executed_operations`): default mechanisms, eight states, every branch as often as it was taken.
2. The same machine issues a loop of those categories in those proportions, whose operands are always ready
   (`vector_rates`). Operations per state-year times the time of one in that mix is the **issue bound**: the
   time that the kernel would take if nothing ever waited for anything.
3. The kernel is timed in turn with that. The share reached is bound over time.

In the bound are arithmetic, comparisons, selects, masks, integers, conversions, and loads and stores of
state. Left out of it, and counted beside it: spills, copies, broadcasts of scalars again and again, and all
scalar instructions (addresses, loops, branches), so that it is below what any compiler reaches. The sum
over categories of operations over rates, as if no two categories overlapped, is given too; it is no bound,
since they do.

Where there are no 512-bit registers or no gcc, the report says so and holds nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import kernel_speed
import numpy as np
import vector_rates
from kernel_speed import Measurement, median_and_quartiles
from vector_rates import INSTRUCTIONS, MIX, Rates, Unavailable

from hegemon.parameters import Model, kernel_values

CASE = "N=8, efficiency 0.6"
PRECISIONS = ("float64", "float32")
COUNTER = Path(__file__).with_name("executed_operations.py")


def counted(precision: str, replicas: int) -> dict[str, Any]:
    """`executed_operations` in a process of its own, with a cache of its own: it compiles other code."""
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, str(COUNTER), precision, CASE, str(replicas)]
        done = subprocess.run(
            command, env=os.environ | {"NUMBA_CACHE_DIR": cache}, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(
    precision: str, count: dict[str, Any], rounds: int, seconds: float, replicas: int | None = None
) -> dict[str, Any]:
    """Rates and the kernel's time, in turn; `count` is of the same precision."""
    kernel = next(k for k in kernel_speed.KERNELS if k.name == f"vector {precision}")
    values = kernel_values(Model(**kernel_speed.CASES[CASE]))
    per = {name: n / count["state_years"] for name, n in count["executed"].items()}
    with tempfile.TemporaryDirectory() as folder:
        rates = Rates(precision, per, Path(folder))
        run = Measurement(kernel, values, seconds, replicas)
        found = [(rates.measure(1e3 * seconds / 20), run.take()) for _ in range(rounds)]
    return report(per, [rate for rate, _ in found], [time for _, time in found]) | {"count": count}


def report(per: dict[str, float], rates: list[dict[str, float]], times: list[float]) -> dict[str, Any]:
    """Operations per state-year, the bound, the time and the share reached, over rounds."""
    inside = {name: n for name, n in per.items() if name in INSTRUCTIONS}
    total = sum(inside.values())
    bounds = [total * rate[MIX] for rate in rates]
    return {
        "operations_per_state_year": inside,
        "left_out_per_state_year": {name: n for name, n in per.items() if name not in INSTRUCTIONS},
        "ns_per_operation": {name: float(np.median([rate[name] for rate in rates])) for name in rates[0]},
        "bound_ns": median_and_quartiles(bounds),
        "without_overlap_ns": median_and_quartiles(
            [sum(n * rate[name] for name, n in inside.items()) for rate in rates]
        ),
        "measured_ns": median_and_quartiles(times),
        "share_reached": median_and_quartiles(
            [bound / time for bound, time in zip(bounds, times, strict=True)]
        ),
        "rounds": [{"bound": bound, "measured": time} for bound, time in zip(bounds, times, strict=True)],
    }


def run(
    precisions: Sequence[str], rounds: int, seconds: float, count: int, replicas: int | None = None
) -> dict[str, Any]:
    """The report of every precision, or what is missing to make one."""
    try:
        vector_rates.require()
    except Unavailable as reason:
        return {"unavailable": str(reason)}
    found = {p: measure(p, counted(p, count), rounds, seconds, replicas) for p in precisions}
    return {"case": CASE, "unit": "ns of CPU time per state-year simulated", "precisions": found}


def lines(found: dict[str, Any]) -> list[str]:
    """The report as text."""
    if "unavailable" in found:
        return [f"issue bound: {found['unavailable']}"]
    text = []
    for precision, r in found["precisions"].items():
        inside, outside = r["operations_per_state_year"], r["left_out_per_state_year"]
        text.append(
            f"{precision}: {sum(inside.values()):.1f} vector operations a state-year"
            f" (beside them {sum(outside.values()):.1f} spills, copies and broadcasts), issued in"
            f" {r['bound_ns']['median']:.2f} ns at best, {r['measured_ns']['median']:.2f} ns measured:"
            f" {r['share_reached']['median']:.0%} of the bound"
            f" (without overlap of categories {r['without_overlap_ns']['median']:.2f} ns)"
        )
        for name, n in sorted(inside.items(), key=lambda item: -item[1]):
            text.append(f"  {name:<18} {n:7.2f}   {r['ns_per_operation'][name]:.3f} ns each")
        text += [f"  {name:<18} {n:7.2f}   left out" for name, n in outside.items()]
    return text


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="The kernel against the machine's issue bound.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.4, help="CPU time of the kernel in one round")
    parser.add_argument("--count", type=int, default=4000, help="replicas whose operations are counted")
    parser.add_argument("--replicas", type=int, help="replicas in one measurement, instead of --seconds")
    parser.add_argument("--precisions", nargs="+", choices=PRECISIONS, default=list(PRECISIONS))
    parser.add_argument("--out", type=Path, help="write the report here too, as JSON")
    options = parser.parse_args(arguments)
    found = run(options.precisions, options.rounds, options.seconds, options.count, options.replicas)
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n")
    print("\n".join(lines(found)))


if __name__ == "__main__":
    main()
