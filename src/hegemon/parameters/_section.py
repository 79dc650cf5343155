"""What all sections of the model share: how strict they are, and how a parameter is declared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

__all__ = ["Section", "parameter", "plain"]


class Section(BaseModel):
    """A table of the model: immutable, no unknown keys, no conversions but int to float.

    Text is not a number, 3.5 and 3.0 are not whole numbers, true is not a number. NumPy scalars and
    arrays are taken as the Python values they hold. -0.0 becomes 0.0, so that equal values have equal bits.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _unwrap_numpy(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            return {key: plain(value) for key, value in data.items()}
        return data

    @field_validator("*", mode="after")
    @classmethod
    def _settle_floats(cls, value: Any) -> Any:
        if not isinstance(value, float):
            return value
        if value != value:  # bounds alone do not promise to stop NaN where inf is allowed
            raise PydanticCustomError("nan", "must not be NaN")
        return value + 0.0  # -0.0 -> 0.0


def parameter(default: Any, *, title: str, description: str, unit: str = "1", **facts: Any) -> Any:
    """Declare one parameter.

    Parameters
    ----------
    default
        Its default; None where it follows another key (give ``follows``).
    title, description
        A short name for axes and tables; what the parameter means.
    unit
        Unit, "1" for a pure number.
    **facts
        ``ge``, ``gt``, ``le``, ``lt`` bounds (``bounds`` where the value may be a list: what holds for each
        element); ``infinite=True`` where inf is allowed; and what the registry tells: ``symbol`` (of the
        model's equations), ``off`` (value that switches the mechanism off exactly), ``source`` (author and
        year), ``low_key`` or ``high_key`` (another key that bounds this one), ``follows`` (the key whose
        value it takes when not given), ``allowed`` (what is allowed, in words).
    """
    bounds = {name: facts.pop(name, None) for name in ("ge", "gt", "le", "lt")}
    infinite = facts.get("infinite") or None  # None leaves it to the section, which refuses
    noted = {"unit": unit, **facts}
    return Field(
        default,
        title=title,
        description=description,
        json_schema_extra=noted,
        allow_inf_nan=infinite,
        **bounds,
    )


def plain(value: Any) -> Any:
    """Return NumPy scalars and arrays as Python values, ranges as lists; everything else as it is."""
    if isinstance(value, range):
        return list(value)
    to_list = getattr(value, "tolist", None)
    return to_list() if callable(to_list) else value
