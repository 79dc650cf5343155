"""The arithmetic that the plain reference does, counted: what the model asks for, replica by replica.

    python bench/needed_operations.py CASE REPLICAS

Prints JSON: state-years simulated, and operations by category. The reference (`hegemon.reference`) runs
with numbers that count what is done to them; it branches wherever a replica needs nothing, so this is about
the least that any program does that follows docs/model.md as it is written. Each pair of normals counts
once, as in the kernels. Random words count as the ten rounds of Philox that make four of them. Left out:
bits of exponents, sets of states, indices, everything that is no arithmetic, loads and stores. It is no
strict minimum: the reference asks for threats pair by pair where a shorter way gives the same number.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

from hegemon import reference
from hegemon.parameters import Model, kernel_values
from hegemon.reference import model, numerics, records, system

COUNTS: Counter[str] = Counter()
CATEGORIES = {
    "add": ("__add__", "__radd__", "__sub__", "__rsub__"),
    "multiply": ("__mul__", "__rmul__"),
    "divide": ("__truediv__", "__rtruediv__"),
    "compare": ("__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__"),
}
# Of one block of Philox in vectors: two products, two shifts and two three-way exclusive ors a round.
BLOCK = {"multiply integers": 20, "integer": 40}


class Number(float):
    """A number that counts what is done to it."""

    __hash__ = float.__hash__


def _counting(method: str, category: str) -> Callable[..., Any]:
    plain = getattr(float, method)

    def operation(self: float, other: float) -> Any:
        found = plain(self, other)
        if found is NotImplemented:
            return found
        COUNTS[category] += 1
        return found if category == "compare" else Number(found)

    return operation


for _category, _methods in CATEGORIES.items():
    for _method in _methods:
        setattr(Number, _method, _counting(_method, _category))


def _square_root(x: float) -> Number:
    COUNTS["square root"] += 1
    return Number(math.sqrt(x))


def _philox(counter: Any, key: Any, plain: Any = numerics.philox4x32_10) -> Any:
    COUNTS.update(BLOCK)
    return plain(counter, key)


def install() -> None:
    """Have the reference count."""
    plain = numerics.normals, numerics.uniform, numerics.philox4x32_10
    counted = cache(numerics.normals), lambda word: (Number(word) + 0.5) * 2.0**-32, _philox
    exact = SimpleNamespace(**vars(math) | {"sqrt": _square_root})
    for module in (numerics, system, model, records, reference):
        for old, new in zip(plain, counted, strict=True):
            for name in [name for name, value in vars(module).items() if value is old]:
                setattr(module, name, new)
        if hasattr(module, "math"):
            module.math = exact  # type: ignore[attr-defined]
    numerics.float = Number  # type: ignore[attr-defined]


def count(case: str, replicas: int) -> dict[str, Any]:
    """Count the operations of `replicas` of one case of `kernel_speed`."""
    import kernel_speed

    install()
    values = kernel_values(Model(**kernel_speed.CASES[case]))
    COUNTS.clear()
    years = 0
    for replica in range(replicas):
        row = reference.simulate(values, kernel_speed.KEY, replica)
        years += row["year"] if row["emerged"] else values["T"]
    return {
        "case": case,
        "replicas": replicas,
        "state_years": years * values["N"],
        "needed": dict(COUNTS),
    }


if __name__ == "__main__":
    print(json.dumps(count(sys.argv[1], int(sys.argv[2]))))
