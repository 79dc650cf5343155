"""Ideology."""

from gallery.nulls import GROWTH
from gallery.page import Line, Page, Panel, change

LINES = (
    Line("no balancing", ("balancing.efficiency=0.0",)),
    Line("efficiency 0.5"),
    Line("full balancing", ("balancing.efficiency=1.0",)),
)

PAGE = Page(
    title="Ideology (Walt, Haas)",
    panels=(
        Panel("p", "ideology", (*LINES, GROWTH)),
        Panel("size", "ideology", LINES, "How many balance", of="coalition_size"),
    ),
    facts={
        "none": change("p", "no balancing", 0.0, 1.0, sign=1),
        "half": change("p", "efficiency 0.5", 0.0, 1.0, sign=1),
        "full": change("p", "full balancing", 0.0, 1.0, sign=1),
        "size": change("size", "full balancing", 0.0, 1.0, sign=-1),
    },
    said=(
        "As ideology comes to count in full, P {half} at an efficiency of 0.5, {full} with full "
        "balancing, and {none} where nobody balances.",
        "The coalition at a crisis {size} states with full balancing.",
    ),
)
