"""The vector operations that the kernel executes, counted exactly; run in a process of its own.

    python bench/executed_operations.py PRECISION CASE REPLICAS

Prints JSON: state-years simulated, and executions by category of instruction. Numba's optimised code is
taken at the last moment, a counter is put into each basic block, and the kernel runs as it always does; the
assembly of the same code without counters then says which instructions each block holds. So nothing is
estimated: every branch counts as often as it was taken. What the compiler adds for want of registers is
kept apart: spills, copies of registers, and scalars that are broadcast again ("broadcast").
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from numba.core import codegen

KERNEL = "run_block"

# First match decides; mnemonics of x86 with AVX-512, in AT&T syntax.
CATEGORIES = (
    ("divide", r"vdiv[ps][sd]$"),
    ("square root", r"vsqrt[ps][sd]$"),
    ("multiply", r"vmul[ps][sd]$"),
    ("add", r"v(add|sub|min|max)[ps][sd]$"),
    ("compare", r"v(p?cmp|ptestn?m|ucomis|comis|fpclass)"),
    ("select", r"vp?blend"),
    ("multiply integers", r"vpmul"),
    ("integer", r"v(p(and|or|xor|ternlog|add|sub|sll|srl|sra|rol|ror|popcnt|min|max|abs)|and|or|xor)"),
    ("mask", r"k[a-z]+[bwdq]$"),
    ("copy", r"vmov(dq[au]|[au]p[sd])"),
    ("broadcast", r"vp?broadcast"),
    ("rearrange", r"v"),
)
BLOCK = re.compile(r"^(?:\.LBB\d+_\d+:|# %bb\.\d+:)\s*(?:#.*%(?P<name>\"[^\"]+\"|[\w.$-]+))?")
LABEL = re.compile(r'^(?P<name>"[^"]+"|[\w.$-]+):')


class Instrumented:
    """Numba's compiler with a counter put into each basic block of the kernel."""

    def __init__(self) -> None:
        self.counts = np.zeros(0, np.int64)
        self.blocks: dict[tuple[str, str], int] = {}
        self.assembly = ""

    def install(self) -> None:
        optimise = codegen.CPUCodeLibrary._optimize_final_module

        def optimised(library: Any) -> None:
            optimise(library)
            if library.name.startswith(KERNEL):
                library._final_module = self._counted(library)

        codegen.CPUCodeLibrary._optimize_final_module = optimised

    def _counted(self, library: Any) -> Any:
        text = shortened(str(library._final_module))
        machine = library._codegen._tm
        machine.set_asm_verbosity(True)
        self.assembly = machine.emit_assembly(llvm.parse_assembly(text))
        machine.set_asm_verbosity(False)
        self.blocks = {place: k for k, place in enumerate(blocks_of(text))}
        self.counts = np.zeros(len(self.blocks), np.int64)
        return llvm.parse_assembly(instrument(text, self.blocks, self.counts.ctypes.data))


def shortened(text: str) -> str:
    """The module with short names for its blocks; LLVM writes longer ones than it reads."""
    names: dict[str, str] = {}

    def short(found: re.Match[str]) -> str:
        return found["mark"] + names.setdefault(found["name"], f"block.{len(names)}")

    return re.sub(r"(?P<mark>%|^)(?P<name>_ZN[\w.$-]{200,})(?=[,\s:])", short, text, flags=re.MULTILINE)


def _places(text: str) -> Iterator[tuple[str, tuple[str, str] | None]]:
    """Each line of a module, with the function and block whose first instruction after the phis it is."""
    function, block, waiting = "", "", False
    for line in text.splitlines():
        if line.startswith("define "):
            found = re.search(r'@("[^"]+"|[\w.$-]+)\(', line)
            function, block, waiting = found[1] if found else "", "0", True
        elif function and (label := LABEL.match(line)):
            block, waiting = label["name"], True
        elif line == "}":
            function, waiting = "", False
        elif waiting and line.strip() and not re.match(r"\s+(%\S+ = phi |;)", line):
            waiting = False
            yield line, (function, block)
            continue
        yield line, None


def blocks_of(text: str) -> list[tuple[str, str]]:
    """The basic blocks of a module, by function and label."""
    return [place for _, place in _places(text) if place is not None]


def instrument(text: str, blocks: dict[tuple[str, str], int], address: int) -> str:
    """The module with code that counts the executions of each block in 64-bit words from `address`."""
    lines = []
    for line, place in _places(text):
        if place is not None:
            k = blocks[place]
            word = f"ptr inttoptr (i64 {address + 8 * k} to ptr)"
            lines += [
                f"  %executed.{k} = load i64, {word}",
                f"  %executed.{k}.next = add i64 %executed.{k}, 1",
                f"  store i64 %executed.{k}.next, {word}",
            ]
        lines.append(line)
    return "\n".join(lines)


def categorise(line: str) -> Iterator[str]:
    """Categories of one line of assembly; an operation whose operand is in memory has two."""
    code, _, remark = line.partition("#")
    words = code.split(None, 1)
    if len(words) < 2 or not re.match(r"v|k[a-z]+[bwdq]$", words[0]) or words[0].startswith("vzero"):
        return
    name, operands = words
    category = next(category for category, pattern in CATEGORIES if re.match(pattern, name))
    in_memory = "(" in operands
    to_memory = in_memory and operands.rstrip().endswith(")")
    moves = in_memory and re.match(r"vp?mov|kmov", name) is not None
    if not moves:
        yield "select" if category == "copy" and "{%k" in operands else category
    if in_memory and category != "broadcast":
        spilled = "Spill" in remark or "Reload" in remark
        yield "spill" if spilled else "store" if to_memory else "load"


def instructions(assembly: str) -> Iterator[tuple[str, str | None, str]]:
    """Function, name of the basic block (None where the compiler made one) and category of each operation."""
    function, block = "", None
    for line in assembly.splitlines():
        if (start := re.match(r'^("[^"]+"|[\w.$-]+):\s+# @', line)) is not None:
            function, block = start[1], "0"
        elif (found := BLOCK.match(line)) is not None:
            block = found["name"]
        elif line.startswith("\t") and not line.startswith("\t."):
            for category in categorise(line):
                yield function, block, category


def executed(code: Instrumented) -> tuple[Counter[str], float]:
    """Executions by category, and the share of the assembly's operations in blocks that have no counter.

    A block that the compiler made (an edge between two others) counts as the one before it.
    """
    found: Counter[str] = Counter()
    unknown = total = 0
    last: dict[str, int] = {}
    for function, block, category in instructions(code.assembly):
        place = code.blocks.get((function, block or ""))
        total += 1
        if place is None:
            unknown += 1
        else:
            last[function] = int(code.counts[place])
        found[category] += last.get(function, 0)
    return found, unknown / max(total, 1)


def count(precision: str, case: str, replicas: int) -> dict[str, Any]:
    """Count the operations of `replicas` of one case of `kernel_speed`."""
    code = Instrumented()
    code.install()
    import kernel_speed

    import hegemon_kernels as hk
    from hegemon.parameters import Model, kernel_values

    values = kernel_values(Model(**kernel_speed.CASES[case]))
    point = hk.pack_point(values, precision)
    rows = np.zeros(replicas, hk.OUTCOME_DTYPE)
    hk.simulate(point, kernel_speed.KEY, 0, rows)
    if not code.blocks:
        raise SystemExit("the kernel came from a cache: give NUMBA_CACHE_DIR an empty directory")
    found, unknown = executed(code)
    return {
        "precision": precision,
        "case": case,
        "replicas": replicas,
        "state_years": kernel_speed.state_years(values, rows),
        "executed": dict(found),
        "share_of_instructions_in_blocks_without_a_counter": unknown,
        "wide": "%zmm" in code.assembly,
    }


if __name__ == "__main__":
    print(json.dumps(count(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
