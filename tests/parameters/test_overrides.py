"""``--set``."""

from __future__ import annotations

from pathlib import Path

import pytest

from hegemon import config
from hegemon.errors import RequestError

FILE = """
[experiment]
replicas = 500
[sweep]
"balancing.efficiency" = [0, 0.5, 1]
[model.war]
spoils = 0.3
cost = 0.1
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "f.toml"
    path.write_text(FILE)
    return path


def refused(path: Path, *overrides: str) -> list[str]:
    with pytest.raises(RequestError, match=r".") as caught:
        config.load(path, overrides)
    return list(caught.value.lines)


def test_sets_any_table(path: Path) -> None:
    spec = config.load(
        path,
        [
            "war.spoils=0.2",
            "model.system.states = 4",
            "experiment.seed=3",
            'war.initiative="capability"',
            "growth.drift=[0.1, 0, 0, 0]",
            "geography.reach=inf",
        ],
    )
    assert spec.model.war.spoils == 0.2
    assert spec.model.war.cost == 0.1
    assert spec.model.system.states == 4
    assert spec.seed == 3
    assert spec.model.war.initiative == "capability"
    assert spec.model.growth.drift == (0.1, 0.0, 0.0, 0.0)


def test_the_last_one_wins(path: Path) -> None:
    assert config.load(path, ["war.spoils=0.2", "war.spoils=0.1"]).model.war.spoils == 0.1


@pytest.mark.parametrize("key", ['sweep."balancing.efficiency"', "sweep.balancing.efficiency"])
def test_replaces_an_axis(path: Path, key: str) -> None:
    spec = config.load(path, [f"{key}={{ from = 0, to = 1, points = 5 }}"])
    assert spec.sweep.axes == (config.Axis("balancing.efficiency", (0.0, 0.25, 0.5, 0.75, 1.0)),)


def test_adds_an_axis_and_takes_all_away(path: Path) -> None:
    assert config.load(path, ["sweep.system.states=[4, 6]"]).sweep.keys == (
        "balancing.efficiency",
        "system.states",
    )
    assert config.load(path, ["sweep={}"]).sweep == config.Sweep()
    assert config.load(path, ["sweep={war.cost = [0.2]}", "model.war={}"]).sweep.keys == ("war.cost",)


def test_replicas_replace_a_precision(tmp_path: Path) -> None:
    path = tmp_path / "f.toml"
    path.write_text("[experiment]\nprecision = 0.002\nrelative_precision = 0.1\nmax_replicas = 10\n")
    spec = config.load(path)
    assert (spec.to_precision, spec.precision, spec.relative_precision, spec.max_replicas) == (
        True,
        0.002,
        0.1,
        10,
    )
    spec = config.load(path, ["experiment.replicas=7"])
    assert (spec.to_precision, spec.replicas, spec.max_replicas) == (False, 7, None)


def test_a_precision_has_a_greatest_number_of_replicas(tmp_path: Path) -> None:
    path = tmp_path / "f.toml"
    path.write_text("[experiment]\nprecision = 0.002\n")
    spec = config.load(path)
    assert spec.max_replicas == spec.most_replicas == 10_000_000
    text = config.dump(spec)
    assert "max_replicas = 10000000\n" in text
    assert "# replicas is not given\n" in text
    assert config.loads(text, "text") == spec


@pytest.mark.parametrize(
    ("override", "line"),
    [
        ("war.spoils=2", "--set: model.war.spoils = 2: must be a number from 0 to 1"),
        ("war.spoil=0.2", '--set: model.war.spoil = 0.2: no such key (did you mean "model.war.spoils"?)'),
        (
            "efficiency=0.2",
            '--set: efficiency = 0.2: no such key (did you mean "model.balancing.efficiency"?)',
        ),
        ("seed=3", '--set: seed = 3: no such key (did you mean "experiment.seed"?)'),
        ("war=3", "--set: model.war = 3: must be a table, as in [model.war]"),
        ("system.states=3.5", "--set: model.system.states = 3.5: must be a whole number from 2 to 64"),
        ("war.spoils", "--set war.spoils: must be section.key=value"),
        ("war.spoils=", "--set war.spoils=: must be section.key=value"),
        ("=3", "--set =3: must be section.key=value"),
        ("", "--set : must be section.key=value"),
        ("war spoils=3", "--set war spoils=3: must be section.key=value"),
        ("a=1\nb=2", '--set a=1\\nb=2: the value is not TOML; text needs quotes, as in a="text"'),
        ("[x]\na=1", "--set [x]\\na=1: must be section.key=value"),
        (
            "war.initiative=capability",
            "--set war.initiative=capability: the value is not TOML; text needs quotes, as in "
            'war.initiative="text"',
        ),
        ("war.spoils=" + "[" * 10_000, None),
        (
            "sweep.balancing.efficiency=[2]",
            '--set: sweep."balancing.efficiency" = 2: must be a number from 0 to 1',
        ),
        (
            "balancing.efficiency=0.3",
            "--set: model.balancing.efficiency = 0.3: is fixed here and swept in "
            'sweep."balancing.efficiency"; '
            "take one of the two away",
        ),
    ],
)
def test_refused(path: Path, override: str, line: str | None) -> None:
    lines = refused(path, override)
    assert len(lines) == 1
    assert line is None or lines == [line]


def test_mistakes_of_file_and_overrides_together(path: Path) -> None:
    path.write_text("[model.war]\nspoils = 3\ncost = 4")
    assert refused(path, "war.cost=5", "x") == [
        "--set x: must be section.key=value",
        f"{path}: model.war.spoils = 3: must be a number from 0 to 1",
        "--set: model.war.cost = 5: must be a number from 0 to below 1",
    ]


def test_an_override_does_not_hide_a_mistaken_table(path: Path) -> None:
    path.write_text("model = 3")
    assert refused(path, "war.cost=0.5") == [f"{path}: model = 3: must be a table of sections"]
