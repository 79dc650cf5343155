"""Calls that fail: one clear line, status 1 or 2, no file half there, and the run goes on afterwards."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import hegemon as hg
from faults.trials import Warm, Whole, stamps


def may_mount() -> bool:
    """Root is not enough: in most containers it may not mount (capability 21, CAP_SYS_ADMIN)."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if os.geteuid() == 0 and status.exists() else []
    return any(line.startswith("CapEff:") and int(line.split()[1], 16) >> 21 & 1 for line in lines)


CODES = [errno.ENOSPC, errno.EIO, errno.EACCES, errno.ESTALE, errno.EDQUOT, errno.EROFS]


def clear(ended: dict[str, Any], *statuses: int) -> str:
    """The one line that a failed run has told."""
    assert ended["status"] in statuses, ended
    assert len(ended["lines"]) == 1, ended
    assert "Traceback" not in ended["lines"][0]
    line: str = ended["lines"][0]
    return line


@pytest.mark.parametrize(
    "step", [37, pytest.param(1, marks=pytest.mark.slow)], ids=["some calls", "every call"]
)
def test_each_call_may_fail(
    warm: Warm, whole: Whole, survives: Callable[..., None], room: Path, step: int
) -> None:
    """What fails for a moment on a network file system, and what is only a record, may be got over."""
    for site in range(0, whole.sites, step):
        for code in (CODES[site % len(CODES)], CODES[(site + 3) % len(CODES)])[: 1 + (step == 1)]:
            folder = room / f"{site}-{code}"
            ended = warm(folder, site=site, errno=code, workers=1)
            if ended["status"] != 0:
                clear(ended, 1, 2)
            survives(f"{errno.errorcode[code]} from any call that opens, writes, syncs, renames, ...", folder)
            shutil.rmtree(folder)


@pytest.fixture
def disk(room: Path) -> Iterator[Callable[..., Path]]:
    """Mounts a small file system: `disk("size=200k")`."""
    mounted = []

    def mount(options: str) -> Path:
        folder = room / f"disk{len(mounted)}"
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_limit_of_file_sizes(warm: Warm, whole: Whole, survives: Callable[..., None], room: Path) -> None:
    sizes = sorted(path.stat().st_size for path in (whole.run.path / "pieces").iterdir())
    for size in {sizes[0] - 1, sizes[len(sizes) // 2], sizes[-1] - 1}:
        folder = room / str(size)
        line = clear(warm(folder, largest=size), 1)
        assert "cannot be written (File too large); finished pieces are kept, and the same command" in line
        survives("a limit of file sizes that a piece exceeds", folder)


if may_mount():

    @pytest.mark.parametrize(
        "sizes", [(60, 120), pytest.param(range(4, 400, 4), marks=pytest.mark.slow)], ids=["two", "many"]
    )
    def test_a_full_disk(
        warm: Warm, disk: Callable[..., Path], survives: Callable[..., None], sizes: range
    ) -> None:
        for size in sizes:
            folder = disk(f"size={size}k")
            ended = warm(folder / "run")
            if ended["status"] == 0:
                assert size > min(sizes)
                break  # there is room for all
            assert "no space left on the disk" in clear(ended, 1, 2) or ended["status"] == 2
            subprocess.run(["mount", "-o", "remount,size=8m", str(folder)], check=True)
            survives("a disk that is full, and has room later", folder / "run")

    def test_no_room_for_more_files(
        warm: Warm, disk: Callable[..., Path], survives: Callable[..., None]
    ) -> None:
        for inodes in (3, 8, 12):
            folder = disk(f"size=8m,nr_inodes={inodes}")
            clear(warm(folder / "run"), 1, 2)
            subprocess.run(["mount", "-o", "remount,nr_inodes=1000", str(folder)], check=True)
            survives("a table of files that is full, and is not later", folder / "run")

    def test_a_directory_that_can_only_be_read(
        warm: Warm, whole: Whole, disk: Callable[..., Path], survives: Callable[..., None]
    ) -> None:
        folder = disk("size=8m")
        clear(warm(folder / "run", largest=9_000), 1)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        line = clear(warm(folder / "run"), 1, 2)
        assert "cannot be written (Read-only file system)" in line
        assert "Read-only file system" in clear(warm(folder / "other"), 2)
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
        survives("a directory that can only be read", folder / "run")
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        assert warm(folder / "run")["status"] == 0  # a finished run is only read

    def test_a_directory_of_somebody_else(warm: Warm, room: Path, survives: Callable[..., None]) -> None:
        room.chmod(0o755)
        folder = room / "run"
        clear(warm(folder, largest=9_000), 1)
        assert "Permission denied" in clear(warm(folder, user=65534), 1, 2)
        survives("a directory without permission to write", folder)
        folder.chmod(0o700)
        assert "Permission denied" in clear(warm(folder, user=65534), 1, 2)
        survives("a directory without permission to read", folder)


# The rows of one piece alone take 8 MB.
@pytest.mark.parametrize("megabytes", [4, 8])
def test_memory_runs_out(warm: Warm, ledger: Callable[..., None], room: Path, megabytes: int) -> None:
    large = {"replicas": 500_000, "sweep": {"system.states": [3]}, "trajectories": 0}
    order = {"changes": large, "aim": 1_000_000_000}
    ended = warm(room / "run", **order, memory=megabytes << 20)
    # How much else the process holds decides what the memory ends for.
    assert ended["status"] == 1
    (told,) = [line for line in ended["lines"] if "finished pieces are kept" in line]
    assert re.search("can't start new thread|out of memory|Cannot allocate memory", told)
    # Where no memory is left, Python may tell what h5py gave up while it cleaned up; nothing of ours.
    others = [line for line in ended["lines"] if line != told]
    assert not others or any("Exception ignored in: 'h5py." in line for line in others), ended
    assert not any("/hegemon/" in line for line in others), ended
    kept = stamps(room / "run")
    assert warm(room / "run", **order)["status"] == 0
    found = stamps(room / "run")
    lost = sum(1 for name, time in kept.items() if found.get(name) != time)
    ledger("no memory left for a worker", 1, lost)
    assert lost == 0
    assert hg.open_run(room / "run").complete
