"""Buck-passing, and distance."""

from gallery.nulls import GROWTH
from gallery.page import Line, Page, Panel, change, fall, gap

FAR = ("geography.reach=1.0",)
NEAR = ("geography.reach=0.3",)

PAGE = Page(
    title="Buck-passing and distance (Christensen & Snyder, Mearsheimer)",
    panels=(
        Panel(
            "p",
            "buck_passing",
            (Line("no distance"), Line("reach 1", FAR), Line("reach 0.3", NEAR), GROWTH),
        ),
        Panel(
            "size",
            "buck_passing",
            (Line("no distance"), Line("reach 1", FAR), Line("reach 0.3", NEAR)),
            "How many balance",
            of="coalition_size",
        ),
    ),
    facts={
        "all": change("p", "no distance", 0.0, 1.0, sign=-1),
        "near": change("p", "reach 0.3", 0.0, 1.0, sign=0),
        "less": fall("p", "reach 0.3", "no distance", 0.0, 1.0, sign=-1),
        "level": gap("p", "reach 0.3", "no distance", 0.4, sign=-1),
        "size": change("size", "no distance", 0.0, 1.0, sign=1),
    },
    said=(
        "From all passing the buck to none, P {all}, without distance; the coalition at a crisis {size} "
        "states.",
        "Where power falls by a factor e over 0.3 of the ring, P {near}: a fall that is {less}.",
        "At a participation of 0.4, P with that distance is, beside none, {level}.",
    ),
)
