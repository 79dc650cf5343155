"""Definitions of hegemony."""

from gallery.nulls import GROWTH
from gallery.page import Line, Page, Panel, change

DEFAULT = Line("as is: 0.5 for 5 years")
SHARES = (
    Line("threshold 0.4", ("hegemony.threshold=0.4",)),
    DEFAULT,
    Line("threshold 0.6", ("hegemony.threshold=0.6",)),
    Line("threshold 0.8", ("hegemony.threshold=0.8",)),
)
OTHER = (
    Line("held for 1 year", ("hegemony.hold=1",)),
    Line("held for 25 years", ("hegemony.hold=25",)),
    Line("resources alone", ("hegemony.arms_weight=0.0",)),
    Line("arms alone", ("hegemony.arms_weight=1.0",)),
)
# A bloc is looked for over the whole horizon, so no state's hegemony may end the replica.
BLOC = Line("a bloc of one half", ("hegemony.absorbing=false",))

PAGE = Page(
    title="Definitions of hegemony: threshold, hold, capability weight, bloc",
    panels=(
        Panel("share", "definitions", (*SHARES, GROWTH), "The threshold"),
        Panel("other", "definitions", OTHER, "How long, and of what"),
        Panel("bloc", "definitions", (BLOC,), "One state with its clients", of="bloc"),
    ),
    facts={
        "default": change("share", DEFAULT.name, 0.0, 1.0, sign=-1),
        "low": change("share", "threshold 0.4", 0.0, 1.0, sign=-1),
        "high": change("share", "threshold 0.8", 0.0, 1.0, sign=-1),
        "one": change("other", "held for 1 year", 0.0, 1.0, sign=-1),
        "long": change("other", "held for 25 years", 0.0, 1.0, sign=-1),
        "resources": change("other", "resources alone", 0.0, 1.0, sign=-1),
        "arms": change("other", "arms alone", 0.0, 1.0, sign=-1),
        "bloc": change("bloc", BLOC.name, 0.0, 1.0, sign=-1),
    },
    said=(
        "From no efficiency to full, P {default} by the default definition; with a threshold of 0.4 it "
        "{low}, with 0.8 it {high}.",
        "Held for a year only, P {one}; for 25 years, it {long}; measured in resources alone it "
        "{resources}, in arms alone it {arms}.",
        "The chance that a leader and its clients ever reach one half together {bloc}.",
    ),
)
