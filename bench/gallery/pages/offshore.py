"""A regional hegemon and an offshore balancer."""

from gallery.nulls import GROWTH
from gallery.page import Line, Page, Panel, fall, gap

SIX = "system.states=6"
LINES = (
    Line("five states"),
    Line("six states", (SIX,)),
    Line("five and offshore", (SIX, "system.offshore=[5]")),
    Line("five and strong offshore", (SIX, "system.offshore=[5]", "system.shares=[1, 1, 1, 1, 1, 3]")),
)

PAGE = Page(
    title="A regional hegemon and an offshore balancer (Mearsheimer)",
    panels=(
        Panel("p", "offshore", (*LINES, GROWTH)),
        Panel(
            "hard",
            "offshore",
            LINES[::2],
            "Without soft balancing",
            set=("balancing.soft=0.0",),
            folder="hard",
        ),
    ),
    facts={
        "none": gap("p", "five and offshore", "five states", 0.0, sign=-1),
        "half": gap("p", "five and offshore", "five states", 0.6, sign=-1),
        "full": gap("p", "five and offshore", "five states", 1.0, sign=-1),
        "hard": gap("hard", "five and offshore", "five states", 0.0, sign=0),
        "hard_half": gap("hard", "five and offshore", "five states", 0.6, sign=-1),
        "strong": gap("p", "five and strong offshore", "five and offshore", 0.6, sign=-1),
        "inside": gap("p", "five and offshore", "six states", 0.6, sign=-1),
        "fall": fall("p", "five and offshore", "five states", 0.0, 1.0),
    },
    said=(
        "With an offshore balancer P is, beside the same five states alone, {half} at an efficiency of "
        "0.6 and {full} with full balancing; where no coalition forms it is {none}.",
        "Without soft balancing, of which it takes part too, it is {hard_half} at 0.6, and {hard} where "
        "no coalition forms.",
        "A balancer three times as strong: P is, beside one of the states' size, {strong} at an "
        "efficiency of 0.6.",
        "The same sixth state offshore rather than in the region: P is {inside} at an efficiency of 0.6.",
    ),
)
