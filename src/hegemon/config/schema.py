"""The JSON schema of experiment files, made from the models: for editors and programs that write them."""

from __future__ import annotations

import math

from hegemon.config.spec import Settings
from hegemon.config.sweep_schema import Schema, sweep_schema, table
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
        **table(
            {
                "experiment": {"description": "What to run.", **table(_settings())},
                "sweep": sweep_schema(model),
                "model": {"description": "Parameters of the model.", **table(model)},
            }
        ),
    }


def _section(section: str) -> Schema:
    properties = _properties(section_type(section))
    for info in all_parameters():
        if info.section == section:
            properties[info.name]["description"] = _described(info)
    return {"description": Model.model_fields[section].description, **table(properties)}


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
