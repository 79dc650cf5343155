"""What differs between two experiments, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hegemon.comparison.matching import Side, of
from hegemon.config.spec import Settings
from hegemon.parameters import all_parameters

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec

_WORDS = ("name", "title", "description")  # what an experiment is called changes nothing


@dataclass(frozen=True)
class Different:
    """A key that has another value in the second run.

    Attributes
    ----------
    key, meaning : str
    first, second : object
        The values; of a swept key a tuple of all of them, of which there may be one.
    swept : (bool, bool)
        In which of the runs it is swept.
    """

    key: str
    meaning: str
    first: Any
    second: Any
    swept: tuple[bool, bool] = (False, False)


def differences(first: Side, second: Side) -> list[Different]:
    """Settings and model keys in which the runs differ, in the order of the reference."""
    return [*_version(first, second), *_settings(first.job.spec, second.job.spec), *_model(first, second)]


def _version(first: Side, second: Side) -> Iterator[Different]:
    one, other = (int(side.results.attrs["model_version"]) for side in (first, second))
    if one != other:
        yield Different("model_version", "Version of the model: the same seed gives other bits.", one, other)


def _settings(one: ExperimentSpec, other: ExperimentSpec) -> Iterator[Different]:
    for name, field in Settings.model_fields.items():
        found, against = (_setting(spec, name) for spec in (one, other))
        if name not in _WORDS and found != against:
            yield Different(f"experiment.{name}", field.description or "", found, against)


def _setting(spec: ExperimentSpec, name: str) -> Any:
    return None if name == "replicas" and spec.to_precision else getattr(spec, name)


def _model(first: Side, second: Side) -> Iterator[Different]:
    for known in all_parameters():
        one, other = _values(first, known.key), _values(second, known.key)
        if one != other:
            swept = known.key in first.job.spec.sweep.keys, known.key in second.job.spec.sweep.keys
            found, against = (
                each if moving else each[0] for each, moving in zip((one, other), swept, strict=True)
            )
            yield Different(known.key, known.description, found, against, swept)


def _values(side: Side, key: str) -> tuple[Any, ...]:
    """Values of a key over the design, each once."""
    if key not in side.job.spec.sweep.keys:
        return (of(side.job.spec.model, key),)
    return tuple(dict.fromkeys(point.values.get(key) for point in side.job.design.points))
