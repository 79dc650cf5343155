"""What schedulers and terminals send: SIGTERM and SIGUSR1 stop in good order, Ctrl-C at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPS = (signal.SIGTERM, signal.SIGUSR1)


class Signals:
    """Whether a signal to stop came, and which; a `hegemon.running.stopping.Sign`."""

    def __init__(self) -> None:
        self.reason = ""

    def is_set(self) -> bool:
        """Whether to stop."""
        return bool(self.reason)

    def take(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal: note its name, and do nothing that could disturb what it came into."""
        self.reason = signal.Signals(number).name


@contextmanager
def watched() -> Iterator[Signals]:
    """Handle signals inside the block; outside the main thread no handler can be set, and none is."""
    signs = Signals()
    if threading.current_thread() is not threading.main_thread():
        yield signs
        return
    handlers = dict.fromkeys(STOPS, signs.take) | {signal.SIGINT: _interrupt}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield signs
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Give up what is in flight at the first Ctrl-C; at the second wait for nothing."""
    signal.signal(number, lambda *_: os._exit(130))
    signal.default_int_handler(number, frame)
