"""Pairs of design points: differences and ratios of P, tests, and what common random numbers gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon import labels
from hegemon.contrasts import lines
from hegemon.contrasts.labels import CONTRASTS, FROM, LINE, TO
from hegemon.contrasts.lines import PAIRS, Pair
from hegemon.contrasts.samples import Sample, samples
from hegemon.contrasts.seeds import generator
from hegemon.errors import RequestError
from hegemon.estimates.proportions import normal_quantile
from hegemon.estimates.simultaneous import correlation, critical_value, holm
from hegemon.outputs.results import attributes
from hegemon.variables import checked

if TYPE_CHECKING:
    from hegemon.storage.job import Job

__all__ = ["PAIRS", "along", "between"]

Expected = Literal["falls", "rises"]
_Flat = dict[str, NDArray[Any]]


def along(
    job: Job,
    results: xr.Dataset,
    key: str | None = None,
    pairs: str = "successive",
    expect: str = "falls",
    history: str = "",
) -> xr.Dataset:
    """Compare points that differ in one swept key, line by line.

    Parameters
    ----------
    job : Job
        The run.
    results : xarray.Dataset
        Its estimates.
    key : str, optional
        The swept key, by name or whole; efficiency, or else the first that is a number, if not given.
    pairs : {"successive", "first", "all"}
        Which points of a line are compared: neighbours, each with the first, or each with each.
    expect : {"falls", "rises"}
        How P is expected to move with the key; `reversal` marks pairs that move against that.
    history : str
        For the attribute of that name.

    Raises
    ------
    hegemon.errors.RequestError
        If there is nothing to compare along the key, a word is none of those allowed, or replicas share their
        random numbers and the run keeps no row per replica.
    """
    if expect not in ("falls", "rises"):
        raise RequestError(f"--expect {expect}: must be falls or rises")
    whole = lines.key_along(job.design, key)
    found = lines.lines(job.design, whole)
    chosen = [lines.pairs(line, pairs) for line in found]
    values = [point.values[whole] for point in job.design.points]
    sign = 0 if not lines.is_numeric(values) else 1 if expect == "falls" else -1
    made = _dataset(job, samples(job, results, found), chosen, sign, whole, expect, history)
    return made.assign_attrs(pairs=pairs)


def between(
    job: Job, results: xr.Dataset, first: Mapping[str, Any], second: Mapping[str, Any], history: str = ""
) -> xr.Dataset:
    """Compare the points that fit `first` each with the one that fits `second` and is equal in all else.

    Parameters
    ----------
    job, results, history
        As `along`.
    first, second : mapping
        Values of swept keys, as ``{"efficiency": 0.2}``.

    Raises
    ------
    hegemon.errors.RequestError
        If no two such points are there, or as `along`.
    """
    chosen = lines.matched(job.design, first, second)
    points = list(dict.fromkeys(index for pair in chosen for index in pair))
    return _dataset(job, samples(job, results, [points]), [chosen], 0, "", "", history)


def _dataset(
    job: Job,
    found: Sequence[Sample],
    chosen: Sequence[Sequence[Pair]],
    sign: int,
    key: str,
    expect: str,
    history: str,
) -> xr.Dataset:
    parts: list[_Flat] = []
    for number, (sample, pairs) in enumerate(zip(found, chosen, strict=True)):
        random = generator(
            job.spec.seed, "contrasts", *(job.design.points[i].identity for i in sample.points)
        )
        part = _line(sample, pairs, job.spec.confidence, sign, random)
        parts.append({**part, "line": np.full(len(pairs), number)})
    flat = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    ends = np.array([pair for pairs in chosen for pair in pairs], np.int64)
    variables = {
        name: labels.variable(("pair",), checked(entry, flat[name]), entry.attributes)
        for name, entry in CONTRASTS.items()
        if name in flat
    }
    notes = attributes(job.spec, job.design, history) | {"interval": interval(job, found[0].paired)}
    notes |= {"pairing": pairing(found[0].paired)} | ({"along": key} if key else {})
    if sign:
        notes["expected"] = (
            f"P {expect} as {key} grows; familywise error {1 - job.spec.confidence:.6g} a line"
        )
    return xr.Dataset(variables, _labels(job, ends, flat["line"]), notes)


def _line(
    sample: Sample, pairs: Sequence[Pair], confidence: float, sign: int, random: np.random.Generator
) -> _Flat:
    """All pairs of one line."""
    place = {index: i for i, index in enumerate(sample.points)}
    one, other = np.array([[place[a], place[b]] for a, b in pairs], np.int64).T
    covariance = sample.of_differences(one, other)
    value, error = critical_value(correlation(covariance), confidence, random)
    z = normal_quantile(confidence)
    p, q = sample.shares(one, other)
    flat: _Flat = {"p_from": p, "p_to": q, "difference": q - p}
    flat["difference_se"] = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    flat["difference_low"], flat["difference_high"] = sample.difference(one, other, z)
    flat["difference_band_low"], flat["difference_band_high"] = sample.difference(one, other, value)
    with np.errstate(divide="ignore", invalid="ignore"):
        flat["ratio"] = q / p
    flat["ratio_low"], flat["ratio_high"] = sample.ratio(one, other, z)
    flat["p_value"] = sample.equal(one, other)
    if sign:
        reversal = sample.rise(one, other) if sign > 0 else sample.rise(other, one)
        adjusted = holm(reversal)
        flat |= {"reversal_p_value": reversal, "reversal_p_adjusted": adjusted}
        flat["reversal"] = (adjusted <= 1 - confidence).astype(np.int8)
    flat |= sample.counts(one, other)
    return flat | {"critical_value": np.full(len(p), value), "critical_value_se": np.full(len(p), error)}


def _labels(job: Job, ends: NDArray[np.int64], line: NDArray[np.int64]) -> dict[Any, Any]:
    """Indices of both points, and the values of the swept keys at each."""
    coords = {
        "from": labels.variable(("pair",), ends[:, 0], FROM.attributes),
        "to": labels.variable(("pair",), ends[:, 1], TO.attributes),
        "line": labels.variable(("pair",), line, LINE.attributes),
    }
    for name, (values, notes) in labels.swept(job.design).items():
        for end, word in enumerate(("from", "to")):
            about = notes | {"long_name": f"{notes['long_name']}, {('first', 'second')[end]} point"}
            coords[f"{word}_{name}"] = labels.variable(("pair",), values[ends[:, end]], about)
    return dict(coords)


def pairing(paired: bool) -> str:
    """Whether replicas are compared one by one, in words."""
    if paired:
        return "replica by replica: all points meet the same shocks (common random numbers)"
    return "none: points have random numbers of their own, their replicas are independent"


def interval(job: Job, paired: bool) -> str:
    """What the intervals are, in words."""
    kinds = (
        "score intervals of paired proportions (difference: Tango; ratio: Tang, Tang & Chan); "
        "p: McNemar, mid-p"
        if paired
        else "independent proportions (difference: Newcombe, ratio: Koopman); p: Fisher, mid-p"
    )
    return f"{100 * job.spec.confidence:.6g} %, {kinds}; band: the same at the max-t quantile of the line"
