"""What it costs to keep a row per replica: bytes, speed beside raw h5py, and its part in a run.

    python bench/store.py [--parts piece share] [--seconds 20] [--rounds 5] [--rows 131072] [--out FILE]

piece   one piece of real outcomes: bytes a row; packed, written (synced and renamed) and read back (hash
        checked) as the engine does it, on one thread and on two at once; beside it, in turn, raw h5py files
        with the same columns, plain and with integers packed (gzip 1, shuffle). Medians over rounds.
share   a run of the defaults (eight states, 300 years, float64) on two threads with detail = "outcomes" and
        with "tallies", in turn, each in a process of its own: the part of CPU time in the kernel, in tallies,
        in packing, and in writing and syncing; and the ratio of CPU and of wall times in a round.

Prints a table and writes bench/results/store.json.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

RESULTS = Path(__file__).parent / "results" / "store.json"
MODEL = {"balancing": {"efficiency": 0.5}}
STEM = "piece-000000-0123456789abcdef"

Times = dict[str, float]


# One piece


class Piece:
    """Real outcomes, and every way to write and read them, in a folder."""

    def __init__(self, rows: int, folder: Path, years: int = 300) -> None:
        import hegemon_kernels as hk
        from hegemon.parameters import Model, kernel_values
        from hegemon.planning.plan import Segment
        from hegemon.storage import content, pieces

        outcomes = np.zeros(rows, hk.OUTCOME_DTYPE)
        values = kernel_values(Model(**MODEL, system={"years": years}))
        hk.simulate(hk.pack_point(values), hk.stream_key(1, 0), 0, outcomes)
        self.rows, self.folder = rows, folder
        self.segments = (Segment(1, 0, rows),)
        self.tallies = content.collect(self.segments, [hk.tally(outcomes, years)])
        self.columns = content.columns(rows, lasting=False)
        for name, column in self.columns.items():
            column[:] = outcomes[name]
        self.packed = self.pack()
        self.path = folder / pieces.name_of(STEM, self.packed)

    def pack(self) -> bytes:
        from hegemon.storage import content

        return content.pack(self.segments, self.tallies, dict(self.columns))

    def write(self) -> None:
        from hegemon.storage import pieces

        pieces.write(self.folder / pieces.name_of(STEM, self.packed), self.packed)

    def pack_and_write(self) -> None:
        self.pack()
        self.write()

    def read(self) -> dict[str, np.ndarray]:
        from hegemon.storage import pieces, vetting
        from hegemon.variables import outcome_columns

        file = pieces.parse(self.path)
        assert file is not None
        with vetting.opened(file.path, pieces.read(file)) as opened:
            return {
                column.name: vetting.take(opened, column.name, column.dtype, (self.rows,))
                for column in outcome_columns(lasting=False)
            }

    def write_raw(self, packing: bool) -> None:
        import h5py

        path = self._raw(packing)
        with h5py.File(path, "w") as file:
            for name, column in self.columns.items():
                packs = packing and column.dtype.kind != "f"
                options = {"compression": "gzip", "compression_opts": 1, "shuffle": True} if packs else {}
                file.create_dataset(name, data=column, chunks=column.shape if packs else None, **options)
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)

    def read_raw(self, packing: bool) -> dict[str, np.ndarray]:
        import h5py

        with h5py.File(self._raw(packing)) as file:
            return {name: file[name][...] for name in file}

    def _raw(self, packing: bool) -> Path:
        return self.folder / f"{'packed' if packing else 'plain'}.h5"

    def raw_bytes(self, packing: bool) -> int:
        return self._raw(packing).stat().st_size


def timed(*functions: Callable[[], Any]) -> Times:
    """CPU and wall time of functions that run at once, each on a thread."""
    wall, cpu = time.perf_counter(), time.process_time()
    if len(functions) == 1:
        functions[0]()
    else:
        with ThreadPoolExecutor(len(functions)) as pool:
            list(pool.map(lambda function: function(), functions))
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}


def measure_piece(rows: int, rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        first = Piece(rows, Path(one))
        second = Piece(rows, Path(two))
        cases: dict[str, tuple[Callable[[], Any], ...]] = {
            "pack": (first.pack,),
            "write": (first.write,),
            "pack and write": (first.pack_and_write,),
            "pack and write, two at once": (first.pack_and_write, second.pack_and_write),
            "h5py, plain: write": (lambda: first.write_raw(False),),
            "h5py, packed: write": (lambda: first.write_raw(True),),
            "h5py, packed: write, two at once": (
                lambda: first.write_raw(True),
                lambda: second.write_raw(True),
            ),
            "read": (first.read,),
            "h5py, plain: read": (lambda: first.read_raw(False),),
            "h5py, packed: read": (lambda: first.read_raw(True),),
        }
        taken = [{name: timed(*functions) for name, functions in cases.items()} for _ in range(rounds)]
        sizes = {"": len(first.packed), "h5py, plain": first.raw_bytes(False)}
        sizes["h5py, packed"] = first.raw_bytes(True)
    return {
        "rows": rows,
        "bytes_per_row": {name or "piece": size / rows for name, size in sizes.items()},
        "raw_bytes_per_row": sum(column.itemsize for column in first.columns.values()),
        "rounds": taken,
        "ns_per_row": {name: _per_row(taken, name, rows * len(cases[name])) for name in cases},
    }


def _per_row(taken: Sequence[dict[str, Times]], name: str, rows: int) -> Times:
    return {
        clock: 1e9 * statistics.median(times[name][clock] for times in taken) / rows
        for clock in ("cpu", "wall")
    }


# Whole runs


def measured_run(replicas: int, detail: str) -> Times:
    """In a process of its own: CPU time of the parts of a run on two threads."""
    import hegemon
    import hegemon_kernels as hk
    from hegemon.parameters import Model
    from hegemon.storage import content, pieces

    spent = dict.fromkeys(("simulate", "tally", "pack", "name_of", "write"), 0.0)

    def watch(home: Any, name: str) -> None:
        function = getattr(home, name)

        def call(*arguments: Any) -> Any:
            start = time.thread_time()
            result = function(*arguments)
            spent[name] += time.thread_time() - start
            return result

        setattr(home, name, call)

    for home, name in ((hk, "simulate"), (hk, "tally"), (content, "pack")):
        watch(home, name)
    for name in ("name_of", "write"):
        watch(pieces, name)

    def run(count: int) -> Times:
        experiment = hegemon.Experiment(Model(**MODEL), replicas=count, seed=1, detail=detail, name="bench")
        before = dict(spent)
        with tempfile.TemporaryDirectory() as folder:
            wall, cpu = time.perf_counter(), time.process_time()
            experiment.run(Path(folder) / "run", workers=2)
            found = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
            size = sum(path.stat().st_size for path in (Path(folder) / "run" / "pieces").iterdir())
        return found | {name: spent[name] - before[name] for name in spent} | {"bytes": float(size)}

    run(16)
    return run(replicas) | {"replicas": float(replicas)}


def apart(replicas: int, detail: str) -> Times:
    """`measured_run` in a process of its own."""
    arguments = json.dumps({"replicas": replicas, "detail": detail})
    command = [sys.executable, __file__, "--measured-run", arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    found: Times = json.loads(done.stdout.splitlines()[-1])
    return found


def measure_share(seconds: float, rounds: int) -> dict[str, Any]:
    """Runs that take so many seconds where two CPUs are free."""
    trial = apart(4096, "tallies")
    replicas = max(4096, int(2 * seconds * trial["replicas"] / trial["simulate"]))
    taken = [{detail: apart(replicas, detail) for detail in ("outcomes", "tallies")} for _ in range(rounds)]
    parts = ("simulate", "tally", "pack", "name_of", "write")
    return {
        "replicas": replicas,
        "rounds": taken,
        "share_of_cpu": {
            detail: {
                part: statistics.median(pair[detail][part] / pair[detail]["cpu"] for pair in taken)
                for part in parts
            }
            for detail in ("outcomes", "tallies")
        },
        "outcomes_over_tallies": {
            clock: statistics.median(pair["outcomes"][clock] / pair["tallies"][clock] for pair in taken)
            for clock in ("cpu", "wall")
        },
        "bytes_per_replica": statistics.median(pair["outcomes"]["bytes"] for pair in taken) / replicas,
    }


def lines(report: dict[str, Any]) -> list[str]:
    found = []
    if "piece" in report:
        piece = report["piece"]
        sizes = ", ".join(f"{name} {size:.1f}" for name, size in piece["bytes_per_row"].items())
        found.append(f"bytes a row: {sizes}; {piece['raw_bytes_per_row']} in memory")
        for name, each in piece["ns_per_row"].items():
            found.append(
                f"{name:34s} {each['cpu']:7.0f} ns of CPU a row, {each['wall']:7.0f} ns of wall time"
            )
    if "share" in report:
        share = report["share"]
        for detail, parts in share["share_of_cpu"].items():
            each = ", ".join(f"{name} {value:.2%}" for name, value in parts.items())
            found.append(f"CPU time of a run with {detail}: {each}")
        ratio = share["outcomes_over_tallies"]
        found.append(f"outcomes over tallies: CPU {ratio['cpu']:.3f}, wall {ratio['wall']:.3f}")
        found.append(f"{share['bytes_per_replica']:.1f} bytes per replica of {share['replicas']:,}")
    before, after = report["load_average"]
    return [*found, f"load average {before[0]:.1f} to {after[0]:.1f}"]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="What it costs to keep a row per replica.")
    parts = ["piece", "share"]
    parser.add_argument("--parts", nargs="+", choices=parts, default=parts)
    parser.add_argument("--seconds", type=float, default=20.0, help="length of the runs of share")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1 << 17, help="rows of the piece")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--measured-run", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.measured_run:
        print(json.dumps(measured_run(**options.measured_run)))
        return
    load = os.getloadavg()
    report: dict[str, Any] = {}
    if "piece" in options.parts:
        report["piece"] = measure_piece(options.rows, options.rounds)
    if "share" in options.parts:
        report["share"] = measure_share(options.seconds, options.rounds)
    report["load_average"] = [load, os.getloadavg()]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=1) + "\n")
    print("\n".join(lines(report)))


if __name__ == "__main__":
    main()
