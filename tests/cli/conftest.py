from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hegemon.cli import main

SMALL = """\
[experiment]
name = "small"
title = "A small one"
replicas = 400
seed = 7

[sweep]
"balancing.efficiency" = [0.0, 0.5, 1.0]
"system.states" = [3, 4]

[model.system]
years = 40
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of one's own, with small.toml in it, as the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL)
    return tmp_path


@pytest.fixture
def hegemon() -> Callable[..., Result]:
    """Call the command line: `hegemon("run", "small.toml")`."""

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, words, prog_name="hegemon")

    return call


@pytest.fixture
def done(here: Path, hegemon: Callable[..., Result]) -> Path:
    """The directory of a finished run of small.toml."""
    assert hegemon("run", "small.toml", "--quiet").exit_code == 0
    return here / "runs" / "small"
