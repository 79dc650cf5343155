"""The labelled estimates of a run: from exact totals to an xarray Dataset and to `results.nc`."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

import hegemon_kernels as hk
from hegemon._version import __version__
from hegemon.config.spec import PRECISIONS
from hegemon.estimates.moments import means_and_errors
from hegemon.estimates.proportions import wilson
from hegemon.estimates.sequential import confidence_sequence
from hegemon.estimates.survival import kaplan_meier
from hegemon.failures import PieceError
from hegemon.labels import coordinates, dimensions, variable
from hegemon.planning.looks import Target
from hegemon.storage import datasets
from hegemon.storage.sheltering import replacing
from hegemon.variables import (
    ESTIMATES,
    FORMAT_VERSION,
    OUTCOMES,
    YEAR,
    Variable,
    checked,
    error_of,
    mean_of,
)

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec
    from hegemon.outputs.totals import Totals
    from hegemon.planning.design import Design

log = logging.getLogger(__name__)

NAME = "results.nc"
FIGURE = "figure.png"
"""What the command line draws of them."""
REPORT = "report.html"
"""The page that `hegemon report` makes of them."""
_CELLS = 1 << 16  # of a curve: what is estimated at a time


def estimate(spec: ExperimentSpec, design: Design, totals: Totals, history: str = "") -> xr.Dataset:
    """All estimates of an experiment, labelled by what was swept.

    Parameters
    ----------
    spec, design
        The experiment.
    totals : Totals
        Exact totals of its points.
    history : str
        What made them, for the attribute of that name.

    Returns
    -------
    xarray.Dataset
        One dimension per swept key of a grid, `point` for a list, none without a sweep; `year` for survival.
        Attributes tell title, seed, versions and interval; variables depend on the experiment alone.
    """
    found = _Estimates(spec, design, totals)
    return found.dataset(found.of(slice(None)), history)


def by_blocks(
    spec: ExperimentSpec, design: Design, totals: Totals, history: str = ""
) -> tuple[xr.Dataset, Iterator[dict[str, NDArray[Any]]]]:
    """All estimates, of a few points at a time. Parameters are those of `estimate`.

    Returns
    -------
    blank : xarray.Dataset
        What `estimate` gives, but for the values of its estimates, which take no memory.
    blocks : iterator of mappings
        The next values of each estimate along the points of the design.
    """
    found = _Estimates(spec, design, totals)
    return found.blank(history), found.blocks()


class _Estimates:
    """Estimates of some points at a time: each point's depend on its own totals alone."""

    def __init__(self, spec: ExperimentSpec, design: Design, totals: Totals) -> None:
        self.spec, self.design, self.totals = spec, design, totals
        self.rows = np.array([totals.index[point.identity] for point in design.points])
        self.horizons = np.array([point.model.system.years for point in design.points])
        self.lasting = any(not point.model.hegemony.absorbing for point in design.points)
        self.years = totals.years.shape[1]

    def of(self, points: slice) -> dict[str, tuple[Variable, NDArray[Any]]]:
        """Each estimate of some points, by name: what it is, and its values along the points."""
        rows = self.rows[points]
        return {
            **_proportions(self.totals.emerged[rows], self.totals.replicas[rows], self.spec),
            **_survival(self.totals, rows, self.horizons[points], self.spec.confidence),
            **_means(self.totals, rows, self.lasting),
        }

    def blocks(self) -> Iterator[dict[str, NDArray[Any]]]:
        """Values of the estimates, some points after the other."""
        step = max(1, _CELLS // self.years)
        for begin in range(0, len(self.rows), step):
            found = self.of(slice(begin, begin + step))
            yield {name: checked(entry, values) for name, (entry, values) in found.items()}

    def blank(self, history: str) -> xr.Dataset:
        """All of the dataset but the values of the estimates, which take no memory."""
        size = len(self.rows)
        return self.dataset(
            {
                name: (entry, np.broadcast_to(values[0], (size, *values.shape[1:])))
                for name, (entry, values) in self.of(slice(1)).items()
            },
            history,
        )

    def dataset(self, flat: dict[str, tuple[Variable, NDArray[Any]]], history: str) -> xr.Dataset:
        """Values along the points, labelled."""
        names, shape = dimensions(self.design), self.design.shape
        variables = {
            name: variable(
                (*names, *entry.dims),
                _folded(checked(entry, values), shape),
                entry.attributes,
            )
            for name, (entry, values) in flat.items()
        }
        years = np.arange(self.years, dtype=np.int32)
        coords = {**coordinates(self.design), "year": variable(("year",), years, YEAR.attributes)}
        return xr.Dataset(variables, coords, attributes(self.spec, self.design, history))


def _folded(values: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Values along the points as values along the dimensions; no copy is made of one row for all points."""
    whole = (*shape, *values.shape[1:])
    return values.reshape(whole) if values.strides[0] else np.broadcast_to(values[0], whole)


_Flat = dict[str, tuple[Variable, NDArray[Any]]]


def _proportions(emerged: NDArray[Any], replicas: NDArray[Any], spec: ExperimentSpec) -> _Flat:
    limits = confidence_sequence if spec.to_precision else wilson
    low, high = limits(emerged, replicas, spec.confidence)
    values = {
        "replicas": replicas,
        "emerged": emerged,
        "p_emerged": np.divide(emerged, replicas),
        "p_emerged_low": low,
        "p_emerged_high": high,
    }
    if spec.to_precision:
        values["precision_reached"] = Target.of(spec).reached(emerged, replicas).astype(np.int8)
    return {name: (ESTIMATES[name], column) for name, column in values.items()}


def _survival(totals: Totals, rows: NDArray[Any], horizons: NDArray[Any], confidence: float) -> _Flat:
    """By design point, since one point's horizon may differ from another's: NaN beyond it."""
    curves = kaplan_meier(totals.years[rows].astype(np.int64), totals.replicas[rows], confidence)
    beyond = np.arange(totals.years.shape[1]) > horizons[:, np.newaxis]
    names = ("survival", "survival_low", "survival_high")
    for curve in curves:
        curve[beyond] = np.nan
    return {name: (ESTIMATES[name], curve) for name, curve in zip(names, curves, strict=True)}


def _means(totals: Totals, rows: NDArray[Any], lasting: bool) -> _Flat:
    found: _Flat = {}
    valid, sums, squares = (table[rows] for table in (totals.valid, totals.sums, totals.squares))
    for place, name in enumerate(hk.TALLY_COLUMNS):
        column = OUTCOMES[name]
        if column.lasting and not lasting:
            continue
        unit = hk.FIXED_POINT if np.dtype(column.dtype).kind == "f" else 1
        count, total, square = (table[:, place].tolist() for table in (valid, sums, squares))
        means, errors = means_and_errors(count, total, square, unit)
        found[f"mean_{name}"] = mean_of(name), np.array(means)
        found[f"se_{name}"] = error_of(name), np.array(errors)
    return found


def attributes(spec: ExperimentSpec, design: Design, history: str = "") -> dict[str, Any]:
    """Global attributes of a run's datasets."""
    found: dict[str, Any] = {
        "title": spec.title or spec.name,
        "source": f"hegemon {__version__}, model version {hk.MODEL_VERSION}",
        "Conventions": "CF-1.11",
        "experiment": spec.name,
        "seed": spec.seed,
        "common_random_numbers": int(spec.common_random_numbers),
        "dtype": spec.dtype,
        "confidence": spec.confidence,
        "interval": interval(spec),
        "versions": f"hegemon {__version__}, numpy {np.__version__}, xarray {xr.__version__}",
        "model_version": hk.MODEL_VERSION,
        "format_version": FORMAT_VERSION,
    }
    if spec.to_precision:
        asked = (*PRECISIONS, "max_replicas")
        found |= {name: getattr(spec, name) for name in asked if getattr(spec, name) is not None}
    names = {point.model.state_names for point in design.points}
    if len(names) == 1:
        found["state_names"] = "; ".join(*names)
    if spec.description:
        found["description"] = spec.description
    if history:
        found["history"] = history
    return found


def interval(spec: ExperimentSpec) -> str:
    """What the intervals are, in words."""
    kind = "confidence sequence (beta-binomial mixture)" if spec.to_precision else "Wilson"
    level = f"{100 * spec.confidence:.6g} %"
    return f"{level}, {kind} for p_emerged, Greenwood (log-log, pointwise) for survival"


def save(folder: Path, spec: ExperimentSpec, design: Design, totals: Totals, history: str = "") -> None:
    """Write `results.nc`, whole or not at all; a figure and a report of other results are taken away.

    Estimates of a few points are in memory at a time. Parameters are those of `estimate`.

    Raises
    ------
    WorkFailed
        If the disk is full or the file cannot be written.
    """
    with contextlib.suppress(OSError):  # nothing can be written then, and that is told next
        for made in (FIGURE, REPORT):
            (folder / made).unlink(missing_ok=True)
    blank, blocks = by_blocks(spec, design, totals, history)
    with replacing(folder / NAME) as file:
        datasets.write(file, blank, blocks)
    log.info("%s: written", folder / NAME)


def load(folder: Path) -> xr.Dataset:
    """`results.nc` of a run, in memory but for the curves of a large one.

    Raises
    ------
    PieceError
        If it is missing (the run is not complete) or cannot be read.
    """
    path = folder / NAME
    if not path.exists():
        raise PieceError(
            f"{folder}: no {NAME}; the run is not complete, and the same command goes on with it"
        )
    return datasets.load(path)
