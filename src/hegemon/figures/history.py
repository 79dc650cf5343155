"""The figure of one replayed system: capability shares by year, the leader, wars and hegemony."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hegemon.figures import style
from hegemon.figures.labels import literal, plain
from hegemon.figures.placing import EndLabel, label_ends
from hegemon.replay.facts import Crisis, Fact, Hegemony

if TYPE_CHECKING:
    from hegemon.replay import Replay

_SIZE = (9.6, 4.6)
_OTHERS = "#BBBBBB"  # states beyond those that have a colour of their own
_LEADER_WIDTH = 3.2
_NOTE = (
    "Thick: the leader. Triangle, cross: a war that the state began and won, or lost, with a line to its "
    "target; square: annexed. Dashes: the threshold of hegemony; dots: a hegemon emerged. †: dead."
)


def history(replay: Replay, first: int = 0, last: int | None = None) -> Figure:
    """Draw the capability share of every state, year by year.

    Parameters
    ----------
    replay : Replay
        The system.
    first, last : int, optional
        Years to show; all if not given.

    Returns
    -------
    Figure
        A line per state, thick while it leads; a triangle where a state won a war that it began, a cross
        where it lost one, with a line to its target; the threshold of hegemony; and the year in which a
        hegemon emerged.
    """
    path = replay.trajectory
    last = int(path.years[0]) if last is None else min(last, int(path.years[0]))
    years = np.arange(first, last + 1)
    shares = path.capability[0, first : last + 1]
    looks = _looks(shares)
    with style.applied():
        figure = style.new_figure(*_SIZE)
        ax = figure.add_subplot()
        for state, look in enumerate(looks):
            _line(ax, years, shares[:, state], path.leader[0, first : last + 1] == state, look)
        _wars(ax, replay.between(first, last), path.capability[0], looks)
        _frame(ax, replay, first, last, float(np.nanmax(shares, initial=0.0)))
        label_ends(ax, _ends(replay, years, shares, looks))
        _words(figure, replay, looks)
    return figure


def _looks(shares: NDArray[np.float64]) -> list[dict[str, Any]]:
    """Colour and dash of each state: those that were the greatest have their own."""
    peaks = np.nanmax(shares, axis=0, initial=0.0)
    order = np.argsort(-peaks, kind="stable").tolist()
    plain = {"color": _OTHERS, "linestyle": "-"}
    ranked = {state: style.line_style(rank) for rank, state in enumerate(order[: style.MOST_LINES])}
    return [ranked.get(state, plain) for state in range(len(peaks))]


def _line(
    ax: Axes, years: NDArray[Any], share: NDArray[np.float64], leads: NDArray[np.bool_], look: dict[str, Any]
) -> None:
    shown = np.where(share > 0, share, np.nan)  # a dead state has no line
    front = 2.5 if look["color"] == _OTHERS else 3.0
    ax.plot(years, shown, color=look["color"], linestyle=look["linestyle"], linewidth=1.3, zorder=front)
    leading = np.where(leads, share, np.nan)
    pale = [0.5 + 0.5 * part for part in to_rgb(look["color"])]
    # A lead of one year is a dot: a line needs two points.
    thick: dict[str, Any] = {
        "linewidth": _LEADER_WIDTH,
        "marker": "o",
        "markersize": _LEADER_WIDTH,
        "markeredgewidth": 0.0,
    }
    ax.plot(years, leading, color=pale, zorder=front - 0.1, **thick)


def _wars(
    ax: Axes, facts: Sequence[Fact], capability: NDArray[np.float64], looks: Sequence[dict[str, Any]]
) -> None:
    """Each war at the shares that both sides had at the end of the year before, half a year after it."""
    for fact in facts:
        if not isinstance(fact, Crisis) or fact.target is None:
            continue
        at = fact.year - 0.5
        attacker, target = (float(capability[fact.year - 1, state]) for state in (fact.focus, fact.target))
        colour = looks[fact.focus]["color"]
        ax.plot([at, at], [attacker, target], color=colour, linewidth=0.8, alpha=0.6, zorder=3.5)
        ax.plot([at], [attacker], marker="^" if fact.won else "x", color=colour, markersize=6.0, zorder=4.0)
        if fact.annexed:
            ax.plot([at], [target], marker="s", markersize=5.5, zorder=4.0,
                    markerfacecolor="white", markeredgecolor=colour)  # fmt: skip


def _frame(ax: Axes, replay: Replay, first: int, last: int, top: float) -> None:
    threshold = replay.point.model.hegemony.threshold
    ax.set_xlim(first, max(last, first + 1))
    ax.set_ylim(0, min(1.0, 1.08 * max(top, threshold)) if top <= 1 else 1.08 * top)
    ax.axhline(threshold, color="#555555", linewidth=0.9, linestyle=(0, (2, 2)), zorder=1.5)
    ax.set_xlabel("Year from the start")
    ax.set_ylabel("Capability share")
    for fact in replay.between(first, last):
        if isinstance(fact, Hegemony) and fact.began:
            ax.axvline(fact.year, color="#555555", linewidth=0.9, linestyle=(0, (1, 1.5)), zorder=1.5)


def _ends(
    replay: Replay, years: NDArray[Any], shares: NDArray[np.float64], looks: Sequence[dict[str, Any]]
) -> list[EndLabel]:
    """Names of the states that have a colour, where they end; of the dead, at the bottom."""
    away = replay.point.model.system.offshore
    found = []
    for state, look in enumerate(looks):
        if look["color"] == _OTHERS:
            continue
        end = float(shares[-1, state])
        fate = " †" if end == 0 else " (offshore)" if state in away else ""
        found.append(EndLabel(replay.names[state] + fate, float(years[-1]), max(end, 0.0), look["color"]))
    return found


def _words(figure: Figure, replay: Replay, looks: Sequence[dict[str, Any]]) -> None:
    values = replay.point.values.items()
    where = ", ".join(f"{key.rpartition('.')[2]} {plain(value)}" for key, value in values)
    about = f"point {replay.point.index}" + (f" ({where})" if where else "")
    heading = textwrap.fill(f"{replay.title}, {about}, replica {replay.replica}", 105)
    figure.suptitle(literal(heading), x=0.01, ha="left", fontsize=11.0)
    grey = [name for name, look in zip(replay.names, looks, strict=True) if look["color"] == _OTHERS]
    others = f" Grey: {', '.join(grey)}." if grey else ""
    note = textwrap.fill(_NOTE + others, 150)
    figure.supxlabel(literal(note), x=0.01, ha="left", fontsize=style.NOTE_SIZE, color="#444444")
