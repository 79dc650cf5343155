"""A run to a precision: round after round, each with the next replicas of the points that need more.

What a round holds follows from the counts of those before it, and these from the experiment: so any number of
processes, on one directory or each on its own, plan the same rounds. A round is a generation of the plan like
what an extension adds, and all that knows generations (going on, sharing, verifying) knows rounds.
"""

from __future__ import annotations

import time
from dataclasses import replace

from hegemon.outputs.totals import Totals
from hegemon.planning.slices import Slice
from hegemon.running import directory, engine
from hegemon.running.claims import Claims
from hegemon.running.engine import Known, Progress, ProgressCallback
from hegemon.running.executors import Backend
from hegemon.running.stopping import Watch
from hegemon.storage.job import Job


def execute(
    job: Job,
    backend: Backend,
    tell: ProgressCallback | None = None,
    *,
    part: Slice | None = None,
    watch: Watch | None = None,
    claims: Claims | None = None,
) -> tuple[Job, Totals | None]:
    """Do what is missing in a run's directory, and whatever its precision needs beyond that.

    Parameters and errors are those of `hegemon.running.engine.execute`.

    Returns
    -------
    Job
        With the plan as it is in the end.
    Totals or None
        Of all of it; None for a slice.
    """
    told = _Told(tell) if tell is not None and job.spec.to_precision else tell
    totals = engine.execute(job, backend, told, part=part, watch=watch, claims=claims)
    while totals is not None and (further := directory.grow(job, totals)) is not None:
        known = Known(totals, len(job.manifest.plan))
        job = further
        totals = engine.execute(job, backend, told, watch=watch, claims=claims, known=known)
    if isinstance(told, _Told):
        told.finish()
    return job, totals


class _Told:
    """Tells of all rounds as of one run that goes on."""

    def __init__(self, tell: ProgressCallback) -> None:
        self.tell = tell
        self.begin = time.perf_counter()
        self.last: Progress | None = None

    def __call__(self, now: Progress) -> None:
        self.last = replace(now, seconds=time.perf_counter() - self.begin, settled=False)
        self.tell(self.last)

    def finish(self) -> None:
        """Tell that no point needs more."""
        if self.last is not None:
            self.tell(replace(self.last, points_done=self.last.points, settled=True))
