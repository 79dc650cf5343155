"""Mesa: a model of agents, collected by its data collector and repeated by its batch runner, in one process.

It is kinder to Mesa than most code is: agents act through the agent set, sums over states go over a plain
list.
"""

from __future__ import annotations

import mesa
import numpy as np
from mesa.batchrunner import batch_run

from peers.interface import Outcome, Parameters
from peers.objects import StateActions, YearCourse


class State(StateActions, mesa.Agent):
    def __init__(self, model):
        super().__init__(model)
        self.found()


class StateSystem(YearCourse, mesa.Model):
    def __init__(self, numbers, key):
        super().__init__(rng=key)
        self.numbers = numbers
        self.begin(list(State.create_agents(self, numbers.N)))
        reporters = {
            "emerged": "emerged",
            "years": "year",
            "wars": "wars",
            "survivors": lambda m: len(m.agents),
        }
        self.datacollector = mesa.DataCollector(model_reporters=reporters)

    def living(self):
        return list(self.agents)

    def bury(self, state):
        state.remove()

    def step(self):
        self.year += 1
        self.agents.do("grow", self.mean_resources())
        self.agents.do("arm", *self.greatest_threats())
        self.balance_softly()
        self.hold_crises()
        self.running = not self.crown()
        self.datacollector.collect(self)


def simulate(parameters: Parameters, replicas: int, seed: int, dtype: str = "float64") -> Outcome:
    """Simulate that many replicas."""
    seeds = [int(word) for word in np.random.SeedSequence(seed).generate_state(replicas)]
    runs = batch_run(
        StateSystem, {"numbers": parameters, "key": seeds}, max_steps=parameters.T, display_progress=False
    )  # iterations: one for each seed
    return Outcome.of(*([run[name] for run in runs] for name in ("emerged", "years", "wars", "survivors")))
