"""Files that a user has asked to be written: whether they can be, before any work."""

from __future__ import annotations

from pathlib import Path

from hegemon.errors import RequestError


def require(option: str, target: Path) -> None:
    """Refuse a file whose directory is not there, and what is no ordinary file.

    Parameters
    ----------
    option : str
        Where it was asked for, such as ``--output``.
    target : Path
        The file; it may be there already.

    Raises
    ------
    RequestError
        If it cannot be written.
    """
    if not target.parent.is_dir():
        raise RequestError(f"{option} {target}: there is no directory {target.parent}")
    if target.exists() and not target.is_file():
        kind = "a directory" if target.is_dir() else "no ordinary file"
        raise RequestError(f"{option} {target}: is {kind}")
