"""A system simulated again, with everything that can be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

import hegemon_kernels as hk
from hegemon.errors import RequestError
from hegemon.failures import WorkFailed
from hegemon.parameters import kernel_values
from hegemon.replay import recorded
from hegemon.replay.facts import Crisis, Fact, Hegemony, Succession, tell
from hegemon.replay.points import select
from hegemon.replay.recorded import Record
from hegemon.replay.words import Teller
from hegemon.running import directory
from hegemon.running.engine import setting

if TYPE_CHECKING:
    from hegemon.planning.design import Point
    from hegemon.storage.job import Job


@dataclass(frozen=True)
class Replay:
    """One replica of a run, simulated again.

    Attributes
    ----------
    experiment : str
        Name of the experiment.
    title : str
        Its title, or else its name.
    point : Point
        The design point.
    replica, seed : int
        Number of the replicate, seed of the experiment.
    outcome : dict
        The row of outcomes.
    log : tuple of Fact
        What happened, in order.
    trajectory : Trajectories
        States at each year's end and the kernel's log of crises, of this one replica.
    recorded_outcome, recorded_trajectory : Record
        Whether the run recorded the same.
    """

    experiment: str
    title: str
    point: Point
    replica: int
    seed: int
    outcome: dict[str, Any]
    log: tuple[Fact, ...]
    trajectory: hk.Trajectories = field(repr=False, compare=False)
    recorded_outcome: Record
    recorded_trajectory: Record

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the states."""
        return self.point.model.state_names

    @property
    def equal(self) -> bool:
        """Whether nothing that the run recorded is otherwise."""
        records = (self.recorded_outcome, self.recorded_trajectory)
        return not any(record.state in ("differs", "damaged") for record in records)

    def between(self, first: int, last: int) -> tuple[Fact, ...]:
        """Facts of the years from `first` to `last`."""
        return tuple(fact for fact in self.log if first <= fact.year <= last)

    def lines(self, facts: Sequence[Fact] | None = None) -> list[str]:
        """The log in words, a fact a line or several."""
        return list(Teller(self.names).lines(self.log if facts is None else facts))

    def as_dict(self, facts: Sequence[Fact] | None = None) -> dict[str, Any]:
        """Everything but the yearly states as JSON values; states are indices from 0 into `states`."""
        return {
            "experiment": self.experiment,
            "index": self.point.index,
            "point": dict(self.point.values),
            "replica": self.replica,
            "seed": self.seed,
            "states": list(self.names),
            "offshore": sorted(self.point.model.system.offshore),
            "years": int(self.trajectory.years[0]),
            "outcome": self.outcome,
            "equal": self.equal,
            "recorded": {
                "outcome": asdict(self.recorded_outcome),
                "trajectory": asdict(self.recorded_trajectory),
            },
            "log": [
                {"kind": type(fact).__name__.lower(), **asdict(fact)}
                for fact in (self.log if facts is None else facts)
            ],
        }


def replay(job: Job, point: int | Mapping[str, Any] | None, replica: int) -> Replay:
    """Simulate one replica of a run again and tell what happened in it.

    Parameters
    ----------
    job : Job
        The run.
    point : int or mapping, optional
        The design point, as `hegemon.replay.select` takes it.
    replica : int
        Number of the replicate, from 0.

    Raises
    ------
    RequestError
        If the run has no such point or replica, or is of another format or version of the model.
    WorkFailed
        If the log contradicts the outcome: a fault of this program.
    """
    directory.refuse_version(job.folder, job.manifest)
    chosen = select(job.design, point)
    count = job.manifest.plan.covered("piece").get(chosen.identity, 0)
    if not 0 <= replica < count:
        each = "this" if job.spec.to_precision else "each"
        raise RequestError(f"--replica {replica}: this run has replicas 0 to {count - 1:,} of {each} point")
    shared, values = setting(job), kernel_values(chosen.model)
    packed, key = hk.pack_point(values, shared.dtype), shared.key(chosen.identity)
    row = np.zeros(1, hk.OUTCOME_DTYPE)
    hk.simulate(packed, key, replica, row)
    path = hk.trace(packed, key, replica, 1)
    try:
        log = tuple(tell(path, values, float(packed.record["H"][0])))
    except ValueError as error:
        raise WorkFailed(f"the kernel's trace contradicts itself: {error}") from error
    outcome = {name: row[name][0].item() for name in hk.OUTCOME_DTYPE.names or ()}
    _agree(outcome, counted(log, path))
    return Replay(
        experiment=job.spec.name,
        title=job.spec.title or job.spec.name,
        point=chosen,
        replica=replica,
        seed=job.spec.seed,
        outcome=outcome,
        log=log,
        trajectory=path,
        recorded_outcome=recorded.outcome(job, chosen, replica),
        recorded_trajectory=recorded.trajectory(job, chosen, replica),
    )


def counted(log: Sequence[Fact], path: hk.Trajectories) -> dict[str, Any]:
    """Outcome columns that the log and the trajectory give by themselves."""
    crises = [fact for fact in log if isinstance(fact, Crisis)]
    wars = [crisis for crisis in crises if crisis.target is not None]
    spells = [fact for fact in log if isinstance(fact, Hegemony) and fact.began]
    years = int(path.years[0])
    leading = [float(path.capability[0, year, path.leader[0, year]]) for year in range(1, years + 1)]
    return {
        "emerged": int(bool(spells)),
        "year": spells[0].year if spells else -1,
        "hegemon": spells[0].state if spells else -1,
        "wars": len(wars),
        "coalition_wars": sum(war.coalition_strength > 0 for war in wars),
        "deterred": sum(crisis.deterred for crisis in crises),
        "leader_wins": sum(war.leads and war.won is True for war in wars),
        "leader_losses": sum(war.leads and war.won is False for war in wars),
        "leader_changes": sum(isinstance(fact, Succession) for fact in log),
        "spells": len(spells),
        "peak_share": max(leading, default=0.0),
        "final_share": leading[-1] if leading else -1.0,
    }


def _agree(outcome: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    wrong = [
        f"{name} {value}, outcome {outcome[name]}" for name, value in facts.items() if value != outcome[name]
    ]
    if wrong:
        raise WorkFailed(f"the log contradicts the outcome: {'; '.join(wrong)}")
