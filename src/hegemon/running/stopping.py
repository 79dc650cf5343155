"""When to stop in good order: a time limit, a sign from outside, and how much time that leaves."""

from __future__ import annotations

import time
from typing import Protocol

from hegemon.errors import RequestError

GRACE = 20.0
"""Seconds that pieces in flight get after a sign to stop; Slurm kills 30 s after SIGTERM."""
RESERVE, SHARE = 5.0, 0.1
"""Seconds of a time limit that are kept back for writing and leaving, but no more than this share of it."""


class Sign(Protocol):
    """Anything that can say whether to stop, such as a `threading.Event`."""

    def is_set(self) -> bool:
        """Whether to stop."""


class Watch:
    """Says whether a run has to stop, and how much time it has.

    Parameters
    ----------
    limit : float, optional
        Seconds from now that the run may take.
    sign : Sign, optional
        Asked several times a second; once it is set, pieces in flight get `GRACE` seconds. Its attribute
        `reason`, where it has one, says why.

    Attributes
    ----------
    reason : str
        Why nothing new is begun; empty as long as something may be.
    asked : bool
        Whether the sign was set.

    Raises
    ------
    RequestError
        If the limit is negative or no number.
    """

    def __init__(self, limit: float | None = None, sign: Sign | None = None) -> None:
        if limit is not None and not limit >= 0:
            raise RequestError(f"time_limit: {limit}; must be a number of seconds, 0 or more")
        now = time.monotonic()
        self._end = None if limit is None else now + limit - min(RESERVE, SHARE * limit)
        self._sign = sign
        self.reason, self.asked = "", False

    @property
    def end(self) -> float | None:
        """When to be gone, by `time.monotonic`; None where there is no hurry."""
        return self._end

    @property
    def left(self) -> float:
        """Seconds until then."""
        return float("inf") if self._end is None else self._end - time.monotonic()

    def closing(self) -> bool:
        """Whether to begin nothing new."""
        if not self.asked and self._sign is not None and self._sign.is_set():
            self.asked = True
            self._end = time.monotonic() + min(GRACE, self.left)
            self.close(getattr(self._sign, "reason", "") or "asked to stop")
        elif self.left <= 0:
            self.close("the time limit is reached")
        return bool(self.reason)

    def fits(self, seconds: float) -> bool:
        """Whether work of so many seconds can be begun; from the first that does not fit, nothing can."""
        if not self.closing() and seconds > self.left:
            self.close("the time limit is near")
        return not self.reason

    def close(self, reason: str) -> None:
        """Begin nothing new, for the first reason that was given."""
        self.reason = self.reason or reason
