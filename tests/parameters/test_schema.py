"""The JSON schema takes what the loader takes, as far as a schema can say."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hegemon import config
from hegemon.errors import RequestError
from hegemon.parameters import all_parameters
from parameters import experiments

SCHEMA = config.json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.toml"))


def test_it_is_a_schema_and_json() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA, allow_nan=False)) == SCHEMA
    assert "null" not in json.dumps(SCHEMA)


@pytest.mark.parametrize("info", all_parameters(), ids=lambda info: info.key)
def test_it_holds_every_parameter(info) -> None:
    schema = SCHEMA["properties"]["model"]["properties"][info.section]["properties"][info.name]
    assert schema["title"] == info.title
    assert schema["description"].startswith(info.description)
    assert info.allowed in schema["description"]
    assert not info.source or info.source in schema["description"]
    if info.key == "geography.reach":
        assert "Default: inf" in schema["description"]
    elif info.default is not None:
        assert schema["default"] == (list(info.default) if isinstance(info.default, tuple) else info.default)
    if info.range and info.kind != "list":
        names = {"minimum": info.range.low, "maximum": info.range.high}
        names = {
            f"exclusiveM{n[1:]}" if o else n: b
            for (n, b), o in zip(names.items(), (info.range.low_open, info.range.high_open), strict=True)
        }
        assert {n: b for n, b in names.items() if b is not None} == {
            n: b for n, b in schema.items() if "imum" in n
        }


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_the_experiments_of_the_project(path: Path) -> None:
    VALIDATOR.validate(tomllib.loads(path.read_text(encoding="utf-8")))
    VALIDATOR.validate(tomllib.loads(config.dump(config.load(path))))


@given(experiments.settings(), experiments.models(), experiments.sweeps())
def test_it_takes_what_the_loader_takes(settings: Any, model: Any, sweep: Any) -> None:
    VALIDATOR.validate({"experiment": settings, "model": model, "sweep": sweep})


@given(
    st.sampled_from(all_parameters()), st.sampled_from([-5, 1.5, 100, "x", True, [], [1], [-1], {}, 10**6])
)
def test_one_value_is_good_for_both_or_for_none(info, value: Any) -> None:
    tables = {"model": {info.section: {info.name: value}}}
    try:
        config.parse(tables)
    except RequestError as error:
        linked = any(
            " one element per state" in line or "must be at most system.years" in line for line in error.lines
        )
        linked = linked or any(
            "must be at least arms" in line or "geography.distances" in line for line in error.lines
        )
        linked = linked or "hold states from" in str(error) or "at most system.years" in str(error)
        assert linked or not VALIDATOR.is_valid(tables)
    else:
        assert VALIDATOR.is_valid(tables)


@pytest.mark.parametrize(
    "tables",
    [
        {"balancing": {}},
        {"experiment": {"sed": 1}},
        {"experiment": {"replicas": 1.5}},
        {"sweep": {"balancing.eficiency": [1]}},
        {"sweep": {"balancing.efficiency": [2]}},
        {"sweep": {"balancing.efficiency": []}},
        {"sweep": {"balancing.efficiency": {"from": 0, "to": 1}}},
        {"sweep": {"system.shares": ["equal"]}},
        {"sweep": {"design": "lhs"}},
        {"sweep": {"design": "list", "values": [{}]}},
        {"sweep": {"war": {"spoils": 0.5}}},
    ],
)
def test_it_refuses_what_the_loader_refuses(tables: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(tables)
    with pytest.raises(RequestError, match=r"^experiment: "):
        config.parse(tables)
