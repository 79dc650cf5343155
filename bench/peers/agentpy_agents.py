"""agentpy: a model of agents, its outcome reported at the end, repeated by an experiment in one process.

What its agents do once a year is called on the agent list; sums over states go over a plain list of it.
The parameters are one record: read one by one through agentpy's dictionary of attributes they made it
four times slower.
"""

from __future__ import annotations

import agentpy as ap

from peers.interface import Outcome, Parameters
from peers.objects import StateActions, YearCourse


class State(StateActions, ap.Agent):
    def setup(self):
        self.found()


class StateSystem(YearCourse, ap.Model):
    def setup(self):
        self.numbers = self.p.numbers
        self.states = ap.AgentList(self, self.numbers.N, State)
        self.begin(list(self.states))

    def living(self):
        return list(self.states)

    def bury(self, state):
        self.states.remove(state)

    def step(self):
        self.year += 1
        self.states.grow(self.mean_resources())
        self.states.arm(*self.greatest_threats())
        self.balance_softly()
        self.hold_crises()
        if self.crown():
            self.stop()

    def end(self):
        for name, value in zip(REPORTED, (self.emerged, self.year, self.wars, len(self.states)), strict=True):
            self.report(name, value)


REPORTED = ("emerged", "years", "wars", "survivors")


def simulate(parameters: Parameters, replicas: int, seed: int, dtype: str = "float64") -> Outcome:
    """Simulate that many replicas."""
    experiment = ap.Experiment(
        StateSystem, {"numbers": parameters, "steps": parameters.T, "seed": seed}, iterations=replicas
    )
    reported = experiment.run(display=False).reporters
    return Outcome.of(*(reported[name] for name in REPORTED))
