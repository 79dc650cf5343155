"""One session of all measurements: speed beside other systems, whole commands, scaling, the issue bound.

    python bench/run.py [--mode quick|standard|full] [--only PART ...] [--before REVISION] [--fresh]

Every part is kept as soon as it is taken; the same command after an interruption goes on with what is
missing (`--fresh` starts anew). When all are there, they become bench/results/latest.json, and the tables
and figures of docs/benchmarks.md are made from that. `--only` takes some parts again and leaves the others
of the last session as they are; each part says when and with which kernels it was taken. `--draw` measures
nothing and makes the page from the record that there is. `--before` adds the cold start of an earlier
revision, `--vast` a run of 10^8 replicas.

`make bench` installs what the other systems need and runs this.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import issue_bound
import kernel_speed
from session import curves, page, whole
from session.contest import contest
from session.contestants import all_contestants
from session.record import LATEST, Part, Record
from session.sizes import MODES, Sizes

VAST = 10**8
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def parts(
    sizes: Sizes, before: str | None, contestants: Sequence[str] | None, seconds_from: float
) -> dict[str, Part]:
    """The parts of a session, in their order: what is compared first, what takes long last."""

    def tell(text: str) -> None:
        print(f"[{time.perf_counter() - seconds_from:5.0f} s] {text}", flush=True)

    return {
        "contest": contest(sizes, all_contestants(contestants), tell),
        "kernels": kernels(sizes, tell),
        "bound": bound(sizes, tell),
        "starts": whole.starts(sizes, before, tell),
        "million": whole.million(sizes, tell),
        "workers": curves.crew(sizes, tell),
        "states": curves.states(sizes, tell),
        "years": curves.years(sizes, tell),
        "crises": curves.crises(sizes, tell),
        "replicas": curves.replicas(sizes, tell),
        "points": whole.points(sizes, tell),
    }


def kernels(sizes: Sizes, tell: whole.Tell) -> Part:
    """The cases of `kernel_speed`."""

    def take(own: dict, keep: object) -> None:
        tell("the kernels on several cases")
        quick = sizes.seconds < 0.1
        cases = list(kernel_speed.CASES)[: 2 if quick else None]
        found = kernel_speed.compare(cases, sizes.rounds, sizes.seconds, 8 if quick else None)
        own.update({name: found[name] for name in ("unit", "rounds", "cases")})

    return take


def bound(sizes: Sizes, tell: whole.Tell) -> Part:
    """The issue bound."""

    def take(own: dict, keep: object) -> None:
        if sizes.counted == 0:
            own["unavailable"] = "left out: counting operations compiles the kernels anew"
            return
        tell("the issue bound: counting operations (compiles the kernels anew)")
        own.update(issue_bound.run(issue_bound.PRECISIONS, sizes.rounds, sizes.seconds, sizes.counted))

    return take


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="All measurements in one session.")
    parser.add_argument("--mode", choices=list(MODES), default="standard")
    parser.add_argument("--only", nargs="+", metavar="PART", help="take these parts again")
    parser.add_argument("--contestants", nargs="+", metavar="NAME", help="compare these alone")
    parser.add_argument("--before", metavar="REVISION", help="an earlier revision, for its cold start")
    parser.add_argument("--vast", action="store_true", help="10^8 replicas too on the scaling curve")
    parser.add_argument("--fresh", action="store_true", help="drop what an interrupted session left")
    parser.add_argument("--draw", action="store_true", help="measure nothing, make the page anew")
    parser.add_argument("--out", type=Path, default=LATEST)
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    if not options.draw:
        sizes = MODES[options.mode]
        if options.vast:
            sizes = replace(sizes, replicas=(*sizes.replicas, VAST))
        todo = parts(sizes, options.before, options.contestants, time.perf_counter())
        unknown = set(options.only or ()) - set(todo)
        if unknown:
            parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(todo)}")
        record = Record(options.out, options.mode, sizes, options.fresh, options.only)
        for name in options.only or todo:
            print(f"== {name}", flush=True)
            record.take(name, todo[name])
        record.close()
        print(f"the measurements are in {options.out}")
    page.write(options.out, options.page)
    print(f"the page is {options.page}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
