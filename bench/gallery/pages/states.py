"""The number of states, and polarity."""

from gallery.nulls import GROWTH
from gallery.page import Line, Page, Panel, change, value

LINES = (
    Line("no balancing", ("balancing.efficiency=0.0",)),
    Line("efficiency 0.5"),
    Line("full balancing", ("balancing.efficiency=1.0",)),
)

PAGE = Page(
    title="The number of states and polarity (Waltz, Deutsch & Singer)",
    panels=(
        Panel("p", "states", (*LINES, GROWTH), "A fixed rate of crises per state"),
        Panel("fixed", "states_fixed", LINES, "A fixed number of crises"),
        Panel("bipolar", "states", LINES, "Bipolar years until hegemony", of="years_bipolar"),
    ),
    facts={
        "two": value("p", "efficiency 0.5", 2),
        "none": change("p", "no balancing", 4, 12, sign=-1),
        "half": change("p", "efficiency 0.5", 4, 12, sign=-1),
        "full": change("p", "full balancing", 4, 12, sign=-1),
        "growth": change("p", "growth alone", 4, 12, sign=-1),
        "none_fixed": change("fixed", "no balancing", 4, 12, sign=-1),
        "half_fixed": change("fixed", "efficiency 0.5", 4, 12, sign=-1),
    },
    said=(
        "From 4 to 12 states, each with its own crises, P {none} without balancing, {half} at an "
        "efficiency of 0.5, and {full} with full balancing; with growth alone it {growth}.",
        "Of two states one becomes hegemon with P {two} at an efficiency of 0.5: there is nobody to "
        "balance with.",
        "With 0.9 crises a year in all, P {none_fixed} without balancing and {half_fixed} at an "
        "efficiency of 0.5.",
    ),
)
