"""What it costs that nothing is lost: syncing, checksums, claims; and how soon a long run is taken up again.

    python bench/durability.py [--seconds 30] [--pairs 3] [--pieces 10000]

Pairs of equal runs, one as it is and one with nothing of it (no fsync, no SHA-256 of pieces, no claims, no
records), in turn, each in a process of its own. The share is the median of the pairs' differences in wall
time.
Beside it stand the seconds spent inside each part, added up over threads: threads that wait for the disk let
others compute, so that these may add up to more than the run is longer.

Then a run of many tiny pieces is made, a few are taken away, and the time is taken from the start of
the process that goes on with it to the first piece begun. Results go to bench/results/durability.json.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "durability.json"
EFFICIENCIES = [0.0, 0.25, 0.5, 0.75, 1.0]


def experiment(replicas: int) -> Any:
    """Eight states with the default mechanisms, for 300 years."""
    import hegemon as hg

    model = hg.Model(system={"states": 8})
    sweep = {"balancing.efficiency": EFFICIENCIES}
    return hg.Experiment(model, sweep=sweep, replicas=replicas, seed=1, name="durability")


# In a process of its own: what it costs


def timed_run(replicas: int, workers: int, durable: bool) -> dict[str, float]:
    """Wall time of a run, and seconds inside what makes it durable; `replicas` of each point."""
    spent: dict[str, float] = {}
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        experiment(16).run(Path(folder) / "first", workers=1)  # loads the machine code
        with contextlib.ExitStack() as patches:
            for name, (owner, attribute, nothing) in parts().items():
                real = getattr(owner, attribute)
                spent[name] = 0.0
                replacement = _clocked(real, spent, name) if durable else nothing
                setattr(owner, attribute, replacement)
                patches.callback(setattr, owner, attribute, real)
            begin = time.perf_counter()
            run = experiment(replicas).run(Path(folder) / "run", workers=workers)
            wall = time.perf_counter() - begin
        pieces = len(list((run.path / "pieces").iterdir()))
    return {"wall": wall, "pieces": pieces, **spent}


def parts() -> dict[str, tuple[Any, str, Callable[..., Any]]]:
    """Where each part of durability is, and what stands in its place when it is off."""
    from hegemon.running import claims, provenance
    from hegemon.storage import pieces

    return {
        "fsync": (pieces.os, "fsync", lambda descriptor: None),
        "checksums": (pieces, "name_of", lambda stem, content: f"{stem}-{len(content)}-{'0' * 16}.nc"),
        "claim": (claims.Claims, "take", lambda self, stem: True),
        "release": (claims.Claims, "release", lambda self, stem: None),
        "look": (claims.Claims, "look", lambda self: False),
        "record": (provenance.Recorder, "_save", lambda self: None),
    }


def _clocked(real: Callable[..., Any], spent: dict[str, float], name: str) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        begin = time.perf_counter()
        try:
            return real(*args)
        finally:
            spent[name] += time.perf_counter() - begin  # a lost update costs one call

    return call


# In a process of its own: how soon a run goes on


def many_pieces(folder: str, pieces: int) -> dict[str, float]:
    """Run into a folder, in pieces of eight replicas of three states for ten years."""
    import hegemon as hg
    import hegemon.planning.plan
    import hegemon.running.executors
    import hegemon.storage.pieces

    real, found = hegemon.running.executors.run_orders, {"first": 0.0}
    hegemon.storage.pieces.os.fsync = lambda descriptor: None  # type: ignore[assignment]
    hegemon.planning.plan.blocks = lambda costs, aim, rows: costs * 0 + 8
    hegemon.planning.plan.target = lambda total: 1

    def begun(*args: Any) -> Any:
        found["first"] = found["first"] or time.time()
        return real(*args)

    hegemon.running.executors.run_orders = begun
    model = hg.Model(system={"states": 3, "years": 10}, hegemony={"hold": 2})
    sweep = {"balancing.efficiency": [place / 99 for place in range(100)]}
    hg.Experiment(model, sweep=sweep, replicas=8 * -(-pieces // 100), seed=1, name="many").run(folder)
    return found


def resume_seconds(pieces: int, repeats: int) -> list[float]:
    """From the start of a process to the first piece that it begins."""
    found = []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name) / "run"
        _alone("many_pieces", str(folder), pieces)
        made = sorted((folder / "pieces").iterdir())
        for _ in range(repeats):
            (folder / "results.nc").unlink(missing_ok=True)
            for path in made[-5:]:
                path.unlink()
            begin = time.time()
            found.append(_alone("many_pieces", str(folder), pieces)["first"] - begin)
    return found


# The session


def _alone(function: str, *arguments: Any) -> dict[str, float]:
    """Call one of the functions above in a new process."""
    code = f"import json, durability; print(json.dumps(durability.{function}(*{arguments!r})))"
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, text=True, check=True
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def cost(seconds: float, pairs: int, workers: int) -> dict[str, Any]:
    """Runs with and without durability, in turn, each about so many seconds long."""
    trial = max(100, round(70 * seconds))
    speed = trial / _alone("timed_run", trial, workers, True)["wall"]
    replicas = max(trial, int(speed * seconds))
    found = [
        {name: _alone("timed_run", replicas, workers, name == "durable") for name in order}
        for order in _orders(pairs)
    ]
    shares = [pair["durable"]["wall"] / pair["bare"]["wall"] - 1 for pair in found]
    inside = {name: statistics.median(pair["durable"][name] for pair in found) for name in parts()}
    return {
        "replicas": replicas * len(EFFICIENCIES),
        "workers": workers,
        "pieces": found[0]["durable"]["pieces"],
        "wall": [pair["durable"]["wall"] for pair in found],
        "wall_bare": [pair["bare"]["wall"] for pair in found],
        "share": statistics.median(shares),
        "shares": shares,
        "seconds_inside": inside,
        "share_inside": sum(inside.values())
        / (workers * statistics.median(pair["durable"]["wall"] for pair in found)),
    }


def _orders(pairs: int) -> Iterator[Sequence[str]]:
    for number in range(pairs):
        yield ("durable", "bare") if number % 2 == 0 else ("bare", "durable")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30.0, help="length of a run")
    parser.add_argument("--pairs", type=int, default=3, help="runs with, and as many without")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pieces", type=int, default=10_000, help="finished pieces of the run to go on with")
    parser.add_argument("--repeats", type=int, default=3, help="times to go on with it")
    parser.add_argument("-o", "--output", type=Path, default=RESULTS)
    asked = parser.parse_args()
    load = [os.getloadavg()[0]]
    found = cost(asked.seconds, asked.pairs, asked.workers)
    first = resume_seconds(asked.pieces, asked.repeats)
    load.append(os.getloadavg()[0])
    record = {
        "cost": found,
        "resume": {"pieces": asked.pieces, "seconds": first, "median": statistics.median(first)},
        "load": load,
    }
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(json.dumps(record, indent=1) + "\n")
    print(
        f"durability: {100 * found['share']:.2f} % of a run of {statistics.median(found['wall']):.1f} s; ",
        end="",
    )
    print(f"inside its parts {100 * found['share_inside']:.2f} % of all threads' time")
    print(f"a run of {asked.pieces:,} finished pieces goes on after {statistics.median(first):.2f} s")


if __name__ == "__main__":
    main()
