"""What whole runs cost, kernels and all: of the engine in a process of its own, and of the command.

Every figure is taken of the real engine that writes to a real directory, in a new process each time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-c", "from hegemon.cli import main; main()", "run"]


# In a process of its own: this imports the engine


def measured_run(
    replicas: int,
    workers: int,
    detail: str,
    sweep: dict[str, Any],
    model: dict[str, Any],
    dtype: str = "float64",
) -> dict[str, float]:
    """Run the engine with its kernel calls timed, after one small run that loads the machine code.

    Returns seconds of wall time, of the process's CPU time, of the main thread's, and of CPU time inside
    `simulate` and `tally`; the process's CPU time and peak memory since its start; pieces and bytes written.
    """
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

    def run(count: int, axes: dict[str, Any]) -> dict[str, float]:
        experiment = hegemon.Experiment(
            Model(**model), sweep=axes, replicas=count, seed=1, detail=detail, dtype=dtype, name="bench"
        )
        before = dict(kernel)
        with tempfile.TemporaryDirectory() as folder:
            wall, cpu, main = time.perf_counter(), time.process_time(), time.thread_time()
            experiment.run(Path(folder) / "run", workers=workers)
            spent = (time.perf_counter() - wall, time.process_time() - cpu, time.thread_time() - main)
            files = [path.stat().st_size for path in (Path(folder) / "run" / "pieces").iterdir()]
        found = dict(zip(("wall", "cpu", "main"), spent, strict=True))
        return (
            found
            | {name: kernel[name] - before[name] for name in kernel}
            | {"pieces": len(files), "bytes": sum(files)}
        )

    own = hk.simulate, hk.tally
    hk.simulate, hk.tally = timed(hk.simulate), timed(hk.tally)
    try:
        run(16, {})
        found = run(replicas, sweep)
    finally:
        hk.simulate, hk.tally = own
    return found | {"replicas": replicas, "process_cpu": time.process_time(), "peak_mb": peak_mb()}


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
    command = [sys.executable, __file__, json.dumps(arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def timed_command(
    experiment: str, *options: str, environment: Mapping[str, str] | None = None
) -> dict[str, float]:
    """`hegemon run` of the text of an experiment file, from pressing return until all files are closed.

    Returns seconds until `results.nc` is there and until the command is done, its CPU time, its peak memory
    (MB), and the bytes that it left.
    """
    with tempfile.TemporaryDirectory() as folder:
        config, out = Path(folder) / "experiment.toml", Path(folder) / "run"
        config.write_text(experiment)
        start = time.perf_counter()
        process = subprocess.Popen(
            [*COMMAND, str(config), "--quiet", "--out", str(out), *options],
            env=os.environ | dict(environment or {}),
        )
        written = None
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if written is None and (out / "results.nc").exists():
                written = time.perf_counter() - start
            if pid:
                break
            time.sleep(0.005)
        done = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"hegemon run failed with status {process.returncode}")
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return {
        "results": done if written is None else written,
        "done": done,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3),
        "bytes": float(size),
    }


if __name__ == "__main__":
    print(json.dumps(measured_run(**json.loads(sys.argv[1]))))
