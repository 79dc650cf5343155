"""What the README tells a newcomer to type works."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from hegemon.config import parse

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = blocks("python")
    assert 8 <= len([line for line in example.splitlines() if line]) <= 10
    monkeypatch.chdir(tmp_path)
    exec(compile(example.replace("20_000", "500"), "README.md", "exec"), {})
    assert "p_emerged_low" in capsys.readouterr().out
    assert (tmp_path / "first.png").exists()


def test_the_toml_example_is_valid() -> None:
    (example,) = blocks("toml")
    spec = parse(tomllib.loads(example))
    assert spec.sweep.shape == (11, 3)


def test_there_are_two_commands_and_make_knows_them() -> None:
    assert blocks("sh")[0].split("\n") == ["make run", "make test", ""]
    makefile = (ROOT / "Makefile").read_text()
    assert all(f"\n{target}:" in makefile for target in ("run", "test", "validate", "docs"))


def test_files_that_are_named_are_there() -> None:
    for name in re.findall(r"\]\(([^):]+)\)|`(configs/\w+\.toml)`", README):
        assert (ROOT / (name[0] or name[1])).exists(), name
