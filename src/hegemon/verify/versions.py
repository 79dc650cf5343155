"""With what a run was made, and with what it is verified."""

from __future__ import annotations

from pathlib import Path

from hegemon.failures import PieceError
from hegemon.running import provenance
from hegemon.verify.report import Check, Versions


def here() -> Versions:
    """Of this process."""
    session = provenance.Session(0, 0, "")
    return _versions(vars(session))


def _versions(session: dict[str, object]) -> Versions:
    libraries = session.get("versions")
    named = libraries if isinstance(libraries, dict) else {}
    return Versions(
        hegemon=str(named.get("hegemon", "")),
        model_version=str(session.get("model_version", "")),
        kernels=str(session.get("kernel_digest", ""))[:16],
        numba=str(named.get("numba", "")),
        numpy=str(named.get("numpy", "")),
        python=str(session.get("python", "")),
        cpu=str(session.get("cpu", "")),
    )


def recorded(folder: Path) -> tuple[list[Check], tuple[Versions, ...]]:
    """A check where the record of a run cannot be read; versions of its sessions, each kind once."""
    try:
        sessions = provenance.load(folder)["sessions"]
        return [], tuple(dict.fromkeys(_versions(session) for session in sessions))
    except (PieceError, AttributeError) as error:
        return [Check("provenance", "differs", str(error))], ()
