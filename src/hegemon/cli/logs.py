"""`-v`: what the program does, step by step, on standard error."""

from __future__ import annotations

import logging
import sys

import click

_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)
_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def option() -> click.Option:
    """The option, to be added to a command."""
    return click.Option(
        ["-v", "--verbose"],
        count=True,
        expose_value=False,
        callback=lambda context, parameter, count: start(count),
        help="Log each step to standard error; -vv tells every piece of work.",
    )


def start(count: int) -> None:
    """Log to standard error: steps if `count` is 1, every piece of work if it is more, nothing if 0."""
    if count == 0:
        return
    log = logging.getLogger("hegemon")
    for old in [one for one in log.handlers if isinstance(one, _Lines)]:
        log.removeHandler(old)
    handler = _Lines(sys.stderr)
    handler.setFormatter(logging.Formatter(_LINE))
    log.addHandler(handler)
    log.setLevel(_LEVELS[min(count, len(_LEVELS) - 1)])


class _Lines(logging.StreamHandler):  # type: ignore[type-arg]
    """Our own handler, to be known again; a line each, whatever the message holds."""

    def format(self, record: logging.LogRecord) -> str:
        from hegemon.errors import one_line

        return one_line(super().format(record))
