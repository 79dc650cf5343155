"""How often a hegemon emerges, and what the systems were like: estimates by design point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hegemon.estimates.proportions import normal_quantile
from hegemon.figures import headline
from hegemon.figures.conditions import conditions
from hegemon.figures.labels import note
from hegemon.report import charts, drawing, words
from hegemon.report.parts import Block, Section, Table, table
from hegemon.tables import table as plain
from hegemon.tables.who import by_state

if TYPE_CHECKING:
    from hegemon.runs import Run

_WARS = {
    "wars": "Wars",
    "coalition_wars": "Against a coalition",
    "deterred": "Bids deterred",
    "leader_wins": "Won by the leader",
    "leader_losses": "Lost by the leader",
    "coalition_size": "States that balance",
    "delivered_efficiency": "Efficiency delivered",
}
_POLES = {
    "years_unipolar": "Years unipolar",
    "years_bipolar": "Years bipolar",
    "years_multipolar": "Years multipolar",
    "average_share": "Leader's share",
    "concentration": "Concentration",
    "leader_changes": "Changes of leader",
    "years_unbalanceable": "Years beyond balance",
    "survivors": "States left",
}


def answer(run: Run) -> str:
    """The answer in a sentence: P at the point where it is greatest, and where it is least."""
    results = run.results
    p, low, high = (results[n].values.ravel() for n in ("p_emerged", "p_emerged_low", "p_emerged_high"))
    places = plain.digits(int(results["replicas"].max()))
    level = f"({100 * run.spec.confidence:.6g} % interval)"
    most, least = int(np.argmax(p)), int(np.argmin(p))
    texts = [words.chance(float(p[i]), float(low[i]), float(high[i]), places) for i in (most, least)]
    if len(p) == 1:
        return f"P(hegemon) is {texts[0]} {level}."
    where = [_among(run, int((p == p[i]).sum()), i) for i in (most, least)]
    return f"P(hegemon) is greatest at {where[0]}: {texts[0]}; and least at {where[1]}: {texts[1]} {level}."


def _among(run: Run, alike: int, index: int) -> str:
    """A design point in words, or the first of those that are alike."""
    return place(run, index) if alike == 1 else f"{alike:,} points, the first of them {place(run, index)}"


def place(run: Run, index: int) -> str:
    """A design point in words."""
    names = (label.name for label in run.design.coordinates)
    found = zip(names, run.design.points[index].values.values(), strict=True)
    return ", ".join(f"{name} {words.value(each)}" for name, each in found) or "the only point"


def emergence(run: Run) -> Section:
    """The headline figure and the table of P."""
    results = run.results
    alt = "P(hegemon) by design point, with bands, and survival curves. "
    alt += f"{answer(run)} The numbers are in the table below."
    figure = drawing.figure(headline(results), alt, note(results), charts.headline(results))
    found = plain.estimates(run)
    level = f"{100 * run.spec.confidence:.6g} %"
    names = {"P": "P(hegemon)", "low": f"from ({level})", "high": "to", "mean year": "mean year", "": "note"}
    header = [names.get(name, name) for name in found.header]
    blocks: list[Block] = [figure, table("Estimates", header, found.rows, heads(run))]
    if "precision_reached" in results and (results["precision_reached"].values == 0).any():
        blocks.append("* the precision was not reached with the greatest number of replicas.")
    who = by_state(run)
    if who is not None:
        blocks.append(
            table("Who became the hegemon, as a share of all replicas", who.header, who.rows, heads(run))
        )
    return Section("emergence", "How often a hegemon emerges", [_intervals(run), *blocks])


def heads(run: Run) -> int:
    """Columns that name the row of a table with a row per design point."""
    return len(run.design.coordinates)


def _intervals(run: Run) -> str:
    many = "Intervals hold by point, not for all points at once. " if len(run.design.points) > 1 else ""
    return f"{many}The mean year is that of replicas in which a hegemon emerged."


def wars(run: Run) -> Section:
    """Wars and balancing."""
    text = (
        "Means over all replicas of a point, each counted until it ended, with the half-width of the "
        f"{100 * run.spec.confidence:.6g} % interval. Where a hegemon emerges early there is less time "
        f"for wars. "
        "States that balance, and the power they deliver per unit available, are means over crises."
    )
    blocks: list[Block] = [text]
    drawn = conditions(run.results)
    if drawn is not None:
        alt = "Mean number of wars, and the share of years by polarity, against the swept key."
        blocks.append(drawing.figure(drawn, f"{alt} The numbers are in the tables below."))
    return Section("wars", "Wars and balancing", [*blocks, means(run, "Wars and balancing", _WARS)])


def polarity(run: Run) -> Section:
    """Polarity and concentration."""
    text = (
        "Unipolar: one state holds half of all capability. Bipolar: two hold a quarter each and half "
        "together. "
        "Multipolar: neither. Beyond balance: all others together could not match the leader. "
        "Concentration is "
        "that of Ray and Singer (CON), 0 for equal shares and 1 where one state holds all."
    )
    return Section("polarity", "Polarity", [text, means(run, "Polarity and concentration", _POLES)])


def means(run: Run, caption: str, columns: dict[str, str]) -> Table:
    """A table of means with their half-widths, a row per design point."""
    z = normal_quantile(run.spec.confidence)
    flat = [
        (
            run.results[f"mean_{name}"].values.ravel().tolist(),
            run.results[f"se_{name}"].values.ravel().tolist(),
        )
        for name in columns
    ]
    names = [label.name for label in run.design.coordinates]
    rows = [
        (*plain.swept(run, i), *(words.mean(mean[i], error[i], z) for mean, error in flat))
        for i in range(len(run.design.points))
    ]
    return table(caption, (*names, *columns.values()), rows, heads(run))
