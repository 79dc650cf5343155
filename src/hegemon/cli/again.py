"""Work that was stopped: the command that goes on with it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hegemon.cli.exits import INTERRUPTED, TRY_AGAIN, leave, status_of


@contextmanager
def going_on(command: Callable[[], Sequence[str]]) -> Iterator[None]:
    """Where Ctrl-C, a signal or a time limit stops what is done inside, tell the command that goes on."""
    try:
        yield
    except KeyboardInterrupt as stop:
        told = str(stop) or "interrupted: finished work is kept"
        leave(INTERRUPTED, told, f"go on with: {shlex.join(command())}")
    except Exception as error:
        if status_of(error) != TRY_AGAIN:
            raise
        leave(TRY_AGAIN, str(error), f"go on with: {shlex.join(command())}")


def words(name: str, config: str, settings: Sequence[str], **options: Any) -> list[str]:
    """A command with those of its options that were given."""
    found = ["hegemon", name, f"./{config}" if config.startswith("-") else config]
    for text in settings:
        found += ["--set", text]
    for option, value in options.items():
        if value is not None:
            found += [f"--{option.replace('_', '-')}", str(value)]
    return found
