"""The verification of a run: every check in turn, piece by piece, in bounded memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from hegemon.outputs import results
from hegemon.outputs.totals import Totals
from hegemon.running import directory
from hegemon.running.engine import empty_totals, orders, setting
from hegemon.running.executors import available
from hegemon.verify import estimates, inventory, samples, versions
from hegemon.verify.checks import checksums, compared, examined, refuse_workers
from hegemon.verify.examine import examine
from hegemon.verify.inventory import Inventory
from hegemon.verify.report import SHOWN, Check, Difference, Report, Sample, first
from hegemon.verify.samples import Draw
from hegemon.verify.stops import Stops
from hegemon.verify.tasks import Finding, Task

if TYPE_CHECKING:
    from hegemon.planning.plan import Piece
    from hegemon.storage.job import Job

Tell = Callable[[int, int], None]
_NOTHING = np.empty(0, np.int64)


def verify(
    job: Job,
    sample: int | None = None,
    everything: bool = False,
    seed: int | None = None,
    workers: int | None = None,
    tell: Tell | None = None,
) -> Report:
    """Check a run's directory.

    Parameters
    ----------
    job : Job
        The run.
    sample : int, optional
        Replicas to compute again (whole pieces where only tallies are kept), and as many of the trajectories.
    everything : bool
        Compute all again.
    seed : int, optional
        Of the sample; one from the operating system where none is given.
    workers : int, optional
        Threads.
    tell : callable, optional
        Takes the numbers of pieces done and of all, after each.

    Raises
    ------
    RequestError
        If an option is out of range, or the run is of another format or version of the model.
    """
    directory.refuse_version(job.folder, job.manifest)
    refuse_workers(workers)
    found = inventory.take(job)
    plan = inventory.experiment(job)
    known = inventory.usable(job)
    drawn = samples.draw(
        [piece for piece, _ in found.present] if known else [], job.spec.detail, sample, everything, seed
    )
    sums = _Sums(empty_totals(job.design))
    if known:
        findings = _findings(job, found, drawn, workers or available(), tell)
        for (piece, _), finding in zip(found.present, findings, strict=True):
            sums.add(piece, finding)
    return _report(job, found, plan, known, drawn, sums)


@dataclass
class _Sums:
    """Findings of all pieces, added up."""

    totals: Totals
    stops: Stops = field(default_factory=Stops)
    sound: int = 0
    counted: int = 0
    computed: int = 0
    trajectories: int = 0
    recounted: int = 0
    different: dict[str, int] = field(default_factory=lambda: {"piece": 0, "trace": 0})
    damaged: list[str] = field(default_factory=list)
    miscounted: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    def add(self, piece: Piece, finding: Finding) -> None:
        self.damaged += finding.damaged
        self.sound += not finding.damaged
        if finding.kind == "trace":
            self.trajectories += finding.computed
        else:
            self.computed += finding.computed
        self.recounted += finding.recounted
        self.miscounted += finding.miscounted
        self.different[finding.kind] += finding.different
        self.differences += finding.differences[: max(0, SHOWN - len(self.differences))]
        if finding.tallies is not None:
            self.totals.add(finding.tallies)
            self.stops.add(piece, finding.tallies)


def _findings(job: Job, found: Inventory, drawn: Draw, workers: int, tell: Tell | None) -> Iterator[Finding]:
    """Examine all pieces that are there, in their order."""
    done = count(1)

    def told() -> None:
        if tell is not None:
            tell(next(done), len(found.present))

    with tempfile.TemporaryDirectory(prefix="hegemon-verify-") as scratch:
        yield from examined(_tasks(job, found, drawn, scratch), examine, workers, told)


def _tasks(job: Job, found: Inventory, drawn: Draw, scratch: str) -> Iterator[Task]:
    shared = setting(job)
    index = job.design.first
    made = orders(job, shared, (piece for piece, _ in found.present))
    for order, (piece, files) in zip(made, found.present, strict=True):
        picks = drawn.rows.get(piece.number, _NOTHING)
        yield Task(shared, order, files, picks, scratch, index)


# The report


def _report(job: Job, found: Inventory, plan: Check, known: bool, drawn: Draw, sums: _Sums) -> Report:
    damaged = found.damaged + sums.damaged
    claims_all = (job.folder / results.NAME).exists()
    whole = known and not found.missing and not damaged
    made, held = estimates.absent(claims_all), estimates.Comparison(results.NAME)
    if whole:
        made, held = estimates.compare(job, sums.totals)
    sample = Sample(
        drawn.seed, drawn.unit, sums.computed, drawn.population, sums.trajectories, drawn.trajectories_kept
    )
    record, made_with = versions.recorded(job.folder)
    checks = [
        plan,
        found.check(claims_all),
        checksums(sums.sound, damaged, known),
        *_recounted(job, sums),
        *([sums.stops.check(job.spec, claims_all)] if whole and job.spec.to_precision else []),
        made,
        *_recomputed(sample, sums, known),
        *record,
    ]
    return Report(
        folder=str(job.folder),
        checks=tuple(checks),
        missing=first(found.missing),
        damaged=first(damaged + sums.miscounted),
        differences=first(sums.differences + held.differences),
        missing_count=len(found.missing),
        damaged_count=len(damaged) + len(sums.miscounted),
        difference_count=sum(sums.different.values()) + held.count,
        sample=sample,
        made_with=made_with,
        here=versions.here(),
    )


def _recounted(job: Job, sums: _Sums) -> list[Check]:
    if job.spec.detail != "outcomes" or not sums.recounted:
        return []
    if sums.miscounted:
        return [Check("tallies", "differs", f"{len(sums.miscounted)} wrong, first: {sums.miscounted[0]}")]
    return [Check("tallies", "equal", f"counted again from the rows of {sums.recounted:,} pieces")]


def _recomputed(sample: Sample, sums: _Sums, known: bool) -> list[Check]:
    """Outcomes, and trajectories where some are kept."""
    if not known:
        return [Check("outcomes", "skipped", "not known what to compute")]
    how = "all" if sample.seed is None else f"drawn with --seed {sample.seed}"
    text = f"{sample.computed:,} of {sample.population:,} {sample.unit} computed again ({how})"
    checks = [compared("outcomes", text, sums.different["piece"])]
    if sample.trajectories_kept:
        text = f"{sample.trajectories:,} of {sample.trajectories_kept:,} trajectories computed again ({how})"
        checks.append(compared("trajectories", text, sums.different["trace"]))
    return checks
