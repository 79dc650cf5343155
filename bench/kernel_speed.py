"""How fast the kernels are: both vector kernels and the scalar one, in turn, in one process.

    python bench/kernel_speed.py [--rounds 9] [--seconds 0.5] [--replicas N] [--cases NAME ...] [--out FILE]

Prints ns of CPU time per state-year truly simulated (a replica that has reached its hegemon simulates no more
years), the median over rounds with the quartiles, and how many times faster than the scalar kernel; writes
the same, with every round, to FILE. `make bench` measures this too. Every round measures every case with
every kernel, so that what else the machine does hits all alike; ratios are medians of the ratios within a
round.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numba
import numpy as np
import scalar_numba

import hegemon_kernels as hk
from hegemon.parameters import Model, kernel_values

KEY = hk.stream_key(20, 0)
EVERYTHING = {
    "system": {"states": 8, "offshore": [7]},
    "geography": {"layout": "plane", "reach": 0.5},
    "growth": {"overextension": 0.02, "drift": 0.001},
    "threat": {"misperception": 0.3, "ideology_weight": 0.3},
    "arms": {"ambition": 0.5},
    "balancing": {"efficiency": 0.5},
    "war": {"initiative": "capability", "decisiveness": 2.5, "optimism": 0.1},
    "secession": {"hazard": 0.05},
    "hegemony": {"absorbing": False},
}


def usual(states: int, efficiency: float) -> dict[str, Any]:
    return {"system": {"states": states}, "balancing": {"efficiency": efficiency}}


CASES: dict[str, dict[str, Any]] = {
    "N=8, efficiency 0.2": usual(8, 0.2),
    "N=8, efficiency 0.6": usual(8, 0.6),
    "N=4, efficiency 0.5": usual(4, 0.5),
    "N=6, efficiency 0.5": usual(6, 0.5),
    "N=16, efficiency 0.5": usual(16, 0.5),
    "N=64, efficiency 0.5": usual(64, 0.5),
    "N=8, everything on": EVERYTHING,
}


@dataclass(frozen=True)
class Kernel:
    """A way to simulate, by name."""

    name: str
    pack: Callable[[dict[str, Any]], Any]
    simulate: Callable[[Any, int, int, np.ndarray], None]
    fewest: int  # replicas worth a call


KERNELS = (
    Kernel("scalar float64", scalar_numba.pack_point, scalar_numba.simulate, 64),
    Kernel("vector float64", hk.pack_point, hk.simulate, 512),
    Kernel("vector float32", lambda values: hk.pack_point(values, "float32"), hk.simulate, 512),
)


def state_years(values: dict[str, Any], rows: np.ndarray) -> int:
    """State-years that were simulated to fill these rows."""
    stopped = (rows["emerged"] > 0) & bool(values["absorbing"])
    return int(np.where(stopped, rows["year"], values["T"]).sum()) * int(values["N"])


class Measurement:
    """One kernel on one case."""

    def __init__(self, kernel: Kernel, values: dict[str, Any], seconds: float, replicas: int | None) -> None:
        self.kernel = kernel
        self.values = values
        self.point = kernel.pack(values)
        self.rows = np.zeros(replicas or kernel.fewest, hk.OUTCOME_DTYPE)
        self.take()  # compiles
        if replicas is None:
            start = time.thread_time()
            self.take()
            cost = (time.thread_time() - start) / kernel.fewest
            self.rows = np.zeros(max(kernel.fewest, int(seconds / cost)), hk.OUTCOME_DTYPE)

    def take(self) -> float:
        """CPU time per state-year, in ns."""
        start = time.thread_time()
        self.kernel.simulate(self.point, KEY, 0, self.rows)
        spent = time.thread_time() - start
        return 1e9 * spent / state_years(self.values, self.rows)


def median_and_quartiles(values: Sequence[float]) -> dict[str, float]:
    low, middle, high = np.percentile(values, [25, 50, 75])
    return {"median": float(middle), "low": float(low), "high": float(high)}


def machine() -> dict[str, Any]:
    """What the figures hold for."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.processor(),
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
    }


def compare(cases: Sequence[str], rounds: int, seconds: float, replicas: int | None) -> dict[str, Any]:
    """Measure all kernels on all cases, `rounds` times in turn."""
    load = [os.getloadavg()]
    packed = {
        name: [Measurement(k, kernel_values(Model(**CASES[name])), seconds, replicas) for k in KERNELS]
        for name in cases
    }
    times: dict[str, list[list[float]]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, measurements in packed.items():
            times[name].append([m.take() for m in measurements])
        load.append(os.getloadavg())
    return {
        "unit": "ns of CPU time per state-year simulated",
        "machine": machine(),
        "load_average": load,
        "rounds": rounds,
        "cases": {name: summary(packed[name], np.array(times[name])) for name in cases},
    }


def summary(measurements: Sequence[Measurement], times: np.ndarray) -> dict[str, Any]:
    return {
        m.kernel.name: {
            "replicas": len(m.rows),
            "ns": median_and_quartiles(times[:, k]),
            "times_faster": median_and_quartiles(times[:, 0] / times[:, k]),
            "rounds": times[:, k].tolist(),
        }
        for k, m in enumerate(measurements)
    }


def table(report: dict[str, Any]) -> str:
    lines = [f"{report['unit']}, median [quartiles]; times faster than the scalar kernel"]
    width = max(map(len, report["cases"]))
    for name, kernels in report["cases"].items():
        cells = []
        for kernel, found in kernels.items():
            ns, times = found["ns"], found["times_faster"]
            cell = f"{kernel} {ns['median']:6.1f} [{ns['low']:5.1f}, {ns['high']:5.1f}]"
            cells.append(cell if kernel.startswith("scalar") else f"{cell} x{times['median']:4.1f}")
        lines.append(f"{name:<{width}}  " + "   ".join(cells))
    lines.append(f"load average {report['load_average'][0][0]:.1f} to {report['load_average'][-1][0]:.1f}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Speed of the kernels against a scalar one.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.5, help="CPU time of one measurement")
    parser.add_argument("--replicas", type=int, help="replicas in one measurement, instead of --seconds")
    parser.add_argument("--cases", nargs="+", choices=list(CASES), default=list(CASES), metavar="CASE")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    report = compare(options.cases, options.rounds, options.seconds, options.replicas)
    if options.out:
        options.out.write_text(json.dumps(report, indent=1) + "\n")
    print(table(report))


if __name__ == "__main__":
    main()
