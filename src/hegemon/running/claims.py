"""Several processes at work on one directory share its pieces: each says which ones it has in hand.

A claim spares work and no more: pieces are the same bits whoever makes them, and appear whole or not at all,
so that nothing is lost or wrong where two processes make one after all.

A claim on a piece is a hard link, made in one step on network file systems too, from the file of the
process's session to the name of the piece. The file tells who that is, and its time of change, renewed every
few seconds, that it is alive: one touch renews all claims. On its own host the process holds a lock on the
file that vanishes with it, so that what a killed process had in hand is free at once; on other hosts a claim
ends when it was not renewed for `LEASE` seconds. Times are those of the file system, whatever the clocks of
hosts say. Where there are no hard links there are no claims.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import socket
import threading
import time
from collections import deque
from pathlib import Path
from typing import Self

from hegemon.planning.slices import Slice

BEAT = 10.0
"""Seconds between signs of life."""
LEASE = 60.0
"""Seconds without a sign of life after which a process of another host is taken for dead."""
LOOK = 1.0
"""Seconds between looks at what others have done."""
HOLD = 3.0
"""Seconds that a claim outlives the making of its piece: until others have looked."""
_SUFFIX = ".claim"


class Claims:
    """The claims of one process.

    Parameters
    ----------
    session : Path
        File of its session, in the folder where claims are made.
    part : Slice, optional
        What it is to do; processes that have another slice of as many are no rivals.
    """

    def __init__(self, session: Path, part: Slice | None = None) -> None:
        self.session, self.folder = session, session.parent
        self._part = part
        self._held: set[str] = set()
        self._ended: deque[tuple[float, str]] = deque()
        self._gone: set[str] = {session.name}
        self._looked = -LOOK
        self._rivals = False
        self._lock = _locked(session)
        self._closed = threading.Event()
        self._beat = threading.Thread(target=self._live, name="signs of life", daemon=True)
        self._beat.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clean()
        self.close()

    def take(self, stem: str) -> bool:
        """Claim the piece of this name; False where another process that lives has it in hand."""
        path = self._path(stem)
        for _ in range(2):
            try:
                path.hardlink_to(self.session)
            except FileExistsError:
                if self._is_alive(path):
                    return False
                _unlink(path)
            except OSError:
                return True  # no hard links here, or no room: work without
            else:
                self._held.add(stem)
                return True
        return False

    def release(self, stem: str) -> None:
        """Give up a claim on a piece that is made, and those whose time has come."""
        now = time.monotonic()
        self._ended.append((now, stem))
        while self._ended and self._ended[0][0] < now - HOLD:
            self._drop(self._ended.popleft()[1])

    def look(self) -> bool:
        """Whether it is time to look at what rivals have made; never where there are none."""
        now = time.monotonic()
        if now < self._looked + LOOK:
            return False
        self._looked = now
        return any(self._is_rival(path) for path in self.folder.glob("*.json"))

    def close(self) -> None:
        """Give up all claims."""
        self._closed.set()
        for stem in list(self._held):
            self._drop(stem)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def clean(self) -> None:
        """Remove the claims of processes that died."""
        for path in self.folder.glob(f"*{_SUFFIX}"):
            if not self._is_alive(path):
                _unlink(path)

    def _path(self, stem: str) -> Path:
        return self.folder / f"{stem}{_SUFFIX}"

    def _drop(self, stem: str) -> None:
        self._held.discard(stem)
        _unlink(self._path(stem))

    def _live(self) -> None:
        while not self._closed.wait(BEAT):
            with contextlib.suppress(OSError):
                os.utime(self.session)

    def _is_rival(self, path: Path) -> bool:
        if path.name in self._gone:
            return False
        if self._has_other_slice(path.name) or not self._is_alive(path):
            self._gone.add(path.name)
            return False
        return True

    def _has_other_slice(self, name: str) -> bool:
        found = re.search(r"-slice-(\d+)-of-(\d+)\.json$", name)
        if self._part is None or found is None:
            return False
        return int(found[2]) == self._part.count and int(found[1]) != self._part.number

    def _is_alive(self, path: Path) -> bool:
        """Whether the process lives that a session's file, or a link to it, tells of."""
        try:
            with path.open(encoding="utf-8") as file:
                made = json.load(file)
                if made["end"]:
                    return False
                if made["host"] == socket.gethostname() and _is_free(file.fileno()):
                    return False
                return _now(self.session) - os.fstat(file.fileno()).st_mtime < LEASE
        except (OSError, ValueError, KeyError, TypeError):
            return False


def _unlink(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _locked(session: Path) -> int | None:
    """An open, locked descriptor of the file; None where there are no locks."""
    try:
        descriptor = os.open(session, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def _is_free(descriptor: int) -> bool:
    """Whether no process of this host holds the lock on a file."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _now(session: Path) -> float:
    """The time of the file system that the file is on."""
    os.utime(session)
    return session.stat().st_mtime
