"""What happens in a system of the plain reference, seen from inside its steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from hegemon.reference import model
from hegemon.reference.numerics import Draws
from hegemon.reference.system import System

Happening = dict[str, Any]


class Witness:
    """Watches one replica and writes down what happens in it, in order."""

    def __init__(self, values: Mapping[str, Any], key: int, replica: int) -> None:
        self.seen: list[Happening] = []
        self.year = 0
        with pytest.MonkeyPatch.context() as patch:
            self._watch(patch)
            self._live(System(values, Draws(key, replica)))

    def note(self, kind: str, **facts: Any) -> None:
        self.seen.append({"kind": kind, "year": self.year, **facts})

    def _watch(self, patch: pytest.MonkeyPatch) -> None:
        align, grow, secede = model.align, model.grow, model.secede

        def watched_align(s: System, x: model.Crisis) -> None:
            against, clients = set(s.against[x.c]), set(s.clients[x.c])
            align(s, x)
            free = set(x.e) - against - clients
            idle = free - s.against[x.c] - s.clients[x.c]
            self.note(
                "crisis",
                order=x.order,
                focus=x.c,
                leads=x.c == s.leader,
                joined=s.against[x.c] - against,
                left=against - s.against[x.c],
                coalition=set(s.against[x.c]),
                bandwagoned=s.clients[x.c] - clients,
                deserted=clients - s.clients[x.c],
                clients=set(s.clients[x.c]),
                stayed_out=idle,
                threatened={k for k in idle if x.e[k].reaches(s.p.th)},
                crisis=x,
            )

        def watched_grow(s: System, year: int) -> None:
            before = s.living()
            grow(s, year)
            for i in sorted({*before} - {*s.living()}):
                self.note("death", state=i)

        def watched_secede(s: System, year: int) -> None:
            dead = {i for i in s.everyone if s.R[i] == 0}
            secede(s, year)
            for i in dead - {i for i in s.everyone if s.R[i] == 0}:
                self.note("secession", state=i, leader=s.leader)

        patch.setattr(model, "align", watched_align)
        patch.setattr(model, "grow", watched_grow)
        patch.setattr(model, "secede", watched_secede)

    def _live(self, s: System) -> None:
        self.note("start", leader=s.leader, share=model.capability(s)[s.leader])
        for year in range(1, s.p.T + 1):
            self.year = year
            before, run, noted = s.leader, s.run, len(self.seen)
            if model.live_one_year(s, year) is None:
                del self.seen[noted:]
                self.year = year - 1
                self.note("end", reason="extinction")
                return
            self._after(s, before, run)
            if s.p.absorbing and s.run == s.p.ho:
                self.note("end", reason="hegemony")
                return
        self.note("end", reason="horizon")

    def _after(self, s: System, before: int, run: int) -> None:
        C = model.capability(s)
        if s.leader != before:
            self.note("succession", leader=s.leader, before=before, share=C[s.leader])
        if run >= s.p.ho and s.run != run + 1:
            self.note("hegemony", state=before, began=False, years=run, share=C[before])
        if s.run == s.p.ho:
            self.note("hegemony", state=s.leader, began=True, years=s.p.ho, share=C[s.leader])
