"""Tells tasks that run in threads of this process to give up what cannot end in time."""

from __future__ import annotations

import time

_NEVER = float("inf")


class Brake:
    """Looked at by tasks before each piece and between kernel calls; times are by `time.monotonic`."""

    def __init__(self) -> None:
        self._end, self._drained = _NEVER, False

    def set_end(self, end: float) -> None:
        """Work that cannot end by this time is given up."""
        self._end = end

    def drain(self) -> None:
        """Begin no further piece."""
        self._drained = True

    def stop(self) -> None:
        """Give up everything at the next kernel call."""
        self._end, self._drained = -_NEVER, True

    def begins(self) -> bool:
        """Whether another piece may be begun."""
        return not self._drained and (self._end == _NEVER or time.monotonic() < self._end)

    def stops(self, begin: float, share: float) -> bool:
        """Whether a piece begun at `begin`, of which `share` is done, will not end in time."""
        if self._end == _NEVER:
            return False
        now = time.monotonic()
        return (begin + (now - begin) / share if share > 0 else now) > self._end


class Stretch:
    """How far a piece has come, and so when it will end, counted from its second kernel call.

    The first call of a process may load the kernel, or compile it, which says nothing of the others.

    Parameters
    ----------
    brake : Brake
        Asked whether that is too late.
    total : int
        Replicas of the piece.
    """

    def __init__(self, brake: Brake, total: int) -> None:
        self._brake, self._total = brake, total
        self._begin, self._done = time.monotonic(), 0

    def stops(self, done: int) -> bool:
        """Whether the piece will not end in time, when so many of its replicas are done."""
        if done > 0 and self._done == 0:
            self._begin, self._done = time.monotonic(), done
        return self._brake.stops(self._begin, (done - self._done) / max(1, self._total - self._done))
