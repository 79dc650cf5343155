"""What pages take for granted: experiments and runs of these names, made once and small."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import hegemon as hg
from documentation.pages import ROOT, blocks
from documentation.running import REPLICAS

FILES = {
    "spoils.toml": next(b.text for b in blocks(Path("README.md")) if b.language == "toml"),
    "study.toml": """\
[sweep]
"balancing.efficiency" = [0.0, 1.0]
"war.spoils" = [0.2, 0.4]
[model.system]
years = 40
""",
    "waltz.toml": """\
[experiment]
name = "waltz-mearsheimer"
[sweep]
"balancing.efficiency" = { from = 0.0, to = 1.0, points = 6 }
"system.states" = [4, 6, 8]
[model.system]
years = 100
""",
    "twelve.toml": "[model.system]\nstates = 12\n",
}
RUNS = {
    "runs/spoils": ("spoils.toml", []),
    "runs/spoils-low": ("spoils.toml", ["war.decisiveness=2.0"]),
    "runs/spoils-high": ("spoils.toml", ["war.decisiveness=4.0"]),
    "runs/waltz-mearsheimer": ("waltz.toml", []),
    "runs/europe-1913": ("configs/europe_1913.toml", []),
    "runs/lasting": ("configs/decomposition.toml", ["hegemony.absorbing=false"]),
}


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], None]:
    """Put a file or a run of this name into a directory, if pages take it for granted."""
    home = tmp_path_factory.mktemp("given")
    (home / "configs").symlink_to(ROOT / "configs")
    for name, text in FILES.items():
        (home / name).write_text(text)

    def put(name: str, folder: Path) -> None:
        if name in FILES:
            shutil.copy(home / name, folder / name)
        if name in RUNS:
            file, changes = RUNS[name]
            asked = [*changes, f"experiment.replicas={REPLICAS}"]
            if not (home / name).exists():
                hg.Experiment.from_toml(home / file, asked).run(home / name, workers=1)
            shutil.copytree(home / name, folder / name)

    return put
