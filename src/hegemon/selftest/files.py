"""A small run written, read and verified in the directory where results are to go."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from hegemon.experiment import Experiment
from hegemon.parameters import Model
from hegemon.runs import Run, open_run
from hegemon.selftest.result import Failure
from hegemon.storage import pieces
from hegemon.storage.manifest import PIECES

_PROBE = bytes(range(256)) * 4096  # 1 MB


def round_trip(folder: Path) -> str:
    """Run, read back, compute again, and damage; nothing is left behind."""
    with tempfile.TemporaryDirectory(prefix=".hegemon-selftest-", dir=folder) as inside:
        seconds = _write(Path(inside) / "probe")
        run = _run(Path(inside) / "run")
        count = len(list((run.path / PIECES).iterdir()))
        _damage(run)
    return (
        f"a run of {count} pieces written, verified, damaged; 1 MB is durable after {1000 * seconds:.1f} ms"
    )


def _write(path: Path) -> float:
    """Seconds of a write as runs do it: temporary name, fsync, rename."""
    begin = time.perf_counter()
    pieces.write(path, _PROBE)
    seconds = time.perf_counter() - begin
    left = [entry.name for entry in path.parent.iterdir()]
    if left != [path.name]:
        raise Failure(f"the directory holds {left}, should hold {path.name}")
    if path.read_bytes() != _PROBE:
        raise Failure(f"{path.name}: other bytes than were written")
    return seconds


def _run(folder: Path) -> Run:
    """A small run, which must verify."""
    model = Model.model_validate({"system": {"years": 50}})
    Experiment(model, replicas=500, trajectories=2, seed=1, name="selftest").run(folder, workers=1)
    run = open_run(folder)
    report = run.verify(everything=True, workers=1)
    if not report:
        raise Failure("; ".join(f"{one.name}: {one.text}" for one in report.checks if one.state != "equal"))
    return run


def _damage(run: Run) -> None:
    """The control: one flipped bit must be found."""
    victim = min((run.path / PIECES).iterdir())
    content = victim.read_bytes()
    victim.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    report = run.verify(0)
    if report.state != "differs" or report.damaged_count != 1:
        raise Failure(f"{victim.name}: one flipped bit was not noticed")
