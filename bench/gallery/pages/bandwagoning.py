"""Bandwagoning of the weak and for profit."""

from gallery.nulls import GROWTH
from gallery.page import Line, Page, Panel, change, gap

NONE = Line("none", ("bandwagoning.propensity=0.0", "bandwagoning.profit=0.0"))
WEAK = Line("of the weak", ("bandwagoning.profit=0.0",))
PROFIT = Line("for profit", ("bandwagoning.propensity=0.0",))
MORE = Line("both, three times", ("bandwagoning.propensity=0.9", "bandwagoning.profit=0.3"))

PAGE = Page(
    title="Bandwagoning of the weak and for profit (Walt, Schweller)",
    panels=(Panel("p", "bandwagoning", (NONE, WEAK, PROFIT, Line("both"), MORE, GROWTH)),),
    facts={
        "both_0": gap("p", "both", "none", 0.0, sign=1),
        "both_6": gap("p", "both", "none", 0.6, sign=1),
        "weak": gap("p", "of the weak", "none", 0.6, sign=1),
        "profit": gap("p", "for profit", "none", 0.6, sign=1),
        "more": gap("p", "both, three times", "none", 0.6, sign=1),
        "fall": change("p", "none", 0.0, 1.0, sign=-1),
    },
    said=(
        "At an efficiency of 0.6 P is, beside a world without bandwagoning, {weak} where the weak "
        "bandwagon, {profit} where revisionists do for profit, {both_6} where both do, and {more} where "
        "both do so three times as often.",
        "Where nobody balances it is {both_0} with both.",
        "Without bandwagoning P {fall} from no efficiency to full.",
    ),
)
