"""Worker processes, one a contestant, and what they are asked."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

WORKER = Path(__file__).with_name("worker.py")


class Worker:
    """A process that simulates one contestant.

    Parameters
    ----------
    name : str
        Name of the contestant.
    environment : mapping, optional
        Variables besides those of this process, such as other places for caches.
    """

    def __init__(self, name: str, environment: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | dict(environment or {}),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(self, **order: Any) -> dict[str, float]:
        """Have it simulate, and wait for what it says.

        Raises
        ------
        RuntimeError
            If the process has ended.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            print(json.dumps(order), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise RuntimeError(f"the worker of {self.name} ended with status {self.process.wait()}")
        found: dict[str, float] = json.loads(line)
        return found

    def close(self) -> None:
        """Let it end; what does not end by itself is killed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def caches(folder: str | Path) -> dict[str, str]:
    """Variables that put everything compiled below `folder`."""
    place = str(folder)
    return {"NUMBA_CACHE_DIR": place, "PEERS_CACHE_DIR": place, "XDG_CACHE_HOME": place}
