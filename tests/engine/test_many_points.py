"""Many points: what is kept of each is little, and estimates are written a few points at a time."""

from __future__ import annotations

import pickle
import tracemalloc
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import hegemon as hg
import hegemon_kernels as hk
from hegemon.outputs import results
from hegemon.outputs.totals import Totals
from hegemon.running import directory, engine, work
from hegemon.running.executors import Backend
from hegemon.storage import content, datasets
from hegemon.storage.job import Job

Factory = Callable[..., hg.Experiment]
Done = tuple[Job, Totals]
YEARS, COLUMNS = 100, len(hk.TALLY_COLUMNS)
HORIZONS = {"balancing.efficiency": [0.0, 0.3, 0.6, 0.9], "system.years": [7, 12]}
LISTED = {"design": "list", "values": [{"growth.drift": 0.0}, {"growth.drift": [0.0, 0.01, 0.02]}]}


@pytest.fixture(params=["one point", "two horizons", "a list", "to a precision"])
def done(small: Factory, tmp_path: Path, quick: None, request: pytest.FixtureRequest) -> Done:
    asked = {
        "one point": {"sweep": {}},
        "two horizons": {"sweep": HORIZONS, "model": hg.Model(hegemony={"hold": 2, "absorbing": False})},
        "a list": {"sweep": LISTED, "model": hg.Model(system={"states": 3, "years": 9})},
        "to a precision": {"precision": 0.2, "max_replicas": 400, "replicas": None},
    }
    job = directory.load(small(**asked[request.param]).run(tmp_path / "run", workers=1).path)
    return job, engine.stored_totals(job)


@pytest.mark.parametrize("cells", [1, 20, 1 << 16])
def test_results_written_by_blocks_are_those_written_at_once(
    done: Done, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: int
) -> None:
    monkeypatch.setattr(results, "_CELLS", cells)
    job, totals = done
    results.save(tmp_path, job.spec, job.design, totals, "made by a test")
    whole = datasets.to_bytes(results.estimate(job.spec, job.design, totals, "made by a test"))
    assert (tmp_path / "results.nc").read_bytes() == whole


def test_blocks_that_do_not_fill_their_variables_are_refused(small: Factory, tmp_path: Path) -> None:
    run = small(replicas=2).run(tmp_path / "run", workers=1)
    half = {"p_emerged": np.zeros(3)}
    with (tmp_path / "new").open("w+b", buffering=0) as file, pytest.raises(ValueError, match="do not fill"):
        datasets.write(file, run.results, [half])


def test_curves_of_a_large_file_stay_in_it(
    small: Factory, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = small().run(tmp_path / "run", workers=1)
    whole = run.results
    monkeypatch.setattr(datasets, "WHOLE", 0)
    found = results.load(run.path)
    held = {str(name) for name, variable in found.data_vars.items() if variable.variable._in_memory}
    assert found.data_vars.keys() - held == {"survival", "survival_low", "survival_high"}
    for index in ({"efficiency": 1}, {"year": 3}, {"states": [1, 0]}, {"efficiency": slice(None, None, -2)}):
        assert found.isel(index).identical(whole.isel(index))
    assert found.isel(efficiency=slice(0, 0)).survival.shape == (0, 2, 26)
    assert pickle.loads(pickle.dumps(found)).identical(whole)
    (run.path / "results.nc").unlink()  # as where a run is extended: the numbers are those that were there
    assert found.copy(deep=True).identical(whole)
    found.survival.values[0, 0, 0] = 0.5
    assert found.survival[0, 0, 0] == 0.5


def test_damage_to_curves_that_stay_is_found(
    small: Factory, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = small().run(tmp_path / "run", workers=1)
    monkeypatch.setattr(datasets, "WHOLE", 0)
    path = run.path / "results.nc"
    found, packed = results.load(run.path), bytearray(path.read_bytes())
    place = packed.index(found.survival_high.values.tobytes())
    found = results.load(run.path)
    packed[place + 100] ^= 1
    path.write_bytes(packed)
    with pytest.raises(hg.PieceError, match=r"results.nc: damaged \(its digest"):
        results.load(run.path)
    path.write_bytes(packed[:place])
    with pytest.raises(hg.PieceError, match=r"results.nc: damaged \(it ends too early"):
        found.survival_high.load()


# Totals


def tallies(points: list[int], seed: int, most: int = 200, years: int = YEARS) -> content.Tallies:
    """A piece of random counts, with a segment of each of the points."""
    random = np.random.default_rng(seed)
    counts = [random.integers(0, most, (len(points), COLUMNS)) for _ in range(4)]
    by_year = random.integers(0, most, (len(points), years + 1))
    emerged = by_year.sum(axis=1)
    return content.Tallies(np.array(points, np.uint64), 2 * emerged, emerged, by_year, *counts)


@pytest.mark.parametrize("most", [100, 60_000, 2**30, 2**33, 2**61])
def test_totals_are_those_of_python_integers(most: int) -> None:
    points = [7, 2**63, 5]
    totals = Totals(points, 12)
    parts = [
        tallies([7, 2**63], 1, most, 12),
        tallies([5, 5, 7], 2, most, 9),  # two segments of one point, a shorter horizon
        *(tallies(points, 3 + k, most, 12) for k in range(5)),
    ]
    totals.add_all(parts)
    for name in ("years", "valid", "sums", "squares"):
        exact = np.zeros(getattr(totals, name).shape, object)
        for part in parts:
            values = (
                part.squares_high.astype(object) * 2**32 + part.squares_low
                if name == "squares"
                else getattr(part, name).astype(object)
            )
            for row, identity in zip(values, part.points.tolist(), strict=True):
                exact[points.index(identity), : len(row)] += row
        if name in ("years", "valid") and most == 2**61:
            continue  # counts of replicas, of which nobody has so many
        assert getattr(totals, name).tolist() == exact.tolist(), name


def test_small_counts_are_kept_in_small_types() -> None:
    totals = Totals(list(range(50)), YEARS)
    totals.add(tallies(list(range(50)), 1, 100))
    assert (totals.years.dtype, totals.valid.dtype) == (np.uint8, np.uint8)
    totals.add_all(tallies(list(range(50)), seed, 100) for seed in range(2, 9))
    assert totals.years.dtype == np.uint16
    assert totals.sums.dtype == totals.squares.dtype == np.int64


# Memory


def grid(points: int) -> hg.Experiment:
    return hg.Experiment(
        hg.Model(system={"years": YEARS}),
        sweep={"war.spoils": np.linspace(0.1, 0.5, points).tolist()},
        replicas=1000,
        seed=1,
        name="grid",
    )


def peak(action: Callable[[], object]) -> int:
    """Bytes that an action needs at most, what it returns included, beyond what was there."""
    tracemalloc.start()
    try:
        kept = action()
        del kept
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def folded(experiment: hg.Experiment) -> Totals:
    """Totals of pieces of 50 points."""
    totals = engine.empty_totals(experiment.design)
    identities = list(totals.index)
    starts = range(0, len(identities), 50)
    totals.add_all(tallies(identities[begin : begin + 50], begin) for begin in starts)
    return totals


def test_memory_of_estimates_grows_little_with_points(
    tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pieces of 50 points are folded, estimates written and loaded again: 3 KB of each go to the file."""
    monkeypatch.setattr(results, "_CELLS", 50 * (YEARS + 1))
    monkeypatch.setattr(datasets, "WHOLE", 0)
    found = {}
    for count in (200, 1000):
        experiment = grid(count)
        totals = folded(experiment)
        save = partial(results.save, tmp_path, experiment.spec, experiment.design, totals)
        save()  # what is made once
        found[count] = (
            peak(partial(folded, experiment)),
            peak(save),
            peak(partial(results.load, tmp_path)),
        )
    grown = [(more - few) / 800 for few, more in zip(found[200], found[1000], strict=True)]
    assert grown[0] < 1000
    assert grown[1] < 300
    assert grown[2] < 800
    assert (tmp_path / "results.nc").stat().st_size > 2800 * 1000


def instantly(setting: work.Setting, orders: tuple[work.Order, ...]) -> Future[list[work.Finished]]:
    """A task that is done at once: no kernel, no file."""
    done: Future[list[work.Finished]] = Future()
    made = [(order.number, [part.identity for part in order.segments]) for order in orders]
    done.set_result([work.Finished(n, "", tallies(points, n), 1.0) for n, points in made])
    return done


def test_what_the_engine_keeps_of_a_point_is_little(tmp_path: Path, quick: None) -> None:
    """From the orders to the totals: what is beyond the design."""
    found = {}
    for count in (100, 900):
        experiment = grid(count)
        job = directory.write(directory.prepare(tmp_path / str(count), experiment.spec, experiment.design))
        found[count] = peak(partial(engine.execute, job, Backend("none", 1, 3, 0.0, instantly)))
    assert (found[900] - found[100]) / 800 < 1400
