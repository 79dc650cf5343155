"""What is cited is what is here."""

from __future__ import annotations

import tomllib
from pathlib import Path

import yaml

from hegemon import __version__

ROOT = Path(__file__).parents[2]


def test_the_citation_names_this_version_and_licence() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert cited["cff-version"] == "1.2.0"
    assert cited["version"] == __version__
    assert cited["license"] == project["license"]
    assert [author["name"] for author in cited["authors"]] == [
        author["name"] for author in project["authors"]
    ]
    assert f"version {__version__}" in (ROOT / "README.md").read_text()


def test_containers_install_what_a_release_has() -> None:
    for name in ("Containerfile", "hegemon.def"):
        text = (ROOT / "containers" / name).read_text()
        assert "hegemon-*.whl)[parquet]" in text
