"""Free-riding and the size of the group."""

from gallery.nulls import GROWTH
from gallery.page import Line, Page, Panel, change, gap

RIDING = Line("free-riding", ("balancing.commitment=0.0", "bandwagoning.commitment=0.5"))
FULL = Line("full commitment", ("balancing.commitment=1.0", "bandwagoning.commitment=0.5"))
KEPT = ("balancing.speed=0.6", "balancing.participation=0.6", "bandwagoning.commitment=0.5")
OLSON = Line("derived", ('balancing.rule="olson"', *KEPT))
CLIENTS = Line("clients derived too", ('balancing.rule="olson"', *KEPT[:2]))
LINES = (RIDING, FULL, OLSON)

PAGE = Page(
    title="Free-riding and group size (Olson)",
    panels=(
        Panel("p", "group_size", (*LINES, CLIENTS, GROWTH)),
        Panel("power", "group_size", LINES, "How much of it is delivered", of="delivered_efficiency"),
    ),
    facts={
        "small": gap("p", "free-riding", "full commitment", 4, sign=1),
        "large": gap("p", "free-riding", "full commitment", 10, sign=1),
        "riding": change("power", "free-riding", 3, 12, sign=-1),
        "full": change("power", "full commitment", 3, 12, sign=1),
        "derived": change("power", "derived", 3, 12, sign=0),
        "clients": gap("p", "clients derived too", "derived", 10, sign=1),
        "level": gap("p", "derived", "full commitment", 10, sign=1),
    },
    said=(
        "With free-riding in the coalition P is, beside full commitment, {small} with 4 states and "
        "{large} with 10.",
        "From 3 to 12 states, the part of the threatened states' power that is delivered {riding} with "
        "free-riding and {full} with full commitment; where each coalition derives its commitment from "
        "its own members (`balancing.rule`), it {derived}.",
        "With derived commitment and 10 states P is, beside full commitment, {level}; where clients "
        "derive theirs too it is {clients}.",
    ),
)
