"""What a run left in its directory: results, rows, whole systems, and what is asked of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import xarray as xr

from hegemon import notebook
from hegemon.config import ExperimentSpec
from hegemon.outputs import results
from hegemon.planning.design import Design
from hegemon.running import directory, provenance
from hegemon.storage.job import Job

if TYPE_CHECKING:
    from hegemon.comparison import Side
    from hegemon.export import Written
    from hegemon.figures.accessor import Plots
    from hegemon.replay import Replay
    from hegemon.verify import Report

__all__ = ["Run", "merge", "open_run"]


class Run:
    """What a run left in its directory; read when it is asked for.

    Parameters
    ----------
    path : path
        The directory.

    Raises
    ------
    hegemon.errors.RequestError
        If it holds no run.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        directory.require(self.path)

    @classmethod
    def _of(cls, job: Job) -> Self:
        """The run of a job that is at hand: its design need not be built again."""
        self = cls(job.folder)
        self.__dict__["_job"] = job
        return self

    def __repr__(self) -> str:
        return notebook.run_text(self)

    def _repr_html_(self) -> str:
        return notebook.run_html(self)

    @cached_property
    def _job(self) -> Job:
        return directory.load(self.path)

    @property
    def spec(self) -> ExperimentSpec:
        """The experiment, every key resolved."""
        return self._job.spec

    @property
    def design(self) -> Design:
        """The design points."""
        return self._job.design

    @property
    def complete(self) -> bool:
        """Whether all of the experiment is done."""
        return directory.is_complete(self._job)

    @cached_property
    def results(self) -> xr.Dataset:
        """Labelled estimates with their intervals: in memory, but for curves by year of very many points.

        Those are read from the file when they are asked for, as xarray does it.

        Raises
        ------
        hegemon.errors.RequestError
            If slices of the run were done that are not merged yet.
        PieceError
            If the run is not complete, or `results.nc` is damaged or that of another run.
        """
        if not (self.path / results.NAME).exists():
            directory.refuse_slices(self.path)
        return directory.estimates(self.path)

    @cached_property
    def outcomes(self) -> xr.Dataset:
        """One row per replica, dask-backed; every piece is checked against its hash as it is first read."""
        from hegemon.outputs.outcomes import outcomes

        return outcomes(self._job, self._history)

    @cached_property
    def trajectories(self) -> xr.Dataset:
        """The replicas that were kept whole, dask-backed, and the log of their crises."""
        from hegemon.outputs.trajectories import trajectories

        return trajectories(self._job, self._history)

    @property
    def plot(self) -> Plots:
        """The common figures: ``run.plot.probability()``, ``phase()``, ``emergence()``, ``replay()``."""
        from hegemon.figures.accessor import Plots

        return Plots(self)

    @property
    def provenance(self) -> dict[str, Any]:
        """What made the run: the experiment, and every process that worked on it."""
        return provenance.load(self.path)

    def verify(
        self,
        sample: int | None = None,
        *,
        everything: bool = False,
        seed: int | None = None,
        workers: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Report:
        """Check that the directory is complete and undamaged, and that its work is computed alike here.

        Parameters
        ----------
        sample : int, optional
            Replicas to compute again, 1000 if not given, and as many trajectories of those that are kept; of
            a run that keeps only tallies, pieces (4 if not given).
        everything : bool, optional
            Compute all again instead.
        seed : int, optional
            Of the sample; the report tells the one that was drawn if none is given.
        workers : int, optional
            Threads; by default the CPUs that this process may use.
        progress : callable, optional
            Takes the numbers of pieces checked and of all, after each.

        Returns
        -------
        hegemon.verify.Report
            True where all is there and equal to the last bit.

        Raises
        ------
        hegemon.errors.RequestError
            If an option is out of range, or the run is of another format or version of the model.
        """
        from hegemon.verify import verify

        return verify(self._job, sample, everything, seed, workers, progress)

    def replay(self, point: int | Mapping[str, Any] | None = None, replica: int = 0) -> Replay:
        """Simulate one replica again, and tell every decision in it.

        Parameters
        ----------
        point : int or mapping, optional
            Index of the design point, or values of swept keys, as ``{"efficiency": 0.5}``; may be left out
            where there is one point.
        replica : int, optional
            Number of the replicate, from 0.

        Returns
        -------
        hegemon.replay.Replay
            With the log, the trajectory, the outcome, and whether the run recorded the same.

        Raises
        ------
        hegemon.errors.RequestError
            If the run has no such point or replica, or is of another format or version of the model.
        """
        from hegemon.replay import replay

        return replay(self._job, point, replica)

    def export(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        to: Literal["csv", "parquet", "stata", "netcdf"] | None = None,
        what: Literal["estimates", "survival", "outcomes"] = "estimates",
        missing: bool = False,
        force: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> Written:
        """Write a table of the run for other programs, in bounded memory; the file is whole or not there.

        Parameters
        ----------
        path : path, optional
            The file; in the run's directory under the name of the table if not given.
        to : {"csv", "parquet", "stata", "netcdf"}, optional
            The format; by the end of the file's name if not given.
        what : {"estimates", "survival", "outcomes"}, optional
            One row per design point, per design point and year, or per replica.
        missing : bool, optional
            Write missing values where a column has its number for "none" (-1); Stata's files always do.
        force : bool, optional
            Replace a file that is there.
        progress : callable, optional
            Takes the numbers of rows written and of all.

        Returns
        -------
        hegemon.export.Written

        Raises
        ------
        hegemon.errors.RequestError
            If the format is not known or cannot hold the table, the file is there already, its directory is
            not, or the run keeps no row per replica.
        PieceError
            If the run is not complete, or something of it is damaged.
        """
        from hegemon.export import Source, export

        source = Source(self._job, lambda: self.results, self._history)
        return export(source, path, to, what, missing=missing, force=force, progress=progress)

    def survival(
        self, by: Literal["leader", "route"] | None = None, *, until: int | None = None
    ) -> xr.Dataset:
        """Estimate how soon a hegemon emerges: survival, hazard, restricted mean, quantiles.

        Parameters
        ----------
        by : {"leader", "route"}, optional
            Tell hegemonies apart, and estimate the incidence of each kind: by whether the hegemon led at the
            start, or by whether its gain was won in wars. Needs a row per replica.
        until : int, optional
            Years to which mean times are restricted; each point's own horizon if not given.

        Returns
        -------
        xarray.Dataset
            Along the dimensions of the design, `year`, `share` (of quantiles) and `cause`, in memory.

        Raises
        ------
        hegemon.errors.RequestError
            If an option is out of range, or needs rows that the run does not keep.
        PieceError
            If the run is not complete, or a piece is missing or damaged.
        """
        from hegemon.survival import survival

        return survival(self._job, self.results, by, until, self._history)

    def durability(self, *, until: int | None = None) -> xr.Dataset:
        """Estimate how long first spells of hegemony last, where replicas go on after them.

        Parameters
        ----------
        until : int, optional
            Years to which mean lengths are restricted; the longest that was seen if not given.

        Returns
        -------
        xarray.Dataset
            As `survival`, with the years since the spell began along `year`.

        Raises
        ------
        hegemon.errors.RequestError
            If replicas stop at the first hegemony, or the run keeps no row per replica.
        PieceError
            If the run is not complete, or a piece is missing or damaged.
        """
        from hegemon.survival import durability

        return durability(self._job, until, self._history)

    def contrast(self, first: Mapping[str, Any], second: Mapping[str, Any]) -> xr.Dataset:
        """Compare P at two design points, replica by replica where they share their random numbers.

        Parameters
        ----------
        first, second : mapping
            Values of swept keys, as ``{"efficiency": 0.2}``. A key that neither names is held equal: there is
            a pair for each of its values.

        Returns
        -------
        xarray.Dataset
            Along `pair`: the difference and the ratio of P with their intervals, a test, what pairing gained.

        Raises
        ------
        hegemon.errors.RequestError
            If no two such points are there, or replicas share their random numbers and no rows are kept.
        PieceError
            If the run is not complete, or a piece is missing or damaged.
        """
        from hegemon.contrasts import between

        return between(self._job, self.results, first, second, self._history)

    def contrasts(
        self,
        along: str | None = None,
        *,
        pairs: Literal["successive", "first", "all"] = "successive",
        expect: Literal["falls", "rises"] = "falls",
    ) -> xr.Dataset:
        """Compare P along a swept key, and check whether it moves one way.

        Parameters
        ----------
        along : str, optional
            The swept key; efficiency, or else the first that is a number, if not given.
        pairs : {"successive", "first", "all"}, optional
            Which points are compared: neighbours, each with the first, or each with each.
        expect : {"falls", "rises"}, optional
            How P is expected to move; `reversal` is 1 for pairs that move against it, significantly for all
            pairs of the line together.

        Returns
        -------
        xarray.Dataset
            Along `pair`, as `contrast`; and bands that hold all differences of a line at once.

        Raises
        ------
        hegemon.errors.RequestError
            If there is nothing to compare along the key, or as `contrast`.
        PieceError
            If the run is not complete, or a piece is missing or damaged.
        """
        from hegemon.contrasts import along as compare

        return compare(self._job, self.results, along, pairs, expect, self._history)

    def bands(self, along: str | None = None) -> xr.Dataset:
        """P with a band that holds it at all points along a swept key at once.

        Parameters
        ----------
        along : str, optional
            The swept key; efficiency, or else the first that is a number, if not given.

        Returns
        -------
        xarray.Dataset
            Along the dimensions of the design: `p_emerged`, its limits by point, and those of the band.

        Raises
        ------
        hegemon.errors.RequestError
            As `contrasts`.
        """
        from hegemon.contrasts import bands

        return bands(self._job, self.results, along, self._history)

    def report(self, path: str | os.PathLike[str] | None = None, *, force: bool = False) -> Path:
        """Write the run as one self-contained HTML page: figures, tables, diagnostics, how to do it again.

        Parameters
        ----------
        path : path, optional
            The file; ``report.html`` in the run's directory if not given.
        force : bool, optional
            Replace a file that is there.

        Returns
        -------
        Path
            The file. Equal runs give equal bytes.

        Raises
        ------
        hegemon.errors.RequestError
            If the file is there already, or its directory is not.
        PieceError
            If the run is not complete, or something of it is damaged.
        """
        from hegemon.report import report

        return report(self, path, force=force)

    def compare(self, other: Run) -> xr.Dataset:
        """Compare P with that of another run, at the design points that both have.

        Parameters
        ----------
        other : Run
            Replicas are compared one by one where both runs simulated them with the same random numbers (one
            seed, common random numbers) and keep a row per replica; else as independent.

        Returns
        -------
        xarray.Dataset
            Along `pair`: P in both, the difference (the other less this) with its interval, a test.

        Raises
        ------
        hegemon.errors.RequestError
            If no design point is in both: equal in all that either sweeps.
        PieceError
            If a run is not complete, or something of it is damaged.
        """
        from hegemon.comparison import compare

        return compare(self._side, other._side)

    @property
    def _side(self) -> Side:
        from hegemon.comparison import Side

        return Side(self._job, self.results, self._history)

    @property
    def _history(self) -> str:
        return provenance.history(self.provenance)


def merge(
    out: str | os.PathLike[str],
    runs: Sequence[str | os.PathLike[str]] = (),
    *,
    outcomes: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Run:
    """Join slices, or runs that are one experiment and its extensions.

    Parameters
    ----------
    out : path
        The directory of the whole: new, or one that holds a part of the same experiment.
    runs : sequence of paths, optional
        Directories of the slices or runs; not given, `out` itself is what slices have shared.
    outcomes : bool, optional
        Write ``outcomes.nc`` into `out` too: one row per replica, with the labels of its design point.
    progress : callable, optional
        Takes the numbers of pieces joined and of all, after each.

    Returns
    -------
    Run
        Complete: its pieces and estimates are those of one uninterrupted run.

    Raises
    ------
    hegemon.errors.RequestError
        If they are not one experiment, of one version of the model and of the format; if work is missing, or
        is in two of the runs; if `out` holds another experiment.
    PieceError
        If a piece is damaged.
    """
    from hegemon.running.merging import merge as join

    return Run._of(join(Path(out), [Path(run) for run in runs], outcomes, progress))


def open_run(path: str | os.PathLike[str]) -> Run:
    """Open what a run left in the directory `path`."""
    return Run(path)
