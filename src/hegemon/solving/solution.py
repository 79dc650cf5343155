"""What was found, as labelled data and as a file."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from hegemon.estimates.proportions import wilson
from hegemon.labels import attributes, column
from hegemon.runs import Run
from hegemon.solving.request import Request
from hegemon.solving.task import Found
from hegemon.storage import datasets, pieces

NAME = "solution.nc"
FIGURE = "solution.png"

_ABOUT = {
    "value": "value of the key at which P takes the target",
    "low": "lower limit of its interval",
    "high": "upper limit of its interval",
    "state": "found, none, several, end or unclear",
    "method": "fit, bracket or whole: how the interval was made",
    "side": "1 where P lies above the target all over the range, -1 where below, else 0",
    "note": "what there is to say",
}


@dataclass(frozen=True)
class Solution:
    """The value of a key at which P(hegemon) takes a probability, or the curve of such values.

    Attributes
    ----------
    dataset
        `value`, `low`, `high`, `state`, `method`, `side` and `note`, along the other keys where there are
        any; and the evaluations along `evaluation`: the place `x`, `replicas`, `emerged`, `p`, `p_low`,
        `p_high` and `root`, the number of the root that it is for. This is what ``solution.nc`` holds.
    run
        The run of all evaluations: a list of points, each of `replicas` replicas.
    """

    dataset: xr.Dataset
    run: Run

    @property
    def key(self) -> str:
        """The key that was solved for."""
        return str(self.dataset.attrs["key"])

    @property
    def probability(self) -> float:
        """The target."""
        return float(self.dataset.attrs["probability"])

    @property
    def confidence(self) -> float:
        """Nominal coverage of the intervals."""
        return float(self.dataset.attrs["confidence"])

    @property
    def replicas(self) -> int:
        """Replicas of each evaluation."""
        return int(self.dataset.attrs["replicas"])

    @property
    def over(self) -> tuple[str, ...]:
        """The other keys, in the order of the dimensions."""
        return tuple(str(self.dataset[name].attrs["key"]) for name in self.dataset["value"].dims)

    @property
    def points(self) -> list[dict[str, Any]]:
        """The values of the other keys, for each root in turn, the last key fastest."""
        axes = [self.dataset[name] for name in self.dataset["value"].dims]
        keys = [str(axis.attrs["key"]) for axis in axes]
        rows = itertools.product(*(axis.values.tolist() for axis in axes))
        return [dict(zip(keys, row, strict=True)) for row in rows]

    @property
    def value(self) -> Any:
        """The value, or a DataArray of values along the other keys; NaN where there is none."""
        return self._plain("value")

    @property
    def low(self) -> Any:
        """The lower limit of the interval, or a DataArray of them."""
        return self._plain("low")

    @property
    def high(self) -> Any:
        """The upper limit of the interval, or a DataArray of them."""
        return self._plain("high")

    @property
    def evaluations(self) -> xr.Dataset:
        """All evaluations, along `evaluation`."""
        names = [name for name, found in self.dataset.data_vars.items() if found.dims == ("evaluation",)]
        return self.dataset[names]

    @property
    def found(self) -> bool:
        """Whether at least one value was found."""
        return bool((self.dataset["state"] == "found").any())

    def _plain(self, name: str) -> Any:
        values = self.dataset[name]
        return values if values.dims else values.item()

    def __repr__(self) -> str:
        head = f"<Solution of P = {self.probability:g} in {self.key}"
        if self.over:
            return f"{head} over {', '.join(self.over)}: {self.dataset['value'].size} values>"
        return f"{head}: {self.value:.6g}, {self.low:.6g} to {self.high:.6g}>"


def label(
    request: Request, answers: Sequence[Found], order: Sequence[tuple[int, float]], run: Run
) -> Solution:
    """Make the labelled data of what the finders answered and what they asked."""
    names = [_name(axis.key, request) for axis in request.over]
    shape = tuple(len(axis.values) for axis in request.over)
    unit = request.info.unit
    variables: dict[str, xr.Variable] = {}
    for name in ("value", "low", "high"):
        values = np.array([getattr(answer, name) for answer in answers]).reshape(shape)
        variables[name] = xr.Variable(names, values, {"long_name": _ABOUT[name], "units": unit})
    for name in ("state", "method"):
        words = np.array([getattr(answer, name) for answer in answers], object).reshape(shape)
        variables[name] = xr.Variable(names, words, {"long_name": _ABOUT[name], "units": "1"})
    notes = np.array(["; ".join(answer.words) for answer in answers], object).reshape(shape)
    variables["note"] = xr.Variable(names, notes, {"long_name": _ABOUT["note"], "units": "1"})
    sides = np.array([answer.side for answer in answers], np.int8).reshape(shape)
    variables["side"] = xr.Variable(names, sides, {"long_name": _ABOUT["side"], "units": "1"})
    variables |= _evaluations(request, order, run)
    coords: dict[Hashable, xr.Variable] = {
        name: xr.Variable((name,), column(axis.values), attributes(axis.key))
        for name, axis in zip(names, request.over, strict=True)
    }
    return Solution(xr.Dataset(variables, coords, _attributes(request, run)), run)


def _name(key: str, request: Request) -> str:
    last = key.partition(".")[2]
    taken = [axis.key.partition(".")[2] for axis in request.over] + [*_ABOUT, "evaluation", "x", "root", "p"]
    return last if taken.count(last) == 1 else key.replace(".", "_")


def _evaluations(request: Request, order: Sequence[tuple[int, float]], run: Run) -> dict[str, xr.Variable]:
    n, k = (run.results[name].values for name in ("replicas", "emerged"))
    low, high = wilson(k, n, request.task.confidence)
    columns = {
        "root": (np.array([number for number, _ in order], np.int64), "number of the root", "1"),
        "x": (np.array([x for _, x in order]), f"value of {request.info.key}", request.info.unit),
        "replicas": (n, "replicas simulated", "1"),
        "emerged": (k, "replicas in which a hegemon emerged", "1"),
        "p": (k / n, "probability that a hegemon emerges within the horizon", "1"),
        "p_low": (low, "lower limit of its interval (Wilson)", "1"),
        "p_high": (high, "upper limit of its interval (Wilson)", "1"),
    }
    return {
        name: xr.Variable(("evaluation",), values, {"long_name": words, "units": unit})
        for name, (values, words, unit) in columns.items()
    }


def _attributes(request: Request, run: Run) -> dict[str, Any]:
    """Global attributes: those of the run that do not say when and where it was done, and the request."""
    found = {name: value for name, value in run.results.attrs.items() if name not in ("history", "digest")}
    task = request.task
    percent = f"{100 * task.confidence:.6g} %"
    return found | {
        "interval": f"{percent}, profile likelihood or bracket for value (pointwise), Wilson for p",
        "key": request.info.key,
        "key_title": request.info.title,
        "key_unit": request.info.unit,
        "probability": task.target,
        "searched_from": task.low,
        "searched_to": task.high,
        "tolerance": task.tolerance,
        "replicas": task.replicas,
    }


def save(folder: Path, solution: Solution) -> bool:
    """Write ``solution.nc``, whole or not at all; False where it was there already, with the same bytes."""
    packed = datasets.to_bytes(solution.dataset)
    path = folder / NAME
    if path.exists() and path.read_bytes() == packed:
        return False
    (folder / FIGURE).unlink(missing_ok=True)
    pieces.write(path, packed)
    return True
