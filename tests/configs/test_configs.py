"""Every experiment in configs/ is valid, says what it is for, and runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import hegemon as hg
from hegemon.cli import main
from hegemon.config import load

CONFIGS = Path(__file__).parents[2] / "configs"
FILES = sorted(CONFIGS.glob("*.toml"))
HISTORICAL = {1690, 1812, 1913, 1939, 1992}
every = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
historical = pytest.mark.parametrize(
    "path", [p for p in FILES if p.stem[-4:].isdigit()], ids=lambda path: path.stem
)


def comments(path: Path) -> str:
    return " ".join(line[1:].strip() for line in path.read_text().splitlines() if line.startswith("#"))


@every
def test_it_is_valid(path: Path) -> None:
    result = CliRunner().invoke(main, ["validate", str(path)])
    assert result.exit_code == 0, result.stderr


@every
def test_it_says_what_it_asks(path: Path) -> None:
    said = comments(path)
    assert "?" in said or "what balancing does" in said
    assert "What to look for" in said or "cliff" in said
    assert load(path).title


@every
def test_its_name_is_that_of_its_file(path: Path) -> None:
    assert load(path).name == path.stem.replace("_", "-")


@every
def test_it_runs(path: Path, tmp_path: Path) -> None:
    words = [
        "run",
        str(path),
        "--replicas",
        "16",
        "--set",
        "system.years=12",
        "--out",
        str(tmp_path / "run"),
        "-q",
    ]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.stderr
    run = hg.open_run(tmp_path / "run")
    assert run.results.p_emerged.size == len(run.design.points)
    assert (tmp_path / "run" / "figure.png").stat().st_size > 10_000


def test_the_headline_sweep() -> None:
    spec = load(CONFIGS / "waltz_mearsheimer.toml")
    assert [axis.key for axis in spec.sweep.axes] == ["balancing.efficiency", "system.states"]
    assert spec.sweep.axes[0].values == tuple(round(i / 20, 12) for i in range(21))
    assert spec.sweep.axes[1].values == (4, 6, 8)


def test_the_decomposition_takes_one_key_at_a_time() -> None:
    spec = load(CONFIGS / "decomposition.toml")
    keys = {f"balancing.{k}" for k in ("speed", "participation", "commitment", "internal")}
    values: dict[str, list[float]] = {key: [0.3] for key in keys}
    for point in spec.sweep.points:
        assert set(point) == keys
        away = [key for key in keys if point[key] != 0.3]
        assert len(away) <= 1
        for key in away:
            values[key].append(point[key])
    assert all(sorted(v) == pytest.approx(np.linspace(0, 1, 11)) for v in values.values())


def test_five_historical_systems() -> None:
    assert {int(p.stem[-4:]) for p in FILES if p.stem[-4:].isdigit()} >= HISTORICAL


@historical
def test_a_historical_system_gives_names_sources_and_doubts(path: Path) -> None:
    said, spec = comments(path), load(path)
    for word in ("Shares", "Drift", "Distance", "Offshore", "from memory"):
        assert word in said
    assert "Maddison" in said or "Correlates of War" in said
    model = spec.model
    assert model.system.names is not None
    assert model.geography.distances is not None
    assert model.geography.layout == "matrix"
    assert "balancing.efficiency" in spec.sweep.keys


@historical
def test_distances_keep_the_triangle(path: Path) -> None:
    d = np.array(load(path).model.geography.distances)
    assert (d <= (d[:, :, np.newaxis] + d[np.newaxis]).min(axis=1) + 0.02).all()
