"""The Makefile refuses what it cannot use in one clear line, and bears a path with spaces."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

OLD = """#!/bin/sh
case "$1" in
  -c) exit 1 ;;
  -V) echo "Python 3.9.18" ;;
  *) exit 9 ;;
esac
"""
# Stands for a new Python: makes a .venv whose python and hegemon only say what they were asked.
NEW = """#!/bin/sh
[ "$1" = -c ] && exit 0
mkdir -p .venv/bin
printf '#!/bin/sh\\necho "python $*" >> asked\\n' > .venv/bin/python
printf '#!/bin/sh\\necho "hegemon $*" >> asked\\n' > .venv/bin/hegemon
chmod +x .venv/bin/python .venv/bin/hegemon
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "a checkout"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *words], cwd=folder, capture_output=True, text=True, check=False)


def script(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_an_old_python_is_refused_in_one_line(checkout: Path) -> None:
    old = script(checkout / "old python", OLD)
    done = make(checkout, "run", f"PYTHON={old}")
    assert done.returncode != 0
    first = done.stderr.splitlines()[0]
    assert first.startswith("hegemon needs Python 3.11 or newer")
    assert "3.9.18" in first
    assert not (checkout / ".venv").exists()


def test_no_python_is_refused_in_one_line(checkout: Path) -> None:
    done = make(checkout, "test", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith(
        "hegemon needs Python 3.11 or newer: there is no no-such-python"
    )


def test_a_second_run_installs_nothing(checkout: Path) -> None:
    new = script(checkout / "new python", NEW)
    asked = checkout / "asked"
    assert make(checkout, "run", f"PYTHON={new}").returncode == 0
    first = asked.read_text().splitlines()
    assert [line.split()[:3] for line in first[:2]] == [["python", "-m", "pip"]] * 2
    assert first[2] == "hegemon run configs/waltz_mearsheimer.toml"
    asked.unlink()
    assert make(checkout, "run", f"PYTHON={new}").returncode == 0
    assert asked.read_text().splitlines() == ["hegemon run configs/waltz_mearsheimer.toml"]


def test_tests_get_what_they_need_once(checkout: Path) -> None:
    new = script(checkout / "new python", NEW)
    asked = checkout / "asked"
    for _ in range(2):
        assert make(checkout, "test", f"PYTHON={new}").returncode == 0
    words = asked.read_text()
    assert words.count("pip install --quiet --group test") == 1
    assert words.count("-m pytest --numprocesses auto") == 2
