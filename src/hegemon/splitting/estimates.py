"""From counts of repetitions to labelled estimates, and to `rare.nc`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon.labels import coordinates, dimensions, variable
from hegemon.outputs import results
from hegemon.running.directory import RARE
from hegemon.splitting.columns import ESTIMATES
from hegemon.splitting.interval import interval
from hegemon.splitting.stages import Counts
from hegemon.storage import datasets, pieces
from hegemon.variables import Variable, checked

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec
    from hegemon.planning.design import Design
    from hegemon.splitting.scheme import Scheme

NAME = RARE
FIGURE = "levels.png"
_STAGE = Variable("stage", "i4", ("stage",), "1", "stage, from 0; the last of a point ends with emergence")
_STRATUM = Variable(
    "stratum", "i4", ("stratum",), "1", "stratum of beginnings, from 0, by the leader's share"
)
_LONG = {"stage": "level", "stratum": "cut"}
Floats = NDArray[np.float64]


def ratio(above: Any, below: Any) -> Floats:
    """Quotients, NaN where there is nothing to divide by."""
    above, below = np.asarray(above, float), np.asarray(below, float)
    found: Floats = np.divide(
        above, below, out=np.full(np.broadcast(above, below).shape, np.nan), where=below != 0
    )
    return found


def weights(counts: Counts) -> Floats:
    """Probabilities to begin in a stratum and to reach each level from there, by repetition.

    Returns
    -------
    float64 array, shape (repetitions, strata, stages + 1)
        First the probability to begin there; in the end that a hegemon emerges.
    """
    drawn = counts.beginnings.sum(axis=-1, keepdims=True)
    begins = (counts.beginnings / np.maximum(drawn, 1))[..., np.newaxis]
    shares = counts.reached / np.maximum(counts.started, 1)  # nobody reaches what nobody starts for
    found: Floats = np.cumprod(np.concatenate([begins, shares], axis=-1), axis=-1, dtype=np.float64)
    return found


def products(counts: Counts) -> Floats:
    """Estimates of the probability to reach each level, of each repetition.

    Returns
    -------
    float64 array, shape (repetitions, stages)
        The last column estimates the probability that a hegemon emerges.
    """
    found: Floats = weights(counts).sum(axis=1)[:, 1:]
    return found


def of_point(scheme: Scheme, counts: Counts, horizon: int, confidence: float) -> dict[str, Any]:
    """All estimates of a design point, by name; arrays are by stage or by stratum."""
    values, each = products(counts), weights(counts)
    reach = [interval(column, confidence) for column in values.T]
    p, whole = reach[-1], values[:, -1]
    known = [found.high for found in reach if np.isfinite(found.high)]
    plain = float(ratio(p.mean * (1 - p.mean), p.error**2))
    years = int(counts.years.sum() + counts.beginnings.sum())
    found: dict[str, Any] = {
        "replicas": scheme.effort,
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
        "hegemons": int(counts.reached[..., -1].sum()),
        "extinct": float((whole == 0).mean()),
        "level": np.array([*scheme.levels, np.nan]),
        "cut": np.array([0.0, *scheme.cuts]),
        "begins": each[..., 0].mean(axis=0),
        "part": ratio(each[..., -1].sum(axis=0), whole.sum()),
        "effort": np.array(scheme.efforts, float),
    }
    for name, part in (("p_level", "mean"), ("p_level_low", "low"), ("p_level_high", "high")):
        found[name] = np.array([getattr(each, part) for each in reach])
    return {**found, **_stages(counts, values), **_evenness(counts, whole), **_routes(counts)}


def _stages(counts: Counts, values: Floats) -> dict[str, Floats]:
    """What tells of each stage, over all repetitions and strata."""
    means, each = values.mean(axis=0), weights(counts)
    entry = _averaged(ratio(counts.year_sum, counts.reached), each[..., 1:])
    squares = _averaged(ratio(counts.year_squares, counts.reached), each[..., 1:])
    return {
        "conditional": ratio(means, np.concatenate([[1.0], means[:-1]])),
        "mean_entry": entry,
        "sd_entry": np.sqrt(np.maximum(0.0, squares - entry**2)),
        "spread": _over_strata(_spread(counts, each[..., :-1]), each),
        "far_ratio": _over_strata(_contrast(counts.far_reached, counts.far_started, counts, each), each),
        "late_ratio": _over_strata(_contrast(counts.late_reached, counts.late_started, counts, each), each),
        "ancestors": counts.ancestors.sum(axis=1).mean(axis=0),
    }


def _averaged(column: Floats, by: Floats) -> Floats:
    """Mean over repetitions and strata."""
    inner = np.where(by > 0, np.nan_to_num(column) * by, 0.0)
    return ratio(inner.sum(axis=(0, 1)), by.sum(axis=(0, 1)))


def _over_strata(values: Floats, each: Floats) -> Floats:
    """Mean of what is known of strata, shape (strata, stages), by what they contribute at the level."""
    by = np.where(np.isfinite(values), each[..., 1:].sum(axis=0), 0.0)
    return ratio((np.nan_to_num(values) * by).sum(axis=0), by.sum(axis=0))


def _spread(counts: Counts, before: Floats) -> Floats:
    """Variance between entrance states, per squared mean: pairs of clones tell the mean of squares."""
    by = before**2
    pairs = ratio((by * counts.reached_pairs).sum(axis=0), (by * counts.sibling_pairs).sum(axis=0))
    shares = counts.reached / np.maximum(counts.started, 1)
    return ratio(pairs, ratio((by * shares).sum(axis=0), by.sum(axis=0)) ** 2) - 1


def _contrast(reached: Any, started: Any, counts: Counts, each: Floats) -> Floats:
    """Conditional probability of some clones of a stage over that of the others."""
    by = np.nan_to_num(ratio(each[..., :-1], counts.started))
    some = ratio((by * reached).sum(axis=0), (by * started).sum(axis=0))
    others = (by * (counts.reached - reached)).sum(axis=0), (by * (counts.started - started)).sum(axis=0)
    return ratio(some, ratio(*others))


def _evenness(counts: Counts, whole: Floats) -> dict[str, float]:
    """How evenly the estimate rests on what was simulated."""
    each, total = weights(counts), float(whole.sum())
    last = np.maximum(counts.reached[..., -1], 1)
    squares = float((each[..., -1] ** 2 * counts.ancestor_squares[..., -1] / last**2).sum())
    means = each.mean(axis=0)  # of strata and stages
    conditional = ratio(means[:, 1:], means[:, :-1])
    perfect = np.nan_to_num(ratio(1 - conditional, conditional * counts.started[0, :, :1])).sum(axis=1)
    ideal = float(ratio((means[:, -1] ** 2 * perfect).sum(), np.mean(whole) ** 2))
    seen = float(ratio(np.var(whole, ddof=1), np.mean(whole) ** 2))
    return {
        "largest": float(ratio(whole.max(), total)),
        "lineages": float(ratio(total**2, squares)),
        "inflation": float(ratio(seen, ideal)),
    }


def _routes(counts: Counts) -> dict[str, float]:
    """Means over hegemons; those of a repetition and stratum share the weight of its estimate."""
    by, last = weights(counts)[..., -1:], counts.reached[..., -1]
    sums = {
        "mean_year": counts.year_sum[..., -1],
        "mean_share_gain": counts.gain_sum[..., -1],
        "mean_conquest_gain": counts.conquest_sum[..., -1],
        "conquerors": counts.conquerors[..., -1],
    }
    return {
        name: float(_averaged(ratio(column, last)[..., np.newaxis], by)[0]) for name, column in sums.items()
    }


def dataset(
    spec: ExperimentSpec,
    design: Design,
    schemes: Mapping[int, Scheme],
    counts: Mapping[int, Counts],
    asked: Mapping[str, Any],
    history: str = "",
) -> xr.Dataset:
    """All estimates, labelled by what was swept and by `stage`; `asked` is told among the attributes."""
    points = [
        of_point(schemes[point.identity], counts[point.identity], point.model.system.years, spec.confidence)
        for point in design.points
    ]
    sizes = {name: max(len(point[column]) for point in points) for name, column in _LONG.items()}
    names = dimensions(design)
    variables = {}
    for name, entry in ESTIMATES.items():
        own = [_filled(point[name], sizes[entry.dims[0]]) if entry.dims else point[name] for point in points]
        whole = checked(entry, np.array(own, entry.dtype))
        shape = (*design.shape, *whole.shape[1:])
        variables[name] = variable((*names, *entry.dims), whole.reshape(shape), entry.attributes)
    coords = coordinates(design)
    for step in (_STAGE, _STRATUM):
        coords[step.name] = variable(step.dims, np.arange(sizes[step.name], dtype=np.int32), step.attributes)
    return xr.Dataset(variables, coords, {**_attributes(spec, design, history), **asked})


def _filled(values: Floats, length: int) -> Floats:
    return np.pad(values, (0, length - len(values)), constant_values=np.nan)


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
    pieces.write(folder / NAME, datasets.to_bytes(found))


def load(folder: Path, design: Design) -> xr.Dataset:
    """`rare.nc` of a directory, in memory.

    Raises
    ------
    PieceError
        If it cannot be read, is damaged, or of another design.
    """
    return datasets.load(folder / NAME, _dims(design))


def read(packed: bytes, design: Design) -> xr.Dataset:
    """The dataset that the bytes of `rare.nc` hold."""
    return datasets.from_bytes(Path(NAME), packed, _dims(design))


def _dims(design: Design) -> dict[str, tuple[str, ...]]:
    names = dimensions(design)
    return {name: (*names, *entry.dims) for name, entry in ESTIMATES.items()}
