"""The root finder: which evaluations to ask for, and what they say in the end.

`find` is a generator: it yields the places that it wants evaluated and is sent their counts, so that the same
procedure runs on simulations, many at a time, and on the known curves of a coverage study. It is a pure
function of what it is sent: the same counts lead to the same questions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np

from hegemon.estimates.proportions import normal_quantile
from hegemon.solving.book import Book, Bracket
from hegemon.solving.local import Parabola, parabola
from hegemon.solving.task import Count, Found, Method, Task, logit

Search = Generator[list[float], list[Count], None]

GRID = 11
"""Evaluations over the whole range at the start."""
WINDOW = 8
"""Least evaluations in the window of the last stage."""
_NEAR = 2.5  # logits from the target within which a straight line is a fair guide
_WIDEST = 1.5  # logits from the centre to the edge of a window, at most
_SPREAD = 6.0  # the window's half in half-widths of the interval that a straight line would give
_SAFE = 3.5  # standard errors of the guess at the root that the window's half must hold
_LOSS = 1.25  # what the fitted curvature costs: the root's standard error is so much greater
_MARGIN = 1.2  # more effort than is expected to do, for the width of the interval is itself estimated
_CLIFF = 100.0  # logits within the tolerance: halving the bracket does better than any fit
_REFUSED = 0.001  # p-value of the fit below which the window is too long for a parabola
_BISECTIONS = 60
_BEYOND = 4.0  # standard errors from which on an extreme between the ends is worth a word
_STAGES = 10
_DIGITS = 10


def find(task: Task) -> Generator[list[float], list[Count], Found]:
    """Find the value of a key at which P takes the target.

    Yields
    ------
    list of float
        Places to evaluate, all different from earlier ones, in the searched range.

    Returns
    -------
    Found
        The answer.
    """
    finder = _Finder(task)
    yield from finder.ask(_grid(task))
    bracket, verdict = finder.bracket()
    if bracket is None:
        return verdict
    found = yield from finder.whole(bracket) if task.whole else finder.smooth(bracket)
    return found


def _grid(task: Task) -> list[float]:
    steps = np.linspace(0, 1, GRID)
    values = task.low * (1 - steps) + task.high * steps
    if task.whole:
        return list(dict.fromkeys(float(round(value)) for value in values))
    return list(dict.fromkeys(_short(value) for value in values.tolist()))


def _short(value: float) -> float:
    """A value of few digits, so that it survives being written down."""
    return float(f"{value:.{_DIGITS}g}")


@dataclass(frozen=True)
class _Guess:
    """Where the root may be: its place, the slope there (logits per unit), the place's standard error."""

    root: float
    slope: float
    error: float


class _Finder:
    """The state of one search."""

    def __init__(self, task: Task) -> None:
        self.task, self.book = task, Book(task)
        self.goal = logit(task.target)
        self.z = normal_quantile(task.confidence)
        self.spread = 1 / math.sqrt(task.target * (1 - task.target))  # of a logit, of one replica

    @property
    def exhausted(self) -> bool:
        return len(self.book.counts) >= self.task.most

    def ask(self, places: Sequence[float]) -> Search:
        fresh = [place for place in places if place not in self.book.sides]
        if fresh:
            self.book.add((yield fresh))

    # -- what the grid says ---------------------------------------------------------------------------------

    def bracket(self) -> tuple[Bracket | None, Found]:
        crossings, end = self.book.crossings, self.book.end
        if len(crossings) > 1:
            return None, self._several(crossings)
        if crossings:
            return crossings[0], Found("found")
        if end is not None:
            return end, Found("found")
        if len(self.book.certain) == len(self.book.counts):
            side = self.book.sides[self.book.counts[0].x]
            return None, Found("none", words=(f"{self._none()}: {self._course()}",), side=side)
        return None, self._unclear()

    def _several(self, crossings: Sequence[Bracket]) -> Found:
        places = ", ".join(f"{_text(b.left.x)} and {_text(b.right.x)}" for b in crossings)
        many = f"P passes {_text(self.task.target)} {len(crossings)} times, between {places}"
        return Found("several", words=(f"{many}; narrow the range to one of them",))

    def _none(self) -> str:
        return f"no value in [{_text(self.task.low)}, {_text(self.task.high)}]"

    def _course(self) -> str:
        """What P does from end to end, and where it goes beyond both ends by more than chance."""
        first, last = self.book.counts[0], self.book.counts[-1]
        text = f"P runs from {_text(first.p)} to {_text(last.p)}"
        for turn, sign in (
            (max(self.book.counts, key=lambda c: c.p), 1),
            (min(self.book.counts, key=lambda c: c.p), -1),
        ):
            beyond = min(sign * (turn.logit - end.logit) for end in (first, last))
            if beyond > _BEYOND * math.sqrt(1 / turn.weight + max(1 / first.weight, 1 / last.weight)):
                text += f", with {_text(turn.p)} at {_text(turn.x)}"
        return text

    def _unclear(self) -> Found:
        near = [c for c in self.book.counts if not self.book.sides[c.x]]
        place = min(near, key=lambda c: abs(c.logit - self.goal))
        text = (
            f"P comes near {_text(self.task.target)} without passing it for certain ({_text(place.p)} at "
            f"{_text(place.x)}, of {place.n:,} replicas); {self._course()}; give more replicas"
        )
        return Found("unclear", words=(text,))

    # -- keys that take whole numbers -----------------------------------------------------------------------

    def whole(self, bracket: Bracket) -> Generator[list[float], list[Count], Found]:
        """Halve the bracket until two neighbours hold the root, or what lies between cannot be told."""
        while True:
            bracket = self.book.within(bracket)
            known = self.book.sides
            middle = round((bracket.left.x + bracket.right.x) / 2)
            left = [float(x) for x in range(int(bracket.left.x) + 1, int(bracket.right.x)) if x not in known]
            if not left or self.exhausted:
                break
            yield from self.ask([min(left, key=lambda x: (abs(x - middle), x))])
        inside = [bracket.left, *self.book.undecided(bracket), bracket.right]
        words = self._notes()
        if not (bracket.left_certain and bracket.right_certain):
            return self._at_end(bracket)
        if len(inside) > 2:
            words += (f"P at {_text(inside[1].x)} cannot be told from the target; give more replicas",)
        return Found("found", self._between(inside), bracket.left.x, bracket.right.x, "whole", words)

    def _between(self, inside: Sequence[Count]) -> float:
        """Where the line through neighbours' logits passes the target, at the first that straddle it."""
        for a, b in itertools.pairwise(inside):
            if (a.logit - self.goal) * (b.logit - self.goal) <= 0 and a.logit != b.logit:
                return a.x + (b.x - a.x) * (self.goal - a.logit) / (b.logit - a.logit)
        return min(inside, key=lambda c: abs(c.logit - self.goal)).x

    # -- keys that take any number --------------------------------------------------------------------------

    def smooth(self, bracket: Bracket) -> Generator[list[float], list[Count], Found]:
        yield from self._approach(bracket)
        guess, count, best = self._guess(bracket), WINDOW, None
        for _ in range(_STAGES):
            inner = self.book.within(bracket)
            if abs(guess.slope) * self.task.tolerance > _CLIFF:
                break
            window = self._window(guess, count)
            counts = yield from self._look(*window, count)
            made = parabola(counts, *window, self.task.target, self.task.confidence, inner.direction)
            inner = self.book.within(bracket)
            limits = None if made is None else self._limits(made, inner)
            if made is not None and limits is not None and made.misfit >= _REFUSED:
                best = (made.root, *limits)
                if limits[1] - limits[0] <= self.task.tolerance:
                    return self._found("fit", *best)
            missed = None if made is None else self._missed(made, inner)
            if missed is not None:
                text = f"{self._none()}: {self._course()} ({_text(missed)} by the fit of all near it)"
                side = 1 if missed > self.task.target else -1
                return Found("none", words=(text, *self._notes()), side=side)
            if self.exhausted:
                break
            guess, count = self._next(made, limits, guess, window, count, bracket)
            if made is None or made.misfit < _REFUSED:
                yield from self._halve(bracket)
        return (yield from self._cornered(bracket, best))

    def _approach(self, bracket: Bracket) -> Search:
        """Come near: halve the bracket until both sides are near the target or an evaluation hits it; then
        where a line through the nearest logits passes it.
        """
        for _ in range(_BISECTIONS):
            inner = self.book.within(bracket)
            far = max(abs(side.logit - self.goal) for side in (inner.left, inner.right))
            if far <= _NEAR or self.book.undecided(inner) or inner.width <= self.task.tolerance / 8:
                break
            yield from self._halve(bracket)
        inner = self.book.within(bracket)
        if not self.book.undecided(inner):
            at, _ = self.book.local(inner, (inner.left.x + inner.right.x) / 2)
            edge = 0.1 * inner.width
            yield from self.ask([_short(min(max(at, inner.left.x + edge), inner.right.x - edge))])

    def _halve(self, bracket: Bracket) -> Search:
        inner = self.book.within(bracket)
        yield from self.ask([_short((inner.left.x + inner.right.x) / 2)])

    def _guess(self, bracket: Bracket) -> _Guess:
        inner = self.book.within(bracket)
        near = [inner.left, *self.book.undecided(inner), inner.right]
        start = min(near, key=lambda c: abs(c.logit - self.goal))
        root, slope = self.book.local(inner, start.x)
        error = self.spread / math.sqrt(self.task.replicas) / abs(slope)
        return _Guess(root, slope, error)

    def _window(self, guess: _Guess, count: int) -> tuple[float, float]:
        """Centre and half of the window: some half-widths of the interval, room for the guess's own error,
        and not so long that a parabola could not follow.
        """
        line = self.z * self.spread / math.sqrt(count * self.task.replicas)
        half = min(max(_SPREAD * line, _SAFE * guess.error * abs(guess.slope)), _WIDEST) / abs(guess.slope)
        half = min(half, (self.task.high - self.task.low) / 2)
        centre = min(max(guess.root, self.task.low + half), self.task.high - half)
        return centre, half

    def _look(
        self, centre: float, half: float, count: int
    ) -> Generator[list[float], list[Count], list[Count]]:
        """Evaluate across a window, closer together in its middle, at places where nothing is known yet: what
        led here must not count again.
        """
        steps = np.linspace(-1, 1, count)
        places = [self._clipped(centre + half * float(u * abs(u))) for u in steps]
        places = self._unused(places, max(half / (1000 * count), 1e-9 * (self.task.high - self.task.low)))
        yield from self.ask(places)
        asked = set(places)
        return [c for c in self.book.counts if c.x in asked]

    def _clipped(self, place: float) -> float:
        return min(max(_short(place), self.task.low), self.task.high)

    def _unused(self, places: Sequence[float], step: float) -> list[float]:
        middle, made = (self.task.low + self.task.high) / 2, dict[float, None]()
        for place in places:
            inward = step if place < middle else -step
            while place in self.book.sides or place in made:
                place = self._clipped(place + inward)
                inward *= 2
            made[place] = None
        return list(made)

    def _limits(self, made: Parabola, inner: Bracket) -> tuple[float, float] | None:
        """The interval: the fit's, or where the fit leaves a side open, the bracket's if it is as near."""
        if math.isnan(made.root) or not self._clear(made, inner):
            return None
        low, high = made.low, made.high
        if math.isnan(low) and inner.left_certain and inner.left.x >= made.centre - made.half:
            low = inner.left.x
        if math.isnan(high) and inner.right_certain and inner.right.x <= made.centre + made.half:
            high = inner.right.x
        return None if math.isnan(low) or math.isnan(high) else (low, high)

    def _clear(self, made: Parabola, inner: Bracket) -> bool:
        """Whether the root is certainly not an end of the range that could not be told from the target.

        An interval that touches such an end is no answer, and the next stage is another try: were it enough
        that one interval leaves the end out, one of many would.
        """
        left, right = (made.centre + sign * made.half for sign in (-1, 1))
        near = 1e-6 * (self.task.high - self.task.low)
        at_low = not inner.left_certain and left <= self.task.low + near
        at_high = not inner.right_certain and right >= self.task.high - near
        return (made.refused[0] or not at_low) and (made.refused[1] or not at_high)

    def _missed(self, made: Parabola, inner: Bracket) -> float | None:
        """P at the end of the range where the curve certainly ends before it meets the target, else None."""
        if not math.isnan(made.root) or made.misfit < _REFUSED:
            return None
        near = 1e-6 * (self.task.high - self.task.low)
        at_low = not inner.left_certain and made.centre - made.half <= self.task.low + near
        at_high = not inner.right_certain and made.centre + made.half >= self.task.high - near
        if at_low and made.refused[0]:
            return made.edge(-1)
        return made.edge(1) if at_high and made.refused[1] else None

    def _next(
        self,
        made: Parabola | None,
        limits: tuple[float, float] | None,
        guess: _Guess,
        window: tuple[float, float],
        count: int,
        bracket: Bracket,
    ) -> tuple[_Guess, int]:
        """Guess and number of evaluations of the next stage, whose data will be its own."""
        room = self.task.most - len(self.book.counts)
        if made is None or made.misfit < _REFUSED:  # too long for a parabola: a window of half the length
            again = self._guess(bracket)
            steeper = max(2 * abs(guess.slope), abs(again.slope))
            root = again.root if made is None or math.isnan(made.root) else made.root
            return _Guess(root, math.copysign(steeper, guess.slope), guess.error / 2), count
        if limits is None:  # the root is not inside for certain: a longer window, and more of it
            again = self._guess(bracket)
            root = again.root if math.isnan(made.root) else made.root
            error = max(2 * guess.error, window[1] / 2)
            return _Guess(root, guess.slope, error), min(2 * count, room)
        width, wanted = limits[1] - limits[0], self.task.tolerance
        more = count * (_MARGIN * width / wanted) ** 2
        return _Guess(made.root, made.slope, width / (2 * self.z)), min(max(count, math.ceil(more)), room)

    def _cornered(
        self, bracket: Bracket, best: tuple[float, float, float] | None
    ) -> Generator[list[float], list[Count], Found]:
        """What can be said without a fit that is short enough: the bracket, halved as far as it goes."""
        inner = self.book.within(bracket)
        for _ in range(_BISECTIONS):
            if self.exhausted or inner.width <= self.task.tolerance or self.book.undecided(inner):
                break
            yield from self._halve(bracket)
            inner = self.book.within(bracket)
        certain = inner.left_certain and inner.right_certain
        if best is not None and not (certain and inner.width < best[2] - best[1]):
            return self._found("fit", *best)
        if not certain:
            return self._at_end(inner)
        near = [inner.left, *self.book.undecided(inner), inner.right]
        value = self._between(near)
        return self._found("bracket", value, inner.left.x, inner.right.x)

    def _found(self, method: Method, value: float, low: float, high: float) -> Found:
        words = self._notes()
        if high - low > self.task.tolerance:
            wide = f"the interval is {_text(high - low)} wide, wider than {_text(self.task.tolerance)}"
            words += (f"{wide}; give more replicas",)
        return Found("found", value, low, high, method, words)

    def _notes(self) -> tuple[str, ...]:
        turn = self.book.reversal()
        if turn is None:
            return ()
        there, back = (f"{_text(count.p)} at {_text(count.x)}" for count in turn)
        return (f"P does not run one way: it goes from {there} to {back}",)

    def _at_end(self, bracket: Bracket) -> Found:
        end = bracket.right if not bracket.right_certain else bracket.left
        text = (
            f"{self._none()} for certain: P at the end, {_text(end.x)}, is {_text(end.p)} "
            f"({end.n:,} replicas) and not to be told from the target; widen the range or give more replicas"
        )
        return Found("end", words=(text,))


def _text(value: float) -> str:
    return f"{value:.4g}"
