"""Efficient against inefficient balancing, with the nulls."""

from gallery.nulls import GROWTH, NO_WAR, RANDOM
from gallery.page import Line, Page, Panel, change, fall, gap

# The pure theories, as in configs/ideal_type.toml.
IDEAL = (
    "system.dispersion=0.2",
    "growth.convergence=0.01",
    "growth.volatility=0.03",
    "threat.intentions_weight=0.0",
    "bandwagoning.propensity=0.0",
    "bandwagoning.profit=0.0",
    "war.revisionists=1.0",
    "war.defense_advantage=1.0",
)
UNARMED = Line("no arming at home", ("balancing.internal=0.0",))
NULLS = (RANDOM, NO_WAR, GROWTH)

PAGE = Page(
    title="Efficient against inefficient balancing (Waltz, Mearsheimer)",
    panels=(
        Panel("p", "efficiency", (Line("as is"), UNARMED, *NULLS), "At the defaults"),
        Panel("ideal", "efficiency", (Line("as is"), *NULLS), "The pure theories", set=IDEAL, folder="pure"),
    ),
    facts={
        "defaults": change("p", "as is", 0.0, 1.0, sign=-1),
        "ideal": change("ideal", "as is", 0.0, 1.0, sign=-1),
        "random": change("p", "joining at random", 0.0, 1.0, sign=-1),
        "unarmed": change("p", UNARMED.name, 0.0, 1.0, sign=-1),
        "aimed": fall("p", UNARMED.name, "joining at random", 0.0, 1.0, sign=-1),
        "aimed_pure": gap("ideal", "joining at random", "as is", 0.4, sign=1),
        "quiet": gap("p", "as is", "no wars", 1.0, sign=1),
        "growth": gap("p", "as is", "growth alone", 1.0, sign=1),
        "growth_none": gap("p", "as is", "growth alone", 0.0, sign=1),
    },
    said=(
        "From no balancing to full, P {defaults}; under the pure theories it {ideal}.",
        "Without arming at home P {unarmed}. Where states that do not arm join whoever is in focus, "
        "threatening or not, P {random}: beside that null of aim, the fall is {aimed}.",
        "Under the pure theories P is, at an efficiency of 0.4 and where states join at random, "
        "{aimed_pure} where they join against threats.",
        "At full efficiency P is {quiet} in a world without wars. Beside growth alone it is {growth}.",
        "Without balancing P is, beside growth alone, {growth_none}.",
    ),
)
