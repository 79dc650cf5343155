"""Offense-defense balance."""

from gallery.nulls import GROWTH
from gallery.page import Line, Page, Panel, change, gap

LINES = (
    Line("no balancing", ("balancing.efficiency=0.0",)),
    Line("efficiency 0.5"),
    Line("full balancing", ("balancing.efficiency=1.0",)),
)

HARD = ("balancing.soft=0.0",)
DEFEND = Line(
    "full, only defending", ("balancing.efficiency=1.0", "balancing.rollback=0.0", "balancing.alarm=1.0")
)

PAGE = Page(
    title="Offense-defense balance (Jervis)",
    panels=(
        Panel("p", "offense_defense", (*LINES, DEFEND, GROWTH)),
        Panel(
            "hard",
            "offense_defense",
            LINES,
            "Without soft balancing",
            set=("balancing.soft=0.0",),
            folder="hard",
        ),
        Panel("wars", "offense_defense", LINES, "Wars until hegemony", of="wars"),
    ),
    facts={
        "none": change("p", "no balancing", 0.5, 3.0, sign=-1),
        "half": change("p", "efficiency 0.5", 0.5, 3.0, sign=-1),
        "full": change("p", "full balancing", 0.5, 3.0, sign=1),
        "offense": gap("p", "no balancing", "full balancing", 0.5, sign=1),
        "defense": gap("p", "no balancing", "full balancing", 3.0, sign=-1),
        "defending": change("p", DEFEND.name, 1.0, 3.0, sign=-1),
        "attacking": change("p", "full balancing", 1.0, 3.0, sign=1),
        "hard": gap("hard", "no balancing", "full balancing", 3.0, sign=0),
        "wars": change("wars", "efficiency 0.5", 0.5, 3.0),
    },
    said=(
        "As the defender's arms go from half their weight to three times, P {none} without balancing, "
        "{half} at an efficiency of 0.5, and {full} with full balancing; the number of wars until "
        "hegemony or the horizon {wars} at an efficiency of 0.5.",
        "Without balancing P is, beside full balancing, {offense} where the offense has the advantage and "
        "{defense} where the defense has.",
        "Without soft balancing, where the defense has the advantage, P is without balancing, beside full "
        "balancing, {hard}.",
        "From a defense advantage of 1 to 3, P with full balancing {attacking}; where coalitions only "
        "defend, it {defending}.",
    ),
)
