"""From counts of repetitions to labelled estimates, and to `rare.nc`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon import pieces, results
from hegemon.labels import coordinates, dimensions, variable
from hegemon.splitting.columns import ESTIMATES
from hegemon.splitting.interval import interval
from hegemon.splitting.stages import Counts
from hegemon.variables import Variable, checked

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec
    from hegemon.design import Design
    from hegemon.splitting.making import Levels

NAME = "rare.nc"
FIGURE = "levels.png"
_STAGE = Variable("stage", "i4", ("stage",), "1", "stage, from 0; the last of a point ends with emergence")
Floats = NDArray[np.float64]


def ratio(above: Any, below: Any) -> Floats:
    """Quotients, NaN where there is nothing to divide by."""
    above, below = np.asarray(above, float), np.asarray(below, float)
    found: Floats = np.divide(
        above, below, out=np.full(np.broadcast(above, below).shape, np.nan), where=below != 0
    )
    return found


def products(counts: Counts) -> Floats:
    """Estimates of the probability to reach each level, of each repetition.

    Returns
    -------
    float64 array, shape (repetitions, stages)
        The last column estimates the probability that a hegemon emerges.
    """
    shares: Floats = counts.reached / np.maximum(counts.started, 1)  # nobody reaches what nobody starts for
    return np.cumprod(shares, axis=-1, dtype=np.float64)


def of_point(levels: Levels, counts: Counts, horizon: int, confidence: float) -> dict[str, Any]:
    """All estimates of a design point, by name; arrays are by stage."""
    values = products(counts)
    reach = [interval(column, confidence) for column in values.T]
    p, whole = reach[-1], values[:, -1]
    known = [found.high for found in reach if np.isfinite(found.high)]
    plain = float(ratio(p.mean * (1 - p.mean), p.error**2))
    years = int(counts.years.sum())
    found: dict[str, Any] = {
        "replicas": int(counts.started[0, 0]),
        "repetitions": len(whole),
        "p_emerged": p.mean,
        "p_emerged_low": p.low,
        # Where no hegemon was seen: it is no more probable than the last level that was reached.
        "p_emerged_high": known[-1] if known else np.nan,
        "se_p_emerged": p.error,
        "plain_replicas": plain,
        "years_simulated": years,
        "gain": plain * horizon / years,
        "stages": len(reach),
        "hegemons": int(counts.reached[:, -1].sum()),
        "extinct": float((whole == 0).mean()),
        "level": np.array([*levels, np.nan]),
    }
    for name, part in (("p_level", "mean"), ("p_level_low", "low"), ("p_level_high", "high")):
        found[name] = np.array([getattr(each, part) for each in reach])
    return {**found, **_stages(counts, values), **_weights(counts, values), **_routes(counts, whole)}


def _stages(counts: Counts, values: Floats) -> dict[str, Floats]:
    """What tells of each stage, over all repetitions: clones count alike within their repetition."""
    means = values.mean(axis=0)
    conditional = ratio(means, np.concatenate([[1.0], means[:-1]]))
    before = np.concatenate([np.ones((len(values), 1)), values[:, :-1]], axis=1)  # weight of a stage's clones
    entered = ratio(counts.year_sum, counts.reached)
    squares = ratio(counts.year_squares, counts.reached)
    entry = _averaged(entered, values)
    pairs = ratio(
        (before**2 * counts.reached_pairs).sum(axis=0), (before**2 * counts.sibling_pairs).sum(axis=0)
    )
    overall = ratio(
        (before**2 * (counts.reached / np.maximum(counts.started, 1))).sum(axis=0), (before**2).sum(axis=0)
    )
    return {
        "conditional": conditional,
        "mean_entry": entry,
        "sd_entry": np.sqrt(np.maximum(0.0, _averaged(squares, values) - entry**2)),
        "spread": ratio(pairs, overall**2) - 1,
        "far_ratio": _contrast(counts.far_reached, counts.far_started, counts, before),
        "late_ratio": _contrast(counts.late_reached, counts.late_started, counts, before),
        "ancestors": counts.ancestors.mean(axis=0),
    }


def _averaged(column: Floats, weights: Floats) -> Floats:
    return ratio(np.where(weights > 0, column * weights, 0.0).sum(axis=0), weights.sum(axis=0))


def _contrast(reached: Any, started: Any, counts: Counts, weights: Floats) -> Floats:
    """Conditional probability of some clones of a stage over that of the others."""
    per = ratio(weights, counts.started)
    per = np.where(np.isfinite(per), per, 0.0)
    some = ratio((per * reached).sum(axis=0), (per * started).sum(axis=0))
    others = ratio(
        (per * (counts.reached - reached)).sum(axis=0), (per * (counts.started - started)).sum(axis=0)
    )
    found = ratio(some, others)
    found[0] = np.nan  # the first stage has no parents
    return found


def _weights(counts: Counts, values: Floats) -> dict[str, float]:
    """How evenly the estimate rests on what was simulated."""
    whole, total = values[:, -1], float(values[:, -1].sum())
    last = np.maximum(counts.reached[:, -1], 1)
    squares = float((whole**2 * counts.ancestor_squares[:, -1] / last**2).sum())
    means = values.mean(axis=0)
    conditional = ratio(means, np.concatenate([[1.0], means[:-1]]))
    ideal = float((ratio(1 - conditional, conditional) / counts.started[0, 0]).sum())
    seen = float(ratio(np.var(whole, ddof=1), np.mean(whole) ** 2))
    return {
        "largest": float(ratio(whole.max(), total)),
        "lineages": float(ratio(total**2, squares)),
        "inflation": float(ratio(seen, ideal)),
    }


def _routes(counts: Counts, whole: Floats) -> dict[str, float]:
    """Means over hegemons; those of a repetition share the weight of its estimate."""
    last = counts.reached[:, -1]
    sums = {
        "mean_year": counts.year_sum[:, -1],
        "mean_share_gain": counts.gain_sum[:, -1],
        "mean_conquest_gain": counts.conquest_sum[:, -1],
        "conquerors": counts.conquerors[:, -1],
    }
    weights = whole[:, np.newaxis]
    return {
        name: float(_averaged(ratio(column, last)[:, np.newaxis], weights)[0])
        for name, column in sums.items()
    }


def dataset(
    spec: ExperimentSpec,
    design: Design,
    levels: Mapping[int, Levels],
    counts: Mapping[int, Counts],
    history: str = "",
) -> xr.Dataset:
    """All estimates, labelled by what was swept and by `stage`."""
    points = [
        of_point(levels[point.identity], counts[point.identity], point.model.system.years, spec.confidence)
        for point in design.points
    ]
    stages, names = max(point["stages"] for point in points), dimensions(design)
    variables = {}
    for name, entry in ESTIMATES.items():
        own = [_filled(point[name], stages) if entry.dims else point[name] for point in points]
        whole = checked(entry, np.array(own, entry.dtype))
        shape = (*design.shape, *whole.shape[1:])
        variables[name] = variable((*names, *entry.dims), whole.reshape(shape), entry.attributes)
    steps = np.arange(stages, dtype=np.int32)
    coords = {**coordinates(design), "stage": variable(("stage",), steps, _STAGE.attributes)}
    return xr.Dataset(variables, coords, _attributes(spec, design, history))


def _filled(values: Floats, stages: int) -> Floats:
    return np.pad(values, (0, stages - len(values)), constant_values=np.nan)


def _attributes(spec: ExperimentSpec, design: Design, history: str) -> dict[str, Any]:
    words = f"{100 * spec.confidence:.6g} %, Student's t over repetitions on the logarithm of the mean"
    return {
        **results.attributes(spec, design, history),
        "interval": words,
        "method": "fixed-effort splitting",
    }


def save(folder: Path, found: xr.Dataset) -> None:
    """Write `rare.nc`, whole or not at all; a figure of other estimates is taken away."""
    (folder / FIGURE).unlink(missing_ok=True)
    pieces.write(folder / NAME, results.to_bytes(found))
