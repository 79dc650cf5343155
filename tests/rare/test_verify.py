"""What hegemon rare has left is verified as a run is: sound, damaged, changed, unfinished."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest
from click.testing import CliRunner

import hegemon as hg
from hegemon.cli import main
from hegemon.splitting import estimates, folder, making, verifying
from hegemon.storage import datasets
from hegemon.verify import Report

from .conftest import chain_of

Small = Callable[..., hg.Experiment]
NAMES = ["experiment", "pieces", "checksums", "rare.nc", "stopping", "pilots", "repetitions"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two points of 12 repetitions, in several pieces; not to be changed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hegemon.splitting.making.Kernel", chain_of)
        patch.setattr("hegemon.storage.pieces.os.fsync", lambda descriptor: None)
        patch.setattr("hegemon.planning.plan.target", lambda total: total // 6)
        model = hg.Model(system={"years": 40}, hegemony={"hold": 2, "threshold": 0.6})
        sweep = {"growth.volatility": [0.35, 0.25]}
        experiment = hg.Experiment(model, sweep=sweep, seed=5, name="small")
        out = tmp_path_factory.mktemp("rare") / "out"
        hg.rare(experiment, out, replicas=100, repetitions=12, workers=1)
        assert len(list((out / "pieces").glob("split-*"))) > 2
    return out


@pytest.fixture
def copy(finished: Path, tmp_path: Path, chained: None) -> Path:
    """A copy, to spoil."""
    return shutil.copytree(finished, tmp_path / "copy")


def verified(path: Path, **options: Any) -> Report:
    job = folder.load(path)
    assert job is not None
    return verifying.verify(job, workers=1, **options)


def wrong(report: Report) -> dict[str, str]:
    return {check.name: check.state for check in report.checks if check.state != "equal"}


def texts(report: Report) -> dict[str, str]:
    return {check.name: check.text for check in report.checks}


def pieces(path: Path, kind: str = "split") -> list[Path]:
    return sorted((path / "pieces").glob(f"{kind}-*"))


def forged(path: Path, name: str, change: Callable[[Any], Any]) -> Path:
    """Put another value in the place of a piece's, under the name that fits: no checksum finds it."""
    buffer = io.BytesIO(path.read_bytes())
    with h5py.File(buffer, "r+") as file:
        values = file[name][()]
        change(values)
        file[name][...] = values
    content = buffer.getvalue()
    stem = "-".join(path.name.split("-")[:3])
    path.unlink()
    target = path.with_name(f"{stem}-{len(content)}-{hashlib.sha256(content).hexdigest()[:16]}.nc")
    target.write_bytes(content)
    return target


@pytest.mark.parametrize("options", [{}, {"everything": True}, {"sample": 0}, {"sample": 99}], ids=str)
def test_what_is_sound_is_equal(finished: Path, chained: None, options: dict[str, Any]) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*")}
    report = verified(finished, **options)
    assert report.ok
    assert [check.name for check in report.checks] == NAMES
    sample, computed = report.sample, {"{}": 4, "{'sample': 0}": 0}.get(str(options), 24)
    assert (sample.unit, sample.computed, sample.population) == ("repetitions", computed, 24)
    assert (sample.seed is None) == ("everything" in options)
    assert texts(report)["stopping"] == "12 repetitions of each point"
    assert texts(report)["pilots"].startswith(f"{min(2, computed)} of 2 pilots computed again")
    assert {path: path.stat().st_mtime_ns for path in finished.rglob("*")} == before


def test_from_python(chained: None, small: Small, tmp_path: Path) -> None:
    found = hg.rare(small(), tmp_path / "out", replicas=100, repetitions=2)
    seen: list[tuple[int, int]] = []
    assert found.verify(2, seed=1, workers=2, progress=lambda *done: seen.append(done))
    assert seen == [(number, len(seen)) for number in range(1, len(seen) + 1)]
    assert found.verify(2, seed=1).sample.seed == 1
    for options, line in (({"sample": -1}, "--sample"), ({"seed": -1}, "--seed"), ({"workers": 0}, "--work")):
        with pytest.raises(hg.RequestError, match=line):
            found.verify(**options)
    shutil.rmtree(tmp_path / "out")
    with pytest.raises(hg.RequestError, match="holds nothing that hegemon rare has left"):
        found.verify()


def test_of_a_fixed_number_and_of_more_that_are_there(copy: Path, small: Small) -> None:
    """Fewer repetitions than the directory holds were asked last; then some of those that count are lost."""
    hg.rare(small(), copy, replicas=100, repetitions=5)
    report = verified(copy)
    assert report.ok
    assert texts(report)["stopping"] == "5 repetitions of each point"
    last = pieces(copy)[-1]
    last.unlink()  # nothing that rare.nc rests on
    report = verified(copy)
    assert (report.state, wrong(report)) == ("incomplete", {"pieces": "missing"})
    pieces(copy)[0].unlink()
    assert wrong(verified(copy)) == {"pieces": "differs", "rare.nc": "skipped"}
    assert hg.rare(small(), copy, replicas=100, repetitions=12, workers=1).verify()


@pytest.mark.parametrize("relative", [0.25, 0.5])
def test_where_the_width_ended_the_work(chained: None, small: Small, tmp_path: Path, relative: float) -> None:
    asked = small(sweep={"growth.volatility": [0.45, 0.35]}, relative_precision=relative, replicas=None)
    found = hg.rare(asked, tmp_path / "out", replicas=200, workers=1)
    report = verified(tmp_path / "out", sample=0)
    assert report.ok
    assert texts(report)["stopping"].startswith("every point stopped at its first look")
    changed = found.results.copy(deep=True)
    changed.attrs["relative_precision"] = 0.01
    (tmp_path / "out" / "rare.nc").write_bytes(datasets.to_bytes(changed))
    assert wrong(verified(tmp_path / "out", sample=0)) == {"stopping": "differs"}


@pytest.mark.parametrize("kind", ["pilot", "split"])
def test_one_flipped_bit_is_found(copy: Path, kind: str) -> None:
    victim = pieces(copy, kind)[0]
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    report = verified(copy)
    assert wrong(report) == {"checksums": "differs", "rare.nc": "skipped"}
    assert report.damaged_count == 1
    assert report.damaged[0].startswith(f"{victim.name}: damaged")
    assert "hegemon rare with --recompute-damaged" in report.damaged[0]
    victim.write_bytes(content[:-1])
    assert "bytes, should have" in verified(copy).damaged[0]


def test_without_its_pilot_a_piece_is_checked_as_far_as_it_can_be(copy: Path) -> None:
    for path in pieces(copy, "pilot"):
        path.unlink()
    report = verified(copy)
    assert wrong(report) == {"pieces": "differs", "rare.nc": "skipped"}
    assert (report.sample.computed, report.sample.population) == (0, 24)
    victim = pieces(copy)[0]
    victim.write_bytes(b"x" * victim.stat().st_size)
    assert verified(copy).damaged_count == 1


@pytest.mark.parametrize("options", [{"everything": True}, {"sample": 24}], ids=str)
def test_a_count_that_was_changed_with_its_checksum_is_found(copy: Path, options: dict[str, Any]) -> None:
    def more(values: Any) -> None:
        values[1, 0, 0] += 1

    victim = forged(pieces(copy)[0], "years", more)
    assert wrong(verified(copy, sample=0)) == {"rare.nc": "differs"}
    report = verified(copy, **options)
    assert wrong(report) == {"rare.nc": "differs", "repetitions": "differs"}
    found = report.differences[0]
    assert (found.file, found.point, found.replica, found.column) == (victim.name, 0, 1, "years[0, 0]")
    assert found.recorded == found.computed + 1


def test_levels_that_no_pilot_chooses_are_found(copy: Path) -> None:
    """The pieces of repetitions were made by others, too."""

    def lower(values: Any) -> None:
        values[0, 0] -= 0.01

    victim = forged(pieces(copy, "pilot")[0], "levels", lower)
    report = verified(copy)
    assert wrong(report) == {"checksums": "differs", "rare.nc": "skipped", "pilots": "differs"}
    assert [(one.file, one.column) for one in report.differences] == [(victim.name, "levels[0]")]
    assert "was made with other levels than its pilot's" in report.damaged[0]


def test_estimates_that_were_changed_are_found(copy: Path) -> None:
    path = copy / "rare.nc"
    whole = estimates.load(copy, hg.Experiment.from_toml(copy / "experiment.toml").design)
    changed = whole.copy(deep=True)
    changed.p_emerged.values[1] *= 2
    path.write_bytes(datasets.to_bytes(changed))
    report = verified(copy, sample=0)
    assert wrong(report) == {"rare.nc": "differs"}
    assert [(one.file, one.column) for one in report.differences] == [("rare.nc", "p_emerged[1]")]
    changed = whole.copy(deep=True)
    changed.repetitions.values[:] = (11, 12)
    path.write_bytes(datasets.to_bytes(changed))
    assert wrong(verified(copy, sample=0)) == {"rare.nc": "differs", "stopping": "differs"}
    changed.repetitions.values[:] = 13
    path.write_bytes(datasets.to_bytes(changed))
    assert texts(verified(copy, sample=0))["rare.nc"].startswith("2 points rest on more repetitions than")
    for other in (whole.isel(volatility=[0]), whole.drop_vars("repetitions")):
        path.write_bytes(datasets.to_bytes(other))
        assert wrong(verified(copy, sample=0)) == {"rare.nc": "differs"}
    path.write_bytes(b"nothing of the kind")
    assert wrong(verified(copy, sample=0)) == {"rare.nc": "differs"}


@pytest.mark.parametrize(("name", "value"), [("relative_precision", "x"), ("precision", float("nan"))])
def test_a_precision_that_is_none_is_found(copy: Path, name: str, value: str | float) -> None:
    found = estimates.load(copy, hg.Experiment.from_toml(copy / "experiment.toml").design)
    found.attrs[name] = value
    (copy / "rare.nc").write_bytes(datasets.to_bytes(found))
    report = verified(copy, sample=0)
    assert wrong(report) == {"rare.nc": "differs"}
    assert texts(report)["rare.nc"] == f"attribute {name} is no finite number above 0"


def test_what_is_not_finished_is_incomplete(copy: Path) -> None:
    (copy / "rare.nc").unlink()
    pieces(copy)[-1].unlink()
    report = verified(copy)
    assert (report.state, wrong(report)) == ("incomplete", {"pieces": "missing", "rare.nc": "missing"})
    assert report.missing_count == 1


@pytest.mark.parametrize("volatility", [[0.35, 0.25], [0.4, 0.35, 0.25]], ids=["repetitions", "points"])
def test_while_it_is_asked_for_more_it_is_incomplete(copy: Path, small: Small, volatility: list) -> None:
    """Estimates of less are gone before more is planned: nothing contradicts the experiment."""
    more = small(sweep={"growth.volatility": volatility})
    with pytest.raises(hg.Unfinished):
        hg.rare(more, copy, replicas=100, repetitions=20, time_limit=0)
    report = verified(copy)
    assert report.state == "incomplete"
    assert wrong(report)["rare.nc"] == "missing"
    assert hg.rare(more, copy, replicas=100, repetitions=20).verify()


def test_another_experiment_and_a_spoiled_record_are_found(copy: Path) -> None:
    path = copy / "experiment.toml"
    path.write_text(path.read_text().replace("seed = 5", "seed = 6"))
    for record in [copy / "provenance.json", *(copy / "sessions").glob("*.json")]:
        record.write_text("{")
    assert wrong(verified(copy, sample=0)) == {"experiment": "differs", "provenance": "differs"}


def test_a_kernel_that_computes_otherwise_is_noticed(finished: Path, chained: None, monkeypatch) -> None:
    """The control: every fifth repetition takes another year."""
    repetitions = making.repetitions

    def bent(setting: Any, segment: Any, value: Any, numbers: list[int], *rest: Any) -> Any:
        found = repetitions(setting, segment, value, numbers, *rest)
        found.years[:, 0, 0] += [number % 5 == 0 for number in numbers]
        return found

    monkeypatch.setattr(making, "repetitions", bent)
    report = verified(finished, everything=True)
    assert wrong(report) == {"repetitions": "differs"}
    assert {one.replica for one in report.differences} == {0, 5, 10}
    assert report.difference_count == 6


def test_another_version_of_the_model_is_refused(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hegemon_kernels.MODEL_VERSION", 99)
    with pytest.raises(hg.RequestError, match="this program has 99"):
        verified(finished)


def test_another_method_is_refused(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its counts are others, which is no damage."""
    held = folder.METHOD
    monkeypatch.setattr(folder, "METHOD", 99)
    found = CliRunner().invoke(main, ["verify", str(finished)])
    assert (found.exit_code, found.stdout) == (2, "")
    line = f"{finished}: method of splitting: holds {held}, asked 99; choose another directory"
    assert line in found.stderr


def test_the_command(copy: Path) -> None:
    def call(*words: str) -> Any:
        return CliRunner().invoke(main, ["verify", str(copy), *words])

    shown = call("--seed", "3")
    assert (shown.exit_code, shown.stderr) == (0, "")
    lines = shown.stdout.splitlines()
    assert lines[0] == f"{copy}: small, 2 points x 100 replicas a level"
    assert [line.split()[:2] for line in lines[3:10]] == [[name, "equal"] for name in NAMES]
    assert "4 of 24 repetitions computed again (drawn with --seed 3)" in shown.stdout
    assert lines[-1] == "all equal"
    found = json.loads(call("--all", "--json").stdout)
    assert (found["state"], found["sample"]["unit"], found["sample"]["seed"]) == (
        "equal",
        "repetitions",
        None,
    )
    (copy / "rare.nc").unlink()
    assert call("--quiet").exit_code == 2
    pieces(copy)[0].write_bytes(b"x")
    assert call().exit_code == 1


def test_the_model_itself(quick: None, tmp_path: Path) -> None:
    model = hg.Model(system={"states": 5, "years": 20}, balancing={"efficiency": 1.0})
    sweep = {"war.spoils": [0.2, 0.4]}
    asked = hg.Experiment(model, sweep=sweep, seed=1, dtype="float32", common_random_numbers=False)
    assert hg.rare(asked, tmp_path / "rare", replicas=100, repetitions=3).verify(everything=True)
