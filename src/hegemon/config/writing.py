"""Writes a resolved experiment, every key with its value, as a file that loads again to an equal one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hegemon.config.spec import Axis, ExperimentSpec, Settings, Span, Sweep
from hegemon.parameters import Model, all_parameters
from hegemon.parameters.registry import sections
from hegemon.toml import toml_key, toml_value

__all__ = ["dump"]

_WIDTH = 110


def dump(spec: ExperimentSpec) -> str:
    """Write an experiment as TOML.

    Every key stands there with its value, defaults too. A key that is not given and has no value of its own
    (``balancing.speed`` follows ``balancing.efficiency``), or that is swept, stands in a comment, so that the
    text loads again to an equal experiment.

    Parameters
    ----------
    spec
        The experiment.

    Returns
    -------
    str
        The text of the file.
    """
    blocks = [_experiment(spec)]
    if spec.sweep.keys:
        blocks.append(_sweep(spec.sweep))
    blocks.extend(_section(spec.model, section, spec.sweep.keys) for section in sections())
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def _experiment(spec: ExperimentSpec) -> Iterator[str]:
    yield "[experiment]"
    for name in Settings.model_fields:
        value = None if name == "replicas" and spec.to_precision else getattr(spec, name)
        yield f"# {name} is not given" if value is None else _pair(name, value)


def _sweep(sweep: Sweep) -> Iterator[str]:
    yield "[sweep]"
    yield _pair("design", sweep.design)
    if sweep.spans:
        yield _pair("points", len(sweep.points))
    yield from (_pair(group.key, _asked(group)) for group in sweep.groups if not group.linked)
    linked = [
        {one.key: _asked(one) for one in (group, *group.linked)} for group in sweep.groups if group.linked
    ]
    if linked:
        yield "linked = ["
        yield from (f"  {toml_value(group)}," for group in linked)
        yield "]"
    if sweep.design != "grid":
        yield "values = ["
        yield from (f"  {toml_value(point)}," for point in sweep.points)
        yield "]"


def _asked(group: Axis | Span) -> Any:
    """Values of a key as a file gives them: a list, or a range."""
    if isinstance(group, Axis) or group.values:
        return group.values
    scale = {} if group.scale == "linear" else {"scale": group.scale}
    return {"from": group.start, "to": group.stop, **scale}


def _section(model: Model, section: str, swept: tuple[str, ...]) -> Iterator[str]:
    yield f"[model.{section}]"
    for info in all_parameters():
        if info.section == section:
            value = getattr(getattr(model, section), info.name)
            if info.key in swept:
                yield f"# {info.name} is swept"
            elif value is None:
                yield (
                    f"# {info.name} follows {info.follows}" if info.follows else f"# {info.name} is not given"
                )
            else:
                yield _pair(info.name, value)


def _pair(name: str, value: Any) -> str:
    line = f"{toml_key(name)} = {toml_value(value)}"
    if len(line) <= _WIDTH or not isinstance(value, tuple):
        return line
    items = [f"{toml_value(item)}," for item in value]
    return "\n".join([f"{toml_key(name)} = [", *_filled(items), "]"])


def _filled(items: list[str]) -> Iterator[str]:
    """Fill lines with items, which may themselves be longer than a line."""
    line = " "
    for item in items:
        if len(line) + 1 + len(item) > _WIDTH and line != " ":
            yield line
            line = " "
        line += f" {item}"
    yield line
