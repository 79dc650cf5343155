"""Monte Carlo experiments on hegemony and balancing.

>>> import hegemon as hg
>>> experiment = hg.Experiment(hg.Model(system={"states": 8}), replicas=1000, seed=1)
>>> run = experiment.run("runs/first")  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hegemon._version import __version__

if TYPE_CHECKING:
    from hegemon.errors import RequestError
    from hegemon.experiment import Experiment
    from hegemon.failures import Interrupted, PieceError, Unfinished, WorkFailed
    from hegemon.parameters import Model
    from hegemon.running.engine import Progress
    from hegemon.runs import Run, merge, open_run
    from hegemon.solving import Solution, solve
    from hegemon.splitting.study import Rare, rare

__all__ = [
    "Experiment",
    "Interrupted",
    "Model",
    "PieceError",
    "Progress",
    "Rare",
    "RequestError",
    "Run",
    "Solution",
    "Unfinished",
    "WorkFailed",
    "__version__",
    "merge",
    "open_run",
    "rare",
    "solve",
]

# Loaded when first used: `hegemon --help` must not wait for numba and xarray.
_HOMES = {
    "Experiment": "experiment",
    "Interrupted": "failures",
    "Model": "parameters",
    "PieceError": "failures",
    "Progress": "running.engine",
    "Rare": "splitting.study",
    "RequestError": "errors",
    "Run": "runs",
    "Solution": "solving",
    "Unfinished": "failures",
    "WorkFailed": "failures",
    "merge": "runs",
    "open_run": "runs",
    "rare": "splitting.study",
    "solve": "solving",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"hegemon.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
