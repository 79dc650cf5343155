"""Whatever is done to a run's directory is found, named, and nothing else is."""

from __future__ import annotations

import dataclasses
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import hegemon as hg
import hegemon_kernels as hk
from hegemon.outputs import results
from hegemon.storage import datasets
from hegemon.verify import Report

Copy = Callable[..., hg.Run]
Forge = Callable[[Path, bytes], Path]


def states(report: Report) -> dict[str, str]:
    return {check.name: check.state for check in report.checks}


def wrong(report: Report) -> dict[str, str]:
    return {name: state for name, state in states(report).items() if state != "equal"}


def pieces(run: hg.Run, kind: str = "piece") -> list[Path]:
    return sorted((run.path / "pieces").glob(f"{kind}-*.nc"))


def changed(path: Path, change: Callable[[h5py.File], None]) -> bytes:
    """The bytes of a piece after a change to its values; what is packed is unpacked first."""
    with h5py.File(path) as file:
        buffer = io.BytesIO()
        with h5py.File(buffer, "w", libver=("earliest", "v110")) as other:
            for name, value in file.attrs.items():
                other.attrs[name] = value
            for name in file:
                other.create_dataset(name, data=file[name][()])
            change(other)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["outcomes", "tallies", "float32", "lasting"])
@pytest.mark.parametrize("options", [{}, {"everything": True}, {"sample": 0}, {"workers": 1}], ids=str)
def test_a_sound_run_is_equal(finished, kind: str, options: dict[str, Any]) -> None:
    run = hg.open_run(finished(kind))
    report = run.verify(**options)
    assert wrong(report) == {}
    assert report
    assert report.state == "equal"
    assert report.other_versions == ()
    names = {"experiment", "pieces", "checksums", "results.nc", "outcomes"}
    names |= {"tallies"} if kind != "tallies" else set()
    names |= {"trajectories"} if run.spec.trajectories else set()
    assert set(states(report)) == names
    assert len(pieces(run)) >= 3


def test_nothing_is_written(copy: Copy) -> None:
    run = copy()
    before = {path: path.stat().st_mtime_ns for path in run.path.rglob("*")}
    run.verify(everything=True)
    assert {path: path.stat().st_mtime_ns for path in run.path.rglob("*")} == before


def test_a_sample_is_what_was_asked(finished) -> None:
    run = hg.open_run(finished("outcomes"))
    sample = run.verify(100, seed=5).sample
    assert dataclasses.astuple(sample) == (5, "replicas", 100, 360, 18, 18)
    assert dataclasses.astuple(run.verify(10**6, seed=5).sample) == (5, "replicas", 360, 360, 18, 18)
    whole = run.verify(everything=True).sample
    assert (whole.seed, whole.unit, whole.trajectories) == (None, "pieces", 18)
    assert whole.computed == whole.population == len(pieces(run))
    tallies = hg.open_run(finished("tallies"))
    assert tallies.verify(2, seed=1).sample.computed == 2
    assert run.verify().sample.seed != run.verify().sample.seed


@pytest.mark.parametrize("kind", ["piece", "trace"])
@pytest.mark.parametrize("place", [0, 200, -1], ids=["first byte", "in it", "last byte"])
def test_one_flipped_bit_is_found(copy: Copy, kind: str, place: int) -> None:
    run = copy()
    victim = pieces(run, kind)[1 if kind == "piece" else 0]
    content = bytearray(victim.read_bytes())
    content[place] ^= 1
    victim.write_bytes(content)
    report = run.verify()
    assert wrong(report) == {"checksums": "differs", "results.nc": "skipped"}
    assert report.damaged_count == 1
    assert report.damaged[0].startswith(f"{victim.name}: damaged")


def test_a_truncated_piece_is_found(copy: Copy) -> None:
    run = copy()
    victim = pieces(run)[0]
    victim.write_bytes(victim.read_bytes()[:-1])
    report = run.verify()
    assert wrong(report) == {"checksums": "differs", "results.nc": "skipped"}
    assert victim.name in report.damaged[0]
    assert "bytes, should have" in report.damaged[0]


def test_several_are_all_named(copy: Copy) -> None:
    run = copy()
    for victim in pieces(run)[:3]:
        victim.write_bytes(b"x" * victim.stat().st_size)
    report = run.verify()
    assert [line.split(":")[0] for line in report.damaged] == [path.name for path in pieces(run)[:3]]


def test_estimates_without_their_pieces_are_wrong(copy: Copy) -> None:
    run = copy()
    victim = pieces(run)[2]
    victim.unlink()
    report = run.verify()
    assert wrong(report) == {"pieces": "differs", "results.nc": "skipped"}
    assert report.missing == ("-".join(victim.name.split("-")[:3]),)


def test_a_run_that_is_not_finished_is_incomplete_and_its_pieces_are_checked(copy: Copy) -> None:
    run = copy()
    pieces(run)[2].unlink()
    (run.path / "results.nc").unlink()
    report = run.verify()
    assert report.state == "incomplete"
    assert wrong(report) == {"pieces": "missing", "results.nc": "missing"}
    assert report.missing_count == 1
    assert report.sample.computed == report.sample.population < 360
    assert not report


def test_all_pieces_without_estimates_are_to_be_merged(copy: Copy) -> None:
    run = copy()
    (run.path / "results.nc").unlink()
    report = run.verify()
    assert wrong(report) == {"results.nc": "missing"}
    assert "hegemon merge" in {check.name: check.text for check in report.checks}["results.nc"]


def test_a_row_that_was_changed_with_its_checksum_is_found_by_its_tallies(copy: Copy, forge: Forge) -> None:
    run = copy()
    victim = pieces(run)[1]

    def change(file: h5py.File) -> None:
        file["wars"][3] += 1

    victim = forge(victim, changed(victim, change))
    report = run.verify(sample=0)
    assert wrong(report) == {"tallies": "differs"}
    assert f"{victim.name}: tally_sums is not that of its rows" in report.damaged


def test_a_row_whose_change_no_tally_shows_is_found_by_computing_it_again(copy: Copy, forge: Forge) -> None:
    """Two rows that have changed places: every sum is the same."""
    run = copy()
    row, victim = 3, pieces(run)[1]

    def change(file: h5py.File) -> None:
        one, other = file["average_share"][row : row + 2]
        file["average_share"][row : row + 2] = other, one

    victim = forge(victim, changed(victim, change))
    assert run.verify(sample=0)
    for report in (run.verify(), run.verify(everything=True)):
        assert wrong(report) == {"outcomes": "differs"}
        assert report.difference_count == 2
        found = report.differences[0]
        assert (found.file, found.column) == (victim.name, "average_share")
        rows = run.outcomes.isel(row=(run.outcomes.point == found.point).compute())
        rows = rows.isel(row=(rows.replica == found.replica).compute())
        assert rows.average_share.compute().item() == found.recorded != found.computed


def test_tallies_that_were_changed_are_found_by_computing_the_piece_again(copy: Copy, forge: Forge) -> None:
    run = copy("tallies")
    victim = pieces(run)[1]

    def change(file: h5py.File) -> None:
        file["tally_sums"][0, 1] += 1

    victim = forge(victim, changed(victim, change))
    report = run.verify(everything=True)
    assert wrong(report) == {"outcomes": "differs", "results.nc": "differs"}
    found = report.differences[0]
    assert (found.file, found.column, found.replica) == (victim.name, "tally_sums[1]", None)
    assert found.recorded == found.computed + 1


@pytest.mark.parametrize("options", [{}, {"everything": True}], ids=str)
@pytest.mark.parametrize("name", ["capability", "leader", "event_expected_gain", "event_coalition"])
def test_a_trajectory_that_was_changed_is_found(copy: Copy, forge: Forge, name: str, options: Any) -> None:
    run = copy()
    victim = pieces(run, "trace")[0]

    def change(file: h5py.File) -> None:
        at = (2,) if name.startswith("event") else (1, 5, 0) if file[name].ndim == 3 else (1, 5)
        file[name][at] = 0.125 if file[name].dtype.kind == "f" else 3

    victim = forge(victim, changed(victim, change))
    report = run.verify(**options)
    assert wrong(report) == {"trajectories": "differs"}
    assert report.difference_count == 1
    found = report.differences[0]
    assert found.column.startswith(name)
    assert found.recorded in (0.125, 3)
    if name in ("capability", "leader"):
        assert (found.point, found.replica) == (0, 1)


def test_estimates_that_were_changed_are_found(copy: Copy) -> None:
    run = copy()
    dataset = run.results.copy(deep=True)
    dataset["p_emerged"].values[1, 1] += 1e-16
    dataset["emerged"].values[0, 0] += 1
    dataset.attrs["seed"] = 4
    (run.path / results.NAME).write_bytes(datasets.to_bytes(dataset))
    report = hg.open_run(run.path).verify(sample=0)
    assert wrong(report) == {"results.nc": "differs"}
    assert {(one.file, one.column) for one in report.differences} >= {("results.nc", "emerged[0, 0]")}
    text = {check.name: check.text for check in report.checks}["results.nc"]
    assert "attribute seed" in text


def test_estimates_that_are_no_file_of_ours_are_found(copy: Copy) -> None:
    run = copy()
    (run.path / "results.nc").write_bytes(b"nothing of the kind")
    assert wrong(run.verify()) == {"results.nc": "differs"}


def test_another_experiment_beside_the_manifest_is_found(copy: Copy) -> None:
    run = copy()
    path = run.path / "experiment.toml"
    path.write_text(path.read_text().replace("seed = 3", "seed = 4"))
    report = run.verify(sample=0)
    assert wrong(report) == {"experiment": "differs"}


def test_a_spoiled_record_is_found(copy: Copy) -> None:
    run = copy()
    for path in [run.path / "provenance.json", *(run.path / "sessions").glob("*.json")]:
        path.write_text("{")
    assert wrong(run.verify(sample=0)) == {"provenance": "differs"}


def test_files_that_are_no_pieces_are_named_and_do_no_harm(copy: Copy) -> None:
    run = copy()
    (run.path / "pieces" / "notes.txt").write_text("mine")
    report = run.verify(sample=0)
    assert report
    assert "notes.txt" in {check.name: check.text for check in report.checks}["pieces"]


def test_the_same_work_packed_twice_is_checked_twice(copy: Copy, forge: Forge) -> None:
    run = copy()
    victim = pieces(run)[0]
    content = victim.read_bytes()
    other = forge(victim, changed(victim, lambda file: None))
    victim.write_bytes(content)
    assert victim != other
    assert run.verify(everything=True)
    other.write_bytes(b"x" * other.stat().st_size)
    assert run.verify().damaged_count == 1


def test_a_kernel_that_computes_otherwise_is_noticed(finished, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: one replica in fifty gets another year."""
    simulate = hk.simulate

    def bent(point: Any, key: int, first: int, rows: np.ndarray) -> None:
        simulate(point, key, first, rows)
        rows["wars"][rows["replica"] % 50 == 7] += 1

    monkeypatch.setattr(hk, "simulate", bent)
    report = hg.open_run(finished("outcomes")).verify()
    assert wrong(report) == {"outcomes": "differs"}
    assert {one.column for one in report.differences} == {"wars"}
    assert {one.replica for one in report.differences} == {7, 57}
    assert report.difference_count == 12
    report = hg.open_run(finished("tallies")).verify(everything=True)
    assert {one.column.split("[")[0] for one in report.differences} == {
        "tally_sums",
        "tally_squares_low",
    }


def test_many_differences_are_counted_and_some_kept(finished, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(point: Any, key: int, first: int, rows: np.ndarray) -> None:
        rows[:] = 0

    monkeypatch.setattr(hk, "simulate", nothing)
    report = hg.open_run(finished("outcomes")).verify()
    assert len(report.differences) == 100
    assert report.difference_count > 3000


def test_another_version_of_the_model_is_refused(finished, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hk, "MODEL_VERSION", 99)
    with pytest.raises(hg.RequestError, match="made with model_version 1, this program has 99"):
        hg.open_run(finished("outcomes")).verify()


def test_what_differs_of_the_versions_is_told(copy: Copy) -> None:
    run = copy()
    for path in [run.path / "provenance.json", *(run.path / "sessions").glob("*.json")]:
        text = path.read_text()
        path.write_text(text.replace(hk.sources_digest(), "0" * 64))
    report = run.verify(sample=0)
    assert report
    assert report.other_versions == ("kernels",)
    assert {one.kernels for one in report.made_with} == {"0" * 16}


@pytest.mark.parametrize(
    ("options", "told"),
    [({"sample": -1}, "--sample: -1"), ({"seed": -1}, "--seed: -1"), ({"workers": 0}, "--workers: 0")],
)
def test_impossible_options_are_refused(finished, options: dict[str, int], told: str) -> None:
    with pytest.raises(hg.RequestError, match=told):
        hg.open_run(finished("outcomes")).verify(**options)


def test_progress_is_told_piece_by_piece(finished) -> None:
    run, seen = hg.open_run(finished("outcomes")), []
    run.verify(sample=0, progress=lambda done, pieces: seen.append((done, pieces)))
    total = len(list((run.path / "pieces").iterdir()))
    assert seen == [(number, total) for number in range(1, total + 1)]


def test_few_pieces_are_held_at_a_time(finished, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by the pieces in flight: no task is made before there is room for it."""
    from hegemon.verify import whole

    made, tasks = [0], whole._tasks

    def counted(*arguments: Any) -> Any:
        for task in tasks(*arguments):
            made[0] += 1
            yield task

    monkeypatch.setattr(whole, "_tasks", counted)
    ahead = []
    hg.open_run(finished("outcomes")).verify(
        sample=0, workers=1, progress=lambda done, pieces: ahead.append(made[0] - done)
    )
    assert max(ahead) <= 2


def test_a_full_scratch_disk_is_no_damage(finished, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise hg.WorkFailed(f"{path}: no space left on the disk")

    monkeypatch.setattr("hegemon.running.work.pieces.write", full)
    with pytest.raises(hg.WorkFailed, match="no space left"):
        hg.open_run(finished("outcomes")).verify(everything=True)


def test_slices_verify_as_far_as_they_go(tmp_path: Path) -> None:
    sweep = {"balancing.efficiency": [0, 0.5, 1]}
    experiment = hg.Experiment(hg.Model(system={"years": 20, "states": 3}), sweep=sweep, replicas=40, seed=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hegemon.planning.plan.target", lambda total: total // 6)
        run = experiment.run(tmp_path / "run", slice=(1, 2), workers=1)
    report = run.verify()
    assert report.state == "incomplete"
    assert 0 < report.missing_count < len(report.missing) + len(pieces(run))
    assert states(report)["outcomes"] == "equal"


def test_the_report_reads_well(finished) -> None:
    report = hg.open_run(finished("outcomes")).verify(sample=10, seed=2)
    lines = str(report).splitlines()
    assert lines[0].endswith("run: equal")
    assert "10 of 360 replicas computed again (drawn with --seed 2)" in str(report)
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.folder = "other"  # type: ignore[misc]
    assert os.fspath(report.folder)
