"""Misperception and overconfidence."""

from gallery.nulls import GROWTH
from gallery.page import Line, Page, Panel, change

LINES = (
    Line("no balancing", ("balancing.efficiency=0.0",)),
    Line("efficiency 0.5"),
    Line("full balancing", ("balancing.efficiency=1.0",)),
)

PAGE = Page(
    title="Misperception and overconfidence (Jervis)",
    panels=(
        Panel("seen", "misperception", (*LINES, GROWTH), "Errors about the state in focus"),
        Panel("self", "overconfidence", (*LINES, GROWTH), "Errors about oneself"),
        Panel("wars", "overconfidence", LINES, "Wars until hegemony", of="wars"),
    ),
    facts={
        "seen": change("seen", "efficiency 0.5", 0.0, 1.0, sign=1),
        "seen_full": change("seen", "full balancing", 0.0, 1.0, sign=1),
        "cautious": change("self", "efficiency 0.5", 0.0, -0.5, sign=-1),
        "bold": change("self", "efficiency 0.5", 0.0, 1.0, sign=-1),
        "bold_full": change("self", "full balancing", 0.0, 1.0, sign=-1),
        "wars": change("wars", "efficiency 0.5", 0.0, 1.0, sign=1),
    },
    said=(
        "As observers err by up to a factor e (one standard deviation), P {seen} at an efficiency of 0.5 "
        "and {seen_full} with full balancing.",
        "Where attackers overrate themselves by a factor e, P {bold} at an efficiency of 0.5 and "
        "{bold_full} with full balancing, and the number of wars until hegemony or the horizon {wars}; "
        "where they underrate themselves by half as much (in logs), P {cautious}.",
    ),
)
