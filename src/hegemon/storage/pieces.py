"""Pieces: finished work, one netCDF-4 file each, written once and never changed.

A piece's name tells what it holds and vouches for its bytes::

    piece-000123-<work>-<size>-<sha256>.nc

number in the plan, identity of the work (16 hex digits), bytes, and the first 16 hex digits of the SHA-256 of
the bytes. So a listing of the folder says what is finished, without a journal that two hosts would have to
share. A piece appears under its name only when all of it is on disk: two writers of one piece are harmless.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import os
import re
import socket
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hegemon.failures import MENDING, PieceError, WorkFailed
from hegemon.storage import files

_NAME = re.compile(r"(piece|trace|pilot|split)-(\d{6,})-([0-9a-f]{16})-(\d+)-([0-9a-f]{16})\.nc")
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EXDEV, errno.EMLINK, errno.EINVAL)
_counter = itertools.count()


@dataclass(frozen=True)
class PieceFile:
    """A finished piece, as its name describes it."""

    path: Path
    kind: str
    number: int
    work: str
    size: int
    digest: str


def parse(path: Path) -> PieceFile | None:
    """Read a piece's name; None where it is not one."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        return None
    kind, number, work, size, digest = match.groups()
    return PieceFile(path, kind, int(number), work, int(size), digest)


def name_of(stem: str, content: bytes) -> str:
    """Name of the file that holds `content` as the piece `stem`."""
    return f"{stem}-{len(content)}-{hashlib.sha256(content).hexdigest()[:16]}.nc"


def listing(folder: Path) -> dict[str, PieceFile]:
    """Finished pieces of a folder by the identity of their work; names and sizes are trusted, not hashes.

    Raises
    ------
    PieceError
        If a piece is not as long as its name says.
    """
    found: dict[str, PieceFile] = {}
    for entry in _entries(folder):
        piece = parse(Path(entry.path))
        if piece is None:
            continue
        state = entry.stat()
        if state.st_size != piece.size or not stat.S_ISREG(state.st_mode):
            raise PieceError(f"{piece.path}: damaged ({state.st_size} bytes, not {piece.size}); {MENDING}")
        # Two library versions may have packed one piece differently: the same work, either will do.
        found.setdefault(piece.work, piece)
    return found


def every(folder: Path) -> Iterator[PieceFile]:
    """All files of a folder that bear a piece's name, in the order of their names; nothing is checked."""
    return (piece for entry in _entries(folder) if (piece := parse(Path(entry.path))) is not None)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    if folder.is_dir():
        with os.scandir(folder) as entries:
            yield from sorted(entries, key=lambda entry: entry.name)


def read(piece: PieceFile) -> bytes:
    """Bytes of a piece, checked against the hash in its name.

    Raises
    ------
    PieceError
        If the file is missing or its bytes are not those that were written.
    """
    content = files.read(piece.path, piece.size)
    if hashlib.sha256(content).hexdigest()[:16] != piece.digest:
        raise PieceError(f"{piece.path}: damaged (its SHA-256 is not the one in its name); {MENDING}")
    return content


def write(path: Path, content: bytes) -> None:
    """Write a file so that it is either whole and on disk, or not there: temporary name, fsync, rename.

    Raises
    ------
    WorkFailed
        If the disk is full or the file cannot be written; nothing is left behind.
    """
    try:
        _write(path, content)
    except OSError as error:
        raise WorkFailed(_failure_line(path, error)) from error


def write_first(path: Path, marker: Path, content: bytes) -> bool:
    """Write a file as `write` does, unless `marker` is there; whether it was written.

    Of several processes that try at once, on any number of hosts, one succeeds: making a hard link is
    refused or done in one step on network file systems too. `marker` stays and holds what was written.

    Raises
    ------
    WorkFailed
        As `write`.
    """
    try:
        temporary = _temporary(marker, content)
        try:
            first = _linked(temporary, marker)
        finally:
            _remove(temporary)
        if first:
            _write(path, content)  # a file of its own: whoever edits it leaves the marker alone
    except OSError as error:
        raise WorkFailed(_failure_line(path, error)) from error
    return first


def _linked(source: Path, target: Path) -> bool:
    try:
        target.hardlink_to(source)
        sync(target.parent)
    except FileExistsError:
        return target.samefile(source)  # a server's answer may be lost, and the call be made twice
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    return True  # without hard links the last writer wins


def _failure_line(path: Path, error: OSError) -> str:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    what = "no space left on the disk" if full else f"cannot be written ({error.strerror or error})"
    return f"{path}: {what}; finished pieces are kept, and the same command goes on once this is mended"


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Name of a file to write inside the block, which then takes the place of `path`.

    Raises
    ------
    WorkFailed
        If the disk is full or the file cannot be written; nothing is left behind.
    """
    temporary = _temporary_name(path)
    try:
        yield temporary
        temporary.replace(path)
        sync(path.parent)
    except OSError as error:
        raise WorkFailed(_failure_line(path, error)) from error
    finally:
        _remove(temporary)


def _write(path: Path, content: bytes) -> None:
    temporary = _temporary(path, content)
    try:
        temporary.replace(path)
    except BaseException:
        _remove(temporary)
        raise
    sync(path.parent)


def _temporary(path: Path, content: bytes) -> Path:
    """A file beside `path` with the content, on disk."""
    temporary = _temporary_name(path)
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        _remove(temporary)
        raise
    return temporary


def _temporary_name(path: Path) -> Path:
    return path.with_name(f".{socket.gethostname()}-{os.getpid()}-{next(_counter)}.tmp")


def _remove(temporary: Path) -> None:
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what killed processes of this host were writing; another host's may be alive."""
    pattern = re.compile(rf"\.{re.escape(socket.gethostname())}-(\d+)-\d+\.tmp")
    for path in folder.glob(".*.tmp"):
        match = pattern.fullmatch(path.name)
        if match and not _is_alive(int(match[1])):
            _remove(path)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems know no such thing
            raise
    finally:
        os.close(descriptor)
