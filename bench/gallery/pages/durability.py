"""Established hegemony and how long it lasts."""

from gallery.page import Line, Page, Panel, change, gap

RESTRAINED = Line(
    "restrained",
    ('war.types=["security", "drawn", "drawn", "drawn", "drawn", "drawn"]',),
)
AGGRESSIVE = Line(
    "aggressive",
    ('war.types=["revisionist", "drawn", "drawn", "drawn", "drawn", "drawn"]',),
)
LINES = (RESTRAINED, AGGRESSIVE)

PAGE = Page(
    title="Established hegemony and its durability",
    panels=(
        Panel("years", "durability", LINES, "Years of hegemony in a century", of="years_hegemony"),
        Panel("first", "durability", LINES, "The first spell, as far as seen", of="first_spell"),
        Panel("final", "durability", LINES, "The leader after a century", of="final_share"),
    ),
    facts={
        "restrained": change("years", "restrained", 0.0, 1.0, sign=-1),
        "aggressive": change("years", "aggressive", 0.0, 1.0, sign=-1),
        "at_0": gap("years", "aggressive", "restrained", 0.0, sign=1),
        "at_4": gap("years", "aggressive", "restrained", 0.4, sign=1),
        "at_10": gap("years", "aggressive", "restrained", 1.0, sign=1),
    },
    said=(
        "From no efficiency to full, the years of hegemony in a century: under a restrained hegemon their "
        "mean {restrained}; under an aggressive one it {aggressive}.",
        "An aggressive hegemon's years are, beside a restrained one's, {at_0} without balancing, {at_4} "
        "at an efficiency of 0.4, and {at_10} with full balancing.",
    ),
)
