"""All checks in turn; one that goes wrong in whatever way has failed, and the others go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

import hegemon_kernels as hk
from hegemon.selftest import files, golden, laws, machine, vectors
from hegemon.selftest.agreement import disagreements, trace_disagreements
from hegemon.selftest.lane_calls import of_blocks, of_numbers, of_words
from hegemon.selftest.result import Check, Failure, Report

_REPLICAS = 17  # more than two vectors of lanes, and no multiple of them
_TRACED = 2

Work = Callable[[], str]


def run(target: Path, seed: int) -> Report:
    """All checks, as `hegemon.selftest.selftest` describes them."""
    begin = time.perf_counter()
    kernels = _try("kernels", _ready)
    ready = time.perf_counter() - begin
    checks = [kernels] if not kernels.passed else [_try(name, work) for name, work in _work(target, seed)]
    speed = {dtype: machine.speed(dtype) for dtype in golden.DTYPES} if kernels.passed else {}
    return Report(tuple(checks), ready, speed, machine.describe(target))


def _work(folder: Path, seed: int) -> Iterator[tuple[str, Work]]:
    yield "philox", vectors.philox
    yield "elementary functions", vectors.elementary
    yield "normal numbers", vectors.normals
    for dtype in golden.DTYPES:
        yield f"golden digest, {dtype}", partial(_golden, dtype)
    yield "plain reference", partial(_reference, seed)
    for law in (laws.first_step, laws.geometric_time, laws.martingale, laws.equal_states, laws.no_war):
        yield f"law: {law.__name__.replace('_', ' ')}", partial(law, seed)
    yield "files", partial(files.round_trip, folder)


def _try(name: str, work: Work) -> Check:
    begin = time.perf_counter()
    try:
        text, passed = work(), True
    except Failure as failure:
        text, passed = str(failure), False
    except Exception as error:  # whatever is broken, the table is to say so
        text, passed = f"{type(error).__name__}: {error}", False
    return Check(name, passed, time.perf_counter() - begin, text)


def _ready() -> str:
    """Have everything compiled, or loaded from the cache."""
    values = golden.load()["systems"]["defaults"]["values"]
    for dtype in golden.DTYPES:
        point, rows = hk.pack_point(values, dtype), np.zeros(1, hk.OUTCOME_DTYPE)
        hk.simulate(point, 1, 0, rows)
        hk.tally(rows, values["T"])
        of_numbers([1.0], dtype=dtype)
        of_words([1], [2], dtype=dtype)
        of_blocks(np.zeros((1, 4), np.uint64), 1, dtype)
    return "compiled"


def _golden(dtype: str) -> str:
    """The bytes of the outcomes of fixed systems."""
    kept = golden.load()
    if kept["model_version"] != hk.MODEL_VERSION:
        raise Failure(f"the digests are of model version {kept['model_version']}, not {hk.MODEL_VERSION}")
    for name, system in kept["systems"].items():
        found, wanted = golden.digest(system, dtype), kept["digests"][name][dtype]
        if found != wanted:
            raise Failure(f"{name}: {found[:16]}..., should be {wanted[:16]}...")
    replicas = sum(system["replicas"] for system in kept["systems"].values())
    return f"{replicas:,} replicas of {len(kept['systems'])} systems have the bytes that they should"


def _reference(seed: int) -> str:
    """The kernel in double precision against the model in plain Python, outcomes and trajectories."""
    systems = golden.load()["systems"]
    for name, system in systems.items():
        key, values = hk.stream_key(seed, 0), system["values"]
        wrong = disagreements(values, key, 0, _REPLICAS)
        wrong += trace_disagreements(values, key, _REPLICAS, _TRACED)
        if wrong:
            raise Failure(f"{name}: {len(wrong)} values differ, first {wrong[0]} (kernel and reference)")
    count = len(systems) * (_REPLICAS + _TRACED)
    return f"{count} replicas of {len(systems)} systems agree with it to the last bit"
