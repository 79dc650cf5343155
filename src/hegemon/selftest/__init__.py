"""What a machine must get right before its results are believed.

Known answers, golden digests, agreement with the plain reference, laws with an exact answer, and a run
written and verified. It needs nothing but the installed package.
"""

from __future__ import annotations

import os
from pathlib import Path

from hegemon.errors import RequestError
from hegemon.selftest.result import Check, Report

__all__ = ["SEED", "Check", "Report", "selftest"]

SEED = 20_240_229


def selftest(folder: str | os.PathLike[str] = ".", seed: int = SEED) -> Report:
    """Check this machine.

    Parameters
    ----------
    folder : path, optional
        Directory in which a small run is written and read: where results are to go.
    seed : int, optional
        Of the samples that are held against the reference and the laws.

    Returns
    -------
    Report
        True where every check has passed.

    Raises
    ------
    hegemon.errors.RequestError
        If there is no such directory.
    """
    target = Path(folder)
    if not target.is_dir():
        raise RequestError(f"--dir {target}: there is no such directory")
    from hegemon.selftest.whole import run

    return run(target, seed)
