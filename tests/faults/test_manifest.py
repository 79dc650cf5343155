"""A manifest that was damaged, or made to harm, is refused in one line; nothing beside it is touched."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

import hegemon as hg
from hegemon import config
from hegemon.failures import PieceError
from hegemon.planning import design, plan
from hegemon.storage import files, manifest


@pytest.fixture
def values(tmp_path: Path) -> dict[str, Any]:
    """What a good manifest holds; it stands in `tmp_path`."""
    spec = config.parse({"sweep": {"balancing.efficiency": [0, 1]}})
    made = plan.extend(plan.Plan(()), spec, design.build(spec))
    (tmp_path / manifest.SESSIONS).mkdir()
    manifest.save(tmp_path, manifest.Manifest(manifest.common(spec), made))
    found: dict[str, Any] = json.loads((tmp_path / manifest.NAME).read_text())
    return found


def write(folder: Path, values: dict[str, Any]) -> None:
    """Write a manifest whose checksum is right, as one who means harm can."""
    values.pop("sha256", None)
    values["sha256"] = manifest._digest(values)
    (folder / manifest.NAME).write_text(json.dumps(values))


def test_a_good_one_is_read(tmp_path: Path, values: dict[str, Any]) -> None:
    write(tmp_path, values)
    found = manifest.load(tmp_path)
    assert found is not None
    assert len(found.plan) > 0


@pytest.mark.parametrize("byte", [0, 60, 200, -2])
def test_a_flipped_bit_is_found(tmp_path: Path, values: dict[str, Any], byte: int) -> None:
    path = tmp_path / manifest.NAME
    content = bytearray(path.read_bytes())
    content[byte] ^= 1
    path.write_bytes(content)
    with pytest.raises(PieceError, match=r"manifest: not a manifest of hegemon \("):
        manifest.load(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"stop": 10**18},
        {"stop": -1},
        {"stop": 1e6},
        {"stop": "10"},
        {"stop": [1] * 3},
        {"stop": 10**30},
        {"stop": 2**39, "block": 1},
        {"first": 10**7},
        {"block": 0},
        {"block": 2**30},
        {"cost": 2**50},
        {"rows": 2**40},
        {"rows": True},
        {"segments": 2**30},
        {"aim": -1},
        {"kind": "../../etc"},
        {"points": ["zz"]},
        {"points": ["-1", "1"]},
        {"points": 7},
        {"points": ["1" * 20, "2"]},
    ],
)
def test_values_out_of_range_are_refused_before_any_work(
    tmp_path: Path, values: dict[str, Any], changes: dict[str, Any]
) -> None:
    values["generations"][0].update(changes)
    write(tmp_path, values)
    with pytest.raises(PieceError, match=r"manifest: not a manifest of hegemon \("):
        manifest.load(tmp_path)


@pytest.mark.parametrize(
    "text", ["[" * 10**6, "{" * 10**6, "1" * 10**6, "null", "[]", "", "\0", '{"a":1e999}']
)
def test_other_texts_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / manifest.NAME).write_text(text)
    with pytest.raises(PieceError, match=r"manifest: not a manifest of hegemon \("):
        manifest.load(tmp_path)


def test_a_vast_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / manifest.NAME).open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(PieceError, match=r"is larger than it can be \(1099511627776 bytes"):
        manifest.load(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / manifest.NAME)
    with pytest.raises(PieceError, match="is not an ordinary file"):
        manifest.load(tmp_path)


def test_more_work_than_can_be_planned_is_refused() -> None:
    spec = config.parse(
        {"experiment": {"replicas": 10**12}, "sweep": {"war.spoils": {"from": 0, "to": 1, "points": 1000}}}
    )
    with pytest.raises(hg.RequestError, match=r"1,000,000,000,000 replicas of 1,000 points are too much"):
        plan.extend(plan.Plan(()), spec, design.build(spec))


def test_a_stumbling_file_system_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"whole")
    codes = iter([errno.ESTALE, errno.EIO, 0])
    real = files._read

    def stumble(path: Path, most: int) -> bytes:
        code = next(codes)
        if code:
            raise OSError(code, "stumbled")
        return real(path, most)

    monkeypatch.setattr(files, "_read", stumble)
    monkeypatch.setattr(files, "PAUSES", (0.0, 0.0))
    assert files.read(path, 5) == b"whole"
    codes = iter([errno.EIO] * 3)
    with pytest.raises(PieceError, match="file: stumbled"):
        files.read(path, 5)
