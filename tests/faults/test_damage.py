"""Damaged files are found when they are opened, are named, and are made again on request only."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hegemon as hg
from faults.trials import Warm, Whole
from hegemon.storage import manifest, pieces


@pytest.fixture
def copy(whole: Whole, room: Path) -> Path:
    """A finished run that may be damaged."""
    return shutil.copytree(whole.run.path, room / "run")


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 8
    path.write_bytes(content)


def zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def gone(path: Path) -> None:
    path.unlink()


def foreign(path: Path) -> None:
    """Another piece's bytes, under a name that fits them but for the work."""
    other = next(item for item in sorted(path.parent.iterdir()) if item != path)
    content, stem = other.read_bytes(), "-".join(path.name.split("-")[:3])
    path.unlink()
    (path.parent / pieces.name_of(stem, content)).write_bytes(content)


def another_format(version: bytes) -> Callable[[Path], None]:
    """Bytes that say another version of the format, with the hash that fits."""

    def change(path: Path) -> None:
        content = path.read_bytes()
        place = content.index(b"format_version\0")
        at = content.index((1).to_bytes(4, "little"), place + 40)
        content = content[:at] + version + content[at + 4 :]
        stem = "-".join(path.name.split("-")[:3])
        path.unlink()
        (path.parent / pieces.name_of(stem, content)).write_bytes(content)

    change.__name__ = f"format {version[0]}"
    return change


def some(harm: list[Any], *often: Any) -> list[Any]:
    """Those that are done every time, and the others in the long suite."""
    return [
        pytest.param(one, marks=() if one in often else pytest.mark.slow, id=one.__name__) for one in harm
    ]


HARM = [truncate, empty, flip, zeros, foreign, another_format(b"\0\0\0\0"), another_format(b"\2\0\0\0")]


@pytest.mark.parametrize(
    ("kind", "harm"),
    [
        *(pytest.param("piece", harm, id=f"piece-{harm.__name__}") for harm in HARM),
        *(
            pytest.param("trace", *item.values, marks=item.marks, id=f"trace-{item.id}")
            for item in some(HARM, flip)
        ),
    ],
)
def test_of_a_piece(
    warm: Warm, whole: Whole, copy: Path, survives: Callable[..., None], harm: Any, kind: str
) -> None:
    path = sorted((copy / "pieces").glob(f"{kind}-*"))[-1]
    harm(path)
    (copy / "results.nc").unlink()  # so that there is something to do
    names = {item.name for item in (copy / "pieces").iterdir()}
    if kind == "piece":
        ended = warm(copy)
        assert ended["status"] == 1
        assert len(ended["lines"]) == 1
        assert "-".join(path.name.split("-")[:3]) in ended["lines"][0]
        assert {item.name for item in (copy / "pieces").iterdir()} == names  # nothing is touched unasked
    assert warm(copy, recompute=True)["status"] == 0
    assert len(list((copy / "damaged").iterdir())) == 1
    survives("a piece truncated, emptied, changed, of other work or of another format", copy)
    run = hg.open_run(copy)
    run.outcomes.compute()
    run.trajectories.compute()


@pytest.mark.parametrize("harm", some([truncate, empty, flip, zeros], truncate, flip))
@pytest.mark.parametrize("name", ["results.nc", "provenance.json"])
def test_of_a_file_that_can_be_made_again(
    warm: Warm, copy: Path, survives: Callable[..., None], harm: Any, name: str
) -> None:
    harm(copy / name)
    run = hg.open_run(copy)
    if name == "results.nc":
        with pytest.raises(hg.PieceError, match=name):
            _ = run.results
    elif harm is not flip:  # a flip in a record's text cannot be told
        with pytest.raises(hg.PieceError, match=name):
            _ = run.provenance
    before = (copy / name).read_bytes()
    assert warm(copy, recompute=True)["status"] == 0
    if (copy / "damaged").exists():
        assert next((copy / "damaged").iterdir()).read_bytes() == before
    survives(f"{name} truncated, emptied or changed", copy)


@pytest.mark.parametrize("harm", some([truncate, empty, flip, zeros, gone], flip, gone))
@pytest.mark.parametrize("name", ["manifest", "experiment.toml"])
def test_of_a_file_that_says_what_is_asked(
    warm: Warm, whole: Whole, copy: Path, ledger: Callable[..., None], harm: Any, name: str
) -> None:
    """The manifest is the one file that nothing else makes good; beside it nothing is touched."""
    path = copy / name
    content = path.read_bytes()
    harm(path)
    ended = warm(copy)
    if ended["status"] != 0:
        assert len(ended["lines"]) == 1
        assert "manifest" in ended["lines"][0]
        path.write_bytes(content)
        assert warm(copy)["status"] == 0
    run = hg.open_run(copy)
    lost = (
        run.results.digest != whole.run.results.digest
        or {p.name for p in (copy / "pieces").iterdir()} != whole.names
    )
    ledger(f"{name} truncated, emptied, changed or gone", 1, int(lost))
    assert not lost
    assert manifest.load(copy) is not None


def test_an_experiment_file_that_is_no_text(copy: Path, warm: Warm, survives: Callable[..., None]) -> None:
    """The manifest holds what is asked; the file beside it is written again."""
    text = (copy / "experiment.toml").read_bytes()
    (copy / "experiment.toml").write_bytes(b"\xff" + text[1:])
    (copy / "results.nc").unlink()
    survives("experiment.toml truncated, emptied, changed or gone", copy)
    assert (copy / "experiment.toml").read_bytes() == text


def test_results_of_another_run(warm: Warm, whole: Whole, copy: Path, room: Path) -> None:
    assert warm(room / "other", changes={"seed": 4})["status"] == 0
    shutil.copy(room / "other" / "results.nc", copy)
    with pytest.raises(
        hg.PieceError, match=r"results\.nc: is of another run \(its seed is 4, the manifest's 3\)"
    ):
        _ = hg.open_run(copy).results
    assert warm(copy, recompute=True)["status"] == 0
    assert hg.open_run(copy).results.digest == whole.run.results.digest


def test_a_second_damaged_file_does_not_replace_the_first(warm: Warm, copy: Path) -> None:
    for count in (1, 2, 3):
        flip(copy / "results.nc")
        assert warm(copy, recompute=True)["status"] == 0
        assert len(list((copy / "damaged").iterdir())) == count


def test_nothing_is_moved_out_of_the_run(warm: Warm, copy: Path, room: Path) -> None:
    (room / "elsewhere").mkdir()
    (copy / "damaged").symlink_to(room / "elsewhere")
    flip(copy / "results.nc")
    ended = warm(copy, recompute=True)
    assert ended["status"] == 2
    assert "cannot be moved aside (is a link to somewhere else)" in ended["lines"][0]
    assert (copy / "results.nc").exists()
