"""Counts by design point, cause and year: all that the estimates need, however many replicas there are.

Pieces are read one after the other, and only the few columns that tell; what is kept grows with points x
years.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon.errors import RequestError
from hegemon.failures import PieceError
from hegemon.outputs import outcomes
from hegemon.storage import reading
from hegemon.survival.causes import Causes

if TYPE_CHECKING:
    from hegemon.planning.design import Design
    from hegemon.storage.job import Job

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Table:
    """Events and censorings of each design point.

    Attributes
    ----------
    events : int64 array, shape (points, causes, T + 1)
        By year; one cause where none are told apart.
    censored : int64 array, shape (points, T + 1)
        Lost from sight after the year's events.
    """

    events: Counts
    censored: Counts


def from_estimates(results: xr.Dataset, design: Design) -> Table:
    """The years of emergence of all replicas, from the estimates of a run, whose survival is a share.

    Whoever has not emerged is censored at the point's own horizon.
    """
    width = results.sizes["year"]
    replicas = results["replicas"].values.reshape(-1, 1)
    known = results["survival"].values.reshape(-1, width)
    left = np.rint(np.where(np.isnan(known), 0.0, known) * replicas).astype(np.int64)
    horizons = horizons_of(design)
    years = np.arange(width)
    left = np.where(years <= horizons[:, None], left, np.take_along_axis(left, horizons[:, None], axis=1))
    events = np.concatenate([replicas - left[:, :1], -np.diff(left, axis=1)], axis=1)
    censored = np.where(years == horizons[:, None], left, 0)
    return Table(events[:, np.newaxis], censored)


def horizons_of(design: Design) -> Counts:
    """Horizon of each point, in years."""
    return np.array([point.model.system.years for point in design.points], np.int64)


def of_emergence(job: Job, causes: Causes) -> Table:
    """Years of emergence by cause, from the rows of a run.

    Raises
    ------
    RequestError
        If the run keeps no rows.
    PieceError
        If a piece is missing or damaged.
    """
    horizons = horizons_of(job.design)
    width = int(horizons.max()) + 1

    def sort(rows: Mapping[str, NDArray[Any]], horizon: Counts) -> tuple[Counts, Counts]:
        emerged = rows["emerged"] == 1
        kind = np.where(causes.first(rows), 0, 1)
        return np.where(emerged, kind, len(causes.names)), np.where(emerged, rows["year"], horizon)

    return _count(job, ("emerged", "year", *causes.columns), sort, len(causes.names), width)


def of_first_spells(job: Job) -> Table:
    """Lengths of the first spells of hegemony, from the rows of a run.

    A spell that was running at the end after L years has been seen to last longer than L - 1: whether it
    would have ended after L is not known, so it is censored after the events of year L - 1.

    Raises
    ------
    RequestError
        If the run keeps no rows.
    PieceError
        If a piece is missing or damaged.
    """
    width = int(horizons_of(job.design).max()) + 1

    def sort(rows: Mapping[str, NDArray[Any]], horizon: Counts) -> tuple[Counts, Counts]:
        length, running = rows["first_spell"], rows["first_spell_censored"] == 1
        kind = np.where(length < 0, 2, np.where(running, 1, 0))
        return kind, np.where(running, length - 1, np.maximum(length, 0))

    return _count(job, ("first_spell", "first_spell_censored"), sort, 1, width)


def _count(job: Job, names: tuple[str, ...], sort: Any, causes: int, width: int) -> Table:
    """Count rows by point, kind and year; kind `causes` is censored, beyond it no row at all."""
    if job.spec.detail != "outcomes":
        raise RequestError(
            f'{job.folder}: keeps no row per replica (experiment.detail = "{job.spec.detail}"); its tallies '
            'tell neither causes nor spells; run it with detail = "outcomes"'
        )
    size, horizons = len(job.design.points), horizons_of(job.design)
    counts = np.zeros((size, causes + 1, width), np.int64)
    columns = outcomes.columns(job)
    load = {name: columns[name].load if name in columns else partial(_lacking, name) for name in names}
    for part in reading.stretches(job, "piece"):
        rows = {name: get(part) for name, get in load.items()}
        points = np.repeat(np.array(part.points, np.int64), part.counts)
        kinds, years = sort(rows, horizons[points])
        first, last = part.points[0], part.points[-1]
        cells = ((points - first) * (causes + 1) + kinds) * width + years
        whole = (last - first + 1) * (causes + 1) * width
        found = np.bincount(cells[kinds <= causes], minlength=whole)
        counts[first : last + 1] += found.reshape(-1, causes + 1, width)
    return Table(counts[:, :causes], counts[:, causes])


def _lacking(name: str, part: reading.Stretch) -> NDArray[Any]:
    raise PieceError(f"{part.piece.path}: keeps no column {name}")
