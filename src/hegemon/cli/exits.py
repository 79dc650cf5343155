"""From exceptions to exit statuses and plain lines: no traceback for what a user can mend."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec

import click

from hegemon.errors import RequestError, one_line

WORK_FAILED = 1
WRONG_REQUEST = 2
INTERRUPTED = 130

P = ParamSpec("P")


def told(command: Callable[P, None]) -> Callable[P, None]:
    """Make a command tell what stopped it in plain lines, and exit with the status that stands for it."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except RequestError as error:
            leave(WRONG_REQUEST, *error.lines)
        except KeyboardInterrupt as stop:
            leave(INTERRUPTED, *([str(stop)] if str(stop) else ["interrupted"]))
        except BrokenPipeError:  # the reader has seen enough: click's own way of ending is the quiet one
            raise
        except OSError as error:
            leave(WORK_FAILED, f"hegemon: {error}")
        except Exception as error:
            if not _is_failure(error):
                raise
            leave(WORK_FAILED, f"hegemon: {error}")

    return wrapped


def leave(status: int, *lines: str) -> None:
    """Write lines, unwrapped, to standard error, and exit."""
    for line in lines:
        click.echo(one_line(line), err=True)
    sys.exit(status)


def _is_failure(error: Exception) -> bool:
    # Imported late: by now whatever raised it has been imported anyway.
    from hegemon.failures import WorkFailed

    return isinstance(error, WorkFailed)
