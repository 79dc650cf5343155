"""Bands that hold P at all points of a line at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon import labels
from hegemon.contrasts import lines
from hegemon.contrasts.against import pairing
from hegemon.contrasts.labels import BANDS
from hegemon.contrasts.samples import samples
from hegemon.contrasts.seeds import generator
from hegemon.estimates.proportions import exact_at
from hegemon.estimates.simultaneous import correlation, critical_value
from hegemon.outputs.results import attributes
from hegemon.variables import checked

if TYPE_CHECKING:
    from hegemon.storage.job import Job


def bands(job: Job, results: xr.Dataset, key: str | None = None, history: str = "") -> xr.Dataset:
    """Exact limits at the max-t quantile of each line: a band that holds P at all its points at once.

    Parameters
    ----------
    job : Job
        The run.
    results : xarray.Dataset
        Its estimates.
    key : str, optional
        The swept key along which lines run; efficiency, or else the first that is a number, if not given.
    history : str
        For the attribute of that name.

    Returns
    -------
    xarray.Dataset
        Along the dimensions of the design; NaN at points that are on no line.

    Raises
    ------
    hegemon.errors.RequestError
        As `hegemon.contrasts.along`.
    """
    whole = lines.key_along(job.design, key)
    found = samples(job, results, lines.lines(job.design, whole))
    names = ("p_emerged", "p_emerged_low", "p_emerged_high")
    flat: dict[str, NDArray[Any]] = {name: results[name].values.ravel() for name in names}
    emerged, replicas = results["emerged"].values.ravel(), results["replicas"].values.ravel()
    empty = np.full(len(job.design.points), np.nan)
    flat |= {name: empty.copy() for name in ("band_low", "band_high", "critical_value", "critical_value_se")}
    for sample in found:
        own = list(sample.points)
        random = generator(job.spec.seed, "bands", *(job.design.points[i].identity for i in own))
        value, error = critical_value(correlation(sample.covariance()), job.spec.confidence, random)
        flat["band_low"][own], flat["band_high"][own] = exact_at(emerged[own], replicas[own], value)
        flat["critical_value"][own], flat["critical_value_se"][own] = value, error
    dims, shape = labels.dimensions(job.design), job.design.shape
    variables = {
        name: labels.variable(dims, checked(entry, flat[name]).reshape(shape), entry.attributes)
        for name, entry in BANDS.items()
    }
    notes = attributes(job.spec, job.design, history) | {"along": whole, "pairing": pairing(found[0].paired)}
    notes["interval"] = (
        f"band: {100 * job.spec.confidence:.6g} %, Clopper-Pearson at the max-t quantile of a line; "
        f"by point: {results.attrs['interval']}"
    )
    return xr.Dataset(variables, labels.coordinates(job.design), notes)
