"""Rising powers and power transition."""

from gallery.nulls import GROWTH
from gallery.page import Line, Page, Panel, change, fall, gap, value

LINES = (
    Line("no advantage", ("growth.drift=[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]",)),
    Line("0.5 % a year", ("growth.drift=[0.005, 0.0, 0.0, 0.0, 0.0, 0.0]",)),
    Line("1 % a year", ("growth.drift=[0.01, 0.0, 0.0, 0.0, 0.0, 0.0]",)),
    Line("2 % a year", ("growth.drift=[0.02, 0.0, 0.0, 0.0, 0.0, 0.0]",)),
)

ALONE = Line("2 %, growth alone", (*LINES[-1].set, *GROWTH.set), grey=True)

PAGE = Page(
    title="Rising powers and power transition (Organski, Gilpin)",
    panels=(
        Panel("first", "rising_powers", (*LINES, ALONE), "Does the riser become hegemon?", of="first"),
        Panel("wars", "rising_powers", LINES, "Wars in 150 years", of="wars"),
    ),
    facts={
        "none": value("first", "no advantage", 0.0),
        "slow": change("first", "1 % a year", 0.0, 1.0, sign=-1),
        "fast": change("first", "2 % a year", 0.0, 1.0, sign=-1),
        "less": fall("first", "2 % a year", "1 % a year", 0.0, 1.0),
        "alone": gap("first", "2 % a year", ALONE.name, 1.0, sign=-1),
        "wars": gap("wars", "2 % a year", "no advantage", 0.0, sign=-1),
        "wars_full": gap("wars", "2 % a year", "no advantage", 1.0, sign=1),
    },
    said=(
        "With an advantage of 1 % a year its P {slow} from no efficiency to full; with 2 % it {fast}, a "
        "fall that is {less}.",
        "Without an advantage and without balancing the first state becomes hegemon with P {none}.",
        "With 2 % and full balancing its P is, beside growth alone, {alone}.",
        "In 150 years the number of wars is, with a riser of 2 % a year beside a system without one, "
        "{wars} without balancing, and {wars_full} with full balancing.",
    ),
)
