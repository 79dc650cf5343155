"""Compile the kernel once for tasks that start together: ``python -m hegemon.cluster.warm EXPERIMENT``.

A kernel takes about half a minute to compile and lies in a cache from then on, for each kind of CPU. Of the
tasks that find none, the first compiles and the others wait for it. Nothing rests on that but time: a task
whose turn does not come compiles for itself, and files in the cache are whole or not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hegemon.errors import RequestError

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec

PATIENCE = 180.0
"""Seconds to wait for another task; one that was killed while it compiled costs the others no more."""
POLL = 0.5


def marker(dtype: str) -> Path:
    """The file that says: the kernel of this precision, installation, Numba and CPU is in the cache."""
    import numba
    from numba.core.registry import cpu_target

    import hegemon_kernels
    from hegemon_kernels._jit import cache_directory

    sources = sorted(Path(hegemon_kernels.__file__).parent.glob("*.py"))
    # What Numba looks at, too, before it takes what it finds.
    kind = (
        cpu_target.target_context.codegen().magic_tuple(),
        numba.__version__,
        sys.version_info[:3],
        [(str(path), path.stat().st_mtime_ns) for path in sources],
    )
    return cache_directory() / f"compiled-{dtype}-{hashlib.sha256(repr(kind).encode()).hexdigest()[:16]}"


def warm(mark: Path, compile_kernel: Callable[[], None], patience: float = PATIENCE) -> str:
    """Compile unless the mark is there or another task makes it; say in words what was done."""
    begin = time.monotonic()
    if mark.exists():
        return "found compiled"
    with _turn(mark.with_suffix(".lock")) as first:
        if not first and _appears(mark, patience):
            return f"compiled by another task, {time.monotonic() - begin:.0f} s waited"
        compile_kernel()
        with contextlib.suppress(OSError):  # no place for a cache: every process compiles
            mark.touch()
    return f"compiled in {time.monotonic() - begin:.0f} s"


@contextlib.contextmanager
def _turn(lock: Path) -> Iterator[bool]:
    """Whether this task is the first here; a lock that cannot be made keeps nobody waiting."""
    made = _make(lock)
    try:
        yield made is not False
    finally:
        if made:
            _remove(lock)


def _make(lock: Path) -> bool | None:
    """Whether the lock was made here and now; None where there is no place for it."""
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    except OSError:
        return None
    return True


def _remove(lock: Path) -> None:
    with contextlib.suppress(OSError):
        lock.unlink(missing_ok=True)


def _appears(path: Path, patience: float) -> bool:
    """Whether the file comes to be; by this machine's steady clock, as clocks of nodes differ."""
    end = time.monotonic() + patience
    while not path.exists():
        if time.monotonic() >= end:
            # Whoever held the lock is gone; the next to come need not wait as well.
            _remove(path.with_suffix(".lock"))
            return False
        time.sleep(POLL)
    return True


def compile_for(spec: ExperimentSpec) -> None:
    """Simulate one replica of an experiment, which compiles the kernel that it needs."""
    import numpy as np

    import hegemon_kernels as hk
    from hegemon.parameters import kernel_values
    from hegemon.planning.design import build

    point = hk.pack_point(kernel_values(build(spec).points[0].model), spec.dtype)
    hk.simulate(point, 0, 0, np.empty(1, hk.OUTCOME_DTYPE))


def main(path: str) -> int:
    """Compile for an experiment file; returns the exit status."""
    from hegemon.config import load

    try:
        spec = load(path)
    except RequestError as error:
        print(error, file=sys.stderr)
        return 2
    done = warm(marker(spec.dtype), lambda: compile_for(spec))
    print(f"hegemon: kernel {done} ({spec.dtype}, {socket.gethostname()})", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
