"""A process that has everything loaded and forks a child for each run it is told to make, with a fault in it.

Lines of JSON come in, lines of JSON go out. A fault strikes at the k-th call that touches the run's directory
("sites": open, write, fsync, rename, link, remove, mkdir, list), or after some time.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import pathlib
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any

import hegemon as hg
import hegemon.planning.plan
from hegemon.cli.exits import told

EVENTS = {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.scandir", "os.listdir"}


def experiment(**changes: Any) -> hg.Experiment:
    """Some ten short pieces."""
    model = hg.Model(system={"years": 25}, hegemony={"hold": 2})
    settings = {
        "sweep": {"balancing.efficiency": [0, 1], "system.states": [3, 5]},
        "replicas": 300,
        "seed": 3,
    }
    return hg.Experiment(model, **{**settings, "name": "small", "trajectories": 2, **changes})


class Sites:
    """Counts the calls that touch a folder; at one of them the fault strikes."""

    def __init__(self, folder: str, at: int, strike: Callable[[], None]) -> None:
        self.folder, self.at, self.strike = folder, at, strike
        self.counter, self.lock = itertools.count(), threading.Lock()
        self.last = 0
        self.here: list[str] = []

    def meet(self, name: str, path: Any) -> None:
        if not isinstance(path, str | bytes | os.PathLike) or not os.fsdecode(path).startswith(self.folder):
            return
        with self.lock:
            self.last = next(self.counter)
            strikes = self.last == self.at
        if strikes:
            self.here.append(name)
            self.strike()

    def install(self) -> None:
        """From now on; there is no way back, which is why this is a child."""
        sys.addaudithook(lambda event, given: self.meet(event, given[0]) if event in EVENTS else None)
        fsync, sites = os.fsync, self

        def counted(descriptor: int) -> None:
            sites.meet("fsync", pathlib.Path(f"/proc/self/fd/{descriptor}").readlink())
            fsync(descriptor)

        os.fsync = counted
        usual = pathlib.Path.open

        class Halting(io.BufferedWriter):
            """Has written half when the fault strikes."""

            def write(self, data: Any) -> int:
                half = len(data) // 2
                super().write(data[:half])
                self.flush()
                sites.meet("write", self.raw.name)
                return half + super().write(data[half:])

        def opened(path: pathlib.Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
            if mode == "xb" and str(path).startswith(sites.folder):
                return Halting(io.FileIO(str(path), "x"))
            return usual(path, mode, *rest, **more)

        pathlib.Path.open = opened


def fail(code: int) -> Callable[[], None]:
    """A strike that makes the call fail."""

    def strike() -> None:
        raise OSError(code, os.strerror(code))

    return strike


def kill() -> None:
    """A strike that leaves no time for anything."""
    os.kill(os.getpid(), signal.SIGKILL)


def memory(more: int) -> None:
    """Allow this process so many bytes beyond what it has now."""
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def child(order: dict[str, Any], out: int) -> None:
    """Make a run as told, its last words on standard error."""
    folder = order["folder"]
    strike = kill if order.get("errno") is None else fail(order["errno"])
    sites = Sites(str(pathlib.Path(folder).absolute()), order.get("site", -1), strike)
    if order.get("count") or "site" in order:
        sites.install()
    if "cwd" in order:
        os.chdir(order["cwd"])
    if "largest" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest"],) * 2)
    if "aim" in order:
        hegemon.planning.plan.target = lambda total: order["aim"]
    if "memory" in order:
        memory(order["memory"])
    if "user" in order:
        os.setgid(order["user"])
        os.setuid(order["user"])

    def progress(now: hg.Progress) -> None:
        if now.pieces_done == order.get("chdir_after"):
            os.chdir(order["then"])

    try:
        told(run)(order, progress)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 99
    with os.fdopen(out, "w") as answer:
        json.dump({"status": status, "sites": sites.last + 1, "here": sites.here}, answer)
    sys.stderr.flush()
    os._exit(0)


def run(order: dict[str, Any], progress: Any) -> None:
    given = {"recompute_damaged": True} if order.get("recompute") else {}
    asked = experiment(**order.get("changes", {}))
    asked.run(order["folder"], workers=order.get("workers", 2), progress=progress, **given)


def make(order: dict[str, Any]) -> dict[str, Any]:
    """Fork, wait or kill, and tell how it ended."""
    heard, said = os.pipe()
    with tempfile.TemporaryFile("w+") as words:
        process = os.fork()
        if process == 0:
            os.close(heard)
            os.dup2(words.fileno(), 2)
            try:
                child(order, said)
            except BaseException:  # whatever it is, the parent has to hear of it
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(98)
        os.close(said)
        if "seconds" in order:
            time.sleep(order["seconds"])
            os.kill(process, signal.SIGKILL)
        with os.fdopen(heard) as answer:
            text = answer.read()
        _, end = os.waitpid(process, 0)
        words.seek(0)
        found = {"status": -end if text == "" else None, "sites": 0, "here": []}
        return {**found, **(json.loads(text) if text else {}), "lines": words.read().splitlines()}


def main() -> None:
    """Serve until nothing more is asked."""
    hegemon.planning.plan.target = lambda total: 200_000
    with tempfile.TemporaryDirectory() as folder:
        # Everything is imported and compiled before the first fork; no thread is left behind.
        experiment(replicas=3).run(folder, workers=1).results.load()
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(make(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
