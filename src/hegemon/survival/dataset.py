"""The labelled estimates of survival: from counts to an xarray Dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon.errors import RequestError
from hegemon.estimates.competing import aalen_johansen, incidence_band
from hegemon.estimates.lifetimes import FEWEST, LifeTable
from hegemon.estimates.proportions import normal_quantile
from hegemon.labels import coordinates, dimensions, variable
from hegemon.outputs.results import attributes
from hegemon.survival import counts
from hegemon.survival.causes import causes
from hegemon.survival.counts import Counts, Table
from hegemon.survival.labels import CAUSE, SHARE, registry
from hegemon.variables import YEAR, checked

if TYPE_CHECKING:
    from hegemon.storage.job import Job

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
_Flat = dict[str, NDArray[Any]]


def survival(
    job: Job, results: xr.Dataset, by: str | None = None, until: int | None = None, history: str = ""
) -> xr.Dataset:
    """Time until a hegemon emerges, at every design point.

    Parameters
    ----------
    job : Job
        The run.
    results : xarray.Dataset
        Its estimates, from which the years of emergence are taken where no causes are asked for.
    by : {"leader", "route"}, optional
        Tell hegemonies apart; needs a row per replica.
    until : int, optional
        Years to which mean times are restricted; each point's own horizon if not given.
    history : str
        For the attribute of that name.

    Raises
    ------
    hegemon.errors.RequestError
        If `by` or `until` is out of range, or the run keeps no rows and causes are asked for.
    """
    horizons = counts.horizons_of(job.design)
    limit = _until(until, horizons)
    kinds = None if by is None else causes(by)
    table = counts.from_estimates(results, job.design) if kinds is None else counts.of_emergence(job, kinds)
    found = _estimates(table, np.minimum(limit, horizons), horizons, job.spec.confidence)
    if kinds is not None:
        found |= _by_cause(table, np.minimum(limit, horizons), horizons, job.spec.confidence)
    _forget(found, limit, limit > horizons)
    whole = _labelled(job, found, registry("a hegemon emerges", "replicates"), history)
    if kinds is not None:
        names = variable(("cause",), np.array(kinds.names), CAUSE.attributes | {"description": kinds.meaning})
        whole = whole.assign_coords(cause=names)
    return whole


def durability(job: Job, until: int | None = None, history: str = "") -> xr.Dataset:
    """How long first spells of hegemony last, at every design point of a run that goes on after them.

    Parameters
    ----------
    job, until, history
        As `survival`; without `until` mean times are restricted to the longest time that was seen.

    Raises
    ------
    hegemon.errors.RequestError
        If the run stops at the first hegemony everywhere, or keeps no row per replica.
    """
    if all(point.model.hegemony.absorbing for point in job.design.points):
        raise RequestError(
            f"{job.folder}: stops at the first hegemony (hegemony.absorbing = true), so that how long it "
            "lasts was not seen; run it with hegemony.absorbing = false"
        )
    _until(until, counts.horizons_of(job.design))
    table = counts.of_first_spells(job)
    seen = LifeTable(table.events[:, 0], table.censored).at_risk > 0
    last = np.where(seen.any(axis=1), seen.shape[1] - np.argmax(seen[:, ::-1], axis=1), 0)
    limit = last if until is None else np.full(len(last), until)
    found = _estimates(table, limit, last, job.spec.confidence)
    whole = _labelled(job, found, registry("the spell ends", "first spells"), history)
    whole["year"].attrs["long_name"] = "years since the spell began"
    return whole


def _until(until: int | None, horizons: Counts) -> Counts:
    if until is None:
        return horizons
    if not 1 <= until <= horizons.max():
        raise RequestError(f"--until {until}: must be from 1 to {horizons.max()}, the longest horizon")
    return np.full(len(horizons), until)


def _estimates(table: Table, until: Counts, last: Counts, confidence: float) -> _Flat:
    """All estimates but those by cause, by design point; NaN beyond the last year of each."""
    whole = LifeTable(table.events.sum(axis=1), table.censored)
    beyond = np.arange(whole.events.shape[1]) > last[:, np.newaxis]
    by_year = {"survival": whole.survival, "survival_se": whole.error, "hazard": whole.hazard}
    by_year["survival_low"], by_year["survival_high"] = whole.band(confidence)
    by_year["survival_band_low"], by_year["survival_band_high"] = whole.simultaneous_band(confidence)
    by_year["hazard_low"], by_year["hazard_high"] = whole.hazard_interval(confidence)
    found: _Flat = {"at_risk": whole.at_risk, "events": whole.events, "censored": whole.censored}
    found |= {name: np.where(beyond, np.nan, values) for name, values in by_year.items()}
    mean, error = whole.restricted_mean(until)
    error = np.where(np.isnan(mean) | (until == 0), np.nan, error)
    mean = np.where(until == 0, np.nan, mean)
    wide = normal_quantile(confidence) * error
    found |= {"restricted_to": until.astype(np.int64), "restricted_mean": mean, "restricted_mean_se": error}
    found |= {"restricted_mean_low": np.maximum(mean - wide, 0.0)}
    found |= {"restricted_mean_high": np.minimum(mean + wide, until)}
    found["quantile_year_low"], found["quantile_year_high"] = whole.quantile_limits(SHARES, confidence)
    return found | {"quantile_year": whole.quantiles(SHARES)}


def _forget(found: _Flat, until: Counts, unknown: NDArray[np.bool_]) -> None:
    """No mean within more years than were simulated."""
    found["restricted_to"] = until
    for name in found:
        if name.startswith(("restricted_mean", "years_lost")):
            found[name][unknown] = np.nan


def _by_cause(table: Table, until: Counts, last: Counts, confidence: float) -> _Flat:
    found = aalen_johansen(table.events, table.censored, until)
    at_risk = LifeTable(table.events.sum(axis=1), table.censored).at_risk
    low, high = incidence_band(found, table.events, at_risk, confidence)
    beyond = (np.arange(table.events.shape[-1]) > last[:, np.newaxis])[:, np.newaxis]
    curves = {
        "incidence": found.value,
        "incidence_se": found.error,
        "incidence_low": low,
        "incidence_high": high,
    }
    whole: _Flat = {"cause_events": table.events, "years_lost": found.lost, "years_lost_se": found.lost_error}
    return whole | {name: np.where(beyond, np.nan, values) for name, values in curves.items()}


def _labelled(job: Job, found: _Flat, known: Any, history: str) -> xr.Dataset:
    names, shape = dimensions(job.design), job.design.shape
    variables = {}
    for name, entry in known.items():
        if name in found:
            values = checked(entry, found[name])
            whole = values.reshape((*shape, *values.shape[1:]))
            variables[name] = variable((*names, *entry.dims), whole, entry.attributes)
    years = np.arange(found["events"].shape[1], dtype=np.int32)
    coords = coordinates(job.design)
    coords["year"] = variable(("year",), years, YEAR.attributes)
    coords["share"] = variable(("share",), np.array(SHARES), SHARE.attributes)
    notes = attributes(job.spec, job.design, history)
    notes["interval"] = interval(job.spec.confidence)
    return xr.Dataset(variables, coords, notes)


def interval(confidence: float) -> str:
    """What the intervals are, in words."""
    return (
        f"{100 * confidence:.6g} %; by year: log-log with Greenwood's (causes: Aalen-Johansen's) variance; "
        f"band: equal precision, log-log, where at least {FEWEST} have had the event and are left; "
        "hazard: Wilson; mean: normal; quantile: where the limits by year cross it"
    )
