"""Slices cover a plan, each piece once, in shares of equal cost; merged they are what one run leaves."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import hegemon as hg
from hegemon.planning import plan
from hegemon.planning.slices import Slice, members
from hegemon.running import directory

Factory = Callable[..., hg.Experiment]
Same = Callable[[hg.Run, hg.Run], None]


def names(run: hg.Run) -> set[str]:
    return {path.name for path in (run.path / "pieces").iterdir()}


def generation(costs: list[int], begin: int) -> plan.Generation:
    """Work of one piece per cost."""
    columns = {"first": [0] * len(costs), "stop": [1] * len(costs), "block": [1] * len(costs), "cost": costs}
    identities = [begin + i for i in range(len(costs))]
    return plan.from_json(
        {
            "kind": "piece",
            "aim": 1,
            "rows": 1,
            "segments": 1,
            "points": [f"{identity:016x}" for identity in identities],
            **columns,
        }
    )


work = st.lists(st.lists(st.integers(1, 10**9), min_size=1, max_size=40), min_size=1, max_size=3)


@given(costs=work, count=st.integers(1, 12))
def test_slices_share_all_of_the_work_by_its_cost(costs: list[list[int]], count: int) -> None:
    whole = plan.Plan([generation(part, 100 * place) for place, part in enumerate(costs)])
    parts = [members(whole, Slice(number, count)) for number in range(1, count + 1)]
    assert sorted(piece for part in parts for piece in part) == list(range(len(whole)))
    prices = [piece.cost for piece in whole]
    loads = [sum(prices[piece] for piece in part) for part in parts]
    assert max(loads) - min(loads) <= max(prices)  # what was added last went to the least


@given(costs=work, count=st.integers(1, 12))
def test_an_extension_moves_no_piece_to_another_slice(costs: list[list[int]], count: int) -> None:
    generations = [generation(part, 100 * place) for place, part in enumerate(costs)]
    before, after = plan.Plan(generations[:-1]), plan.Plan(generations)
    for number in range(1, count + 1):
        part = Slice(number, count)
        assert members(before, part) == {n for n in members(after, part) if n < len(before)}


@pytest.mark.parametrize(("number", "count"), [(0, 3), (4, 3), (-1, 2), (1, 0), (1, 10**6)])
def test_slices_that_are_none(number: int, count: int, small: Factory, tmp_path: Path) -> None:
    with pytest.raises(hg.RequestError, match=r"--slice: .*; must be I/N with I from 1 to N"):
        small().run(tmp_path / "run", slice=(number, count))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("text", ["", "1", "1/", "a/b", "1/2/3", "+1/2", " 1/2", "1.0/2", "١/٢"])
def test_texts_that_are_no_slice(text: str) -> None:
    with pytest.raises(hg.RequestError, match="must be I/N, such as 3/8"):
        Slice.parse(text)


@pytest.mark.parametrize("shared", [True, False])
def test_merged_slices_are_what_one_run_leaves(
    small: Factory, cut: Callable[..., None], same: Same, tmp_path: Path, quick: None, shared: bool
) -> None:
    cut(60_000)
    whole = small(trajectories=2).run(tmp_path / "whole", workers=1)
    folders = [tmp_path / ("all" if shared else f"slice-{number}") for number in (1, 2, 3)]
    for number, folder in enumerate(folders, start=1):
        part = small(trajectories=2).run(folder, workers=1, slice=(number, 3))
        assert not part.complete
        assert not (folder / "results.nc").exists()
        with pytest.raises(hg.RequestError, match="holds slices and no estimates yet; join them with: hege"):
            _ = part.results
    merged = hg.merge(tmp_path / "all", [] if shared else folders)
    assert merged.complete
    same(merged, whole)
    same(hg.open_run(tmp_path / "all"), whole)
    assert names(merged) == names(whole)
    for name in names(merged):
        assert (merged.path / "pieces" / name).read_bytes() == (whole.path / "pieces" / name).read_bytes()
    for name in ("manifest", "experiment.toml"):
        assert (merged.path / name).read_bytes() == (whole.path / name).read_bytes()
    slices = [made["slice"] for made in merged.provenance["sessions"]]
    assert slices == ["1/3", "2/3", "3/3", ""]


def test_a_slice_is_idempotent_and_does_its_part_only(
    small: Factory, cut: Callable[..., None], tmp_path: Path, quick: None
) -> None:
    cut(60_000)
    updates: list[hg.Progress] = []
    run = small().run(tmp_path / "run", workers=1, slice=(2, 3), progress=updates.append)
    job = directory.load(run.path)
    assert len(names(run)) == updates[-1].pieces_done == updates[-1].pieces < len(job.manifest.plan)
    assert updates[-1].replicas_done == updates[-1].replicas < 360
    before = {path: path.stat().st_mtime_ns for path in run.path.rglob("*")}
    small().run(tmp_path / "run", workers=1, slice=(2, 3))
    assert {path: path.stat().st_mtime_ns for path in run.path.rglob("*")} == before


def test_a_whole_run_completes_slices(
    small: Factory, cut: Callable[..., None], same: Same, tmp_path: Path, quick: None
) -> None:
    cut(60_000)
    small().run(tmp_path / "run", workers=1, slice=(1, 2))
    updates: list[hg.Progress] = []
    run = small().run(tmp_path / "run", workers=1, progress=updates.append)
    assert updates[0].pieces_done > 0
    same(run, small().run(tmp_path / "whole", workers=1))


def test_more_slices_than_pieces(small: Factory, tmp_path: Path, quick: None, same: Same) -> None:
    pieces = len(directory.load(small().run(tmp_path / "whole", workers=1).path).manifest.plan)
    for number in range(1, pieces + 3):
        small().run(tmp_path / "run", workers=1, slice=(number, pieces + 2))
    same(hg.merge(tmp_path / "run"), hg.open_run(tmp_path / "whole"))


# Merge


@pytest.fixture
def parts(small: Factory, cut: Callable[..., None], tmp_path: Path, quick: None) -> list[Path]:
    """Three slices, each with a directory of its own."""
    cut(60_000)
    folders = [tmp_path / f"slice-{number}" for number in (1, 2, 3)]
    for number, folder in enumerate(folders, start=1):
        small(trajectories=1).run(folder, workers=1, slice=(number, 3))
    return folders


def test_gaps_are_named(parts: list[Path], tmp_path: Path) -> None:
    with pytest.raises(hg.RequestError, match=r"slice 2/3: (\d+) of \1 pieces are missing, first piece-\d+"):
        hg.merge(tmp_path / "out", [parts[0], parts[2]])
    assert not (tmp_path / "out").exists()
    victim = next((parts[1] / "pieces").glob("piece-*"))
    victim.unlink()
    with pytest.raises(
        hg.RequestError, match=r"slice 2/3: 1 of \d+ pieces are missing, first " + victim.name[:29]
    ):
        hg.merge(tmp_path / "out", parts)


def test_gaps_of_runs_without_slices_are_named(
    small: Factory, cut: Callable[..., None], tmp_path: Path, quick: None
) -> None:
    cut(60_000)
    run = small().run(tmp_path / "run", workers=1)
    gone = sorted((run.path / "pieces").iterdir())[2:9]
    for path in gone:
        path.unlink()
    with pytest.raises(hg.RequestError, match=r"7 of .* pieces are missing") as told:
        hg.merge(run.path)
    assert [line[:29] for line in told.value.lines[:5]] == [path.name[:29] for path in gone[:5]]


def test_what_is_there_twice_is_named(parts: list[Path], small: Factory, tmp_path: Path) -> None:
    with pytest.raises(hg.RequestError, match="slice-1: is given twice"):
        hg.merge(tmp_path / "out", [*parts, parts[0] / ".." / "slice-1"])
    small(trajectories=1).run(tmp_path / "again", workers=1, slice=(1, 3))
    with pytest.raises(
        hg.RequestError, match=r"piece-\d+-\w+: is in .*slice-1 and in .*again; give each slice once"
    ):
        hg.merge(tmp_path / "out", [*parts, tmp_path / "again"])
    assert not (tmp_path / "out").exists()


def test_a_damaged_piece_is_named_and_the_merge_goes_on_later(
    parts: list[Path], small: Factory, same: Same, tmp_path: Path
) -> None:
    victim = sorted((parts[1] / "pieces").iterdir())[1]
    content = victim.read_bytes()
    damaged = bytearray(content)
    damaged[len(damaged) // 2] ^= 4
    victim.write_bytes(damaged)
    with pytest.raises(hg.PieceError, match=rf"{victim.name}: damaged \(its SHA-256"):
        hg.merge(tmp_path / "out", parts)
    assert not (tmp_path / "out" / "results.nc").exists()
    victim.write_bytes(content)
    same(hg.merge(tmp_path / "out", parts), small(trajectories=1).run(tmp_path / "whole", workers=1))
    assert [made["status"] for made in hg.open_run(tmp_path / "out").provenance["sessions"]][-2:] == [
        "failed",
        "complete",
    ]


def test_a_merge_that_is_interrupted_says_so_and_goes_on(parts: list[Path], tmp_path: Path) -> None:
    def interrupt(done: int, pieces: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hg.merge(tmp_path / "out", parts, progress=interrupt)
    merged = hg.merge(tmp_path / "out", parts)
    assert [made["status"] for made in merged.provenance["sessions"]][-2:] == ["interrupted", "complete"]


def test_a_piece_under_the_name_of_another_is_found(parts: list[Path], tmp_path: Path) -> None:
    one, other = sorted((parts[0] / "pieces").glob("piece-*"))[:2]
    name = one.name[:29] + other.name[29:]
    one.unlink()
    os.link(other, one.with_name(name))
    with pytest.raises(hg.PieceError, match=f"{name}: holds other replicas than its name says"):
        hg.merge(tmp_path / "out", parts)


def test_another_experiment_is_not_joined(parts: list[Path], small: Factory, tmp_path: Path) -> None:
    small(trajectories=1, seed=4, replicas=61).run(tmp_path / "other", workers=1)
    with pytest.raises(hg.RequestError, match="only one experiment and its extensions can be joined") as told:
        hg.merge(tmp_path / "out", [*parts, tmp_path / "other"])
    assert f"{parts[0]}: experiment.seed: 3, and in {tmp_path / 'other'} 4" in told.value.lines
    with pytest.raises(hg.RequestError, match=r"experiment.seed: holds 4, asked 3|experiment.seed: "):
        hg.merge(tmp_path / "other", parts)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "results.nc").touch()
    with pytest.raises(hg.RequestError, match=r"out: holds results.nc but no manifest; choose another"):
        hg.merge(tmp_path / "out", parts)


def test_another_version_is_not_joined(
    parts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hegemon_kernels.MODEL_VERSION", 99)
    with pytest.raises(hg.RequestError, match="slice-1: made with model_version 1, this program has 99"):
        hg.merge(tmp_path / "out", parts)


def test_a_run_and_smaller_runs_of_it_are_joined(
    small: Factory, cut: Callable[..., None], same: Same, tmp_path: Path, quick: None
) -> None:
    """The larger one was begun as a copy of the smaller, and its own work is what was added."""
    cut(60_000)
    first = small(replicas=30).run(tmp_path / "first", workers=1)
    grown = small(replicas=30).run(tmp_path / "grown", workers=1)
    small(trajectories=2).run(grown.path, workers=1)
    for path in (first.path / "pieces").iterdir():
        (grown.path / "pieces" / path.name).unlink()
    merged = hg.merge(tmp_path / "out", [first.path, grown.path])
    same(merged, small(trajectories=2).run(tmp_path / "whole", workers=1))
    again = hg.merge(tmp_path / "out", [first.path, grown.path])
    same(again, merged)


def test_late_slices_are_added_to_what_was_joined(
    small: Factory, cut: Callable[..., None], same: Same, tmp_path: Path, quick: None
) -> None:
    cut(60_000)
    for number in (1, 2):
        small().run(tmp_path / "shared", workers=1, slice=(number, 3))
    small().run(tmp_path / "late", workers=1, slice=(3, 3))
    same(hg.merge(tmp_path / "shared", [tmp_path / "late"]), small().run(tmp_path / "whole", workers=1))


def test_pieces_are_copied_where_links_are_not_allowed(
    parts: list[Path], small: Factory, same: Same, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    same(hg.merge(tmp_path / "out", parts), small(trajectories=1).run(tmp_path / "whole", workers=1))


def test_two_packings_of_one_piece_are_equally_good_and_two_results_are_not(
    parts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece = sorted((parts[0] / "pieces").glob("piece-*"))[0]
    content = piece.read_bytes() + b"\0"  # HDF5 does not mind
    twin = piece.with_name(_renamed(piece.name, content))
    twin.write_bytes(content)
    assert hg.merge(tmp_path / "out", parts).complete
    other = sorted((parts[0] / "pieces").glob("piece-*"))[-1].read_bytes()
    twin.rename(twin.with_name(_renamed(piece.name, other)))
    twin.with_name(_renamed(piece.name, other)).write_bytes(other)
    with pytest.raises(hg.RequestError, match="holds other results than"):
        hg.merge(tmp_path / "two", parts)


def _renamed(name: str, content: bytes) -> str:
    from hegemon.storage.pieces import name_of

    return name_of("-".join(name.split("-")[:3]), content)


# One file of all outcomes


def test_outcomes_in_one_file(parts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hegemon.outputs.streaming.ROWS", 50)
    run = hg.merge(tmp_path / "out", parts, outcomes=True)
    with xr.open_dataset(run.path / "outcomes.nc", engine="h5netcdf") as found:
        xr.testing.assert_identical(found.load(), run.outcomes.compute())
        assert found.sizes == {"row": 360}
    assert not list(run.path.glob(".*.tmp"))


def test_outcomes_of_lists_have_texts(small: Factory, tmp_path: Path, quick: None) -> None:
    sweep = {"design": "list", "values": [{"system.shares": [1, 2, 3]}, {"war.spoils": 0.5}]}
    run = small(sweep=sweep, model=hg.Model(system={"years": 25, "states": 3}, hegemony={"hold": 2})).run(
        tmp_path / "run"
    )
    hg.merge(run.path, outcomes=True)
    with xr.open_dataset(run.path / "outcomes.nc", engine="h5netcdf") as found:
        xr.testing.assert_equal(found.load(), run.outcomes.compute())


def test_outcomes_that_were_not_kept_are_refused(small: Factory, tmp_path: Path, quick: None) -> None:
    run = small(detail="tallies").run(tmp_path / "run")
    with pytest.raises(hg.RequestError, match="keeps no row per replica"):
        hg.merge(run.path, outcomes=True)


@pytest.mark.parametrize("name", ["results.nc", "outcomes.nc"])
@pytest.mark.parametrize("most", [0, 100, 20_000, 38_000])
def test_a_full_disk_leaves_no_half_of_a_large_file(
    small: Factory, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    run = small().run(tmp_path / "run", workers=1)
    if name == "outcomes.nc":  # the other comes first, and would fail for it
        monkeypatch.setattr("hegemon.running.merging.results.save", lambda *_: None)
    (run.path / "results.nc").unlink()
    real, written = os.write, 0

    def write(descriptor: int, data: memoryview) -> int:
        nonlocal written
        if written + len(data) > most:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written += len(data)
        return real(descriptor, data)

    monkeypatch.setattr("hegemon.storage.sheltering.os.write", write)
    with pytest.raises(hg.WorkFailed, match=rf"{name}: no space left on the disk"):
        hg.merge(run.path, outcomes=True)
    monkeypatch.undo()
    assert not list(run.path.glob(name))
    assert not list(run.path.glob(".*"))
    hg.merge(run.path, outcomes=True)
