"""One contestant in a process of its own: it takes orders on its standard input, a JSON object a line.

    python bench/session/worker.py NAME

Answers each order with one line. A process each keeps memory, threads and compilers apart, and leaves the one
that gives the orders free to have all measured in turn.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))


def answer(contestant: Any, order: dict[str, Any]) -> dict[str, float]:
    """Simulate as ordered, and say what it took."""
    from whole_runs import peak_mb

    wall, cpu = time.perf_counter(), time.process_time()
    found = contestant.simulate(**order)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall": wall, "cpu": cpu, "peak_mb": peak_mb(), **found}


def main() -> None:
    # Whatever a library prints goes to standard error: standard output is for answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from session.contestants import load

    contestant = load(sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(answer(contestant, json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
