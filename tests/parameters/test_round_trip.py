"""A resolved experiment loads again to an equal one, and every key stands in it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from hegemon import config
from hegemon.config.spec import Settings
from hegemon.errors import RequestError
from hegemon.parameters import all_parameters
from hegemon.planning import design
from parameters import experiments


def spec_of(tables: dict[str, Any]) -> config.ExperimentSpec:
    try:
        return config.parse(tables)
    except RequestError as error:  # values that are one to 12 digits, or rounded out of an open range
        assume(not all("there twice" in line or "same as" in line or "sweep" in line for line in error.lines))
        raise


def unfixed(model: dict[str, Any], sweep: dict[str, Any]) -> dict[str, Any]:
    """Return the model without the keys that are swept."""
    swept = {key for row in sweep.get("values", [sweep]) for key in row}
    return {s: {n: v for n, v in inner.items() if f"{s}.{n}" not in swept} for s, inner in model.items()}


@given(experiments.settings(), experiments.models(), experiments.sweeps())
@example({"replicas": 1, "title": 'a "quoted" \\ title', "description": "two\n\tlines\x85"[:-1]}, {}, {})
@example({"replicas": 1, "description": "\u2028\ufeff\U0001f600 '''"}, {}, {})
def test_dump_loads_again(settings: dict[str, Any], model: dict[str, Any], sweep: dict[str, Any]) -> None:
    spec = spec_of({"experiment": settings, "model": unfixed(model, sweep), "sweep": sweep})
    text = config.dump(spec)
    again = config.parse(tomllib.loads(text))
    assert again == spec
    assert config.dump(again) == text
    first, second = design.build(spec), design.build(again)
    assert [point.identity for point in first.points] == [point.identity for point in second.points]


def test_every_key_stands_in_a_dump() -> None:
    text = config.dump(config.parse({"sweep": {"war.spoils": [0, 1]}}))
    blocks = dict(block.split("\n", 1) for block in text.split("\n\n"))
    for name in Settings.model_fields:
        assert any(
            line.removeprefix("# ").startswith(f"{name} ") for line in blocks["[experiment]"].splitlines()
        )
    for info in all_parameters():
        lines = blocks[f"[model.{info.section}]"].splitlines()
        assert any(line.removeprefix("# ").startswith(f"{info.name} ") for line in lines)
    assert "# spoils is swept" in text
    assert "# speed follows balancing.efficiency" in text
    assert "reach = inf" in text
    assert tomllib.loads(text)["model"]["war"]["initiative"] == "uniform"


def test_dump_is_read_from_a_file(tmp_path: Path) -> None:
    names = [f"Österreich-Ungarn {i}" for i in range(30)]
    spec = config.parse(
        {
            "experiment": {"name": "été", "title": "Größe"},
            "model": {"system": {"states": 30, "names": names}},
            "sweep": {"balancing.efficiency": {"from": 0, "to": 1, "points": 101}},
        }
    )
    path = tmp_path / "experiment.toml"
    path.write_text(config.dump(spec), encoding="utf-8")
    assert config.load(path) == spec
    assert max(map(len, path.read_text(encoding="utf-8").splitlines())) <= 110


def test_a_point_without_a_swept_key_keeps_its_default() -> None:
    spec = config.parse({"sweep": {"design": "list", "values": [{"war.spoils": 0.1}, {"war.cost": 0.2}]}})
    again = config.parse(tomllib.loads(config.dump(spec)))
    spoils = [point.model.war.spoils for point in design.build(again).points]
    assert spoils == [0.1, 0.4]


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_parse_refuses_anything_else(junk: Any) -> None:
    if junk in ("equal", []):
        return
    with pytest.raises(RequestError, match=r"^experiment: model\.system\.shares = "):
        config.parse({"model": {"system": {"shares": junk}}})
