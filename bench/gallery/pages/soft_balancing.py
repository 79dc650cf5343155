"""Soft balancing."""

from gallery.page import Line, Page, Panel, change, fall

LINES = (
    Line("no hard balancing", ("balancing.efficiency=0.0",)),
    Line("efficiency 0.5"),
    Line("full hard balancing", ("balancing.efficiency=1.0",)),
)

# Soft balancing is what is swept: it stays.
ALONE = Line("no crises", ("war.opportunities=0.0", "balancing.internal=0.0"), grey=True)

PAGE = Page(
    title="Soft balancing (Pape)",
    panels=(Panel("p", "soft_balancing", (*LINES, ALONE)),),
    facts={
        "none": change("p", "no hard balancing", 0.0, 0.2, sign=-1),
        "half": change("p", "efficiency 0.5", 0.0, 0.2, sign=-1),
        "full": change("p", "full hard balancing", 0.0, 0.2),
        "more": fall("p", "no hard balancing", "full hard balancing", 0.0, 0.2, sign=1),
        "default": change("p", "efficiency 0.5", 0.0, 0.03, sign=-1),
    },
    said=(
        "As soft balancing goes from none to 0.2, P {none} without hard balancing, {half} at an "
        "efficiency of 0.5, and {full} with full hard balancing; without hard balancing the fall is "
        "{more} than with it in full.",
        "Soft balancing at its default: P {default} at an efficiency of 0.5.",
    ),
)
