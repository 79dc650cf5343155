"""What a selftest found, as frozen records."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


class Failure(Exception):
    """A check failed; the message says what was found and what it should be."""


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes
    ----------
    name : str
    passed : bool
    seconds : float
        It took, without compiling.
    text : str
        What was checked, or what went wrong.
    """

    name: str
    passed: bool
    seconds: float
    text: str


@dataclass(frozen=True)
class Report:
    """What `hegemon selftest` found.

    Attributes
    ----------
    checks : tuple of Check
    ready : float
        Seconds until the kernels could be called: compiled, or loaded from the cache.
    speed : dict of str to float
        Nanoseconds per state and year of one core, by precision: told, never judged. Empty where the kernels
        cannot be called.
    machine : dict
        What the machine is: CPU, threads, memory, versions, the cache of kernels, the directory tried.
    """

    checks: tuple[Check, ...]
    ready: float
    speed: dict[str, float]
    machine: dict[str, Any]

    @property
    def passed(self) -> bool:
        """Whether every check has passed."""
        return all(check.passed for check in self.checks)

    def __bool__(self) -> bool:
        """Whether every check has passed."""
        return self.passed

    def as_dict(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {"passed": self.passed, **asdict(self)}
