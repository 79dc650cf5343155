"""Balance of threat: Walt's four."""

from gallery.nulls import GROWTH
from gallery.page import Line, Page, Panel, change, fall, gap

POWER = Line("no aggregate share", ("threat.share_weight=0.0",))
NEAR = Line("no proximity", ("geography.reach=inf",))
ARMS = Line("no offensive power", ("threat.offensive_weight=0.0",))
AIMS = Line("no intentions", ("threat.intentions_weight=0.0",))
LINES = (Line("all four"), POWER, NEAR, ARMS, AIMS)

PAGE = Page(
    title="Balance of threat: aggregate power, proximity, offensive power, intentions (Walt)",
    panels=(
        Panel("p", "threat", (*LINES, GROWTH)),
        Panel("size", "threat", LINES, "How many balance", of="coalition_size"),
    ),
    facts={
        "all": change("p", "all four", 0.0, 1.0, sign=-1),
        "power": gap("p", "no aggregate share", "all four", 0.6),
        "near": gap("p", "no proximity", "all four", 0.6),
        "arms": gap("p", "no offensive power", "all four", 0.6),
        "aims": gap("p", "no intentions", "all four", 0.6, sign=-1),
        "aims_fall": fall("p", "no intentions", "all four", 0.0, 1.0),
    },
    said=(
        "With all four P {all} from no efficiency to full. At an efficiency of 0.6 P is, beside that, "
        "{aims} where intentions do not count (all are taken for aggressors), {power} where a threat is "
        "measured against oneself alone and not against the others, {arms} where arms count no more than "
        "resources, and {near} where distance does not matter.",
        "Without intentions the fall of P with efficiency is {aims_fall}.",
    ),
)
