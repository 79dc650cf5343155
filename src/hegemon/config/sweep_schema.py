"""The JSON schema of the table ``[sweep]``."""

from __future__ import annotations

from typing import Any

from hegemon.config.spec import MOST_POINTS
from hegemon.parameters import ParameterInfo, all_parameters

__all__ = ["Schema", "sweep_schema", "table"]

Schema = dict[str, Any]

_DESIGN = (
    "grid: every combination of the swept keys; list: the points in `values` or in the CSV file `file`; lhs: "
    "a Latin hypercube of `points` points over the ranges of the keys; sobol: the first `points` points of a "
    "Sobol' sequence over them."
)
_POINTS = "How many points a design lhs or sobol draws."
_FILE = (
    "CSV file of points beside this file: a column per key, a row per point; an empty cell is the default."
)
_VALUES = 'Points of design = "list"; of lhs and sobol, as they were drawn. A key left out has its default.'
_LINKED = "Keys that move together, with the values of each, as in [{ key = values, key = values }]."
_COUNT: Schema = {"type": "integer", "minimum": 2, "maximum": MOST_POINTS}


def table(properties: dict[str, Schema]) -> Schema:
    """Return the schema of a table with these keys and no others."""
    return {"type": "object", "properties": properties, "additionalProperties": False}


def sweep_schema(model: dict[str, Schema]) -> Schema:
    """Return the schema, given those of the sections of the model."""
    values = {info.key: _value(model, info) for info in all_parameters()}
    axes = {info.key: _axis(info, values[info.key], unique=True) for info in all_parameters()}
    together = {info.key: _axis(info, values[info.key], unique=False) for info in all_parameters()}
    properties: dict[str, Schema] = {
        "design": {"description": _DESIGN, "enum": ["grid", "list", "lhs", "sobol"], "default": "grid"},
        "points": {"description": _POINTS, **_COUNT, "minimum": 1},
        "file": {"description": _FILE, "type": "string", "minLength": 1},
        "linked": {
            "description": _LINKED,
            "type": "array",
            "items": {"minProperties": 2, **table(_also_nested(together))},
        },
        "values": {
            "description": _VALUES,
            "type": "array",
            "items": {"minProperties": 1, **table(_also_nested(values))},
            "minItems": 1,
            "maxItems": MOST_POINTS,
        },
    }
    description = 'Keys of the model, as "section.key", with the values they take.'
    return {
        "description": description,
        **table(properties | _also_nested(axes)),
        **_cases(),
    }


def _cases() -> Schema:
    """What each design needs, and what it does not take."""
    keys = dict.fromkeys((info.key for info in all_parameters()), False)
    sections = dict.fromkeys((info.section for info in all_parameters()), False)
    lists = {info.key: False for info in all_parameters() if not info.scalar}
    listed = {
        "oneOf": [{"required": ["values"]}, {"required": ["file"]}],
        "properties": {"points": False, "linked": False, "values": {"uniqueItems": True}, **keys, **sections},
    }
    drawn = {"required": ["points"], **_ranges({"properties": {"points": False}})}
    drawn["properties"]["file"] = False
    grid = _ranges({"required": ["points"]})
    grid["properties"] |= {"points": False, "file": False, "values": False, **_also_nested(lists, False)}
    return {
        "if": {"required": ["design"], "properties": {"design": {"const": "list"}}},
        "then": listed,
        "else": {
            "if": {"required": ["design"], "properties": {"design": {"enum": ["lhs", "sobol"]}}},
            "then": drawn,
            "else": grid,
        },
    }


def _ranges(must: Schema) -> Schema:
    """Whatever is a range must be such: at the top, in a section, and among keys that move together."""
    inner = {"if": {"required": ["from"]}, "then": must}
    outer = inner | {"else": {"additionalProperties": inner}}
    return {
        "properties": {"linked": {"items": {"additionalProperties": outer}}},
        "additionalProperties": outer,
    }


def _also_nested(keys: dict[str, Any], closed: bool = True) -> dict[str, Any]:
    """Add the tables that keys make when they are written without quotes."""
    nested: dict[str, dict[str, Schema]] = {}
    for key, schema in keys.items():
        section, _, name = key.partition(".")
        nested.setdefault(section, {})[name] = schema
    return keys | {
        section: table(inner) if closed else {"properties": inner} for section, inner in nested.items()
    }


def _value(model: dict[str, Schema], info: ParameterInfo) -> Schema:
    schema: Schema = model[info.section]["properties"][info.name]
    return {name: value for name, value in schema.items() if name != "default"}


def _axis(info: ParameterInfo, value: Schema, *, unique: bool) -> Schema:
    """Return the schema of one swept key: a list of values or, for numbers, a range."""
    about = {name: value[name] for name in ("title", "description")}
    one = {name: part for name, part in value.items() if name not in about}
    if unique and info.scalar and "anyOf" in one:  # a number or a list of numbers: on an axis, a number
        one = next(option for option in one["anyOf"] if option["type"] != "array")
    listed: Schema = {"type": "array", "items": one, "minItems": 1}
    if unique:
        listed["uniqueItems"] = True
    if info.range is None:
        return about | listed
    end = one if "anyOf" not in one else {"type": "number"}
    scale = {"enum": ["linear", "log"], "default": "linear"}
    spaced = table({"from": end, "to": end, "points": _COUNT, "scale": scale})
    return about | {"anyOf": [listed, spaced | {"required": ["from", "to"]}]}
