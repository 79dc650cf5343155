"""The wheel: all of the program and nothing else. `make release-check` tries it in a fresh environment."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with the build backend that is installed here."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (found,) = out.glob("*.whl")
    return found


def test_it_holds_all_of_the_program_and_nothing_else(wheel: Path) -> None:
    expected = {
        str(path.relative_to(ROOT / root))
        for root in ("src", "kernels")
        for path in (ROOT / root).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as file:
        names = {name for name in file.namelist() if ".dist-info/" not in name}
    assert names == expected
    assert {"hegemon/py.typed", "hegemon_kernels/py.typed"} <= names


def test_its_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        (name,) = [name for name in file.namelist() if name.endswith("METADATA")]
        found = Parser().parsestr(file.read(name).decode())
        licences = [name for name in file.namelist() if "/licenses/" in name]
    assert (found["Name"], found["License-Expression"]) == ("hegemon", "BSD-3-Clause")
    assert found["Requires-Python"] == ">=3.11"
    assert "parquet" in found.get_all("Provides-Extra")
    assert found["Description-Content-Type"] == "text/markdown"
    assert licences


def test_it_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """All that needs files of the package and no kernel: the schema, templates of scripts, a first file."""
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as file:
        file.extractall(site)
    env = {**os.environ, "PYTHONPATH": str(site)}

    def call(*words: str) -> str:
        done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
        return done.stdout

    assert call(sys.executable, "-c", "import hegemon; print(hegemon.__file__)").startswith(str(site))
    hegemon = (sys.executable, "-m", "hegemon")
    call(*hegemon, "init", "first")
    assert "valid" in call(*hegemon, "validate", "first.toml")
    assert "#SBATCH" in call(*hegemon, "submit", "first.toml", "--slices", "2", "--dry-run")
