"""The log of a replay in words: a line per fact, crises in several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hegemon.replay.facts import (
    Crisis,
    Death,
    End,
    Fact,
    Hegemony,
    Secession,
    Start,
    Succession,
)

_MOST = 8  # bystanders named in a line
_ENDS = {
    "hegemony": "the replica ends with its hegemon",
    "horizon": "the horizon is reached",
    "extinction": "nobody in the region outlives the growth of the next year: the replica ends",
}


class Teller:
    """Puts facts into words.

    Parameters
    ----------
    names : sequence of str
        Names of the states.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def lines(self, facts: Sequence[Fact]) -> Iterator[str]:
        """The log, with the year where it changes."""
        last = -1
        for fact in facts:
            for text in self._words(fact):
                year = f"{fact.year:>6}  " if fact.year != last else " " * 8
                last = fact.year
                yield f"{year}{text}"

    def _words(self, fact: Fact) -> list[str]:
        match fact:
            case Start():
                return [f"{self.names[fact.leader]} leads with {fact.share:.4f} of capability"]
            case Death():
                return [f"{self.names[fact.state]} dies out: its resources have fallen to nothing"]
            case Secession():
                return [f"{self.names[fact.state]} breaks away from {self.names[fact.leader]}"]
            case Succession():
                new, old = self.names[fact.leader], self.names[fact.before]
                return [f"{new} takes the lead from {old}, with {fact.share:.4f} of capability"]
            case Hegemony():
                return [self._hegemony(fact)]
            case End():
                return [_ENDS[fact.reason]]
            case Crisis():
                return list(self._crisis(fact))

    def _hegemony(self, fact: Hegemony) -> str:
        name, share = self.names[fact.state], f"{fact.share:.4f} of capability"
        if fact.began:
            return f"{name} becomes the hegemon, in its year {fact.years} of hegemony, with {share}"
        return f"{name} is the hegemon no longer, after {_years(fact.years)}, with {share}"

    def _crisis(self, x: Crisis) -> Iterator[str]:
        role = "the leader, " if x.leads else ""
        yield f"{self.names[x.focus]} is in focus ({role}{x.share:.4f} of capability the year before)"
        for verb, states in (
            ("join the coalition against it", x.joined),
            ("leave the coalition against it", x.left),
            ("bandwagon with it", x.bandwagoned),
            ("desert it", x.deserted),
            ("pass the buck", x.passed),
        ):
            if states:
                yield f"    {verb}: {self._list(states)}"
        yield from self._bystanders(x)
        yield f"    sides: {self._sides(x)}"
        yield f"    {self._decision(x)}"

    def _bystanders(self, x: Crisis) -> Iterator[str]:
        """Those who stay out without being threatened."""
        idle = [state for state in x.stayed_out if state not in x.passed]
        if len(idle) > _MOST:
            yield f"    stay out: {len(idle)} states"
        elif idle:
            yield f"    stay out: {self._list(idle)}"

    def _sides(self, x: Crisis) -> str:
        friends = f" with {self._list(x.clients)}" if x.clients else " alone"
        foes = self._list(x.coalition) if x.coalition else "no coalition"
        return f"{self.names[x.focus]}{friends} (strength {x.attack_strength:.4g}) against {foes}" + (
            f" (strength {x.coalition_strength:.4g})" if x.coalition else ""
        )

    def _decision(self, x: Crisis) -> str:
        if x.expected_gain is None:
            return "attacks nobody: it is not entitled to, or has no target"
        gain = f"the best gain it expects is {x.expected_gain:+.4g}"
        if x.target is None:
            if x.deterred:
                return f"is deterred: {gain}, not enough for its caution; had nobody balanced it would attack"
            return f"attacks nobody: {gain}, not enough for its caution; nor would it be had nobody balanced"
        outcome = "wins" if x.won else "loses"
        fate = f", and annexes {self.names[x.target]} whole" if x.annexed else ""
        return f"attacks {self.names[x.target]}: {gain}; it {outcome} the war{fate}"

    def _list(self, states: Sequence[int]) -> str:
        return ", ".join(self.names[state] for state in states)


def _years(count: int) -> str:
    return f"{count} year{'' if count == 1 else 's'}"
