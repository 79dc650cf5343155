"""Every bound of every parameter: at it, just inside, just outside; and what is no number at all."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from hegemon.parameters import ParameterInfo, all_parameters
from hegemon.parameters.registry import section_type

NUMERIC = [info for info in all_parameters() if info.range is not None]
WHOLE = [info for info in NUMERIC if info.kind == "int"]
# drift may be a list, and is refused with a message of its own
REFUSED = r"(?s)validation error"


def make(info: ParameterInfo, value: Any) -> Any:
    return getattr(section_type(info.section)(**{info.name: value}), info.name)


def beside(info: ParameterInfo, bound: float, side: float) -> float:
    return int(bound + side) if info.kind == "int" else math.nextafter(bound, side * math.inf)


def cases() -> Iterator[Any]:
    """Yield every bound with a value and whether it is allowed."""
    for info in NUMERIC:
        ends = ((info.range.low, info.range.low_open, 1), (info.range.high, info.range.high_open, -1))
        for bound, is_open, inward in ends:
            if bound is None:
                continue
            at = int(bound) if info.kind == "int" else float(bound)
            yield pytest.param(info, at, not is_open, id=f"{info.key}={at}")
            yield pytest.param(info, beside(info, bound, inward), True, id=f"{info.key} inside {at}")
            yield pytest.param(info, beside(info, bound, -inward), False, id=f"{info.key} outside {at}")


@pytest.mark.parametrize(("info", "value", "allowed"), list(cases()))
def test_bounds(info: ParameterInfo, value: float, allowed: bool) -> None:
    assert (value in info.range) == allowed
    if allowed:
        assert make(info, value) == value
    else:
        with pytest.raises(ValidationError, match=REFUSED):
            make(info, value)


@pytest.mark.parametrize("info", NUMERIC, ids=lambda info: info.key)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_only_three_may_be_infinite_and_none_nan(info: ParameterInfo, value: float) -> None:
    if value == math.inf and info.key in (
        "geography.reach",
        "balancing.sufficiency",
        "bandwagoning.vulnerability",
    ):
        assert make(info, value) == math.inf
        assert value in info.range
    else:
        assert value not in info.range
        with pytest.raises(ValidationError, match=REFUSED):
            make(info, value)


@pytest.mark.parametrize("info", all_parameters(), ids=lambda info: info.key)
@pytest.mark.parametrize("value", ["3", "", b"3", True, None, [], {}, object(), 1j, 10**400, [None], ["1"]])
def test_what_is_something_else(info: ParameterInfo, value: Any) -> None:
    fine = (
        (info.kind == "bool" and value is True)
        or (value is None and (info.follows or info.key in ("system.names", "geography.distances")))
        or (value == [] and info.kind == "list")
        or (value == ["1"] and info.key == "system.names")
        or (value == 10**400 and info.key == "hegemony.hold")
    )
    if fine:
        make(info, value)
    else:
        with pytest.raises(ValidationError, match=REFUSED):
            make(info, value)


@pytest.mark.parametrize("info", WHOLE, ids=lambda info: info.key)
@pytest.mark.parametrize("value", [3.5, 3.0, "3"])
def test_whole_numbers_are_written_whole(info: ParameterInfo, value: Any) -> None:
    with pytest.raises(ValidationError, match=REFUSED):
        make(info, value)


@pytest.mark.parametrize(
    "info", [i for i in NUMERIC if i.kind == "float" and 1 in i.range], ids=lambda info: info.key
)
def test_a_whole_number_is_a_number(info: ParameterInfo) -> None:
    value = make(info, 1)
    assert value == 1.0
    assert isinstance(value, float)


@pytest.mark.parametrize(
    "info", [i for i in NUMERIC if i.kind != "int" and 0 in i.range], ids=lambda info: info.key
)
def test_minus_zero_is_zero(info: ParameterInfo) -> None:
    assert math.copysign(1, make(info, -0.0)) == 1
