"""What the reference records of one replica (section 6 of docs/model.md)."""

from __future__ import annotations

import math
from typing import Any

from hegemon.reference.numerics import total
from hegemon.reference.system import System, capability


def bits(states: set[int]) -> int:
    """A set of states as an integer."""
    return sum(1 << k for k in states)


def concentration(C: list[float]) -> float:
    """CON of Ray & Singer (1973)."""
    n = len(C)
    return math.sqrt(max(0.0, (total(x * x for x in C) - 1 / n) / (1 - 1 / n)))


class Chronicle:
    """Keeps what happens to a replica, year by year."""

    def __init__(self, s: System, replica: int) -> None:
        C = capability(s)
        self.replica = replica
        whole = total(s.R[i] for i in s.region)
        self.first_rho = [x / whole for x in s.R]
        self.rank = {i: 1 + sum(C[j] > C[i] or (C[j] == C[i] and j < i) for j in s.region) for i in s.region}
        self.years = 0
        self.emergence = {
            "emerged": 0,
            "year": -1,
            "hegemon": -1,
            "initial_rank": -1,
            "revisionist": -1,
            "share_gain": -1.0,
            "conquest_gain": -1.0,
        }
        self.count = dict.fromkeys(
            ["wars", "coalition_wars", "deterred", "leader_wins", "leader_losses", "leader_changes"]
            + ["years_unbalanceable", "years_unipolar", "years_bipolar", "years_multipolar"]
            + ["spells", "years_hegemony"],
            0,
        )
        self.peak = dict.fromkeys(["peak_share", "peak_resources", "peak_arms", "peak_bloc"], 0.0)
        self.sum = dict.fromkeys(["share", "concentration", "burden", "size", "delivered"], 0.0)
        self.crises = 0
        self.crises_with_delivery = 0
        self.final = {"final_share": -1.0, "final_concentration": -1.0}
        self.first_spell = -1
        self.events: list[dict[str, Any]] = []
        nothing = [math.nan] * s.p.N
        rows = range(s.p.T + 1)
        self.states: dict[str, list[Any]] = {
            name: [nothing for _ in rows] for name in ("resources", "arms", "capability")
        }
        self.states.update({name: [[0] * s.p.N for _ in rows] for name in ("against", "clients")})
        self.states["leader"] = [-1 for _ in rows]
        self._keep_state(s, C)

    def keep(self, s: System, year: int, old_leader: int, crises: list[Any]) -> None:
        """One completed year, with the leader that it started with."""
        self.years = year
        for x in crises:
            self._keep_crisis(x, old_leader)
        C = capability(s)
        self._keep_state(s, C)
        self._keep_power(s, C)
        self._keep_polarity(sorted((C[i] for i in s.region), reverse=True))
        self.count["leader_changes"] += s.leader != old_leader
        self._keep_hegemony(s, year)

    def _keep_state(self, s: System, C: list[float]) -> None:
        self.states["resources"][self.years] = list(s.R)
        self.states["arms"][self.years] = list(s.M)
        self.states["capability"][self.years] = C
        self.states["against"][self.years] = [bits(states) for states in s.against]
        self.states["clients"][self.years] = [bits(states) for states in s.clients]
        self.states["leader"][self.years] = s.leader

    def _keep_crisis(self, x: Any, leader: int) -> None:
        self.crises += 1
        self.sum["size"] = self.sum["size"] + len(x.foes.w)
        if x.delivered is not None:
            self.crises_with_delivery += 1
            self.sum["delivered"] = self.sum["delivered"] + x.delivered
        self.count["deterred"] += x.deterred
        if x.target >= 0:
            self.count["wars"] += 1
            self.count["coalition_wars"] += x.foes.strength > 0
            self.count["leader_wins"] += x.c == leader and x.won == 1
            self.count["leader_losses"] += x.c == leader and x.won == 0
        self.events.append(
            {
                "replica": self.replica,
                "year": x.year,
                "order": x.order,
                "focus": x.c,
                "coalition": bits(x.foes.w),
                "clients": bits(x.friends.w),
                "threatened": bits(x.threatened),
                "coalition_strength": x.foes.strength,
                "attack_strength": x.attack_strength,
                "decided": int(x.decided),
                "target": x.target,
                "expected_gain": x.best_gain,
                "deterred": int(x.deterred),
                "won": x.won,
                "annexed": int(x.annexed),
            }
        )

    def _keep_power(self, s: System, C: list[float]) -> None:
        h = s.leader
        resources = total(s.R[i] for i in s.region)
        arms = total(s.M[i] for i in s.region)
        bloc = C[h]
        for k in sorted(s.clients[h]):
            bloc = bloc + C[k]
        now = {
            "peak_share": C[h],
            "peak_resources": s.R[h] / resources,
            "peak_arms": s.M[h] / arms if arms > 0 else 0.0,
            "peak_bloc": bloc,
        }
        self.peak = {name: max(self.peak[name], now[name]) for name in now}
        others = total(s.L[k][h] * s.M[k] for k in s.living() if k != h)
        self.count["years_unbalanceable"] += s.M[h] > others
        con = concentration([C[i] for i in s.region])
        self.sum["share"] = self.sum["share"] + C[h]
        self.sum["concentration"] = self.sum["concentration"] + con
        self.sum["burden"] = self.sum["burden"] + arms / resources
        self.final = {"final_share": C[h], "final_concentration": con}

    def _keep_polarity(self, greatest_first: list[float]) -> None:
        if greatest_first[0] >= 0.5:
            self.count["years_unipolar"] += 1
        elif greatest_first[1] >= 0.25:
            self.count["years_bipolar"] += 1
        else:
            self.count["years_multipolar"] += 1

    def _keep_hegemony(self, s: System, year: int) -> None:
        if s.run < s.p.ho:
            return
        if s.run == s.p.ho:
            self.count["spells"] += 1
            self.count["years_hegemony"] += s.p.ho
            if self.count["spells"] == 1:
                self._keep_emergence(s, year)
        else:
            self.count["years_hegemony"] += 1
        if self.count["spells"] == 1:
            self.first_spell = s.run

    def _keep_emergence(self, s: System, year: int) -> None:
        h = s.leader
        rho = s.R[h] / total(s.R[i] for i in s.region)
        self.emergence = {
            "emerged": 1,
            "year": year,
            "hegemon": h,
            "initial_rank": self.rank[h],
            "revisionist": int(s.revisionist[h]),
            "share_gain": rho - self.first_rho[h],
            "conquest_gain": s.conquest[h],
        }

    def result(self, s: System) -> dict[str, Any]:
        """The outcome, and everything that was kept on the way."""

        def mean(name: str, count: int) -> float:
            return self.sum[name] / count if count else -1.0

        censored = self.count["spells"] == 1 and s.run >= s.p.ho
        outcome = (
            {"replica": self.replica}
            | self.emergence
            | self.count
            | self.peak
            | self.final
            | {
                "survivors": len(s.living()),
                "average_share": mean("share", self.years),
                "concentration": mean("concentration", self.years),
                "burden": mean("burden", self.years),
                "coalition_size": mean("size", self.crises),
                "delivered_efficiency": mean("delivered", self.crises_with_delivery),
                "first_spell": self.first_spell,
                "first_spell_censored": int(censored),
            }
        )
        return {"outcome": outcome, "years": self.years, "events": self.events} | self.states
