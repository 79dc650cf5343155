"""Files that commands write for a user to edit: never over one that is there."""

from __future__ import annotations

from pathlib import Path

from hegemon.errors import RequestError


def require_free(path: Path) -> None:
    """Refuse a file that is there, or whose directory is not.

    Raises
    ------
    RequestError
        With the path.
    """
    if path.exists() or path.is_symlink():
        raise RequestError(f"{path}: is there already and is left as it is; choose another name")
    if not path.parent.is_dir():
        raise RequestError(f"{path}: there is no directory {path.parent}")


def create(path: Path, text: str) -> None:
    """Write a new file.

    Raises
    ------
    RequestError
        If it is there, or its directory is not.
    OSError
        If it cannot be written; nothing is left behind.
    """
    require_free(path)
    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError:
        require_free(path)
        raise
    try:
        with file:
            file.write(text)
    except OSError:
        path.unlink(missing_ok=True)
        raise
