"""The model as objects, for frameworks of agents: what a state does, and how a year of their system goes.

Mesa and agentpy bring the agents, their registry, the random numbers, the steps and the runs; see
`mesa_agents` and `agentpy_agents`. A state that is eliminated is removed, so that loops meet the living
alone.
"""

from __future__ import annotations

import math
from typing import Any


def commit(arms: float, W: float, efficiency: float) -> float:
    """The share of its arms that a member of a side with arms W gives."""
    share = arms / W
    return share + efficiency * (1 - share)


class StateActions:
    """A state; `self.model` is its `YearCourse`."""

    model: Any

    def found(self):
        p, random = self.model.numbers, self.model.random
        self.R = math.exp(p.s0 * random.gauss(0, 1))
        self.revisionist = random.random() < p.ph
        self.A, self.q, self.last = p.a0, 0.0, 0
        self.against, self.clients = set(), set()  # who balances against it, and who bandwagons with it

    def settle(self, whole):
        self.R /= whole
        self.M = self.model.numbers.b0 * self.R

    def grow(self, mean):
        """Step 1."""
        p = self.model.numbers
        x = p.sig * self.model.random.gauss(0, 1) - p.sig**2 / 2 - p.chi * (self.M / self.R - p.b0)
        self.R *= math.exp(x - p.cv * math.log(self.R / mean) - self.q)
        self.M = min(self.M, self.R)
        self.q = 0.0
        self.A += (p.a0 - self.A) * p.dA

    @property
    def aggressiveness(self):
        p = self.model.numbers
        return 1 - p.wI + p.wI * self.A

    def arm(self, first, second):
        """Step 2: the greatest threat of all, or the second to the state that the first comes from."""
        p = self.model.numbers
        worst = second if self.aggressiveness * self.Q == first else first
        above = max(0.0, worst / self.Q - p.th)
        self.M += p.r * (min(p.bm, p.b0 * (1 + p.eI * p.k * above)) * self.R - self.M)
        self.R *= 1 + p.eI * p.kE * min(1.0, above)

    def threats(self, living):
        """The threat of this state to every other."""
        p, others = self.model.numbers, [k for k in living if k is not self]
        shown = self.aggressiveness * self.Q
        social = p.wS * len(others) / sum(k.Q for k in others) if others else 0.0
        return {k: shown * ((1 - p.wS) / k.Q + social) for k in others}

    def coalition(self):
        """Strength of the coalition against this state, and its arms."""
        W = sum(k.M for k in self.against)
        return sum(commit(k.M, W, self.model.numbers.eC) * k.M for k in self.against), W

    def face(self, living, year):
        """Steps 4.2 and 4.3: every other state chooses its side towards this one."""
        p, random = self.model.numbers, self.model.random
        stay = p.co ** (year - self.last)
        self.last = year
        pledged, _ = self.coalition()
        burden = sum(k.C for k in living) - self.C
        joined, followed = set(), set()
        for k, e in self.threats(living).items():
            u = random.random()
            if k in self.against:
                if u < stay and e >= p.th / 2:
                    joined.add(k)
            elif k in self.clients:
                if u < stay:
                    followed.add(k)
            else:
                pb = k.bandwagoning(self, pledged)
                if u < pb:
                    followed.add(k)
                elif e >= p.th and u < pb + (1 - pb) * k.joining(self, k.C / burden, pledged):
                    joined.add(k)
        self.against, self.clients = joined, followed

    def bandwagoning(self, c, pledged):
        p = self.model.numbers
        if c.M > p.v * (self.M + pledged):
            return p.pB
        return p.pJ if self.revisionist and c.M > pledged else 0.0

    def joining(self, c, share, pledged):
        p = self.model.numbers
        chance = p.eS * (share + p.eP * (1 - share))
        return chance * p.eP if pledged >= p.om * c.M else chance

    def collect_tribute(self):
        """Step 4.5."""
        for k in self.clients:
            tribute = self.model.numbers.tb * k.R
            k.R -= tribute
            self.R += tribute

    def targets(self, living, leader):
        """Whom this state may attack."""
        if self.revisionist:
            pool = living
        elif self is not leader and self in leader.against and leader.C > self.model.numbers.al:
            pool = [leader]
        else:
            pool = []
        return [j for j in pool if j is not self and j not in self.clients and self not in j.clients]

    def decide(self, living, leader):
        """Step 4.6: fight the state that promises most, if that is enough."""
        targets = self.targets(living, leader)
        if not targets:
            return
        p = self.model.numbers
        E, W = self.coalition()
        foes = {k: commit(k.M, W, p.eC) for k in self.against}
        arms = self.M + sum(k.M for k in self.clients)
        friends = {k: commit(k.M, arms, p.eB) for k in self.clients}
        lenders = self.lenders(leader)
        alone = self.M + sum(f * k.M for k, f in friends.items())
        rollback = sum(f * k.M for k, f in lenders.items())
        guards = leader is not self and leader not in foes and leader not in friends
        blur = math.exp(p.sm * self.model.random.gauss(0, 1))
        best, choice = p.ri * self.R, None
        for j in targets:
            attack = alone + rollback if j is leader else alone
            defense = p.D * j.M + E - foes.get(j, 0.0) * j.M
            if guards and j in leader.clients:
                defense += p.pr * leader.M
            chance = 1 / (1 + (defense / (attack * blur)) ** 3)
            gain = chance * (p.ta * j.R + p.tl * self.R) - (p.tl + p.cw) * self.R
            if gain > best:
                best, choice = gain, (j, attack, defense)
        if choice:
            foes.pop(choice[0], None)
            self.fight(*choice, foes, friends | lenders if choice[0] is leader else friends)

    def lenders(self, leader):
        """Who of the coalition against the leader would lend how much of its arms to this state."""
        p = self.model.numbers
        W = sum(k.M for k in leader.against)
        others = [
            k for k in leader.against if k not in self.against and k not in self.clients and k is not self
        ]
        return {} if leader is self else {k: p.rb * commit(k.M, W, p.eC) for k in others}

    def fight(self, target, attack, defense, foes, friends):
        """Step 4.7: against a target, with the shares that its allies and one's own commit."""
        p = self.model.numbers
        self.model.wars += 1
        attackers = {self: self.M} | {k: f * k.M for k, f in friends.items()}
        defenders = {target: p.D * target.M} | {k: f * k.M for k, f in foes.items()}
        self.A += p.gA * (1 - self.A)
        for k, f in [(self, 1.0), (target, 1.0), *foes.items(), *friends.items()]:
            k.M *= 1 - p.la * f
        self.R *= 1 - p.cw
        target.R *= 1 - p.cw
        if self.model.random.random() * (1 + (defense / attack) ** 3) < 1:
            self.share_spoils(target, attackers, attack)
        else:
            self.share_indemnity(defenders)

    def share_spoils(self, target, attackers, attack):
        p = self.model.numbers
        resources, arms = p.ta * target.R, p.ta * target.M
        target.R -= resources
        target.M -= arms
        for k, contribution in attackers.items():
            k.R += resources * contribution / attack
            k.M += arms * contribution / attack
        if target.R < p.an * sum(k.R for k in self.model.living()):
            self.R += target.R
            self.M += target.M
            target.fall()

    def share_indemnity(self, defenders):
        indemnity, total = self.model.numbers.tl * self.R, sum(defenders.values())
        self.R -= indemnity
        for k, contribution in defenders.items():
            k.R += indemnity * contribution / total

    def fall(self):
        self.R = self.M = 0.0
        self.against, self.clients = set(), set()
        self.model.bury(self)
        for k in self.model.living():
            k.against.discard(self)
            k.clients.discard(self)


class YearCourse:
    """A system of states; a framework's model adds `numbers`, `random`, `living()` and `bury()`."""

    numbers: Any
    random: Any

    def begin(self, states):
        """Start from states that have been founded."""
        self.places = list(states)
        self.year = self.run_length = self.wars = 0
        whole = sum(s.R for s in states)
        for s in states:
            s.settle(whole)
        self.measure()
        self.leader = max(states, key=lambda s: s.C)

    def measure(self):
        """Capability and threat index of everybody."""
        p, living = self.numbers, self.living()
        resources, arms = sum(s.R for s in living), sum(s.M for s in living)
        for s in living:
            s.C = (1 - p.wC) / resources * s.R + p.wC / arms * s.M
            s.Q = (1 - p.wO) / resources * s.R + p.wO / arms * s.M

    def mean_resources(self):
        living = self.living()
        return sum(s.R for s in living) / len(living)

    def greatest_threats(self):
        """The two that arming is against."""
        self.measure()
        shown = sorted(s.aggressiveness * s.Q for s in self.living())
        return shown[-1], shown[-2] if len(shown) > 1 else 0.0

    def balance_softly(self):
        """Step 3."""
        self.measure()
        h = self.leader
        aligned = h.against | h.clients
        refusing = [
            k.C for k, e in h.threats(self.living()).items() if e >= self.numbers.th and k not in aligned
        ]
        h.q += self.numbers.ze * h.aggressiveness * sum(refusing)

    def hold_crises(self):
        """Step 4."""
        for _ in range(int(self.numbers.nu * self.numbers.N + self.random.random())):
            c = self.random.choice(self.places)
            if c.R > 0:
                self.measure()
                c.face(self.living(), self.year)
                c.collect_tribute()
                c.decide(self.living(), self.leader)

    def crown(self):
        """Step 6: whether the replica is over."""
        self.measure()
        leader = max(self.living(), key=lambda s: s.C)
        if leader.C < self.numbers.H:
            self.run_length = 0
        else:
            self.run_length = self.run_length + 1 if leader is self.leader else 1
        self.leader = leader
        return self.emerged or self.year >= self.numbers.T

    @property
    def emerged(self):
        return self.run_length >= self.numbers.ho
