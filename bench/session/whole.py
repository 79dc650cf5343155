"""Whole commands and runs: a million systems, a first start, many points, the share of the kernels."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from whole_runs import apart, timed_command

from session.record import Part
from session.sizes import Sizes

ROOT = Path(__file__).parents[2]
PRECISIONS = ("float64", "float32")
EXPERIMENT = """\
[experiment]
name = "million"
replicas = {replicas}
dtype = "{dtype}"
detail = "{detail}"

[model.system]
states = {states}
years = {years}

[model.balancing]
efficiency = 0.5
"""
FIRST = '[experiment]\nname = "first"\nreplicas = 1000\n'
Tell = Callable[[str], None]


def million(sizes: Sizes, tell: Tell) -> Part:
    """`hegemon run` of a million systems of six and eight states, from start until all files are closed."""

    def take(own: dict[str, Any], keep: Callable[[], None]) -> None:
        own.update(replicas=sizes.million, years=sizes.years, efficiency=0.5, workers=workers())
        runs = own.setdefault("runs", [])
        for k in range(sizes.million_rounds):
            for states, detail, dtype in product(sizes.million_states, sizes.details, PRECISIONS):
                case = {"states": states, "detail": detail, "dtype": dtype}
                what = case | {"round": k}
                if any(what.items() <= run.items() for run in runs) or (k and detail == "tallies"):
                    continue  # tallies once: they are for their memory and files
                tell(
                    f"a million, round {k + 1} of {sizes.million_rounds}: {states} states, {dtype}, {detail}"
                )
                text = EXPERIMENT.format(replicas=sizes.million, years=sizes.years, **case)
                runs.append(what | timed_command(text))
                keep()

    return take


def workers() -> int:
    """Threads that a command takes by itself."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def starts(sizes: Sizes, before: str | None, tell: Tell) -> Part:
    """A run of 1,000 replicas of the defaults: with no compiled kernels, and with those in the cache."""

    def take(own: dict[str, Any], keep: Callable[[], None]) -> None:
        own["replicas"] = 1000
        cold = own.setdefault("cold", {})
        with tempfile.TemporaryDirectory() as folder:
            sources = {"now": {}}
            if before is not None:
                own["before"] = before
                sources["before"] = _sources(before, Path(folder))
            for k in range(sizes.cold_starts):
                for name, environment in sources.items():
                    found = cold.setdefault(name, [])
                    if len(found) <= k:
                        tell(f"cold start {k + 1} of {sizes.cold_starts} ({name})")
                        found.append(_cold(environment))
                        keep()
        warm = own.setdefault("warm", [])
        timed_command(FIRST)  # fills the cache where it is empty
        while len(warm) < sizes.starts:
            tell(f"warm start {len(warm) + 1} of {sizes.starts}")
            warm.append(timed_command(FIRST))
            keep()

    return take


def _cold(environment: Mapping[str, str]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as cache:
        return timed_command(FIRST, environment={"NUMBA_CACHE_DIR": cache, **environment})


def _sources(revision: str, folder: Path) -> dict[str, str]:
    """Put the sources of a revision into `folder`; gives the variables that have Python use them."""
    done = subprocess.run(
        ["git", "archive", revision, "src", "kernels"], cwd=ROOT, capture_output=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"--before {revision}: {done.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return {"PYTHONPATH": os.pathsep.join([str(folder / "src"), str(folder / "kernels")])}


def points(sizes: Sizes, tell: Tell) -> Part:
    """Runs of more and more sweep points: how much goes to the kernels, and how memory grows."""

    def take(own: dict[str, Any], keep: Callable[[], None]) -> None:
        own.update(
            replicas=sizes.point_replicas,
            states=sizes.point_states,
            years=sizes.point_years,
            workers=workers(),
        )
        runs = own.setdefault("runs", [])
        for detail, count in product(sizes.details, sizes.points):
            if any(run["points"] == count and run["detail"] == detail for run in runs):
                continue
            tell(f"{count:,} sweep points of {sizes.point_replicas:,} replicas, {detail}")
            found = apart(
                replicas=sizes.point_replicas,
                workers=workers(),
                detail=detail,
                sweep=_grid(count),
                model={"system": {"states": sizes.point_states, "years": sizes.point_years}},
            )
            runs.append({"points": count, "detail": detail, **found})
            keep()

    return take


def _grid(count: int) -> dict[str, Any]:
    """A sweep of `count` points: efficiency, or efficiency and spoils where there are many."""
    if count == 1:
        return {}
    across = next(n for n in (100, 10, 1) if count % n == 0 and count // n >= n)
    spoils = {"war.spoils": [0.2 + 0.4 * k / across for k in range(across)]} if across > 1 else {}
    return {"balancing.efficiency": [k / (count // across - 1) for k in range(count // across)]} | spoils
