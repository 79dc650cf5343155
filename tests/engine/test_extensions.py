"""However a run is grown, stopped and taken up again, it is that of one uninterrupted go, bit for bit."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hegemon as hg
from hegemon.running import directory

Factory = Callable[..., hg.Experiment]

EFFICIENCIES = (0.0, 0.25, 0.5, 0.75, 1.0)
STATES = (3, 4, 5)


class Stop:
    """Stops a run in good order once some pieces are done; a sign as `Experiment.run` takes it."""

    reason = "enough"

    def __init__(self, after: int) -> None:
        self.after, self.done = after, -1

    def __call__(self, progress: hg.Progress) -> None:
        self.done = progress.pieces_done

    def is_set(self) -> bool:
        return self.done >= self.after


@st.composite
def growth(draw: Any) -> list[tuple[dict[str, Any], int | None]]:
    """Sizes of one experiment, none smaller than the last, and after how many pieces each is stopped."""
    steps = draw(st.integers(2, 4))

    def rising(least: int, most: int) -> list[int]:
        return sorted(draw(st.lists(st.integers(least, most), min_size=steps, max_size=steps)))

    efficiencies, states = draw(st.permutations(EFFICIENCIES)), draw(st.permutations(STATES))
    sizes = zip(rising(1, 40), rising(0, 1), rising(1, 3), rising(1, 2), strict=True)
    return [
        (
            {
                "replicas": replicas,
                "trajectories": min(kept, replicas),
                "sweep": {
                    "balancing.efficiency": sorted(efficiencies[:width]),
                    "system.states": states[:height],
                },
            },
            draw(st.none() | st.integers(0, 6)),
        )
        for replicas, kept, width, height in sizes
    ]


@settings(deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=growth(), aim=st.integers(80_000, 300_000))
def test_any_growth_gives_the_bits_of_one_go(
    small: Factory,
    cut: Callable[..., None],
    same: Callable[[hg.Run, hg.Run], None],
    quick: None,
    steps: list[tuple[dict[str, Any], int | None]],
    aim: int,
) -> None:
    cut(aim)
    model = hg.Model(system={"years": 12}, hegemony={"hold": 2})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for sizes, after in steps:
            stop = None if after is None else Stop(after)
            with contextlib.suppress(hg.Unfinished):
                small(model=model, **sizes).run(folder / "grown", workers=1, stop=stop, progress=stop)
        sizes = steps[-1][0]
        before = {path.name for path in (folder / "grown" / "pieces").iterdir()}
        grown = small(model=model, **sizes).run(folder / "grown", workers=1)
        assert {path.name for path in (grown.path / "pieces").iterdir()} >= before
        same(grown, small(model=model, **sizes).run(folder / "whole", workers=1))


def covered(run: hg.Run) -> int:
    """Replicas of all pieces, counted as often as they were made."""
    return sum(piece.replicas for piece in directory.load(run.path).manifest.plan if piece.kind == "piece")


@pytest.mark.parametrize(
    ("changes", "replicas"),
    [
        ({"replicas": 90}, 6 * 90),
        ({"sweep": {"balancing.efficiency": [0, 0.25, 0.5, 0.75, 1], "system.states": [3, 5]}}, 10 * 60),
        ({"sweep": {"balancing.efficiency": [-0.0, 0.5, 1], "system.states": [5, 3, 4]}}, 9 * 60),
        ({"trajectories": 5}, 6 * 60),
    ],
)
def test_only_what_is_new_is_done(
    small: Factory,
    cut: Callable[..., None],
    tmp_path: Path,
    quick: None,
    changes: dict[str, Any],
    replicas: int,
) -> None:
    cut(60_000)
    first = small().run(tmp_path / "run", workers=1)
    before = {path: path.stat().st_mtime_ns for path in (first.path / "pieces").iterdir()}
    grown = small(**changes).run(tmp_path / "run", workers=1)
    assert covered(grown) == replicas
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_slices_of_an_extension_do_only_what_is_new(
    small: Factory, cut: Callable[..., None], same: Any, tmp_path: Path, quick: None
) -> None:
    cut(60_000)
    first = small(replicas=20).run(tmp_path / "run", workers=1)
    before = {path: path.stat().st_mtime_ns for path in (first.path / "pieces").iterdir()}
    for number in (1, 2):
        small().run(tmp_path / "run", workers=1, slice=(number, 2))
        assert not (tmp_path / "run" / "results.nc").exists()
    merged = hg.merge(tmp_path / "run")
    assert {path: path.stat().st_mtime_ns for path in before} == before
    same(merged, small().run(tmp_path / "whole", workers=1))


def test_a_kill_between_the_manifest_and_the_experiment_leaves_nothing_to_mend(
    small: Factory, same: Any, tmp_path: Path, quick: None
) -> None:
    run = small(replicas=20).run(tmp_path / "run", workers=1)
    text = (run.path / "experiment.toml").read_text()
    small().run(tmp_path / "run", workers=1)
    (run.path / "experiment.toml").write_text(text)
    (run.path / "results.nc").unlink()
    assert hg.open_run(run.path).spec.replicas == 60
    with pytest.raises(hg.RequestError, match=r"experiment.replicas: holds 60, asked 20"):
        small(replicas=20).run(tmp_path / "run")
    same(small().run(tmp_path / "run", workers=1), small().run(tmp_path / "whole", workers=1))
    (run.path / "manifest").unlink()  # as if it had died even before that
    assert small().run(tmp_path / "run", workers=1).complete


def test_a_run_that_can_only_be_read_is_not_extended(
    small: Factory, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that is wrong, told before any work."""
    run = small().run(tmp_path / "run", workers=1)
    held = sorted(path.name for path in run.path.rglob("*"))

    def unlink(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", unlink)
        with pytest.raises(hg.RequestError, match=r"results\.nc: cannot be replaced \(Permission denied\)$"):
            small(replicas=90).run(run.path, workers=1)
    assert sorted(path.name for path in run.path.rglob("*")) == held
    assert run.complete
