"""How many instructions the kernels execute: a figure without noise, held against a stored one in the tests.

    python bench/instructions.py [--update]

A few thousand replicas run under valgrind's callgrind, which counts every instruction inside the call of the
kernel and nothing else. Debian's valgrind knows no AVX-512, so that the kernel is compiled for a processor
with AVX2 (`TARGET`); a change that saves or costs work does so there too. The count depends on the versions
of numba and llvmlite, by which it is stored, and on no other thing of the machine.

Prints the count per replica beside the stored one. With --update stores it, in bench/instructions.json: do so
whenever a change of the kernel is meant to change it.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import mmap
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

STORED = Path(__file__).with_name("instructions.json")
TARGET = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "", "PYTHONHASHSEED": "0"}
TOLERANCE = 0.02
REPLICAS = 2048
CASES: dict[str, dict[str, Any]] = {
    "N=8": {"system": {"years": 100}, "balancing": {"efficiency": 0.5}},
    "N=6, every mechanism on": {
        "system": {"states": 6, "offshore": [5], "years": 50},
        "geography": {"layout": "plane", "reach": 0.5},
        "growth": {"overextension": 0.02, "drift": 0.001},
        "threat": {"misperception": 0.3, "ideology_weight": 0.3},
        "arms": {"ambition": 0.5},
        "war": {"initiative": "capability", "decisiveness": 2.5, "optimism": 0.1},
        "secession": {"hazard": 0.05},
        "hegemony": {"absorbing": False},
    },
}
PRECISIONS = ("float64", "float32")

# A request to valgrind (valgrind.h, "special instruction preamble"): rotations that change nothing, then an
# exchange of a register with itself. Elsewhere it does nothing.
_REQUEST = bytes.fromhex("4889f8 31d2 48c1c703 48c1c70d 48c1c73d 48c1c733 4887db 4889d0 c3")
_RUNNING = 0x1001
_CALLGRIND = (ord("C") << 24) + (ord("T") << 16)
_DUMP, _START, _STOP = _CALLGRIND, _CALLGRIND + 4, _CALLGRIND + 5


# In a process of its own, with TARGET in its environment


def run(precision: str, cases: list[dict[str, Any]]) -> None:
    """Run the cases; they are counted where valgrind runs this process, and compiled elsewhere."""
    import numpy as np

    import hegemon_kernels as hk

    valgrind, key = _Valgrind(), hk.stream_key(20, 0)
    counting = valgrind.request(_RUNNING) > 0
    for values in cases:
        point, rows = hk.pack_point(values, precision), np.zeros(REPLICAS, hk.OUTCOME_DTYPE)
        hk.simulate(point, key, 0, rows[:1])
        if counting:
            kernel: Any = sys.modules["hegemon_kernels.simulate"]
            if not kernel.run_block.stats.cache_hits:
                raise SystemExit("the kernel was not in the cache; is its directory writable?")
            valgrind.request(_START)
            hk.simulate(point, key, 0, rows)
            valgrind.request(_STOP)
            valgrind.request(_DUMP)


class _Valgrind:
    """Requests to the valgrind that runs this process; answers are 0 where none does."""

    def __init__(self) -> None:
        self.code = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        self.code.write(_REQUEST)
        address = ctypes.addressof(ctypes.c_char.from_buffer(self.code))
        self.call = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p)(address)

    def request(self, number: int) -> int:
        words = (ctypes.c_uint64 * 6)(number)
        return int(self.call(ctypes.addressof(words)))


# In the first process: these start the others


def obstacle() -> str | None:
    """Why nothing can be counted here, if so."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return f"instructions are counted on x86-64 only, not on {platform.machine()}"
    return None if shutil.which("valgrind") else "there is no valgrind"


def versions() -> str:
    import llvmlite
    import numba

    return f"numba {numba.__version__}, llvmlite {llvmlite.__version__}"


def count(precision: str, cases: Path) -> list[float]:
    """Instructions per replica of every case in one precision."""
    out = cases.with_name(precision)
    command = [sys.executable, __file__, "--run", precision, str(cases)]
    _call(command)  # compiles, which valgrind would take minutes for
    _call(["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}", *command])
    dumps = [out.with_name(f"{out.name}.{k}") for k in range(1, len(CASES) + 1)]
    return [_total(dump.read_text()) / REPLICAS for dump in dumps]


def _call(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | TARGET)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")


def _total(report: str) -> int:
    totals = [line for line in report.splitlines() if line.startswith(("totals:", "summary:"))]
    return int(totals[-1].split()[1])


def count_all() -> dict[str, float]:
    """Instructions per replica, by precision and case; precisions side by side, since they compile apart."""
    from hegemon.parameters import Model, kernel_values

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(len(PRECISIONS)) as pool:
        cases = Path(folder) / "cases.json"
        cases.write_text(json.dumps([kernel_values(Model(**model)) for model in CASES.values()]))
        found = list(pool.map(lambda precision: count(precision, cases), PRECISIONS))
    return {
        f"{precision}, {case}": round(value)
        for precision, values in zip(PRECISIONS, found, strict=True)
        for case, value in zip(CASES, values, strict=True)
    }


def stored(version: str) -> dict[str, float] | None:
    """The counts stored for these versions of numba and llvmlite."""
    known: dict[str, dict[str, float]] = json.loads(STORED.read_text())["per_replica"]
    return known.get(version)


def compare(found: dict[str, float], known: dict[str, float]) -> tuple[list[str], list[str]]:
    """A line for each count, and those of the counts that are too high."""
    lines, worse = [], []
    for name, value in found.items():
        before = known.get(name)
        if before is None:
            lines.append(f"{name}: {value:,.0f} instructions per replica, none stored")
            continue
        change = value / before - 1
        lines.append(f"{name}: {value:,.0f} instructions per replica, stored {before:,.0f} ({change:+.2%})")
        if change > TOLERANCE:
            worse.append(lines[-1])
    return lines, worse


def update(found: dict[str, float], version: str) -> None:
    """Store counts. Those of other versions stay if they are of the same kernel."""
    import hegemon_kernels as hk

    digest = hk.sources_digest()[:16]
    held = json.loads(STORED.read_text()) if STORED.exists() else {}
    others = held["per_replica"] if held.get("kernel") == digest else {}
    report = {"target": TARGET["NUMBA_CPU_NAME"], "replicas": REPLICAS, "kernel": digest}
    STORED.write_text(json.dumps(report | {"per_replica": others | {version: found}}, indent=1) + "\n")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Instructions that the kernels execute.")
    parser.add_argument("--update", action="store_true", help="store what is counted")
    parser.add_argument("--run", nargs=2, metavar=("PRECISION", "CASES"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.run:
        precision, cases = options.run
        run(precision, json.loads(Path(cases).read_text()))
        return
    if reason := obstacle():
        raise SystemExit(reason)
    found, version = count_all(), versions()
    lines, _ = compare(found, (stored(version) if STORED.exists() else None) or {})
    print("\n".join([version, *lines]))
    if options.update:
        update(found, version)


if __name__ == "__main__":
    main()
