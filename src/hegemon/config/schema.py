"""The JSON schema of experiment files, made from the models: for editors and programs that write them."""

from __future__ import annotations

import math
from typing import Any

from hegemon.config.spec import MOST_POINTS, Settings
from hegemon.parameters import ParameterInfo, all_parameters
from hegemon.parameters._ranges import allowed
from hegemon.parameters._section import Section
from hegemon.parameters.model import Model
from hegemon.parameters.registry import section_type, sections

__all__ = ["json_schema"]

_NOTES = (
    "unit",
    "symbol",
    "off",
    "source",
    "follows",
    "allowed",
    "infinite",
    "bounds",
    "low_key",
    "high_key",
)

Schema = dict[str, Any]


def json_schema() -> Schema:
    """Return the JSON schema (draft 2020-12) of an experiment file.

    Types, ranges, defaults and meanings are those of the models. Rules that join several keys, which a schema
    cannot say, are checked when the file is read.
    """
    model = {section: _section(section) for section in sections()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "hegemon experiment",
        "description": "How often does a hegemon emerge? One experiment for `hegemon run`.",
        **_table(
            {
                "experiment": {"description": "What to run.", **_table(_settings())},
                "sweep": _sweep(model),
                "model": {"description": "Parameters of the model.", **_table(model)},
            }
        ),
    }


def _section(section: str) -> Schema:
    properties = _properties(section_type(section))
    for info in all_parameters():
        if info.section == section:
            properties[info.name]["description"] = _described(info)
    return {"description": Model.model_fields[section].description, **_table(properties)}


def _settings() -> dict[str, Schema]:
    properties = _properties(Settings)
    for name, schema in properties.items():
        schema["description"] += f" Allowed: {allowed(Settings.model_fields[name])}."
    return properties


def _described(info: ParameterInfo) -> str:
    """Say all that is known of a parameter in one text, since editors show no more than that."""
    facts = [f"Allowed: {info.allowed}."]
    if info.follows:
        facts.append(f"Default: {info.follows}.")
    elif isinstance(info.default, float) and math.isinf(info.default):
        facts.append("Default: inf.")
    if info.unit != "1":
        facts.append(f"Unit: {info.unit}.")
    if info.symbol:
        facts.append(f"Symbol: {info.symbol}.")
    if info.source:
        facts.append(f"Source: {info.source}.")
    return " ".join([info.description, *facts])


def _properties(kind: type[Section]) -> dict[str, Schema]:
    """Return the schema of each key, without what TOML cannot say (null) or JSON cannot hold (inf)."""
    return {name: _clean(schema) for name, schema in kind.model_json_schema()["properties"].items()}


def _clean(schema: Schema) -> Schema:
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", *_NOTES)}
    if len(options) == 1:
        rest |= options[0]
    elif options:
        rest["anyOf"] = options
    default = rest.get("default")
    if default is None or (isinstance(default, float) and not math.isfinite(default)):
        rest.pop("default", None)
    return rest


def _sweep(model: dict[str, Schema]) -> Schema:
    axes = {info.key: _axis(info, _value(model, info)) for info in all_parameters() if info.scalar}
    values = {info.key: _value(model, info) for info in all_parameters()}
    design: Schema = {
        "description": "grid: every combination of the swept keys; list: the points in `values`.",
        "enum": ["grid", "list"],
        "default": "grid",
    }
    points: Schema = {
        "description": 'Points of design = "list". A key that a point leaves out has its default.',
        "type": "array",
        "items": {"minProperties": 1, **_table(_also_nested(values))},
        "minItems": 1,
        "maxItems": MOST_POINTS,
        "uniqueItems": True,
    }
    description = 'Keys of the model, as "section.key", with the values they take.'
    return {"description": description, **_table({"design": design, "values": points, **_also_nested(axes)})}


def _also_nested(keys: dict[str, Schema]) -> dict[str, Schema]:
    """Add the tables that keys make when they are written without quotes."""
    nested: dict[str, dict[str, Schema]] = {}
    for key, schema in keys.items():
        section, _, name = key.partition(".")
        nested.setdefault(section, {})[name] = schema
    return keys | {section: _table(inner) for section, inner in nested.items()}


def _value(model: dict[str, Schema], info: ParameterInfo) -> Schema:
    schema: Schema = model[info.section]["properties"][info.name]
    return {name: value for name, value in schema.items() if name != "default"}


def _axis(info: ParameterInfo, value: Schema) -> Schema:
    """Return the schema of one swept key: a list of values or, for numbers, a spaced range."""
    about = {name: value[name] for name in ("title", "description")}
    one = {name: part for name, part in value.items() if name not in about}
    if "anyOf" in one:  # a number or a list of numbers: on an axis, a number
        one = next(option for option in one["anyOf"] if option["type"] != "array")
    listed = {"type": "array", "items": one, "minItems": 1, "uniqueItems": True}
    if info.range is None:
        return about | listed
    spaced = _table(
        {
            "from": one,
            "to": one,
            "points": {"type": "integer", "minimum": 2, "maximum": MOST_POINTS},
            "scale": {"enum": ["linear", "log"], "default": "linear"},
        }
    )
    return about | {"anyOf": [listed, spaced | {"required": ["from", "to", "points"]}]}


def _table(properties: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}
