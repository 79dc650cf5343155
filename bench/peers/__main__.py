"""Run one peer in a process of its own and print one line of JSON about it.

    PYTHONPATH=bench python -m peers "jax float32" [--replicas 1000] [--efficiency 0.5] [--calls 2]

`import` is the wall time that the peer's module takes to load, `calls` holds wall and CPU seconds of each
call (the first compiles), `peak_mb` the greatest resident memory, `base_mb` that before the peer was
imported.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import time

from peers.interface import Parameters, usual
from peers.registry import PEERS, peer


def resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m peers", description="Run one peer alone.")
    parser.add_argument("name", choices=[known.name for known in PEERS])
    parser.add_argument("--replicas", type=int, default=1000)
    parser.add_argument("--states", type=int, default=8)
    parser.add_argument("--years", type=int, default=300)
    parser.add_argument("--efficiency", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=1)
    options = parser.parse_args()
    chosen = peer(options.name)
    parameters = Parameters.of(usual(options.states, options.efficiency, options.years))
    base = resident_mb()
    start = time.perf_counter()
    importlib.import_module(f"peers.{chosen.module}")
    report = {"name": chosen.name, "replicas": options.replicas, "import": time.perf_counter() - start}
    calls = []
    for call in range(options.calls):
        wall, cpu = time.perf_counter(), time.process_time()
        outcome = chosen.simulate(parameters, options.replicas, options.seed + call)
        calls.append({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu,
                      "emerged": int(outcome.emerged.sum()),
                      "state_years": outcome.state_years(options.states)})  # fmt: skip
    print(json.dumps(report | {"calls": calls, "base_mb": base, "peak_mb": resident_mb()}))


if __name__ == "__main__":
    main()
