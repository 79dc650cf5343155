"""results.nc against the estimates that the tallies of all pieces give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import xarray as xr

from hegemon.bits import differing, differing_variables
from hegemon.failures import PieceError
from hegemon.outputs import results
from hegemon.outputs.totals import Totals
from hegemon.storage import datasets
from hegemon.verify.report import Check, Difference

if TYPE_CHECKING:
    from hegemon.storage.job import Job

_FREE = {"history", "source", "versions", "digest"}  # of times, of versions, and of the variables themselves
_NAMED = 5  # variables named in one line


def absent(claims_all: bool) -> Check:
    """What is said where the pieces are not whole; `claims_all` where there are estimates all the same."""
    if claims_all:
        return Check("results.nc", "skipped", "cannot be computed again from what is there")
    return Check("results.nc", "missing", "not there, as in a run that is not finished or a slice")


def compare(job: Job, totals: Totals) -> tuple[Check, list[Difference]]:
    """The estimates, computed again from the tallies of all pieces."""
    if not (job.folder / results.NAME).exists():
        text = f"not there, though all pieces are: `hegemon merge {job.folder}` makes it"
        return Check("results.nc", "missing", text), []
    try:
        recorded = results.load(job.folder)
    except PieceError as error:
        return Check("results.nc", "differs", str(error)), []
    made = datasets.to_bytes(results.estimate(job.spec, job.design, totals))
    computed = datasets.from_bytes(job.folder / results.NAME, made)  # read as the other was
    names = differing_variables(recorded, computed)
    differences = [one for name in names for one in _in_results(name, recorded, computed)]
    wrong = _attributes(recorded, computed)
    if names or wrong:
        text = ", ".join([*names[:_NAMED], *wrong]) + (
            f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        )
        return Check("results.nc", "differs", f"not what the pieces give: {text}"), differences
    text = f"{len(recorded.variables)} variables computed again from the pieces"
    return Check("results.nc", "equal", text), []


def _in_results(name: str, recorded: xr.Dataset, computed: xr.Dataset) -> Iterator[Difference]:
    """What differs in a variable of the estimates."""
    if name not in recorded.variables or name not in computed.variables:
        there, made = ("there" if name in found.variables else None for found in (recorded, computed))
        yield Difference(results.NAME, None, None, name, there, made)
        return
    ours, theirs = recorded.variables[name].values, computed.variables[name].values
    if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
        one, two = (f"{values.dtype} {values.shape}" for values in (ours, theirs))
        yield Difference(results.NAME, None, None, f"{name} (type and shape)", one, two)
        return
    for at in differing(ours, theirs).tolist():
        values = ours.item(*at), theirs.item(*at)
        yield Difference(results.NAME, None, None, f"{name}{at}" if at else name, *values)


def _attributes(recorded: xr.Dataset, computed: xr.Dataset) -> list[str]:
    """Attributes that depend on the experiment, and differ; what tells of versions and times may."""
    names = sorted({*map(str, recorded.attrs), *map(str, computed.attrs)} - _FREE)
    return [
        f"attribute {name}"
        for name in names
        if str(recorded.attrs.get(name)) != str(computed.attrs.get(name))
    ]
