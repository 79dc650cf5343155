"""Runs to a precision: the same bits however they came about, and no more replicas than it takes."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hegemon as hg
from hegemon.config import parse
from hegemon.planning import looks, plan
from hegemon.running import directory

Factory = Callable[..., hg.Experiment]
Same = Callable[[hg.Run, hg.Run], None]
ASKED: dict[str, Any] = {"replicas": None, "precision": 0.03, "max_replicas": 6000}


class Stop:
    """Stops a run in good order once so many pieces are done in all."""

    reason = "enough"

    def __init__(self, after: int) -> None:
        self.after, self.done = after, -1

    def __call__(self, progress: hg.Progress) -> None:
        self.done = progress.pieces_done

    def is_set(self) -> bool:
        return self.done >= self.after


def spec(**changes: Any) -> Any:
    return parse({"experiment": {"precision": 0.01, **changes}})


# When to look, when to stop


def test_looks_are_the_same_whatever_is_asked() -> None:
    assert looks.schedule(3000).tolist() == [1024, 1280, 1536, 1792, 2048, 2560, 3000]
    assert looks.schedule(10).tolist() == [10]
    assert looks.schedule(1024).tolist() == [1024]
    long, longer = looks.schedule(10**7), looks.schedule(10**12)
    assert set(long[:-1].tolist()) <= set(longer.tolist())
    assert (np.diff(longer) > 0).all()
    assert longer[-1] == 10**12
    assert (longer[1:] / longer[:-1] <= 1.25).all()


def following(asked: Any, emerged: int, replicas: int) -> int:
    target = looks.Target.of(asked)
    return int(target.following(np.array([emerged]), np.array([replicas]))[0])


def test_when_a_point_stops() -> None:
    assert following(spec(), 0, 0) == 1024
    assert following(spec(), 0, 1024) == 1024  # (0, 0.0093)
    assert following(spec(precision=0.004), 0, 1024) == 1280
    assert following(spec(), 512, 1024) == 1280
    assert following(spec(), 0, 1100) == 1280  # what another experiment has left is no look
    assert following(spec(max_replicas=1100), 550, 1100) == 1100


def test_a_relative_precision_near_zero_ends_at_the_most() -> None:
    asked = parse({"experiment": {"relative_precision": 0.1, "max_replicas": 10**6}})
    assert following(asked, 0, 917_504) == 10**6
    assert following(asked, 0, 10**6) == 10**6
    assert not looks.Target.of(asked).reached(np.array([0]), np.array([10**6]))[0]
    assert looks.Target.of(asked).reached(np.array([10**6]), np.array([10**6]))[0]
    both = spec(relative_precision=0.5)
    assert following(both, 0, 1024) == 1280  # the first alone would do


@given(
    share=st.floats(0, 1),
    n=st.sampled_from(looks.schedule(10**6).tolist()),
    one=st.tuples(st.floats(1e-4, 0.4), st.floats(0.5, 0.999)),
    less=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_who_asks_for_more_stops_nowhere_earlier(
    share: float, n: int, one: tuple[float, float], less: tuple[float, float]
) -> None:
    """What makes an extension the run of one go."""
    counts = np.array([round(share * n)]), np.array([n])
    precision, confidence = one
    finer = looks.Target(precision * less[0], None, confidence + less[1] * (0.9999 - confidence), 10**9)
    coarser = looks.Target(precision, None, confidence, 10**6)
    assert finer.reached(*counts)[0] <= coarser.reached(*counts)[0]


def test_ten_thousand_points_are_decided_at_once() -> None:
    rng = np.random.default_rng(1)
    replicas = np.full(10_000, 2**20)
    emerged = rng.binomial(replicas, rng.random(10_000))
    stops = looks.Target.of(spec(precision=0.0012)).following(emerged, replicas)
    assert set(stops.tolist()) == {2**20, 2**20 * 5 // 4}


# The same bits


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    model = hg.Model(system={"years": 25}, hegemony={"hold": 2})
    sweep = {"balancing.efficiency": [0, 0.5, 1], "system.states": [3, 5]}
    asked = {name: value for name, value in ASKED.items() if value is not None}
    experiment = hg.Experiment(model, sweep=sweep, seed=3, name="small", **asked)
    return experiment.run(tmp_path_factory.mktemp("first"), workers=1).path


@pytest.fixture
def whole(first: Path, tmp_path: Path, quick: None) -> hg.Run:
    """A run in one go, of the experiment that `small` makes of what is asked."""
    shutil.copytree(first, tmp_path / "whole")
    return hg.open_run(tmp_path / "whole")


def test_effort_goes_where_it_is_needed(whole: hg.Run) -> None:
    results = whole.results
    counts = results["replicas"].values
    assert len(np.unique(counts)) > 1
    assert set(counts.ravel().tolist()) <= set(looks.schedule(6000).tolist())
    half = (results["p_emerged_high"] - results["p_emerged_low"]).values / 2
    reached = results["precision_reached"].values == 1
    assert ((half <= 0.03) == reached).all()
    assert reached.all()
    assert "confidence sequence" in results.attrs["interval"]
    assert (results.attrs["precision"], results.attrs["max_replicas"]) == (0.03, 6000)
    assert len(whole.outcomes["year"]) == counts.sum()
    assert whole.verify(50, workers=1)


@pytest.mark.parametrize("aim", [5_000_000, 20_000_000])
def test_threads_and_pieces_change_nothing(
    small: Factory, cut: Callable[..., None], same: Same, whole: hg.Run, tmp_path: Path, aim: int
) -> None:
    cut(aim, 500)
    same(small(**ASKED).run(tmp_path / "two", workers=2), whole)


def test_a_run_that_is_stopped_again_and_again(
    small: Factory, cut: Callable[..., None], same: Same, whole: hg.Run, tmp_path: Path
) -> None:
    cut(2_000_000)
    stops, experiment = 0, small(**ASKED)
    for after in (0, 1, 3, 4, 9, 14):
        stop = Stop(after)
        with contextlib.suppress(hg.Unfinished):
            experiment.run(tmp_path / "run", workers=1, stop=stop, progress=stop)
            continue
        stops += 1
        assert not hg.open_run(tmp_path / "run").complete
        assert hg.open_run(tmp_path / "run").verify(0, workers=1).state == "incomplete"
    assert stops > 3
    same(experiment.run(tmp_path / "run", workers=1), whole)
    assert hg.open_run(tmp_path / "run").verify(0, workers=1)


def test_a_run_that_died_between_two_rounds_goes_on(
    small: Factory, same: Same, whole: hg.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = directory.grow, 0

    def grow(job: Any, totals: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return real(job, totals)

    monkeypatch.setattr("hegemon.running.directory.grow", grow)
    with pytest.raises(KeyboardInterrupt):
        small(**ASKED).run(tmp_path / "run", workers=1)
    found = hg.open_run(tmp_path / "run").verify(0, workers=1)
    assert found.state == "incomplete"
    assert "points need more replicas" in str(found)
    with pytest.raises(
        hg.RequestError, match=r"points have neither the precision nor max_replicas yet; go on"
    ):
        hg.merge(tmp_path / "run")
    same(small(**ASKED).run(tmp_path / "run", workers=1), whole)
    same(hg.merge(tmp_path / "run", outcomes=True), whole)


@pytest.mark.parametrize(
    "smaller",
    [
        {"precision": 0.1},
        {"max_replicas": 1500},
        {"max_replicas": 10},
        {"confidence": 0.6},
        {"precision": None, "relative_precision": 0.2},
        {"sweep": {"balancing.efficiency": [0.5], "system.states": [5]}},
    ],
)
def test_an_extended_run_is_that_of_one_go(
    small: Factory, same: Same, whole: hg.Run, tmp_path: Path, smaller: dict[str, Any]
) -> None:
    asked = {**ASKED, "relative_precision": 0.2} if "relative_precision" in smaller else ASKED
    first = small(**{**asked, **smaller}).run(tmp_path / "run", workers=1)
    kept = {path.name for path in (first.path / "pieces").iterdir()}
    grown = small(**asked).run(tmp_path / "run", workers=1)
    assert {path.name for path in (grown.path / "pieces").iterdir()} >= kept
    same(grown, small(**asked).run(tmp_path / "again", workers=1) if asked is not ASKED else whole)
    assert grown.verify(0, workers=1)


def test_two_processes_share_the_rounds(
    small: Factory, cut: Callable[..., None], same: Same, whole: hg.Run, tmp_path: Path
) -> None:
    cut(3_000_000)
    done: list[hg.Run] = []

    def work() -> None:
        done.append(small(**ASKED).run(tmp_path / "run", workers=1))

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(done) == 2
    for run in done:
        same(run, whole)
    assert len(hg.open_run(tmp_path / "run").provenance["sessions"]) == 2


def test_other_designs_and_streams(small: Factory, same: Same, tmp_path: Path, quick: None) -> None:
    changes: dict[str, Any] = {
        **ASKED,
        "sweep": {
            "design": "list",
            "values": [{"war.spoils": 0.5}, {"system.states": 3}, {"system.states": 2}],
        },
        "common_random_numbers": False,
        "detail": "tallies",
        "trajectories": 2,
    }
    one = small(**changes).run(tmp_path / "one", workers=1)
    assert one.results["p_emerged"].dims == ("point",)
    assert len(np.unique(one.results["replicas"])) > 1
    same(one, small(**changes).run(tmp_path / "two", workers=2))
    assert one.verify(1, workers=1)


def test_damage_is_made_again(small: Factory, same: Same, whole: hg.Run) -> None:
    kept = whole.results.copy(deep=True)
    pieces = sorted((whole.path / "pieces").iterdir())
    pieces[2].write_bytes(pieces[2].read_bytes()[::-1])
    again = small(**ASKED).run(whole.path, workers=1, recompute_damaged=True)
    np.testing.assert_array_equal(again.results["p_emerged"], kept["p_emerged"])
    assert again.verify(0, workers=1)


# What is refused, what is told


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        (
            {"precision": 0.05},
            r"experiment.precision: holds 0.03, asked 0.05; a finer one can be had, a coarser",
        ),
        (
            {"precision": None, "relative_precision": 0.1},
            "experiment.precision: holds 0.03, asked nothing; a fin",
        ),
        (
            {"max_replicas": 5000},
            "experiment.max_replicas: holds 6000, asked 5000; more can be added, fewer need",
        ),
        (
            {"confidence": 0.9},
            "experiment.confidence: holds 0.95, asked 0.9; a greater one can be had, a small",
        ),
        (
            {"replicas": 10, "precision": None, "max_replicas": None},
            "holds a precision, asked 10 replicas; it is",
        ),
    ],
)
def test_less_needs_another_directory(
    small: Factory, whole: hg.Run, asked: dict[str, Any], line: str
) -> None:
    with pytest.raises(hg.RequestError, match=line):
        small(**{**ASKED, **asked}).run(whole.path)


def test_a_number_of_replicas_is_not_extended_to_a_precision(
    small: Factory, tmp_path: Path, quick: None
) -> None:
    small(replicas=20_000, sweep={}).run(tmp_path / "run", workers=1)
    with pytest.raises(
        hg.RequestError, match="experiment: holds 20000 replicas, asked a precision; it is another"
    ) as told:
        small(**ASKED, sweep={}).run(tmp_path / "run")
    assert len(told.value.lines) == 1


def test_there_are_no_slices(small: Factory, tmp_path: Path) -> None:
    with pytest.raises(
        hg.RequestError, match="slices: an experiment with a precision has none, since how many"
    ):
        small(**ASKED).run(tmp_path / "run", slice=(1, 2))
    assert not (tmp_path / "run").exists()


def test_too_much_is_said_at_once() -> None:
    asked = parse(
        {
            "experiment": {"precision": 0.01, "max_replicas": 10**12},
            "sweep": {"balancing.efficiency": {"from": 0, "to": 1, "points": 5}},
        }
    )
    with pytest.raises(hg.RequestError, match="max_replicas: 1,000,000,000,000 replicas of 5 points are too"):
        plan.extend(plan.Plan(()), asked, hg.Experiment.from_spec(asked).design)


def test_the_most_work_is_that_of_all_looks() -> None:
    asked = spec(max_replicas=100_000)
    made = plan.longest(asked, hg.Experiment.from_spec(asked).design)
    assert sum(piece.replicas for piece in made) == 100_000
    assert len(made.generations) == len(looks.schedule(100_000))


def test_copies_of_one_run_are_joined(small: Factory, same: Same, whole: hg.Run, tmp_path: Path) -> None:
    """Each has lost some pieces."""
    for name, odd in (("a", 0), ("b", 1)):
        shutil.copytree(whole.path, tmp_path / name)
        for place, path in enumerate(sorted((tmp_path / name / "pieces").iterdir())):
            if place % 2 == odd:
                path.unlink()
    same(hg.merge(tmp_path / "out", [tmp_path / "a", tmp_path / "b"]), whole)


def test_a_point_that_stopped_at_the_wrong_look_is_found(
    small: Factory, whole: hg.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(looks.Target, "reached", lambda self, emerged, replicas: replicas >= 2048)
        small(**ASKED).run(tmp_path / "run", workers=1)
    report = hg.open_run(tmp_path / "run").verify(0, workers=1)
    assert report.state == "differs"
    (check,) = (check for check in report.checks if check.name == "precision")
    assert check.state == "differs"


def test_replicas_of_a_point_that_may_be_replayed(whole: hg.Run) -> None:
    point = int(whole.results["replicas"].values.argmin())
    count = int(whole.results["replicas"].values.min())
    assert whole.replay(point, count - 1).recorded_outcome.state == "equal"
    with pytest.raises(hg.RequestError, match=f"has replicas 0 to {count - 1:,} of this point"):
        whole.replay(point, count)


def test_progress_of_a_run_whose_size_is_not_known(small: Factory, tmp_path: Path, quick: None) -> None:
    updates: list[hg.Progress] = []
    run = small(**ASKED).run(tmp_path / "run", workers=1, progress=updates.append)
    assert [now.settled for now in updates] == [False] * (len(updates) - 1) + [True]
    last = updates[-1]
    assert (last.points_done, last.points) == (6, 6)
    assert last.replicas_done == last.replicas == int(run.results["replicas"].sum())
    done = [now.points_done for now in updates]
    assert done == sorted(done)
    assert done[0] == 0
    seconds = [now.seconds for now in updates]
    assert seconds == sorted(seconds)
