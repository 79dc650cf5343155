"""Security dilemma and arms races."""

from gallery.nulls import GROWTH
from gallery.page import Line, Page, Panel, change

LINES = (
    Line("free of cost", ("growth.arms_drag=0.0",)),
    Line("as is"),
    Line("costly", ("growth.arms_drag=0.5",)),
)

PAGE = Page(
    title="Security dilemma and arms races (Richardson, Jervis)",
    panels=(
        Panel("p", "security_dilemma", (*LINES, GROWTH)),
        Panel("burden", "security_dilemma", LINES, "What arms weigh", of="burden"),
        Panel("wars", "security_dilemma", LINES, "Wars until hegemony", of="wars"),
    ),
    facts={
        "burden": change("burden", "as is", 0.0, 8.0, sign=1),
        "free": change("p", "free of cost", 0.0, 8.0, sign=-1),
        "as_is": change("p", "as is", 0.0, 8.0, sign=-1),
        "costly": change("p", "costly", 0.0, 8.0, sign=1),
        "wars": change("wars", "as is", 0.0, 8.0, sign=1),
    },
    said=(
        "From no response to eight times the default, the burden of arms {burden}, and the number of wars "
        "until hegemony or the horizon {wars}.",
        "P {as_is}; where arms cost no growth it {free}; where they cost five times as much it {costly}.",
    ),
)
