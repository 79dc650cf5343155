"""Offensive and defensive states."""

from gallery.nulls import GROWTH
from gallery.page import Line, Page, Panel, change, value

LINES = (
    Line("no balancing", ("balancing.efficiency=0.0",)),
    Line("efficiency 0.5"),
    Line("full balancing", ("balancing.efficiency=1.0",)),
)
ALONE = Line("full, no profit", ("balancing.efficiency=1.0", "bandwagoning.profit=0.0"))

PAGE = Page(
    title="Offensive and defensive states (Mearsheimer, Waltz)",
    panels=(
        Panel("p", "types", (*LINES, ALONE, GROWTH)),
        Panel("wars", "types", LINES, "Wars until hegemony", of="wars"),
    ),
    facts={
        "few": change("p", "efficiency 0.5", 0.0, 0.2, sign=1),
        "many": change("p", "efficiency 0.5", 0.2, 1.0, sign=1),
        "none": value("p", "efficiency 0.5", 0.0),
        "full_few": change("p", "full balancing", 0.0, 0.2),
        "full_many": change("p", "full balancing", 0.2, 1.0, sign=1),
        "alone": change("p", "full, no profit", 0.0, 1.0),
        "wars": change("wars", "efficiency 0.5", 0.0, 1.0, sign=1),
    },
    said=(
        "At an efficiency of 0.5, from none to one in five revisionists, P {few}; from there to all it "
        "{many}.",
        "Without a revisionist P is {none} at an efficiency of 0.5: growth makes hegemons too.",
        "With full balancing P {full_few} over the first step, and over the second it {full_many}; where "
        "revisionists do not bandwagon for profit, P {alone} from none to all.",
        "The number of wars until hegemony or the horizon {wars} at an efficiency of 0.5.",
    ),
)
