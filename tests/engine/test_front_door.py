"""The Python interface: light to import, strict in what it takes, bounded in memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import hegemon as hg

Factory = Callable[..., hg.Experiment]

LEAN = """
import re, sys, hegemon as hg
model = hg.Model(system={"years": 2, "states": 2}, hegemony={"hold": 1})
run = hg.Experiment(model, replicas=int(sys.argv[2]), seed=1, detail="tallies").run(sys.argv[1], workers=2)
assert int(run.results.replicas) == int(sys.argv[2])
# Not ru_maxrss: a child begins with the peak of the process that forked it.
status = open('/proc/self/status').read()
print(int(re.search(r'VmHWM:\\s+(\\d+)', status).group(1)) // 1024)
"""


def test_import_is_light() -> None:
    heavy = ("numpy", "numba", "xarray", "dask", "h5py", "scipy", "pydantic", "matplotlib")
    code = f"import sys, hegemon; print([name for name in {heavy!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def test_every_public_name_is_there() -> None:
    for name in hg.__all__:
        assert getattr(hg, name) is not None
    assert set(hg.__all__) <= set(dir(hg))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = hg.nothing


def test_progress_begins_with_nothing_and_ends_with_all(small: Factory, tmp_path: Path, quick: None) -> None:
    updates: list[hg.Progress] = []
    small(trajectories=1).run(tmp_path / "run", progress=updates.append)
    first, last = updates[0], updates[-1]
    assert (first.points_done, first.replicas_done, first.pieces_done) == (0, 0, 0)
    assert (last.points_done, last.points) == (6, 6)
    assert (last.replicas_done, last.replicas) == (360, 360)
    assert last.pieces_done == last.pieces == len(list((tmp_path / "run" / "pieces").iterdir()))
    done = [update.replicas_done for update in updates]
    assert done == sorted(done)
    assert [update.seconds for update in updates] == sorted(update.seconds for update in updates)


def test_mistakes_are_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(hg.RequestError, match=r"replicas"):
        hg.Experiment(replicas=0)
    with pytest.raises(hg.RequestError, match=r"balancing.efficiency"):
        hg.Experiment(sweep={"balancing.eficiency": [0, 1]})
    with pytest.raises(TypeError, match="replica"):
        hg.Experiment(replica=3)  # type: ignore[call-arg]


def test_arrays_may_be_swept(small: Factory) -> None:
    experiment = small(sweep={"balancing.efficiency": np.linspace(0, 1, 5)})
    assert experiment.design.shape == (5,)


def test_a_file_is_an_experiment(
    small: Factory, tmp_path: Path, quick: None, same: Callable[..., None]
) -> None:
    first = small().run(tmp_path / "first")
    experiment = hg.Experiment.from_toml(first.path / "experiment.toml")
    assert experiment.spec == small().spec
    same(experiment.run(tmp_path / "second"), first)
    changed = hg.Experiment.from_toml(first.path / "experiment.toml", ["experiment.seed=9"])
    assert changed.spec.seed == 9


def test_the_directory_is_named_by_the_experiment(
    small: Factory, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = small(replicas=5).run()
    assert run.path == Path("runs") / "small"
    assert repr(run).startswith("<hegemon.Run runs/small: 6 points (")


@pytest.mark.parametrize("name", ["with space", "ünïcode", "x" * 120])
def test_odd_names_of_directories(small: Factory, tmp_path: Path, quick: None, name: str) -> None:
    assert small(replicas=5).run(tmp_path / name).complete


def test_memory_does_not_grow_with_replicas(tmp_path: Path) -> None:
    def peak(replicas: int) -> int:
        command = [sys.executable, "-c", LEAN, str(tmp_path / str(replicas)), str(replicas)]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    few, many = peak(100_000), peak(1_500_000)
    assert many < 600
    assert many < few + 30
