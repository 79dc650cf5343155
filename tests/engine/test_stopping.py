"""A run stops in good order before its time is over, or when it is told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

import hegemon as hg
from hegemon.running import directory, engine, stopping, work
from hegemon.running.brake import Brake, Stretch
from hegemon.running.executors import Backend
from hegemon.running.stopping import Watch

Factory = Callable[..., hg.Experiment]
Same = Callable[[hg.Run, hg.Run], None]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Make every piece take some seconds, without being any work."""

    def change(seconds: float) -> None:
        make = work._make

        def slowly(*arguments: Any) -> Any:
            time.sleep(seconds)
            return make(*arguments)

        monkeypatch.setattr("hegemon.running.work._make", slowly)

    return change


# The watch


def test_a_limit_keeps_time_to_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("hegemon.running.stopping.time.monotonic", lambda: now)
    watch, short = Watch(600.0), Watch(10.0)
    assert (watch.left, short.left) == (595.0, 9.0)
    assert watch.fits(595.0)
    assert not watch.fits(595.1)
    assert not watch.fits(0.0)  # from the first that does not fit, nothing does
    assert watch.reason == "the time limit is near"
    now = 110.0
    assert short.closing()
    assert short.reason == "the time limit is reached"


def test_without_a_limit_there_is_no_end() -> None:
    watch = Watch()
    assert watch.end is None
    assert watch.fits(1e9)


@pytest.mark.parametrize(("limit", "left"), [(None, stopping.GRACE), (100.0, stopping.GRACE), (10.0, 9.0)])
def test_a_sign_leaves_some_seconds(
    monkeypatch: pytest.MonkeyPatch, limit: float | None, left: float
) -> None:
    monkeypatch.setattr("hegemon.running.stopping.time.monotonic", lambda: 100.0)
    sign = threading.Event()
    watch = Watch(limit, sign)
    assert not watch.closing()
    sign.set()
    assert watch.closing()
    assert (watch.asked, watch.left, watch.reason) == (True, left, "asked to stop")


@pytest.mark.parametrize("limit", [-1.0, float("nan")])
def test_limits_that_are_none(small: Factory, tmp_path: Path, limit: float) -> None:
    with pytest.raises(hg.RequestError, match=r"time_limit: .*; must be a number of seconds, 0 or more"):
        small().run(tmp_path / "run", time_limit=limit)
    assert not (tmp_path / "run").exists()


# The brake


def test_a_brake_gives_up_what_cannot_end_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("hegemon.running.brake.time.monotonic", lambda: now)
    brake = Brake()
    assert brake.begins()
    assert not brake.stops(0.0, 0.01)
    brake.set_end(110.0)
    assert brake.begins()
    assert not brake.stops(begin=96.0, share=0.5)  # four seconds more
    assert brake.stops(begin=96.0, share=0.2)  # sixteen more
    assert not brake.stops(begin=96.0, share=0.0)
    brake.drain()
    assert not brake.begins()
    assert not brake.stops(begin=96.0, share=0.5)
    now = 111.0
    assert brake.stops(begin=96.0, share=0.99)
    brake.stop()
    assert brake.stops(begin=96.0, share=1.0)


def test_a_first_call_that_compiles_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("hegemon.running.brake.time.monotonic", lambda: now)
    brake = Brake()
    brake.set_end(200.0)
    stretch = Stretch(brake, total=32)
    assert not stretch.stops(0)
    now = 160.0  # a minute for the first of 32: the kernel was compiled
    assert not stretch.stops(1)
    now = 161.0
    assert not stretch.stops(2)  # thirty seconds more
    now = 163.0
    assert stretch.stops(3)  # forty-three: too late
    assert not Stretch(brake, total=1).stops(0)
    assert not Stretch(brake, total=1).stops(1)
    brake.stop()
    assert stretch.stops(0)
    assert Stretch(brake, total=5).stops(0)


def test_a_kernel_that_is_slow_to_load_does_not_end_a_run(
    small: Factory, cut: Callable[..., None], tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first of many kernel calls takes a fifth of the time limit."""
    cut(10**9, block=4)
    real, calls = work.hk.simulate, []

    def simulate(*arguments: Any) -> None:
        calls.append(1)
        time.sleep(2.0 if len(calls) == 1 else 0.0)
        real(*arguments)

    monkeypatch.setattr("hegemon.running.work.hk.simulate", simulate)
    assert small().run(tmp_path / "run", workers=1, time_limit=60.0).complete
    assert len(calls) > 60


# Runs


def test_no_time_at_all_does_nothing(small: Factory, same: Same, tmp_path: Path, quick: None) -> None:
    with pytest.raises(
        hg.Unfinished, match=r"stopped \(the time limit is reached\): 0 of \d+ pieces are finish"
    ):
        small().run(tmp_path / "run", workers=1, time_limit=0)
    run = hg.open_run(tmp_path / "run")
    assert [made["status"] for made in run.provenance["sessions"]] == ["stopped"]
    same(small().run(tmp_path / "run", workers=1), small().run(tmp_path / "whole", workers=1))


@pytest.mark.parametrize("part", [None, (1, 2)])
def test_a_time_limit_is_kept(
    small: Factory,
    cut: Callable[..., None],
    slow: Callable[[float], None],
    same: Same,
    tmp_path: Path,
    quick: None,
    monkeypatch: pytest.MonkeyPatch,
    part: tuple[int, int] | None,
) -> None:
    """Pieces of 0.3 s, two at a time: what is begun ends, and no piece is begun that cannot."""
    cut(60_000)
    slow(0.3)
    given_up: list[int] = []
    real = Brake.stops
    monkeypatch.setattr(Brake, "stops", lambda *args: real(*args) and not given_up.append(1))
    with pytest.raises(hg.Unfinished, match=r"the time limit is near") as told:
        small(replicas=300).run(tmp_path / "run", workers=1, time_limit=3.0, slice=part)
    kept = len(list((tmp_path / "run" / "pieces").iterdir()))
    assert 1 <= told.value.done == kept < told.value.pieces
    assert not given_up
    assert not list((tmp_path / "run").rglob("*.tmp"))


class After:
    """A sign that is set once so many pieces are done; it is the callback that sees them too."""

    reason = "SIGUSR1"

    def __init__(self, pieces: int) -> None:
        self.pieces, self.done = pieces, 0

    def __call__(self, progress: hg.Progress) -> None:
        self.done = progress.pieces_done

    def is_set(self) -> bool:
        return self.done >= self.pieces


@pytest.mark.parametrize("after", [0, 1, 4])
def test_a_run_that_was_told_to_stop_goes_on(
    small: Factory, cut: Callable[..., None], same: Same, tmp_path: Path, quick: None, after: int
) -> None:
    cut(60_000)
    sign = After(after)
    with pytest.raises(hg.Unfinished, match=r"stopped \(SIGUSR1\): .* the same command goes on") as told:
        small().run(tmp_path / "run", workers=2, stop=sign, progress=sign)
    kept = len(list((tmp_path / "run" / "pieces").iterdir()))
    assert after <= told.value.done == kept < told.value.pieces
    same(small().run(tmp_path / "run", workers=2), small().run(tmp_path / "whole", workers=2))


def test_a_sign_after_the_last_piece_changes_nothing(small: Factory, tmp_path: Path, quick: None) -> None:
    total = small().run(tmp_path / "one", workers=1)
    sign = After(len(directory.load(total.path).manifest.plan))
    assert small().run(tmp_path / "two", workers=1, stop=sign, progress=sign).complete


def test_what_is_in_flight_ends_if_it_can_and_is_given_up_if_not(
    small: Factory, cut: Callable[..., None], tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One piece ends within the grace; one would not, and one has not begun."""
    cut(60_000)
    monkeypatch.setattr("hegemon.running.stopping.GRACE", 1.0)
    begun, real = list[int](), work._make
    hang = threading.Event()

    def make(setting: Any, order: Any, brake: Brake) -> Any:
        if not brake.begins():
            raise work.Stopped
        begun.append(order.number)
        if order.number == 1:
            while not brake.stops(time.monotonic() - 1.0, 0.01):
                time.sleep(0.01)
            hang.set()
            raise work.Stopped
        time.sleep(0.3)
        return real(setting, order, Brake())

    class Sign:
        def is_set(self) -> bool:
            return len(begun) >= 2

    monkeypatch.setattr("hegemon.running.work._make", make)
    with pytest.raises(hg.Unfinished, match="asked to stop") as told:
        small().run(tmp_path / "run", workers=2, stop=Sign())
    assert hang.is_set()
    names = sorted(path.name[:12] for path in (tmp_path / "run" / "pieces").iterdir())
    assert "piece-000000" in names
    assert "piece-000001" not in names
    assert told.value.done == len(names)


def test_on_a_cluster_what_has_not_begun_is_taken_back(
    small: Factory, cut: Callable[..., None], tmp_path: Path, quick: None
) -> None:
    """Futures of a cluster can be cancelled as long as they run: the oldest are taken to."""
    cut(60_000)
    experiment, submitted = small(), []

    class Cluster(Future[Any]):
        def cancel(self) -> bool:
            cancelled.append(self)
            return super().cancel()

    cancelled: list[Any] = []
    sign = After(2)

    def submit(setting: Any, orders: Any) -> Future[Any]:
        future = Cluster()
        submitted.append(future)
        if len(submitted) <= 4:  # two workers, and two tasks more until they are told to stop
            threading.Timer(0.05, lambda: future.set_result(work.run_orders(setting, orders))).start()
        return future

    job = directory.write(directory.prepare(tmp_path / "run", experiment.spec, experiment.design))
    backend = Backend("test", 2, 4, 0.0, submit, begun=2)
    with pytest.raises(hg.Unfinished, match="SIGUSR1") as told:
        engine.execute(job, backend, sign, watch=Watch(2.0, sign))
    assert told.value.done == 4
    assert not set(cancelled) & set(submitted[:4])
    assert len(list(job.pieces.iterdir())) == 4
