"""Pieces: whole or not there, named by what they hold, found out when damaged."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hegemon.failures import PieceError, WorkFailed
from hegemon.storage import pieces

STEM = "piece-000007-0123456789abcdef"


def put(folder: Path, content: bytes = b"some bytes", stem: str = STEM) -> pieces.PieceFile:
    path = folder / pieces.name_of(stem, content)
    pieces.write(path, content)
    found = pieces.parse(path)
    assert found is not None
    return found


def test_a_name_says_what_the_piece_is(tmp_path: Path) -> None:
    piece = put(tmp_path)
    assert (piece.kind, piece.number, piece.work, piece.size) == ("piece", 7, "0123456789abcdef", 10)
    assert piece.path.name.endswith(f"-10-{piece.digest}.nc")
    assert pieces.read(piece) == b"some bytes"
    assert pieces.listing(tmp_path) == {piece.work: piece}


@pytest.mark.parametrize("name", ["other.nc", "piece-7-x-1-y.nc", ".host-1-2.tmp", f"{STEM}-10-012345.nc"])
def test_other_files_are_not_pieces(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"1234567890")
    assert pieces.listing(tmp_path) == {}


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    piece = put(tmp_path)
    piece.path.write_bytes(b"some Bytes")
    with pytest.raises(PieceError, match=rf"{piece.path.name}: damaged \(its SHA-256"):
        pieces.read(piece)


def test_a_truncated_piece_is_found_without_reading(tmp_path: Path) -> None:
    piece = put(tmp_path)
    piece.path.write_bytes(b"some")
    with pytest.raises(
        PieceError, match=r"damaged \(4 bytes, not 10\); hegemon run with --recompute-damaged"
    ):
        pieces.listing(tmp_path)


def test_a_missing_piece_is_named(tmp_path: Path) -> None:
    piece = put(tmp_path)
    piece.path.unlink()
    with pytest.raises(PieceError, match=f"{piece.path.name}: No such file"):
        pieces.read(piece)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_write_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("hegemon.storage.pieces.os.fsync", fail)
    expected = "no space left on the disk" if code == errno.ENOSPC else r"cannot be written \(Input/output"
    with pytest.raises(WorkFailed, match=f"{expected}.*the same command goes on"):
        put(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_writers_of_one_piece_are_harmless(tmp_path: Path) -> None:
    assert put(tmp_path) == put(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_of_two_packings_of_one_piece_either_will_do(tmp_path: Path) -> None:
    put(tmp_path, b"packed by one version")
    put(tmp_path, b"packed by another")
    assert len(pieces.listing(tmp_path)) == 1


def test_leftovers_of_dead_processes_are_swept_and_others_are_kept(tmp_path: Path) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    host = os.uname().nodename
    mine, theirs = tmp_path / f".{host}-{os.getpid()}-1.tmp", tmp_path / ".elsewhere-1-1.tmp"
    left = tmp_path / f".{host}-{dead.stdout.strip()}-3.tmp"
    for path in (mine, theirs, left):
        path.touch()
    pieces.sweep(tmp_path)
    assert (mine.exists(), theirs.exists(), left.exists()) == (True, True, False)
