"""What a loss of power leaves: a file takes its name when it is on disk, and is told of when its name is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import hegemon as hg
from hegemon.storage import pieces


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Each fsync, rename and link with its path, as they come."""
    found: list[tuple[str, str]] = []
    fsync, rename, link = os.fsync, Path.replace, Path.hardlink_to

    def synced(descriptor: int) -> None:
        found.append(("sync", str(Path(f"/proc/self/fd/{descriptor}").readlink())))
        fsync(descriptor)

    def renamed(path: Path, target: Path) -> Path:
        found.append(("name", f"{path}>{target}"))
        return rename(path, target)

    def linked(path: Path, source: Path) -> None:
        found.append(("name", f"{source}>{path}"))
        link(path, source)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    monkeypatch.setattr(Path, "hardlink_to", linked)
    return found


def test_every_file_is_on_disk_before_it_has_its_name(
    tmp_path: Path, calls: list[tuple[str, str]], ledger: Callable[..., None]
) -> None:
    model = hg.Model(system={"years": 5, "states": 3}, hegemony={"hold": 2})
    hg.Experiment(model, replicas=50, trajectories=1).run(tmp_path / "run", workers=1)
    # Claims are links to files that have long been there, and need not outlive a loss of power.
    names = [(place, text) for place, (what, text) in enumerate(calls) if what == "name" and ".tmp>" in text]
    targets = {Path(text.split(">")[1]).name.split("-")[0] for _, text in names}
    assert {"piece", "trace", "manifest", "experiment.toml", "provenance.json", "results.nc"} <= targets
    for place, text in names:
        source, target = map(Path, text.split(">"))
        assert ("sync", str(source)) in calls[:place]
        assert ("sync", str(target.parent)) in calls[place:]
    ledger("a file that takes its name, on disk before and its name after", len(names))


@pytest.mark.parametrize("name", ["file", "."])
def test_folders_that_cannot_be_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Some network file systems refuse it for folders; for a file it is an error."""
    fsync = os.fsync

    def refuse(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").resolve().is_dir() == (name == "."):
            raise OSError(22, os.strerror(22))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", refuse)
    if name == ".":
        pieces.write(tmp_path / "file", b"whole")
        assert (tmp_path / "file").read_bytes() == b"whole"
    else:
        with pytest.raises(hg.WorkFailed, match="cannot be written"):
            pieces.write(tmp_path / "file", b"whole")
