"""What the whole command costs around the kernels: CPU time, threads, memory, time to the first result.

    python bench/throughput.py [--parts share threads memory first] [--seconds 30] [--rounds 3] [--out FILE]

Every figure is taken in processes of its own, of the real engine writing to a real directory.

share   part of the process's CPU time spent in `hegemon_kernels.simulate` in a run of the headline's sweep,
        on two threads, that takes about --seconds where two CPUs are free: of the run's time, and of all the
        process's, start-up and all; with a row per replica kept, and with tallies alone
threads wall time of such a run on one thread and on two, in turn (where other work takes CPUs away, look at
        how many there were: the CPU time of both should be the same)
memory  peak resident memory of detail = "tallies" at 1 and at 10 million replicas (of few states and years,
        on which memory does not depend)
first   wall and CPU time of a warm `hegemon run` of 1,000 replicas of the defaults: from pressing return
        until the results are written, and until the command is done

Prints a table and writes bench/results/throughput.json.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "throughput.json"
SWEEP = {"balancing.efficiency": [k / 20 for k in range(21)], "system.states": [4, 6, 8]}  # the headline's
FIRST = '[experiment]\nname = "first"\nreplicas = 1000\n'


# In processes of their own: these import the engine


def measured_run(
    replicas: int, workers: int, detail: str, sweep: dict[str, Any], model: dict[str, Any]
) -> dict[str, float]:
    """Run the engine with its kernel calls timed, after one small run that loads the machine code."""
    import hegemon
    import hegemon_kernels as hk
    from hegemon.parameters import Model

    kernel = {"simulate": 0.0, "tally": 0.0}

    def timed(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            start = time.thread_time()
            result = function(*args)
            kernel[function.__name__] += time.thread_time() - start  # a lost update costs one block
            return result

        return call

    hk.simulate, hk.tally = timed(hk.simulate), timed(hk.tally)

    def run(count: int) -> dict[str, float]:
        experiment = hegemon.Experiment(
            Model(**model), sweep=sweep, replicas=count, seed=1, detail=detail, name="bench"
        )
        before = dict(kernel)
        with tempfile.TemporaryDirectory() as folder:
            wall, cpu = time.perf_counter(), time.process_time()
            experiment.run(Path(folder) / "run", workers=workers)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return {"wall": wall, "cpu": cpu} | {name: kernel[name] - before[name] for name in kernel}

    run(16)
    found = run(replicas)
    return found | {"replicas_per_point": replicas, "process_cpu": time.process_time(), "peak_mb": peak_mb()}


def peak_mb() -> float:
    """Peak resident memory of this process, in MB (10^6 bytes)."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


# In the first process: these start the others


def apart(**arguments: Any) -> dict[str, float]:
    """`measured_run` in a process of its own."""
    command = [sys.executable, __file__, "--measured-run", json.dumps(arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def headline(replicas: int, workers: int, detail: str = "outcomes") -> dict[str, float]:
    return apart(replicas=replicas, workers=workers, detail=detail, sweep=SWEEP, model={})


@functools.cache
def cost() -> float:
    """CPU time of one replica of each point of the headline's sweep."""
    return headline(200, 1)["simulate"] / 200


def replicas_for(seconds: float) -> int:
    """Replicas per point that take so much CPU time."""
    return max(16, int(seconds / cost()))


def share(seconds: float) -> dict[str, Any]:
    replicas = replicas_for(2 * seconds)
    return {detail: share_of(headline(replicas, 2, detail)) for detail in ("outcomes", "tallies")}


def share_of(found: dict[str, float]) -> dict[str, float]:
    return found | {
        "in_kernel_of_run": found["simulate"] / found["cpu"],
        "in_kernel_and_tally_of_run": (found["simulate"] + found["tally"]) / found["cpu"],
        "in_kernel_of_process": found["simulate"] / found["process_cpu"],
    }


def threads(seconds: float, rounds: int) -> dict[str, Any]:
    replicas = replicas_for(seconds)
    found = [[headline(replicas, workers) for workers in (1, 2)] for _ in range(rounds)]
    ratios = [one["wall"] / two["wall"] for one, two in found]
    return {
        "times_faster": statistics.median(ratios),
        "rounds": ratios,
        "wall": [[run["wall"] for run in pair] for pair in found],
        "cpu": [[run["cpu"] for run in pair] for pair in found],
        "cpus_used": [statistics.median(pair[k]["cpu"] / pair[k]["wall"] for pair in found) for k in (0, 1)],
        "cpu_ratio": statistics.median(one["cpu"] / two["cpu"] for one, two in found),
    }


def memory(replicas: Sequence[int]) -> dict[str, Any]:
    small = {"system": {"states": 2, "years": 5}, "hegemony": {"hold": 1}}
    return {
        str(count): apart(replicas=count, workers=2, detail="tallies", sweep={}, model=small)
        for count in replicas
    }


def first(rounds: int) -> dict[str, Any]:
    """The first of the runs fills the caches and is kept apart."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "first.toml"
        config.write_text(FIRST)
        found = [timed_command(config, Path(folder) / f"run{k}") for k in range(rounds + 1)]
    medians = {name: statistics.median(run[name] for run in found[1:]) for name in found[0]}
    return medians | {"rounds": found[1:], "before": found[0]}


def timed_command(config: Path, out: Path) -> dict[str, float]:
    command = [sys.executable, "-c", "from hegemon.cli import main; main()", "run", str(config)]
    spent = children_cpu()
    start = time.perf_counter()
    with subprocess.Popen([*command, "--quiet", "--out", str(out)]) as run:
        while run.poll() is None and not (out / "results.nc").exists():
            time.sleep(0.005)
        written = time.perf_counter() - start
    if run.returncode:
        raise SystemExit(f"hegemon run failed with status {run.returncode}")
    return {"results": written, "done": time.perf_counter() - start, "cpu": children_cpu() - spent}


def children_cpu() -> float:
    usage = os.times()
    return usage.children_user + usage.children_system


def lines(report: dict[str, Any]) -> list[str]:
    found = []
    for detail, s in report.get("share", {}).items():
        found += [
            f"CPU time in hk.simulate, {detail}, of a run of {s['cpu']:.0f} s: {s['in_kernel_of_run']:.1%}"
            f" (with hk.tally {s['in_kernel_and_tally_of_run']:.1%}); of the whole process"
            f" {s['in_kernel_of_process']:.1%}"
        ]
    if "threads" in report:
        t = report["threads"]
        each = ", ".join(f"{x:.2f}" for x in t["rounds"])
        one, two = t["cpus_used"]
        found += [
            f"two threads against one: {t['times_faster']:.2f} times faster ({each}), with {two:.2f} CPUs"
            f" against {one:.2f}; CPU time of one over that of two: {t['cpu_ratio']:.2f}"
        ]
    for count, m in report.get("memory", {}).items():
        size = f"{int(count):,} replicas, tallies alone"
        found += [f"peak memory of {size}: {m['peak_mb']:.0f} MB ({m['wall']:.1f} s)"]
    if "first" in report:
        f = report["first"]
        found += [
            f"a warm `hegemon run` of 1,000 replicas: results after {f['results']:.2f} s, done after"
            f" {f['done']:.2f} s, {f['cpu']:.2f} s of CPU time"
        ]
    before, after = report["load_average"]
    return [*found, f"load average {before[0]:.1f} to {after[0]:.1f}"]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Cost of the whole command around the kernels.")
    parts = ["share", "threads", "memory", "first"]
    parser.add_argument("--parts", nargs="+", choices=parts, default=parts)
    parser.add_argument("--seconds", type=float, default=30.0, help="length of the runs of share and threads")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each kind for threads and first")
    parser.add_argument("--memory", type=int, nargs="+", default=[1_000_000, 10_000_000], metavar="REPLICAS")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--measured-run", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.measured_run:
        print(json.dumps(measured_run(**options.measured_run)))
        return
    load = os.getloadavg()
    measure = {
        "share": lambda: share(options.seconds),
        "threads": lambda: threads(options.seconds, options.rounds),
        "memory": lambda: memory(options.memory),
        "first": lambda: first(options.rounds),
    }
    report: dict[str, Any] = {part: measure[part]() for part in parts if part in options.parts}
    report["load_average"] = [load, os.getloadavg()]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=1) + "\n")
    print("\n".join(lines(report)))


if __name__ == "__main__":
    main()
