"""From exceptions to exit statuses and plain lines: no traceback for what a user can mend."""

from __future__ import annotations

import functools
import os
import sys
import threading
from collections.abc import Callable
from typing import ParamSpec

import click

from hegemon.errors import RequestError, one_line

WORK_FAILED = 1
WRONG_REQUEST = 2
TRY_AGAIN = 75
INTERRUPTED = 130
_PATIENCE = 1.0  # seconds that threads which were told to stop may take to do so

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
            leave(WORK_FAILED, f"hegemon: {_words(error)}")
        except MemoryError:
            leave(WORK_FAILED, "hegemon: there is no memory left; finished pieces are kept")
        except Exception as error:
            status = status_of(error)
            if status is None:
                raise
            leave(status, f"hegemon: {error}" if status == WORK_FAILED else str(error))

    return wrapped


def _words(error: OSError) -> str:
    """The file and what is wrong with it, without the system's number."""
    if error.strerror is None:
        return str(error)
    return error.strerror if error.filename is None else f"{error.filename}: {error.strerror}"


def leave(status: int, *lines: str) -> None:
    """Write lines, unwrapped, to standard error, and exit."""
    for line in lines:
        click.echo(one_line(line), err=True)
    if status in (TRY_AGAIN, INTERRUPTED) and not _threads_end():
        sys.stdout.flush()
        os._exit(status)  # Python would wait for them: half a minute where one compiles the kernel
    sys.exit(status)


def _threads_end() -> bool:
    """Whether the threads that compute have ended, after a moment's wait."""
    from hegemon.running.executors import THREADS

    own = [thread for thread in threading.enumerate() if thread.name.startswith(THREADS)]
    for thread in own:
        thread.join(_PATIENCE / len(own))
    return not any(thread.is_alive() for thread in own)


def status_of(error: Exception) -> int | None:
    """Exit status of a failure that the engine tells of; None for anything else."""
    # Imported late: by now whatever raised it has been imported anyway.
    from hegemon.failures import Unfinished, WorkFailed

    if isinstance(error, Unfinished):
        return TRY_AGAIN
    return WORK_FAILED if isinstance(error, WorkFailed) else None
