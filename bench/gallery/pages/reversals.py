"""Sign reversals: where better balancing of one kind makes hegemony likelier, or does not."""

from gallery.page import Line, Page, Panel, change, gap
from gallery.pages.bandwagoning import NONE

DEFEND = Line("they only defend", ("balancing.rollback=0.0", "balancing.alarm=1.0"))
ATTACK = Line("they attack too")
RING = ('geography.layout="ring"', "geography.reach=0.5")
KEEN = Line("they attack early", ("balancing.rollback=1.0", "balancing.alarm=0.2"))

PAGE = Page(
    title="Where the sign turns",
    panels=(
        Panel(
            "drag",
            "arms_drag",
            (
                Line("drag 0", ("growth.arms_drag=0.0",)),
                Line("drag 0.1, as is"),
                Line("drag 1", ("growth.arms_drag=1.0",)),
            ),
            "Arming at home, by what arms cost",
        ),
        Panel(
            "speed",
            "speed_alone",
            (
                Line("all pass the buck, ride free"),
                Line("half of each", ("balancing.participation=0.5", "balancing.commitment=0.5")),
            ),
            "Speed alone",
        ),
        Panel("wagon", "bandwagoning", (NONE, Line("both")), "Bandwagoning off and on"),
        Panel(
            "riding",
            "free_riding",
            (
                Line("both sides"),
                Line("coalition alone", ("bandwagoning.commitment=0.5",)),
                Line("clients ride free", ("bandwagoning.commitment=0.0",)),
                Line("clients in full", ("bandwagoning.commitment=1.0",)),
            ),
            "Commitment of one side or both",
        ),
        Panel("attack", "efficiency", (DEFEND, ATTACK, KEEN), "What coalitions do"),
        Panel(
            "ring",
            "efficiency",
            (
                Line("no distance"),
                Line("reach 0.5", RING),
                Line("reach 0.5, no soft balancing", (*RING, "balancing.soft=0.0")),
                Line("nor bandwagoning", (*RING, "balancing.soft=0.0", *NONE.set)),
            ),
            "Distance",
        ),
    ),
    facts={
        "free": change("drag", "drag 0", 0.0, 1.0, sign=-1),
        "drag": change("drag", "drag 1", 0.0, 1.0, sign=1),
        "as_is": change("drag", "drag 0.1, as is", 0.0, 1.0, sign=-1),
        "speed": change("speed", "all pass the buck, ride free", 0.0, 1.0, sign=-1),
        "speed_half": change("speed", "half of each", 0.0, 1.0, sign=-1),
        "wagon": change("wagon", "both", 0.0, 0.2, sign=-1),
        "no_wagon": change("wagon", "none", 0.0, 0.2, sign=-1),
        "both": change("riding", "both sides", 0.0, 1.0, sign=-1),
        "one": change("riding", "coalition alone", 0.0, 1.0, sign=-1),
        "ring": change("ring", "reach 0.5", 0.0, 1.0, sign=1),
        "ring_hard": change("ring", "reach 0.5, no soft balancing", 0.0, 1.0, sign=1),
        "ring_none": change("ring", "nor bandwagoning", 0.0, 1.0, sign=-1),
        "clients": gap("riding", "clients ride free", "clients in full", 0.4, sign=-1),
        "defend": gap("attack", DEFEND.name, ATTACK.name, 0.5, sign=1),
        "defend_full": gap("attack", DEFEND.name, ATTACK.name, 1.0, sign=1),
        "keen": gap("attack", KEEN.name, ATTACK.name, 1.0, sign=-1),
        "defending": change("attack", DEFEND.name, 0.0, 1.0, sign=-1),
    },
    said=(
        "*Arming at home*, from none to full: P {as_is}; where arms cost no growth it {free}; where they "
        "cost ten times as much it {drag}.",
        "*Speed*, from none to full, where all pass the buck and ride free: P {speed}; with half of each "
        "it {speed_half}.",
        "*Efficiency* from none to 0.2: P {wagon}; without bandwagoning it {no_wagon}.",
        "*Commitment*, from free-riding to full, of the coalition alone: P {one}; of both sides at once "
        "it {both}. Free-riding by the attacker's side alone (Hausken 2006): P is, beside clients who "
        "commit in full, {clients} at a commitment of 0.4 of the coalition.",
        "*Coalitions that only defend* (Cederman 1994): P is, beside coalitions that may attack the "
        "leader too, {defend} at an efficiency of 0.5 and {defend_full} with full balancing; it still "
        "{defending} from no efficiency to full. Where they attack early and with all they have, P is "
        "{keen} with full balancing.",
        "*Distance*: where power falls by a factor e over half of the ring, P {ring} from no efficiency "
        "to full. Without soft balancing it {ring_hard}, and without bandwagoning too it {ring_none}.",
    ),
)
