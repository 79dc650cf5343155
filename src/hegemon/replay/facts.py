"""What happened to one system, fact by fact: from the kernel's trace, or derived exactly from it.

Alignments change in two ways only: those towards the state in focus in its crisis, and those of a state that
dies. So the sets at a year's start and after each crisis tell who joined, left and stayed; at the year's end
they must be those that the trace has.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import hegemon_kernels as hk

_ROUNDING = 1e-5  # of the kernel in single precision


@dataclass(frozen=True)
class Start:
    """The initial system: who leads, and with which share of the region's capability."""

    year: int
    leader: int
    share: float


@dataclass(frozen=True)
class Death:
    """A state whose resources fell to nothing by growth alone."""

    year: int
    state: int


@dataclass(frozen=True)
class Crisis:
    """One crisis: who was in focus, who did what about it, what came of it.

    Attributes
    ----------
    year, order : int
        When; `order` counts draws of the year, of which those of dead and offshore states are no crises.
    focus : int
        The state in focus.
    share : float
        Its share of the region's capability at the end of the year before.
    leads : bool
        Whether it is the leader.
    joined, left : tuple of int
        States that joined the coalition against it, and that left it.
    coalition : tuple of int
        Its members afterwards.
    bandwagoned, deserted : tuple of int
        States that became its clients, and that ceased to be.
    clients : tuple of int
        Its clients afterwards.
    stayed_out : tuple of int
        Living states that were free to join or bandwagon, and did neither.
    passed : tuple of int
        Those of them that were threatened, and so passed the buck.
    coalition_strength, attack_strength : float
        Of the coalition; of the state in focus with its clients.
    decided : bool
        Whether it was entitled to attack and had an allowed target.
    expected_gain : float or None
        The greatest that it expected, in units of resources; None without a decision.
    deterred : bool
        It did not attack, and would have had nobody balanced.
    target : int or None
        Whom it attacked.
    won, annexed : bool or None
        Outcome of the war; None without one.
    """

    year: int
    order: int
    focus: int
    share: float
    leads: bool
    joined: tuple[int, ...]
    left: tuple[int, ...]
    coalition: tuple[int, ...]
    bandwagoned: tuple[int, ...]
    deserted: tuple[int, ...]
    clients: tuple[int, ...]
    stayed_out: tuple[int, ...]
    passed: tuple[int, ...]
    coalition_strength: float
    attack_strength: float
    decided: bool
    expected_gain: float | None
    deterred: bool
    target: int | None
    won: bool | None
    annexed: bool | None


@dataclass(frozen=True)
class Secession:
    """An annexed state that broke away from the leader."""

    year: int
    state: int
    leader: int


@dataclass(frozen=True)
class Succession:
    """Another state became the leader."""

    year: int
    leader: int
    before: int
    share: float


@dataclass(frozen=True)
class Hegemony:
    """A leader has held hegemony for the years asked (`began`), or has just lost it, after `years` of it."""

    year: int
    state: int
    began: bool
    years: int
    share: float


@dataclass(frozen=True)
class End:
    """Why the replica ended: "hegemony", "horizon", or "extinction" where nobody outlived the next year."""

    year: int
    reason: str


Fact = Start | Death | Crisis | Secession | Succession | Hegemony | End


def members(bits: int) -> tuple[int, ...]:
    """The states of a bit set."""
    return tuple(state for state in range(bits.bit_length()) if bits >> state & 1)


class _Alignments:
    """Who lives, who balances against whom, whose clients are whose: as bit sets, crisis by crisis."""

    def __init__(self, path: hk.Trajectories, year: int) -> None:
        self.alive = sum(1 << int(i) for i in np.flatnonzero(path.resources[0, year] > 0))
        self.against: list[int] = path.against[0, year].tolist()
        self.clients: list[int] = path.clients[0, year].tolist()

    def remove(self, state: int) -> None:
        """A state dies."""
        rest = ~(1 << state)
        self.alive &= rest
        self.against = [bits & rest for bits in self.against]
        self.clients = [bits & rest for bits in self.clients]
        self.against[state] = self.clients[state] = 0


def tell(path: hk.Trajectories, values: Mapping[str, Any], threshold: float) -> Iterator[Fact]:
    """The facts of one system, in order.

    Parameters
    ----------
    path : Trajectories
        The kernel's trace of one replica.
    values : mapping
        Kernel values of its design point.
    threshold : float
        The hegemony threshold in the precision of the kernel.

    Raises
    ------
    ValueError
        If the crises do not lead to the alignments at a year's end: the trace would contradict itself.
    """
    leaders, shares = path.leader[0].tolist(), path.capability[0]
    years, run = int(path.years[0]), 0
    yield Start(0, leaders[0], float(shares[0, leaders[0]]))
    for year in range(1, years + 1):
        yield from _happenings(path, year, values)
        leader, before = leaders[year], leaders[year - 1]
        share = float(shares[year, leader])
        if leader != before:
            yield Succession(year, leader, before, share)
        held = run + 1 if leader == before else 1
        now = held if share >= threshold else 0
        if run >= values["ho"] and now != run + 1:
            yield Hegemony(year, before, False, run, float(shares[year, before]))
        if now == values["ho"]:
            yield Hegemony(year, leader, True, now, share)
        run = now
    yield End(years, _reason(values, years, run))


def _reason(values: Mapping[str, Any], years: int, run: int) -> str:
    if values["absorbing"] and run == values["ho"]:
        return "hegemony"
    return "horizon" if years == values["T"] else "extinction"


def _happenings(path: hk.Trajectories, year: int, values: Mapping[str, Any]) -> list[Fact]:
    """Deaths, crises and secession of a year."""
    returned = [state for state in range(values["N"]) if _returned(path, year, state, values)]
    # Who had that share the year before as well has just kept it, unless the alignments say otherwise.
    anew = [state for state in returned if not _has_share(path, year - 1, year, state, values["qs"])]
    for reborn in (anew, returned):
        facts, now = _under(path, year, reborn)
        if (now.against, now.clients) == (path.against[0, year].tolist(), path.clients[0, year].tolist()):
            return facts
    raise ValueError(f"year {year}: the crises do not lead to the alignments at its end")


def _under(path: hk.Trajectories, year: int, reborn: Sequence[int]) -> tuple[list[Fact], _Alignments]:
    """What happened if the states `reborn`, alive at both ends of the year, died in it and came back."""
    events = path.events[path.events["year"] == year]
    now, leader = _Alignments(path, year - 1), int(path.leader[0, year - 1])
    alive_then = _Alignments(path, year).alive
    annexed = sum(1 << int(event["target"]) for event in events if event["annexed"])
    facts: list[Fact] = []
    for state in sorted({*members(now.alive & ~alive_then & ~annexed), *reborn}):
        now.remove(state)
        facts.append(Death(year, state))
    for event in events:
        facts.append(_crisis(event, now, float(path.capability[0, year - 1, event["focus"]]), leader))
        if event["annexed"]:
            now.remove(int(event["target"]))
    facts += [Secession(year, state, leader) for state in members(alive_then & ~now.alive)]
    return facts, now


def _returned(path: hk.Trajectories, year: int, state: int, values: Mapping[str, Any]) -> bool:
    """Whether a state may have died of growth and broken away from the leader in one year.

    The trace does not tell. Then it takes no part in any crisis, and ends the year with the share of the
    leader's resources and arms that such a state gets.
    """
    leader = int(path.leader[0, year - 1])
    alive = path.resources[0, year - 1, state] > 0 and path.resources[0, year, state] > 0
    if not (values["hs"] > 0 and alive) or state == leader or state in values["offshore"]:
        return False
    events = path.events[path.events["year"] == year]
    sets = np.bitwise_or.reduce(events["coalition"] | events["clients"], initial=np.uint64(0))
    if state in events["focus"] or state in events["target"] or int(sets) >> state & 1:
        return False
    return _has_share(path, year, year, state, values["qs"])


def _has_share(path: hk.Trajectories, when: int, year: int, state: int, share: float) -> bool:
    """Whether a state has, of what it and the leader before `year` have at the end of `when`, this share."""
    leader = int(path.leader[0, year - 1])
    return all(
        math.isclose((1 - share) * part[0, when, state], share * part[0, when, leader], rel_tol=_ROUNDING)
        for part in (path.resources, path.arms)
    )


def _crisis(event: np.void, now: _Alignments, share: float, leader: int) -> Crisis:
    """The facts of a crisis; `now` becomes what it leaves."""
    focus, target = int(event["focus"]), int(event["target"])
    coalition, clients = int(event["coalition"]), int(event["clients"])
    before, followed = now.against[focus], now.clients[focus]
    stayed = now.alive & ~(1 << focus) & ~(before | followed | coalition | clients)
    now.against[focus], now.clients[focus] = coalition, clients
    fought = target >= 0
    return Crisis(
        year=int(event["year"]),
        order=int(event["order"]),
        focus=focus,
        share=share,
        leads=focus == leader,
        joined=members(coalition & ~before),
        left=members(before & ~coalition),
        coalition=members(coalition),
        bandwagoned=members(clients & ~followed),
        deserted=members(followed & ~clients),
        clients=members(clients),
        stayed_out=members(stayed),
        passed=members(stayed & int(event["threatened"])),
        coalition_strength=float(event["coalition_strength"]),
        attack_strength=float(event["attack_strength"]),
        decided=bool(event["decided"]),
        expected_gain=float(event["expected_gain"]) if event["decided"] else None,
        deterred=bool(event["deterred"]),
        target=target if fought else None,
        won=bool(event["won"]) if fought else None,
        annexed=bool(event["annexed"]) if fought else None,
    )
