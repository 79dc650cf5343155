"""The whole model: ten sections, and the rules that join them."""

from __future__ import annotations

from os import PathLike
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from hegemon.parameters.arms import Arms
from hegemon.parameters.balancing import Balancing
from hegemon.parameters.bandwagoning import Bandwagoning
from hegemon.parameters.checks import Problem, problems
from hegemon.parameters.geography import Geography
from hegemon.parameters.growth import Growth
from hegemon.parameters.hegemony import Hegemony
from hegemon.parameters.secession import Secession
from hegemon.parameters.system import System
from hegemon.parameters.threat import Threat
from hegemon.parameters.war import War

__all__ = ["LINKED", "Model"]

LINKED = "linked"
"""Type of the validation errors that concern several keys; their context names the ``others``."""


class Model(BaseModel):
    """All parameters of the balancing model, validated; immutable.

    Each section is one table of an experiment file. What is not given takes its default.

    Raises
    ------
    pydantic.ValidationError
        (a `ValueError`) with every mistake: unknown keys, wrong types, values out of range, impossible
        combinations.

    Examples
    --------
    >>> Model(system={"states": 8}, balancing={"efficiency": 0.7}).system.states
    8
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: System = Field(System(), description="The states of the system and the horizon.")
    geography: Geography = Field(Geography(), description="Where states lie.")
    growth: Growth = Field(Growth(), description="Uneven growth.")
    threat: Threat = Field(Threat(), description="Threat perception and reputation.")
    arms: Arms = Field(Arms(), description="Military burdens.")
    balancing: Balancing = Field(Balancing(), description="Balancing, the headline of the model.")
    bandwagoning: Bandwagoning = Field(Bandwagoning(), description="Bandwagoning.")
    war: War = Field(War(), description="Crises and wars.")
    secession: Secession = Field(Secession(), description="Secession of annexed states.")
    hegemony: Hegemony = Field(Hegemony(), description="What counts as a hegemon.")

    def __repr__(self) -> str:
        """What differs from the defaults, as one would write it."""
        given = {
            name: {key: value for key, value in section if value != type(section).model_fields[key].default}
            for name, section in self
        }
        inside = ", ".join(f"{name}={values!r}" for name, values in given.items() if values)
        return f"{type(self).__name__}({inside})"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        from hegemon.parameters.showing import model_html  # it reads the registry, and that this class

        return model_html(self)

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        found = [_details(problem) for problem in problems(self)]
        if found:
            raise ValidationError.from_exception_data(type(self).__name__, found)
        return self

    @classmethod
    def from_toml(cls, path: str | PathLike[str]) -> Self:
        """Read the model of an experiment file.

        Parameters
        ----------
        path
            The file. Where it sweeps keys, they have their values at the first design point.

        Raises
        ------
        hegemon.errors.RequestError
            With one line per mistake in the file.
        """
        from hegemon.config import load  # config knows the model, not the other way round

        return cls(**dict(load(path).model))

    @property
    def state_names(self) -> tuple[str, ...]:
        """Names of the states, ``S1``, ``S2``, ... where the model gives none; shape (states,)."""
        return self.system.names or tuple(f"S{i}" for i in range(1, self.system.states + 1))

    def value(self, key: str) -> Any:
        """Return the value of a key, with that of the key it follows where it is not given.

        Parameters
        ----------
        key
            As ``section.key``.

        Raises
        ------
        KeyError
            If there is no such key.
        """
        from hegemon.parameters.registry import parameter  # the registry is read from this class

        info = parameter(key)
        value = getattr(getattr(self, info.section), info.name)
        return self.value(info.follows) if value is None and info.follows else value


def _details(problem: Problem) -> InitErrorDetails:
    context = {"message": problem.message, "others": problem.others}
    kind = PydanticCustomError(LINKED, "{message}", context)
    return InitErrorDetails(type=kind, loc=tuple(problem.key.split(".")), input=problem.value)
