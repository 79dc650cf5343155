"""How fast this machine issues vector operations that wait for nothing: by category, and in a given mix.

C with inline assembly, built by gcc: full-width (512-bit) instructions whose operands are always ready and
whose results nobody reads. The time of a mix in a kernel's own proportions is the least in which the
machine can issue that kernel's operations, whatever their order and however well it is written.
"""

from __future__ import annotations

import ctypes
import platform
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

# {d}: a register to write, {k}: a mask to write, {m}: an offset in memory, {f}: pd or ps, {i}: q or d.
INSTRUCTIONS: dict[str, tuple[str, ...]] = {
    "add": ("vadd{f} %%zmm30, %%zmm31, %%zmm{d}",),
    "multiply": ("vmul{f} %%zmm30, %%zmm31, %%zmm{d}",),
    "divide": ("vdiv{f} %%zmm30, %%zmm31, %%zmm{d}",),
    "square root": ("vsqrt{f} %%zmm31, %%zmm{d}",),
    "compare": ("vcmp{f} $1, %%zmm30, %%zmm31, %%k{k}",),
    "select": ("vblendm{f} %%zmm30, %%zmm31, %%zmm{d}%{{%%k1%}}",),
    "multiply integers": ("vpmuludq %%zmm30, %%zmm31, %%zmm{d}",),
    "integer": (
        "vpxor{i} %%zmm30, %%zmm31, %%zmm{d}",
        "vpadd{i} %%zmm30, %%zmm31, %%zmm{d}",
        "vpsrl{i} $7, %%zmm31, %%zmm{d}",
    ),
    "mask": ("kandw %%k1, %%k2, %%k{k}",),
    "rearrange": ("vpmovm2{i} %%k1, %%zmm{d}", "vextracti64x4 $1, %%zmm31, %%ymm{d}"),
    "load": ("vmovup{s} {m}(%0), %%zmm{d}",),
    "store": ("vmovup{s} %%zmm31, {m}(%0)",),
}
MIX = "mix"
_LENGTH = 960  # instructions in a loop: a few per mille of a mix still count, and the code stays in the cache
_SUFFIX = {"float64": {"f": "pd", "i": "q", "s": "d"}, "float32": {"f": "ps", "i": "d", "s": "s"}}

_FUNCTION = """
double time_{k}(long loops, char *memory) {{
  struct timespec begin, end;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
  for (long loop = 0; loop < loops; loop++)
    __asm__ volatile(
{body}
      : : "r"(memory) : "memory", "k1", "k2", "k3", "k4", "k5", "k6", "k7", {clobbered});
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
  return (end.tv_sec - begin.tv_sec) * 1e9 + (end.tv_nsec - begin.tv_nsec);
}}
"""
_SET_UP = {
    "float64": '"vbroadcastsd 8192(%0), %%zmm30\\n\\tvbroadcastsd 8200(%0), %%zmm31\\n\\t"',
    "float32": '"vbroadcastss 8208(%0), %%zmm30\\n\\tvbroadcastss 8212(%0), %%zmm31\\n\\t"',
}
_FLAGS = {"-O3", "-march=native", "-shared", "-fPIC"}


class Unavailable(Exception):
    """This machine cannot take the measurement."""


def require() -> None:
    """Say plainly what is missing, where something is.

    Raises
    ------
    Unavailable
        Without 512-bit registers or gcc.
    """
    info = Path("/proc/cpuinfo")
    if platform.machine() != "x86_64" or not info.exists() or "avx512dq" not in info.read_text():
        raise Unavailable("operations are counted on x86 processors with AVX-512")
    if shutil.which("gcc") is None:
        raise Unavailable("gcc is needed to measure the rates of operations")


def spread(mix: Mapping[str, float], length: int = _LENGTH) -> list[str]:
    """Categories in the proportions of `mix`, `length` of them, each spread evenly over the list."""
    total = sum(mix.values())
    exact = {name: amount * length / total for name, amount in mix.items()}
    counts = {name: int(amount) for name, amount in exact.items()}
    by_rest = sorted(exact, key=lambda name: counts[name] - exact[name])
    for name in by_rest[: length - sum(counts.values())]:
        counts[name] += 1
    places = [((k + 0.5) / n, name) for name, n in counts.items() for k in range(n)]
    return [name for _, name in sorted(places)]


def _body(names: list[str], precision: str) -> str:
    lines = []
    for at, name in enumerate(names):
        forms = INSTRUCTIONS[name]
        text = forms[at % len(forms)].format(
            d=at % 28, k=3 + at % 5, m=_offset(name, at), **_SUFFIX[precision]
        )
        lines.append(f'      "{text}\\n\\t"')
    return "\n".join(lines)


def _offset(name: str, at: int) -> int:
    """A line of 64 bytes; no load from one that has just been stored."""
    return 64 * (at % 32 + (32 if name == "store" else 0))


def _source(mixes: Mapping[str, list[str]], precision: str) -> str:
    clobbered = ", ".join(f'"xmm{k}"' for k in range(32))
    parts = ["#include <time.h>"]
    for k, names in enumerate(mixes.values()):
        body = f"      {_SET_UP[precision]}\n{_body(names, precision)}"
        parts.append(_FUNCTION.format(k=k, body=body, clobbered=clobbered))
    return "\n".join(parts)


class Rates:
    """Times of loops of vector instructions, compiled for one precision and the mix of one kernel."""

    def __init__(self, precision: str, mix: Mapping[str, float], folder: Path) -> None:
        require()
        kept = {name: amount for name, amount in mix.items() if name in INSTRUCTIONS and amount > 0}
        self.mixes = {name: spread({name: 1.0}) for name in kept} | {MIX: spread(kept)}
        folder.mkdir(exist_ok=True)
        source = folder / f"rates_{precision}.c"
        source.write_text(_source(self.mixes, precision))
        built = source.with_suffix(".so")
        subprocess.run(["gcc", *sorted(_FLAGS), "-o", str(built), str(source)], check=True)
        library = ctypes.CDLL(str(built))
        self.functions = [getattr(library, f"time_{k}") for k in range(len(self.mixes))]
        for function in self.functions:
            function.restype, function.argtypes = ctypes.c_double, [ctypes.c_long, ctypes.c_void_p]
        self._memory = ctypes.create_string_buffer(8192 + 64 + 64)
        base = ctypes.addressof(self._memory)
        self.address = base + -base % 64
        ctypes.memmove(self.address + 8192, (ctypes.c_double * 2)(1.5, 1.25), 16)
        ctypes.memmove(self.address + 8208, (ctypes.c_float * 2)(1.5, 1.25), 8)

    def measure(self, milliseconds: float = 10.0) -> dict[str, float]:
        """CPU time of one instruction in ns, by category and in the mix."""
        return {
            name: self._time(function, milliseconds)
            for name, function in zip(self.mixes, self.functions, strict=True)
        }

    def _time(self, function: ctypes._CFuncPtr, milliseconds: float) -> float:
        loops = 50
        spent = function(loops, self.address)
        loops = max(50, int(loops * milliseconds * 1e6 / spent))
        return float(function(loops, self.address)) / (loops * _LENGTH)
