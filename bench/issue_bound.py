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

A second, stricter bound takes the arithmetic of the plain reference (`needed_operations`), as if every lane
of every vector always did something that its replica needs, and nothing had to be loaded, compared bit by
bit or selected. The distance between the two is the price of lanes that go along where others branch.

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
import vector_rates
from kernel_speed import Measurement, median_and_quartiles
from vector_rates import INSTRUCTIONS, MIX, Rates, Unavailable

from hegemon.parameters import Model, kernel_values

CASE = "N=8, efficiency 0.6"
PRECISIONS = ("float64", "float32")
EXECUTED, NEEDED = (Path(__file__).with_name(f"{name}_operations.py") for name in ("executed", "needed"))
LANES = {"float64": 8, "float32": 16}
REFERENCE = "float64"  # its arithmetic is that of double precision


def counted(script: Path, *arguments: str) -> dict[str, Any]:
    """What a script counts, in a process of its own and with a cache of its own: it compiles other code."""
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, str(script), *arguments]
        done = subprocess.run(
            command, env=os.environ | {"NUMBA_CACHE_DIR": cache}, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(
    precision: str,
    executed: dict[str, Any],
    needed: dict[str, Any] | None,
    rounds: int,
    seconds: float,
    replicas: int | None = None,
) -> dict[str, Any]:
    """Rates and the kernel's time, in turn; `executed` and `needed` are counts of the same case."""
    kernel = next(k for k in kernel_speed.KERNELS if k.name == f"vector {precision}")
    values = kernel_values(Model(**kernel_speed.CASES[CASE]))
    per = {name: n / executed["state_years"] for name, n in executed["executed"].items()}
    mixes = {"executed": per}
    if needed is not None:
        vectors = needed["state_years"] * LANES[precision]
        mixes["needed"] = {name: n / vectors for name, n in needed["needed"].items()}
    with tempfile.TemporaryDirectory() as folder:
        rates = {name: Rates(precision, mix, Path(folder) / name) for name, mix in mixes.items()}
        run = Measurement(kernel, values, seconds, replicas)
        found = [
            ({name: rate.measure(1e3 * seconds / 20) for name, rate in rates.items()}, run.take())
            for _ in range(rounds)
        ]
    times = [time for _, time in found]
    reports = {name: report(mix, [rate[name] for rate, _ in found], times) for name, mix in mixes.items()}
    return reports["executed"] | ({"needed": reports["needed"]} if needed is not None else {})


def report(per: dict[str, float], rates: list[dict[str, float]], times: list[float]) -> dict[str, Any]:
    """Operations per state-year, the bound, the time and the share reached.

    The bound is by the best round: whatever else the machine does can only make it look slower.
    """
    inside = {name: n for name, n in per.items() if name in INSTRUCTIONS}
    total = sum(inside.values())
    best = {name: min(rate[name] for rate in rates) for name in rates[0]}
    bound = total * best[MIX]
    return {
        "operations_per_state_year": inside,
        "left_out_per_state_year": {name: n for name, n in per.items() if name not in INSTRUCTIONS},
        "ns_per_operation": best,
        "bound_ns": bound,
        "without_overlap_ns": sum(n * best[name] for name, n in inside.items()),
        "measured_ns": median_and_quartiles(times),
        "share_reached": median_and_quartiles([bound / time for time in times]),
        "rounds": [
            {"bound": total * rate[MIX], "measured": time} for rate, time in zip(rates, times, strict=True)
        ],
    }


def run(
    precisions: Sequence[str], rounds: int, seconds: float, count: int, replicas: int | None = None
) -> dict[str, Any]:
    """The report of every precision, or what is missing to make one."""
    try:
        vector_rates.require()
    except Unavailable as reason:
        return {"unavailable": str(reason)}
    found = {}
    for precision in precisions:
        executed = counted(EXECUTED, precision, CASE, str(count))
        needed = counted(NEEDED, CASE, str(max(2, count // 200))) if precision == REFERENCE else None
        counts = {"executed": executed, "needed": needed}
        found[precision] = measure(precision, **counts, rounds=rounds, seconds=seconds, replicas=replicas)
        found[precision]["counts"] = counts
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
            f" {r['bound_ns']:.2f} ns at best, {r['measured_ns']['median']:.2f} ns measured:"
            f" {r['share_reached']['median']:.0%} of the bound"
            f" (without overlap of categories {r['without_overlap_ns']:.2f} ns)"
        )
        for name, n in sorted(inside.items(), key=lambda item: -item[1]):
            text.append(f"  {name:<18} {n:7.2f}   {r['ns_per_operation'][name]:.3f} ns each")
        text += [f"  {name:<18} {n:7.2f}   left out" for name, n in outside.items()]
        if "needed" in r:
            n = r["needed"]
            text.append(
                f"{precision}, what the plain reference needs, in full vectors:"
                f" {sum(n['operations_per_state_year'].values()):.1f} operations a state-year, issued in"
                f" {n['bound_ns']:.2f} ns: {n['share_reached']['median']:.0%} of that"
            )
            text += [f"  {name:<18} {x:7.2f}" for name, x in n["operations_per_state_year"].items()]
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
