"""What a kernel is compiled to, as JSON: run in a process of its own with a fresh NUMBA_CACHE_DIR.

    NUMBA_CACHE_DIR=$(mktemp -d) python tests/kernels/machine_code.py

Numba shows the code of what it has just compiled, not of what it has loaded from the cache.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter

import numpy as np
from numba.core.registry import cpu_target

import hegemon_kernels as hk
from hegemon.selftest import golden


def functions(ir: str) -> dict[str, str]:
    """Bodies of the functions of a module, without those through which Python or C enter."""
    found = re.findall(r'^define [^@]*@("[^"]+"|[\w.$]+)\(.*?^}', ir, flags=re.M | re.S)
    bodies = re.findall(r"^define .*?^}", ir, flags=re.M | re.S)
    named = dict(zip(found, bodies, strict=True))
    return {name: body for name, body in named.items() if "cpython" not in name and "cfunc" not in name}


def report(ir: str, assembly: str) -> dict[str, object]:
    """Calls, flags of arithmetic and kinds of instructions."""
    inside = functions(ir)
    body = "\n".join(inside.values())
    called = set(re.findall(r'\bcall [^@\n]*@("[^"]+"|[\w.$]+)\(', body))
    arithmetic = re.findall(r"\b(v?)(add|sub|mul|div|sqrt)([ps])d\b[^\n]*", assembly)
    return {
        "functions": len(inside),
        "outside": sorted(name for name in called - set(inside) if not name.startswith("llvm.")),
        "intrinsics": sorted({name.split(".")[1] for name in called if name.startswith("llvm.")}),
        "flags": sorted(set(re.findall(r"\b(?:fast|nnan|ninf|nsz|arcp|contract|afn|reassoc)\b", body))),
        "arithmetic": Counter("packed" if kind == "p" else "scalar" for *_, kind in arithmetic),
        "fused": len(re.findall(r"\bvfn?m(?:add|sub)\w+", assembly)),
        "wide": len(re.findall(r"%[yz]mm\d", assembly)),
    }


def main() -> None:
    values = golden.load()["systems"]["defaults"]["values"]
    hk.simulate(hk.pack_point(values), 0, 0, np.zeros(1, hk.OUTCOME_DTYPE))
    # `hegemon_kernels.simulate` is the function; the module of the same name holds the kernel.
    kernel = sys.modules["hegemon_kernels.simulate"].run_block
    (ir,), (assembly,) = kernel.inspect_llvm().values(), kernel.inspect_asm().values()
    triple, cpu, features = cpu_target.target_context.codegen().magic_tuple()
    json.dump(report(ir, assembly) | {"triple": triple, "cpu": cpu, "features": features}, sys.stdout)


if __name__ == "__main__":
    main()
